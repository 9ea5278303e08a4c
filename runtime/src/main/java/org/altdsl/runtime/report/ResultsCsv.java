package org.altdsl.runtime.report;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * {@code results.csv}: one row per rule, sweep point, seed and epoch; the columns are {@code rule}, {@code parameters}
 * (as {@code eta=0.1; tau=20}), {@code seed}, {@code epoch} and then every metric in the order of its first occurrence.
 * A network in time has one row per time at which something was measured, and {@code time} in place of {@code epoch}.
 * Numbers are written with as many digits as bring the same double back; an absent number is an empty cell.
 */
final class ResultsCsv {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();
    private static final List<String> KEY_COLUMNS = List.of("rule", "parameters", "seed");
    private static final String EPOCH = "epoch";

    private ResultsCsv() {}

    static String write(RunResult run) {
        boolean inTime = run.course().isInTime();
        List<String> metrics = run.metrics().stream()
                .filter(metric -> !metric.equals(Row.TIME))
                .toList();
        StringBuilder text = new StringBuilder();
        List<Object> header = new ArrayList<>(KEY_COLUMNS);
        header.add(inTime ? Row.TIME : EPOCH);
        header.addAll(metrics);
        line(header, text);
        for (RuleResult rule : run.rules()) {
            String parameters = parameters(rule);
            for (SeedResult seed : rule.seeds()) {
                for (Row row : seed.rows()) {
                    List<Object> cells = new ArrayList<>();
                    cells.addAll(List.of(rule.rule(), parameters, seed.seed()));
                    cells.add(inTime ? (Object) row.place() : (Object) row.epoch());
                    metrics.forEach(metric -> cells.add(row.values().get(metric)));
                    line(cells, text);
                }
            }
        }
        return text.toString();
    }

    private static void line(List<Object> cells, StringBuilder text) {
        text.append(FORMAT.format(cells.toArray())).append('\n');
    }

    /** Puts the rows of a results.csv back into a run read from its summary. */
    static RunResult read(SummaryJson.Stored stored, String csv) throws IOException {
        RunResult run = stored.withoutRows();
        Map<String, Deque<Row>> rows = rows(csv, run.course().isInTime());
        List<RuleResult> rules = new ArrayList<>();
        for (int i = 0; i < run.rules().size(); i++) {
            RuleResult rule = run.rules().get(i);
            List<SeedResult> seeds = new ArrayList<>();
            for (int j = 0; j < rule.seeds().size(); j++) {
                SeedResult seed = rule.seeds().get(j);
                Deque<Row> waiting =
                        rows.getOrDefault(key(rule.rule(), parameters(rule), "" + seed.seed()), new ArrayDeque<>());
                List<Row> own = new ArrayList<>();
                for (int count = stored.rowCounts().get(i).get(j); count > 0; count--) {
                    if (waiting.isEmpty()) {
                        throw new IOException("it lacks rows of " + rule.rule() + ", seed " + seed.seed());
                    }
                    own.add(waiting.removeFirst());
                }
                seeds.add(new SeedResult(seed.seed(), seed.status(), own, seed.divergence()));
            }
            rules.add(new RuleResult(
                    rule.rule(),
                    rule.parameters(),
                    seeds,
                    rule.cost(),
                    rule.card(),
                    rule.text(),
                    rule.equations(),
                    rule.divergence()));
        }
        return run.withRules(rules);
    }

    private static Map<String, Deque<Row>> rows(String csv, boolean inTime) throws IOException {
        Map<String, Deque<Row>> rows = new LinkedHashMap<>();
        CSVFormat withHeader =
                FORMAT.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser parser = CSVParser.parse(new StringReader(csv), withHeader)) {
            List<String> columns = parser.getHeaderNames();
            if (!columns.containsAll(KEY_COLUMNS) || !columns.contains(inTime ? Row.TIME : EPOCH)) {
                throw new IOException("its columns are not those of a run's results");
            }
            for (CSVRecord record : parser) {
                Map<String, Double> values = new LinkedHashMap<>();
                for (String column : columns) {
                    if (!KEY_COLUMNS.contains(column)
                            && !column.equals(EPOCH)
                            && record.isSet(column)
                            && !record.get(column).isEmpty()) {
                        values.put(column, Double.valueOf(record.get(column)));
                    }
                }
                String key = key(record.get("rule"), record.get("parameters"), record.get("seed"));
                Deque<Row> known = rows.computeIfAbsent(key, absent -> new ArrayDeque<>());
                known.add(new Row(inTime ? known.size() + 1 : Integer.parseInt(record.get(EPOCH)), values));
            }
        } catch (IllegalArgumentException failure) {
            // Covers a cell that is not a number: NumberFormatException is one of these.
            throw new IOException("it holds something that is not a result: " + failure.getMessage(), failure);
        }
        return rows;
    }

    private static String key(String rule, String parameters, String seed) {
        return rule + "\n" + parameters + "\n" + seed;
    }

    private static String parameters(RuleResult rule) {
        return parameters(rule.parameters());
    }

    static String parameters(Map<String, Object> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("; "));
    }
}
