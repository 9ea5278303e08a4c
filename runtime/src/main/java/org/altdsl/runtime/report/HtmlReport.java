package org.altdsl.runtime.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run as one self-contained HTML page: it opens without a network, follows the reader's light or dark setting, and
 * prints. Nothing in it is a script.
 */
public final class HtmlReport {

    private final RunResult run;
    private final List<String> labels;
    private final List<Curves> curves;
    private final List<Figure> figures;
    private final Markup page = new Markup();
    private int charts;

    /**
     * A picture of what was recorded.
     *
     * @param fileName the name of its file under {@code plots/}, without the ending
     * @param of whose record it is
     */
    record Figure(String fileName, String of, Panel panel) {}

    private HtmlReport(RunResult run, List<Figure> figures) {
        this.figures = figures;
        this.run = run;
        this.labels = run.labels();
        this.curves = Curves.ofRun(run);
    }

    /**
     * Writes the page.
     *
     * @param run the run to report, finished or not
     * @return the whole page
     */
    public static String of(RunResult run) {
        return of(run, List.of());
    }

    static String of(RunResult run, List<Figure> figures) {
        return new HtmlReport(run, figures).write();
    }

    private String write() {
        page.trusted("<!DOCTYPE html>\n").open("html", "lang", "en").line();
        page.open("head")
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark")
                .leaf("title", run.experiment() + " · altdsl");
        page.open("style")
                .trusted(resource("report.css"))
                .trusted(ruleColours())
                .close()
                .close()
                .line();
        page.open("body").open("main").line();
        header();
        if (!run.headline().isEmpty()) {
            new ComparisonSection(run, labels, page).write();
        }
        measures();
        divergences();
        charts();
        figures();
        new PairsSection(run, page).write();
        new CardsSection(run, labels, page).write();
        repeat();
        return page.close().close().close().line().finish();
    }

    private void header() {
        page.open("header").leaf("p", "altdsl · learning-rule experiment", "class", "eyebrow");
        page.leaf("h1", run.experiment());
        for (String paragraph : run.description().strip().split("\\n\\s*\\n")) {
            if (!paragraph.isBlank()) {
                page.leaf("p", paragraph.strip(), "class", "lead");
            }
        }
        page.open("p", "class", "status");
        long diverged = run.rules().stream().filter(RuleResult::diverged).count();
        String status =
                switch (run.status()) {
                    case COMPLETE -> "Complete";
                    case STOPPED -> "Stopped early: the numbers so far";
                    case DIVERGED -> "Diverged";
                };
        page.leaf("span", status, "class", "state " + run.status().name().toLowerCase(Locale.ROOT));
        List<String> facts = new ArrayList<>(
                List.of(count(run.rules().size(), "rule"), count(run.seeds().size(), "seed")));
        // What diverged before anything was measured has no length.
        if (last() > 0 || diverged == 0) {
            facts.add(length());
        }
        if (diverged > 0) {
            facts.add(diverged + " diverged");
        }
        facts.add(Measure.duration(run.wallSeconds()));
        facts.forEach(fact -> page.leaf("span", fact));
        page.close().close().line();
    }

    /** How far the run came, in words. */
    private String length() {
        double last = last();
        return switch (run.course()) {
            case EPOCHS -> count((int) last, "epoch");
            case SECONDS -> Measure.duration(last) + " of simulated time";
            case STEPS -> count((int) last, "step");
        };
    }

    private double last() {
        return run.rules().stream()
                .flatMap(rule -> rule.seeds().stream())
                .flatMap(seed -> seed.rows().stream())
                .mapToDouble(Row::place)
                .max()
                .orElse(0);
    }

    private void divergences() {
        if (run.rules().stream().noneMatch(RuleResult::diverged)) {
            return;
        }
        page.open("section", "class", "notes", "id", "divergence").leaf("h2", "Divergence");
        page.leaf(
                "p",
                "A rule whose numbers became infinite or not a number was ended there; the others went on.",
                "class",
                "caption");
        page.open("ul");
        for (int i = 0; i < run.rules().size(); i++) {
            RuleResult rule = run.rules().get(i);
            if (rule.diverged()) {
                page.open("li").leaf("strong", labels.get(i)).text(": ");
                page.text(rule.divergenceMessage().orElse("it left the numbers"))
                        .text(".");
                rule.firstDivergence()
                        .filter(at -> rule.divergence().isPresent())
                        .filter(at -> !rule.divergence().orElseThrow().contains(at.message()))
                        .ifPresent(at -> page.text(" ").text(at.describe()).text("."));
                page.close();
            }
        }
        page.close().close().line();
    }

