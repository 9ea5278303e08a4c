package org.altdsl.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Measured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultTableTest {

    @Test
    void columnsAreAlignedAndDivergedRulesExplained() {
        List<String> lines = ResultTable.of(SampleRun.typical()).lines().toList();
        assertEquals("rule                     test accuracy        angle at h, y  s/epoch  needs", lines.get(0));
        assertTrue(lines.get(1).matches("─+"), lines.get(1));
        assertTrue(
                lines.get(2)
                        .matches(
                                "Backprop +\\d\\d\\.\\d % \\[\\d\\d\\.\\d, \\d\\d\\.\\d] +\\d\\.\\d°, \\d\\.\\d° +0\\.040  "
                                        + "weight transport, objective"),
                lines.get(2));
        int needs = lines.get(0).indexOf("needs");
        assertEquals(needs, lines.get(3).indexOf("local + feedback"));
        assertEquals("FastAndLoose             diverged             –                    –  local", lines.get(8));
        assertEquals(
                "* FastAndLoose diverged: w became NaN at fast.rule:9:5, layer h, epoch 4, batch 17", lines.get(9));
    }

    @Test
    void manyLayersHaveTheirLeastAndMostAngle() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("test_accuracy", 0.5);
        for (int layer = 0; layer < 6; layer++) {
            values.put("alignment[h" + layer + "]", 80.0 - 10 * layer);
        }
        RuleResult base = SampleRun.typical().rules().get(0);
        SeedResult seed = new SeedResult(1, SeedResult.Status.COMPLETE, List.of(new Row(0, values)), Optional.empty());
        RuleResult rule =
                new RuleResult("Deep", Map.of(), List.of(seed), base.cost(), base.card(), "", "", Optional.empty());
        RunResult run = new RunResult(
                "deep", RunResult.Status.COMPLETE, 1, List.of(1), List.of(rule), SampleRun.environment(), "", Map.of());
        List<String> lines = ResultTable.of(run).lines().toList();
        assertTrue(lines.get(0).contains("angle, least to most"), lines.get(0));
        assertTrue(lines.get(2).contains("30.0° to 80.0°"), lines.get(2));
    }

    /** In time, what was asked for is shown in its order, with intervals as far as there is room; then names alone. */
    @Test
    void networksInTimeShowWhatIsMeasuredAsFarAsItFits() {
        List<String> measures = List.of(
                "accuracy(vote(test.response, owner), test.label)",
                "rate(E.spike)",
                "mean(xe.w)",
                "mean(isi(E.spike))");
        List<SeedResult> seeds = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("time", 10.0);
            for (int i = 0; i < measures.size(); i++) {
                values.put(measures.get(i), i == 0 ? 0.7 + 0.1 * seed : 10.0 * i + seed);
            }
            seeds.add(new SeedResult(seed, SeedResult.Status.COMPLETE, List.of(new Row(0, values)), Optional.empty()));
        }
        RuleResult base = SampleRun.typical().rules().get(1);
        RuleResult rule =
                new RuleResult("STDP", Map.of(), seeds, Cost.unknown(), base.card(), "", "", Optional.empty());
        RunResult run = new RunResult(
                "in time",
                RunResult.Status.COMPLETE,
                1,
                List.of(1, 2),
                List.of(rule),
                SampleRun.environment(),
                "",
                Map.of(),
                Course.SECONDS,
                List.of(),
                measures.stream()
                        .map(name -> new Measured(
                                name, "", 1, name.startsWith("accuracy") ? Measured.Range.SHARE : Measured.Range.ANY))
                        .toList());
        List<String> lines = ResultTable.of(run).lines().toList();
        lines.forEach(line -> assertTrue(line.length() <= ResultTable.WIDTH, line));
        assertTrue(
                lines.get(0).startsWith("rule  accuracy(vote(test.response, owner), test.label)  rate(E.spike)"),
                lines.get(0));
        // Student's interval of 0.8 and 0.9 is [0.215, 1.485]; a share is at most 1.
        assertTrue(lines.get(2).contains("85.0 % [21.5, 100.0]"), lines.get(2));
        assertTrue(lines.get(2).contains("11.5"), lines.get(2));
        assertTrue(lines.get(3).startsWith("* measured too, see the report: "), lines.get(3));
    }

    @Test
    void noLineIsWiderThanTheTableAndSweepPointsStayApart() {
        List<RuleResult> rules = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            parameters.put("eta", i / 10.0);
            parameters.put("fixed", 7);
            rules.add(new RuleResult(
                    "A" + "very".repeat(12) + "LongName",
                    parameters,
                    List.of(),
                    Cost.unknown(),
                    SampleRun.card(
                            List.of(
                                    "pre",
                                    "other_synapses",
                                    "weight_transport",
                                    "future",
                                    "global",
                                    "noise",
                                    "population",
                                    "objective",
                                    "feedback"),
                            false),
                    "",
                    "",
                    Optional.of("the weights of a layer left the numbers ".repeat(8))));
        }
        RunResult run = new RunResult(
                "wide", RunResult.Status.DIVERGED, 1, List.of(1), rules, SampleRun.environment(), "", Map.of());
        List<String> lines = ResultTable.of(run).lines().toList();
        lines.forEach(line -> assertTrue(line.length() <= ResultTable.WIDTH, line));
        for (int i = 1; i <= 3; i++) {
            assertTrue(lines.get(1 + i).contains("(eta = 0." + i + ")"), lines.get(1 + i));
        }
    }

    @Test
    void labelsNameOnlyWhatVaries() {
        RuleResult base = SampleRun.typical().rules().get(0);
        RunResult run = new RunResult(
                "labels",
                RunResult.Status.COMPLETE,
                1,
                SampleRun.SEEDS,
                List.of(
                        with(base, Map.of("eta", 0.1)),
                        with(base, Map.of("eta", 0.2)),
                        with(base, Map.of("eta", 0.2)),
                        SampleRun.typical().rules().get(1)),
                SampleRun.environment(),
                "",
                Map.of());
        assertEquals(
                List.of("Backprop (eta = 0.1)", "Backprop (eta = 0.2)", "Backprop (eta = 0.2) #2", "FeedbackAlignment"),
                run.labels());
    }

    private static RuleResult with(RuleResult rule, Map<String, Object> parameters) {
        return new RuleResult(
                rule.rule(),
                parameters,
                rule.seeds(),
                rule.cost(),
                rule.card(),
                rule.text(),
                rule.equations(),
                rule.divergence());
    }

    @ParameterizedTest
    @CsvSource({
        "test_accuracy,       0.968,    96.8 %",
        "dead_fraction[h],    0,        0.0 %",
        "dead_fraction[h],    -0.0001,  0.0 %",
        "alignment[h],        41.26,    41.3°",
        "test_loss,           0.12345,  0.123",
        "test_loss,           0.0012345, 0.00123",
        "test_loss,           12.345,   12.3",
        "test_loss,           12345.6,  12346",
        "test_loss,           1.5e9,    1.50e9",
        "test_loss,           -0.00001, −1.00e−5",
        "test_loss,           0,        0",
    })
    void numbersAreWrittenAsPreciselyAsTheyAreOfUse(String metric, double value, String expected) {
        assertEquals(expected, Measure.of(metric).format(value).replace('\u00a0', ' '));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "0.042, 42 ms",
        "0.42, 420 ms",
        "12.34, 12.3 s",
        "250, 4 min 10 s",
        "7530, 2 h 05 min",
    })
    void timesAreWrittenInTheirUnit(double seconds, String expected) {
        assertEquals(expected, Measure.duration(seconds).replace('\u00a0', ' '));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0.2, 6",
        "0.9, 0.98, 0.02, 5",
        "3.2, 7.9, 1, 4",
        "-4, 4, 2, 5",
    })
    void ticksAreRoundNumbersInsideTheRange(double low, double high, double step, int count) {
        Axis axis = new Axis(low, high, step);
        assertEquals(count, axis.ticks().size());
        axis.ticks().forEach(tick -> assertTrue(tick >= low - 1e-9 && tick <= high + 1e-9, tick + " in " + axis));
        // A padded axis of any range has a handful of ticks.
        int ticks = Axis.padded(low, high, false).ticks().size();
        assertTrue(ticks >= 3 && ticks <= 9, ticks + " ticks");
    }

    @ParameterizedTest
    @CsvSource({
        "rate(e.spike),   Hz, 1,    NOT_NEGATIVE, 3.851,    3.85 Hz, rate(e.spike) (Hz)",
        "mean(ie.w),      nS, 1e-9, ANY,          2.05e-9,  2.05 nS, mean(ie.w) (nS)",
        "weak,            '', 1,    SHARE,        0.4945,   49.5 %,  Weak",
        "irregularity,    '', 1,    NOT_NEGATIVE, 0.95,     0.950,   Irregularity",
        "mean_weight,     '', 1,    ANY,          -2,       −2.00,   Mean weight",
    })
    void whatANetworkInTimeMeasuresHasItsUnit(
            String name, String unit, double scale, Measured.Range range, double value, String number, String heading) {
        Measure measure = Measure.of(new Measured(name, unit, scale, range));
        assertEquals(number, measure.format(value).replace('\u00a0', ' '));
        assertEquals(heading, measure.heading());
    }

    @Test
    void ticksTellNeighboursApart() {
        Measure volts = Measure.of("mean(ee.w)");
        assertEquals("0.001620", volts.tick(0.00162, 2e-6));
        assertEquals("0.001622", volts.tick(0.001622, 2e-6));
        assertEquals(
                "1.622",
                Measure.of(new Measured("mean(ee.w)", "mV", 1e-3, Measured.Range.ANY))
                        .tick(0.001622, 2e-6));
        assertEquals("1.2345e6", volts.tick(1234500, 500));
    }
}
