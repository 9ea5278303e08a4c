package org.altdsl.runtime.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Measured;
import org.altdsl.runtime.plan.Plot;
import org.altdsl.runtime.report.Statistics.Comparison;
import org.altdsl.runtime.report.Statistics.Estimate;
import org.altdsl.runtime.report.Statistics.Interval;

/**
 * {@code summary.json} and {@code environment.json}: a run as JSON, and back. A number that does not apply is absent;
 * in {@code per_seed} a seed without a final value is {@code null}, so that places keep their meaning.
 */
final class SummaryJson {

    private static final String WALL_PER_SIMULATED = "wall_seconds_per_simulated_second";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** How many rows of results.csv belong to which rule and seed: the file says what to expect of the other. */
    record Stored(RunResult withoutRows, List<List<Integer>> rowCounts) {}

    private SummaryJson() {}

    static String summary(RunResult run) {
        ObjectNode root = JSON.createObjectNode();
        root.put("experiment", run.experiment());
        root.put("status", word(run.status()));
        root.put("wall_seconds", run.wallSeconds());
        if (run.course().isInTime()) {
            root.put("time_unit", run.course() == Course.SECONDS ? "s" : "step");
        }
        ArrayNode seeds = root.putArray("seeds");
        run.seeds().forEach(seeds::add);
        ArrayNode rules = root.putArray("rules");
        List<String> labels = run.labels();
        for (int i = 0; i < run.rules().size(); i++) {
            rules.add(rule(run.rules().get(i), labels.get(i), run));
        }
        ArrayNode comparisons = root.putArray("comparisons");
        Statistics.compare(run, run.headline()).forEach(pair -> comparisons.add(comparison(pair)));
        root.put("description", run.description());
        root.set("settings", JSON.valueToTree(run.settings()));
        if (!run.plots().isEmpty()) {
            ArrayNode plots = root.putArray("plots");
            run.plots().forEach(plot -> plots.add(plot(plot)));
        }
        if (!run.measures().isEmpty()) {
            ArrayNode measures = root.putArray("measures");
            run.measures().forEach(measured -> measures.add(measured(measured)));
        }
        return print(root);
    }

    private static ObjectNode rule(RuleResult rule, String label, RunResult run) {
        List<Integer> seeds = run.seeds();
        ObjectNode node = JSON.createObjectNode();
        node.put("rule", rule.rule());
        node.put("label", label);
        node.set("parameters", JSON.valueToTree(rule.parameters()));
        ObjectNode metrics = node.putObject("metrics");
        for (String metric : rule.metrics()) {
            if (Row.isMeasure(metric)) {
                Statistics.estimate(rule, run.measure(metric), seeds)
                        .ifPresent(estimate -> metrics.set(metric, metric(rule, metric, estimate, run)));
            }
        }
        ObjectNode cost = node.putObject("cost");
        put(cost, "train_seconds_per_epoch", rule.cost().trainSecondsPerEpoch());
        put(cost, "samples_per_second", rule.cost().samplesPerSecond());
        put(cost, WALL_PER_SIMULATED, rule.cost().wallSecondsPerSimulatedSecond());
        put(cost, "bytes_per_synapse", rule.cost().bytesPerSynapse());
        put(cost, "operations_per_synapse_update", rule.cost().operationsPerSynapseUpdate());
        node.set("card", card(rule.card()));
        rule.divergence().ifPresent(message -> node.put("divergence", message));
        ArrayNode runs = node.putArray("runs");
        rule.seeds().forEach(seed -> runs.add(seed(seed)));
        node.put("equations", rule.equations());
        node.put("source", rule.text());
        return node;
    }

    private static ObjectNode metric(RuleResult rule, String metric, Estimate estimate, RunResult run) {
        ObjectNode node = JSON.createObjectNode();
        node.put("mean", estimate.mean());
        estimate.ci95().ifPresent(interval -> put(node, interval));
        ArrayNode perSeed = node.putArray("per_seed");
        for (OptionalDouble value : rule.finalValues(metric, run.seeds())) {
            if (value.isPresent()) {
                perSeed.add(value.getAsDouble());
            } else {
                perSeed.addNull();
            }
        }
        if (run.course().isInTime()) {
            node.put(Row.TIME, rule.finalPlace(metric));
        } else {
            node.put("epoch", (int) rule.finalPlace(metric));
        }
        return node;
    }