    /** The final numbers of a network in time, of which most are not the headline. */
    private void measures() {
        List<Measure> all =
                run.metrics().stream().filter(Row::isMeasure).map(run::measure).toList();
        if (!run.course().isInTime() || all.size() < 2) {
            return;
        }
        page.open("section", "id", "measures").leaf("h2", "Measured at the end");
        page.open("table", "class", "measures").open("thead").open("tr");
        page.leaf("th", "", "scope", "col");
        labels.forEach(label -> page.leaf("th", label, "scope", "col", "class", "number"));
        page.close().close().open("tbody").line();
        for (Measure measure : all) {
            page.open("tr").leaf("th", measure.name(), "scope", "row");
            for (RuleResult rule : run.rules()) {
                String text = Statistics.estimate(rule, measure, run.seeds())
                        .map(known -> measure.format(known.mean())
                                + known.ci95()
                                        .map(ends -> " " + ComparisonSection.bracket(measure, ends))
                                        .orElse(""))
                        .orElse("–");
                page.leaf("td", text, "class", "number");
            }
            page.close().line();
        }
        page.close().close().close().line();
    }

    private void figures() {
        if (figures.isEmpty()) {
            return;
        }
        page.open("section", "id", "records").leaf("h2", "Recorded");
        page.open("p", "class", "caption")
                .text("Drawn from the files in ")
                .leaf("code", "records/")
                .text(", which numpy.load reads; quantities are in units of the SI.")
                .close();
        page.open("div", "class", "grid-wide");
        for (Figure figure : figures) {
            page.open("figure").open("figcaption").text(figure.panel().title());
            page.leaf("span", " · " + figure.of(), "class", "of").close();
            page.trusted(figure.panel().inPage(500, 310));
            page.close().line();
        }
        page.close().close().line();
    }

    private void charts() {
        List<Curves> whole = new ArrayList<>();
        List<Curves> alignment = new ArrayList<>();
        Map<String, List<Curves>> layers = new LinkedHashMap<>();
        for (Curves metric : ordered()) {
            if (metric.measure().isAlignment()) {
                alignment.add(metric);
            } else if (metric.measure().layer().isEmpty()) {
                whole.add(metric);
            } else {
                layers.computeIfAbsent(metric.measure().base(), absent -> new ArrayList<>())
                        .add(metric);
            }
        }
        if (curves.isEmpty()) {
            return;
        }
        page.open("div", "class", "curves");
        legend();
        section(
                run.course().isInTime() ? "Course in time" : "Learning curves",
                run.seeds().size() > 1 || !run.course().isInTime()
                        ? "Thick lines are means over the seeds, bands their 95 % interval, thin lines single seeds."
                                + (run.course().isInTime() ? "" : " Epoch 0 is before training.")
                        : "What was measured, over the time of the network.",
                "wide",
                whole);
        section(
                "Alignment",
                "The angle between a rule's update and the true gradient, layer by layer: at 0° the rule "
                        + "follows the gradient, at 90° (dotted) it knows nothing of it. An update is what an entry does to "
                        + "the weights, its optimizer included: momentum, Adam and clipping turn it, even where a rule follows the gradient.",
                "small",
                alignment);
        section(
                "Inside the layers",
                "Every other quantity measured layer by layer.",
                "small",
                layers.values().stream().flatMap(List::stream).toList());
        page.close().line();
    }

    /** The headline first, then what was measured on test data, then the rest as it came. */
    private List<Curves> ordered() {
        List<Curves> ordered = new ArrayList<>(curves);
        ordered.sort(Comparator.comparingInt(metric -> {
            if (metric.measure().name().equals(run.headline())) {
                return 0;
            }
            return metric.measure().name().startsWith("test_") ? 1 : 2;
        }));
        return ordered;
    }

