package org.altdsl.runtime.report;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

    private static final String EVIL = "<b>&\"'</script>\u0000";

    @Test
    void thePageNeedsNoNetworkAndNoScript() {
        String page = HtmlReport.of(SampleRun.typical());
        for (String outside : List.of("http:", "https:", "src=", "<script", "@import", "<link", "url(h")) {
            assertFalse(page.contains(outside), outside);
        }
    }

    @Test
    void thePageShowsEveryPartOfARun() {
        String page = HtmlReport.of(SampleRun.typical());
        for (String part : List.of(
                "id=\"comparison\"",
                "id=\"learning-curves\"",
                "id=\"alignment\"",
                "id=\"inside-the-layers\"",
                "id=\"pairs\"",
                "id=\"rules\"",
                "id=\"divergence\"",
                "id=\"repeat\"",
                "Who learns handwritten digits?",
                "and has the same budget.",
                "weight transport",
                "rank-1 products",
                "w became NaN at fast.rule:9:5, layer h, epoch 4, batch 17",
                "3f2a9c1",
                "SGD(eta = 0.1)")) {
            assertTrue(page.contains(part), part);
        }
    }

    @Test
    void nothingAUserWroteBecomesMarkup() {
        String page = HtmlReport.of(evil());
        assertFalse(page.contains("<b>"));
        assertFalse(page.contains("</script>"));
        assertTrue(page.contains("&lt;b&gt;&amp;&quot;&#39;&lt;/script&gt;\uFFFD"));
    }

    @Test
    void everyPlotIsWellFormedXmlWhateverTheNames() {
        for (RunResult run : List.of(evil(), SampleRun.typical())) {
            List<Curves> all = Curves.ofRun(run);
            assertFalse(all.isEmpty());
            for (Curves curves : all) {
                byte[] svg = SvgChart.standalone(curves).getBytes(StandardCharsets.UTF_8);
                assertDoesNotThrow(
                        () -> DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new ByteArrayInputStream(svg)),
                        curves.fileName());
                assertFalse(new String(svg, StandardCharsets.UTF_8).contains("NaN"));
            }
        }
    }

    @Test
    void identifiersAreUniqueAndLinksLead() {
        String page = HtmlReport.of(SampleRun.typical());
        Set<String> identifiers = new HashSet<>();
        Matcher ids = Pattern.compile(" id=\"([^\"]*)\"").matcher(page);
        while (ids.find()) {
            assertTrue(identifiers.add(ids.group(1)), ids.group(1));
        }
        Matcher links = Pattern.compile("(?:href=\"|url\\()#([^\")]*)").matcher(page);
        int found = 0;
        while (links.find()) {
            assertTrue(identifiers.contains(links.group(1)), links.group(1));
            found++;
        }
        assertTrue(found > 10);
    }

    @Test
    void aRunWithoutAnythingMeasuredStillHasAPage() {
        RunResult nothing = new RunResult(
                "nothing", RunResult.Status.STOPPED, 0, List.of(1), List.of(), SampleRun.environment(), "", Map.of());
        String page = HtmlReport.of(nothing);
        assertTrue(page.contains("Stopped early"));
        assertFalse(page.contains("id=\"comparison\""));
    }

    @Test
    void aVeryLongRunIsThinnedButKeepsItsEnds() {
        List<Row> rows = IntStream.rangeClosed(0, 5000)
                .mapToObj(epoch -> new Row(epoch, Map.of("test_loss", 1.0 / (1 + epoch))))
                .toList();
        RunResult run = single("Long", List.of(new SeedResult(1, SeedResult.Status.COMPLETE, rows, Optional.empty())));
        List<Curves.Point> points = Curves.ofRun(run).get(0).lines().get(0).points();
        assertEquals(240, points.size());
        assertEquals(0, points.get(0).place());
        assertEquals(5000, points.get(239).place());
    }

    @Test
    void aDivergedRuleDoesNotStretchTheAxisOfTheOthers() {
        RuleResult good =
                single("Good", seed(SeedResult.Status.COMPLETE, 1, 0.5)).rules().get(0);
        RuleResult bad =
                single("Bad", seed(SeedResult.Status.DIVERGED, 1, 1e30)).rules().get(0);
        RunResult run = new RunResult(
                "two",
                RunResult.Status.COMPLETE,
                1,
                List.of(1),
                List.of(good, bad),
                SampleRun.environment(),
                "",
                Map.of());
        Axis axis = Axis.values(Curves.ofRun(run).get(0));
        assertTrue(axis.high() < 2, axis.toString());
    }

    @Test
    void aLossBeyondAllBoundsStillDraws() {
        RunResult run = single("Huge", seed(SeedResult.Status.COMPLETE, 1, 1.7e308));
        String svg = SvgChart.standalone(Curves.ofRun(run).get(0));
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
        assertTrue(HtmlReport.of(run).contains("1.70e308"));
    }

    private static RunResult evil() {
        List<SeedResult> seeds = List.of(new SeedResult(
                1,
                SeedResult.Status.DIVERGED,
                List.of(new Row(0, Map.of(EVIL, 1.0)), new Row(1, Map.of(EVIL, Double.NaN))),
                Optional.of(new Divergence(EVIL, EVIL, EVIL, 1, 1))));
        RuleResult rule = new RuleResult(
                EVIL,
                Map.of(EVIL, EVIL),
                seeds,
                Cost.unknown(),
                new RuleCard(List.of(EVIL), false, false, false, true, 2, true, List.of(new RuleCard.Fact(EVIL, EVIL))),
                EVIL,
                EVIL,
                Optional.of(EVIL));
        return new RunResult(
                EVIL,
                RunResult.Status.DIVERGED,
                1,
                List.of(1),
                List.of(rule),
                new Environment(EVIL, Optional.of(EVIL), EVIL, EVIL, EVIL, 1, 1, EVIL, EVIL),
                EVIL,
                Map.of(EVIL, EVIL));
    }

    private static List<SeedResult> seed(SeedResult.Status status, double first, double second) {
        return List.of(new SeedResult(
                1,
                status,
                List.of(new Row(0, Map.of("test_loss", first)), new Row(1, Map.of("test_loss", second))),
                Optional.empty()));
    }

    private static RunResult single(String rule, List<SeedResult> seeds) {
        return new RunResult(
                "single",
                RunResult.Status.COMPLETE,
                1,
                List.of(1),
                List.of(new RuleResult(
                        rule,
                        Map.of(),
                        seeds,
                        Cost.unknown(),
                        SampleRun.card(List.of("pre"), true),
                        "",
                        "",
                        Optional.empty())),
                SampleRun.environment(),
                "",
                Map.of());
    }
}
