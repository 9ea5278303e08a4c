package org.altdsl.tests.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.engine.Engine;
import org.altdsl.runtime.engine.Progress;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/** An experiment, run to its end as the command line runs it, without files. */
public final class Run {
    private final PreparedExperiment prepared;
    private final Map<Engine.JobName, SeedResult> results;

    private Run(PreparedExperiment prepared, Map<Engine.JobName, SeedResult> results) {
        this.prepared = prepared;
        this.results = results;
    }

    /** Runs the text of an experiment; an assertion error with the diagnostics if it cannot be run. */
    public static Run of(String text, RunOptions options, int threads) {
        return of(text, options, threads, new DataSource(new DataLocator(List.of(), Map.of()), Path.of(".")));
    }

    /** The same, with data from somewhere. */
    public static Run of(String text, RunOptions options, int threads, DataSource source) {
        DiagnosticSink sink = new DiagnosticSink();
        PreparedExperiment prepared = Preparation.prepare(Programs.read("test.exp", text), options, source, sink)
                .orElseThrow(() -> Programs.failure(sink, text));
        return run(prepared, threads, Map.of());
    }

    /** The same once more. */
    public Run again(int threads) {
        return run(prepared, threads, Map.of());
    }

    /** The same once more, with some jobs finished before. */
    public Run resumed(Map<Engine.JobName, SeedResult> finished) {
        return run(prepared, 1, finished);
    }

    private static Run run(PreparedExperiment prepared, int threads, Map<Engine.JobName, SeedResult> finished) {
        Engine engine = new Engine(prepared.plan(), threads, () -> false, new Silence(), finished);
        engine.run();
        return new Run(prepared, engine.results());
    }

    /** What was run. */
    public PreparedExperiment prepared() {
        return prepared;
    }

    /** All results. */
    public Map<Engine.JobName, SeedResult> results() {
        return results;
    }

    /** The rows of one entry of the comparison, by seed. */
    public Map<Integer, List<Row>> rows(int rule) {
        Map<Integer, List<Row>> rows = new LinkedHashMap<>();
        for (int seed : prepared.plan().seeds()) {
            rows.put(seed, results.get(new Engine.JobName(rule, seed)).rows());
        }
        return rows;
    }

    /** A measure at the end of training, a number for each seed. */
    public double[] last(int rule, String measure) {
        return rows(rule).values().stream()
                .mapToDouble(rows -> rows.get(rows.size() - 1).values().getOrDefault(measure, Double.NaN))
                .toArray();
    }

    private static final class Silence implements Progress {
        @Override
        public void epoch(String rule, int seed, Row row, long done, long all) {}

        @Override
        public void job(String rule, int seed, String outcome) {}

        @Override
        public void batch(RulePlan rule, int seed, int epoch, int batch, Map<String, Double> values) {}

        @Override
        public void batches(long done, long all) {}
    }
}