    private void section(String title, String caption, String size, List<Curves> panels) {
        if (panels.isEmpty()) {
            return;
        }
        page.open("section", "id", title.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .leaf("h2", title);
        page.leaf("p", caption, "class", "caption");
        grid(size, panels);
        page.close().line();
    }

    private void grid(String size, List<Curves> panels) {
        boolean wide = size.equals("wide");
        page.open("div", "class", "grid-" + size);
        for (Curves panel : panels) {
            page.open("figure").leaf("figcaption", panel.measure().heading());
            page.trusted(SvgChart.inPage(panel, wide ? 500 : 330, wide ? 310 : 220, "chart-" + charts++));
            page.close().line();
        }
        page.close();
    }

    /** The legend; a rule's box takes it out of every chart, by style alone. */
    private void legend() {
        page.open("div", "class", "legend", "role", "group", "aria-label", "Rules shown in the charts");
        for (int i = 0; i < labels.size(); i++) {
            page.open("label", "class", "key");
            page.empty("input", "type", "checkbox", "id", "show-" + i, "checked", "checked");
            swatch(page, i);
            page.leaf("span", labels.get(i)).close();
        }
        page.close().line();
    }

    /** A short piece of the rule's line. */
    static void swatch(Markup page, int index) {
        page.open("svg", "class", "swatch r" + index, "viewBox", "0 0 24 8", "aria-hidden", "true");
        page.empty(
                "line",
                "class",
                "mean",
                "x1",
                1,
                "x2",
                23,
                "y1",
                4,
                "y2",
                4,
                "stroke",
                Palette.light(index),
                "stroke-width",
                3.4,
                "stroke-dasharray",
                Palette.dash(index));
        page.close();
    }

    private String ruleColours() {
        StringBuilder style = new StringBuilder("\n@media screen and (prefers-color-scheme: dark) {\n");
        for (int i = 0; i < labels.size(); i++) {
            String colour = Palette.dark(i);
            style.append(".r")
                    .append(i)
                    .append(" .mean, .r")
                    .append(i)
                    .append(" .seed { stroke: ")
                    .append(colour)
                    .append("; }\n.r")
                    .append(i)
                    .append(" .band, .r")
                    .append(i)
                    .append(" .end { fill: ")
                    .append(colour)
                    .append("; }\n");
        }
        for (int i = 0; i < Palette.COLOURS; i++) {
            style.append(".line.l")
                    .append(i)
                    .append(" { stroke: ")
                    .append(Palette.dark(i))
                    .append("; }\n");
        }
        style.append(".bars { fill: ")
                .append(Palette.dark(0))
                .append("; }\n.chart .inked { filter: invert(0.88); }\n.chart .ink { stroke: var(--ink); }\n");
        style.append("}\n");
        for (int i = 0; i < labels.size(); i++) {
            style.append("body:has(#show-")
                    .append(i)
                    .append(":not(:checked)) .chart .r")
                    .append(i)
                    .append(" { display: none; }\n");
        }
        return style.toString();
    }

    private void repeat() {
        Environment environment = run.environment();
        page.open("section", "id", "repeat").leaf("h2", "How to repeat this");
        page.open("p", "class", "caption")
                .text("The run's folder keeps the experiment and every rule as they were in ")
                .leaf("code", "sources/")
                .text(", every measured number in ")
                .leaf("code", "results.csv")
                .text(" and the summary in ")
                .leaf("code", "summary.json")
                .text(". The same version, seeds, precision and settings give the same numbers; times depend on the "
                        + "machine.")
                .close();
        page.open("div", "class", "grid-wide");
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put(
                "seeds",
                String.join(", ", run.seeds().stream().map(String::valueOf).toList()));
        asked.putAll(run.settings());
        definitions("Settings", asked);
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put(
                "altdsl",
                environment.version()
                        + environment
                                .gitCommit()
                                .map(commit -> " (commit " + commit + ")")
                                .orElse(""));
        machine.put("backend", environment.backend());
        machine.put("precision", environment.precision());
        machine.put("processor", environment.cpu());
        machine.put("cores, threads", environment.cores() + ", " + environment.threads());
        machine.put("Java", environment.java());
        machine.put("operating system", environment.os());
        definitions("Environment", machine);
        page.close().close().line();
    }

    private void definitions(String title, Map<String, String> entries) {
        page.open("div").leaf("h3", title);
        definitions(page, entries);
        page.close();
    }

    static void definitions(Markup page, Map<String, String> entries) {
        if (entries.isEmpty()) {
            return;
        }
        page.open("dl");
        entries.forEach((label, value) ->
                page.open("div").leaf("dt", label).leaf("dd", value).close());
        page.close();
    }

    static String count(int number, String noun) {
        return number + " " + (number == 1 ? noun : noun + "s");
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream("/altdsl/report/" + name)) {
            if (stream == null) {
                throw new AssertionError("the program lacks its own " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new AssertionError("the program cannot read its own " + name, failure);
        }
    }
}