    private static ObjectNode card(RuleCard card) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode reads = node.putArray("reads");
        card.reads().forEach(reads::add);
        node.put("local", card.local());
        node.put("online", card.online());
        node.put("causal", card.causal());
        node.put("weight_transport", card.weightTransport());
        node.put("phases", card.phases());
        node.put("stores_history", card.storesHistory());
        ArrayNode more = node.putArray("more");
        card.more().forEach(fact -> more.addObject().put("label", fact.label()).put("value", fact.value()));
        return node;
    }

    private static ObjectNode seed(SeedResult seed) {
        ObjectNode node = JSON.createObjectNode();
        node.put("seed", seed.seed());
        node.put("status", word(seed.status()));
        node.put("rows", seed.rows().size());
        seed.divergence().ifPresent(divergence -> node.putObject("divergence")
                .put("message", divergence.message())
                .put("source_line", divergence.sourceLine())
                .put("layer", divergence.layer())
                .put("epoch", divergence.epoch())
                .put("batch", divergence.batch()));
        return node;
    }

    private static ObjectNode plot(Plot plot) {
        ObjectNode node = JSON.createObjectNode();
        node.put("kind", word(plot.kind()));
        node.put("title", plot.title());
        node.set("records", JSON.valueToTree(plot.records()));
        node.set("settings", JSON.valueToTree(plot.settings()));
        return node;
    }

    private static List<Plot> readPlots(JsonNode nodes) {
        List<Plot> plots = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<String> records = new ArrayList<>();
            node.path("records").forEach(record -> records.add(record.asText()));
            Map<String, String> settings = new LinkedHashMap<>();
            node.path("settings")
                    .properties()
                    .forEach(entry ->
                            settings.put(entry.getKey(), entry.getValue().asText()));
            Plot.Kind kind = Plot.Kind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT));
            plots.add(new Plot(kind, node.path("title").asText(), records, settings));
        }
        return plots;
    }

    private static ObjectNode comparison(Comparison pair) {
        ObjectNode node = JSON.createObjectNode();
        node.put("metric", pair.metric());
        node.put("a", pair.a());
        node.put("b", pair.b());
        node.put("mean_difference", pair.difference().mean());
        pair.difference().ci95().ifPresent(interval -> put(node, interval));
        if (pair.p().isPresent()) {
            node.put("p", pair.p().getAsDouble());
            node.put("test", "paired t, Holm");
        }
        return node;
    }

    private static void put(ObjectNode node, Interval interval) {
        node.putArray("ci95").add(interval.low()).add(interval.high());
    }

    private static void put(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            node.put(name, value.getAsDouble());
        }
    }

    static String environment(Environment environment) {
        ObjectNode node = JSON.createObjectNode();
        node.put("version", environment.version());
        environment.gitCommit().ifPresent(commit -> node.put("git_commit", commit));
        node.put("java", environment.java());
        node.put("backend", environment.backend());
        node.put("cpu", environment.cpu());
        node.put("cores", environment.cores());
        node.put("threads", environment.threads());
        node.put("precision", environment.precision());
        node.put("os", environment.os());
        return print(node);
    }

    static String line(Map<String, ?> event) {
        try {
            return JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(event) + "\n";
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException("an event of the log is not plain data: " + event, failure);
        }
    }

    private static String print(JsonNode node) {
        try {
            return JSON.writeValueAsString(node) + "\n";
        } catch (JsonProcessingException failure) {
            throw new AssertionError("a tree of plain nodes cannot be printed", failure);
        }
    }

    /** Reads what {@link #summary} and {@link #environment} wrote; fails with JSON's message on anything else. */
    static Stored read(String summary, String environment) throws JsonProcessingException {
        JsonNode root = JSON.readTree(summary);
        List<Integer> seeds = new ArrayList<>();
        root.path("seeds").forEach(seed -> seeds.add(seed.asInt()));
        List<RuleResult> rules = new ArrayList<>();
        List<List<Integer>> rowCounts = new ArrayList<>();
        for (JsonNode rule : root.path("rules")) {
            rules.add(readRule(rule));
            List<Integer> counts = new ArrayList<>();
            rule.path("runs").forEach(run -> counts.add(run.path("rows").asInt()));
            rowCounts.add(counts);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        root.path("settings")
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        RunResult run = new RunResult(
                root.path("experiment").asText(),
                RunResult.Status.valueOf(root.path("status").asText().toUpperCase(Locale.ROOT)),
                root.path("wall_seconds").asDouble(),
                seeds,
                rules,
                readEnvironment(JSON.readTree(environment)),
                root.path("description").asText(),
                settings,
                course(root.path("time_unit").asText()),
                readPlots(root.path("plots")),
                readMeasures(root.path("measures")));
        return new Stored(run, rowCounts);
    }

    /** Numbers are in units of the SI, wherever they stand; this is how they are shown. */
    private static ObjectNode measured(Measured measured) {
        ObjectNode node = JSON.createObjectNode();
        node.put("name", measured.name());
        if (!measured.unit().isEmpty()) {
            node.put("unit", measured.unit());
            node.put("scale", measured.scale());
        }
        node.put("range", measured.range().name().toLowerCase(Locale.ROOT));
        return node;
    }

    private static List<Measured> readMeasures(JsonNode array) {
        List<Measured> measures = new ArrayList<>();
        for (JsonNode one : array) {
            measures.add(new Measured(
                    one.path("name").asText(),
                    one.path("unit").asText(),
                    one.path("scale").asDouble(1),
                    Measured.Range.valueOf(one.path("range").asText().toUpperCase(Locale.ROOT))));
        }
        return measures;
    }

    private static Course course(String unit) {
        return switch (unit) {
            case "s" -> Course.SECONDS;
            case "step" -> Course.STEPS;
            default -> Course.EPOCHS;
        };
    }

    private static RuleResult readRule(JsonNode node) throws JsonProcessingException {
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (var entry : node.path("parameters").properties()) {
            parameters.put(entry.getKey(), JSON.treeToValue(entry.getValue(), Object.class));
        }
        List<SeedResult> seeds = new ArrayList<>();
        for (JsonNode seed : node.path("runs")) {
            JsonNode at = seed.path("divergence");
            Optional<Divergence> divergence = at.isMissingNode()
                    ? Optional.empty()
                    : Optional.of(new Divergence(
                            at.path("message").asText(),
                            at.path("source_line").asText(),
                            at.path("layer").asText(),
                            at.path("epoch").asInt(),
                            at.path("batch").asInt()));
            seeds.add(new SeedResult(
                    seed.path("seed").asInt(),
                    SeedResult.Status.valueOf(seed.path("status").asText().toUpperCase(Locale.ROOT)),
                    List.of(),
                    divergence));
        }
        JsonNode cost = node.path("cost");
        JsonNode divergence = node.path("divergence");
        return new RuleResult(
                node.path("rule").asText(),
                parameters,
                seeds,
                new Cost(
                        number(cost, "train_seconds_per_epoch"),
                        number(cost, "samples_per_second"),
                        number(cost, "bytes_per_synapse"),
                        number(cost, "operations_per_synapse_update"),
                        number(cost, WALL_PER_SIMULATED)),
                readCard(node.path("card")),
                node.path("source").asText(),
                node.path("equations").asText(),
                divergence.isMissingNode() ? Optional.empty() : Optional.of(divergence.asText()));
    }

    private static RuleCard readCard(JsonNode card) {
        List<String> reads = new ArrayList<>();
        card.path("reads").forEach(read -> reads.add(read.asText()));
        List<RuleCard.Fact> more = new ArrayList<>();
        card.path("more")
                .forEach(fact -> more.add(new RuleCard.Fact(
                        fact.path("label").asText(), fact.path("value").asText())));
        return new RuleCard(
                reads,
                card.path("local").asBoolean(),
                card.path("online").asBoolean(),
                card.path("causal").asBoolean(),
                card.path("weight_transport").asBoolean(),
                card.path("phases").asInt(1),
                card.path("stores_history").asBoolean(),
                more);
    }

    private static Environment readEnvironment(JsonNode node) {
        JsonNode commit = node.path("git_commit");
        return new Environment(
                node.path("version").asText(),
                commit.isMissingNode() ? Optional.empty() : Optional.of(commit.asText()),
                node.path("java").asText(),
                node.path("backend").asText(),
                node.path("cpu").asText(),
                node.path("cores").asInt(1),
                node.path("threads").asInt(1),
                node.path("precision").asText(),
                node.path("os").asText());
    }

    private static OptionalDouble number(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    private static String word(Enum<?> status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
