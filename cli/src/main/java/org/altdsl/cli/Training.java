package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.runtime.engine.Engine;
import org.altdsl.runtime.engine.Engine.JobName;
import org.altdsl.runtime.engine.Progress;
import org.altdsl.runtime.engine.RecordFolders;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.report.BatchesCsv;
import org.altdsl.runtime.report.OutputException;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.RunFolder;
import org.altdsl.runtime.report.RunResult;
import org.altdsl.runtime.report.SeedResult;

/** One run of a prepared experiment: keeps its folder up to date while it goes on, and stops when it is told to. */
final class Training {
    private static final int UPDATE_SECONDS = 2;

    private final Console console;
    private final PreparedExperiment prepared;
    private final Results results;
    private final RunFolder folder;
    private final int threads;
    private final boolean quiet;
    private int exitCode = ExitCode.DONE;

    Training(
            Console console,
            PreparedExperiment prepared,
            Results results,
            RunFolder folder,
            int threads,
            boolean quiet) {
        this.console = requireNonNull(console);
        this.prepared = requireNonNull(prepared);
        this.results = requireNonNull(results);
        this.folder = requireNonNull(folder);
        this.threads = threads;
        this.quiet = quiet;
    }

    /** Runs what is not finished yet; the result is in the folder when this returns. */
    RunResult run(Map<JobName, SeedResult> finished, double secondsBefore) {
        long started = System.nanoTime();
        ProgressDisplay display = new ProgressDisplay(console, prepared.plan().course());
        Interruption interruption = Interruption.listen(
                () -> console.err().println("\nstopping after this batch; Ctrl-C again ends at once"));
        Optional<BatchesCsv> batches = batches(finished);
        Engine engine = new Engine(
                prepared.plan(),
                threads,
                interruption::wanted,
                new Events(quiet ? null : display, batches),
                finished,
                Optional.of(records()));
        folder.log(event("start", "experiment", prepared.plan().name(), "kept_jobs", finished.size()));
        folder.update(results.of(finished, secondsBefore, true));
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "altdsl-folder");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(
                () -> {
                    batches.ifPresent(BatchesCsv::flush);
                    folder.update(results.of(engine.results(), seconds(secondsBefore, started), true));
                },
                UPDATE_SECONDS,
                UPDATE_SECONDS,
                TimeUnit.SECONDS);
        try {
            engine.run();
        } finally {
            display.close();
            clock.shutdownNow();
            await(clock);
            batches.ifPresent(BatchesCsv::close);
            keep(engine, secondsBefore, started);
        }
        Map<JobName, SeedResult> jobs = engine.results();
        boolean stopped = interruption.wanted() && !isComplete(jobs);
        RunResult result = results.of(jobs, seconds(secondsBefore, started), stopped);
        folder.finish(result);
        folder.log(event("end", "status", result.status().name().toLowerCase(Locale.ROOT)));
        exitCode = stopped ? interruption.exitCode() : ExitCode.DONE;
        return result;
    }

    /** Where the records of each job go. */
    private RecordFolders records() {
        RunResult none = results.of(Map.of(), 0, true);
        return new RecordFolders() {
            @Override
            public Path of(int rule, int seed) {
                return folder.records(none, rule, seed);
            }

            @Override
            public boolean isDouble() {
                return prepared.precision().equals("double");
            }
        };
    }

    /** Where values of single batches go; nowhere where none is measured. */
    private Optional<BatchesCsv> batches(Map<JobName, SeedResult> finished) {
        List<RulePlan> rules = prepared.plan().rules();
        List<String> metrics = rules.stream()
                .flatMap(rule -> rule.metrics().stream())
                .filter(metric -> metric.source() == Metric.Source.BATCH)
                .map(Metric::name)
                .distinct()
                .toList();
        if (metrics.isEmpty()) {
            return Optional.empty();
        }
        Set<BatchesCsv.JobKey> kept = finished.keySet().stream()
                .map(job -> key(rules.get(job.rule()), job.seed()))
                .collect(Collectors.toSet());
        return Optional.of(folder.batches(metrics, kept));
    }

    private static BatchesCsv.JobKey key(RulePlan rule, int seed) {
        return new BatchesCsv.JobKey(rule.rule(), rule.parameters(), seed);
    }

    /** How the run ended. */
    int exitCode() {
        return exitCode;
    }

    private boolean isComplete(Map<JobName, SeedResult> jobs) {
        return jobs.size()
                        == prepared.plan().rules().size()
                                * prepared.plan().seeds().size()
                && jobs.values().stream().noneMatch(job -> job.status() == SeedResult.Status.STOPPED);
    }

    /** Saves the numbers even where a job failed by a fault of altdsl. */
    private void keep(Engine engine, double secondsBefore, long started) {
        folder.update(results.of(engine.results(), seconds(secondsBefore, started), true));
    }

    private static void await(ScheduledExecutorService clock) {
        try {
            clock.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double seconds(double before, long started) {
        return before + (System.nanoTime() - started) / 1e9;
    }

    /** An event for the log: its name, then names and values in turn. */
    static Map<String, Object> event(String name, Object... facts) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        for (int i = 0; i < facts.length; i += 2) {
            event.put((String) facts[i], facts[i + 1]);
        }
        return event;
    }

    /** Tells the display and the folder's log. */
    private final class Events implements Progress {
        private final ProgressDisplay display;
        private final Optional<BatchesCsv> batches;

        Events(ProgressDisplay display, Optional<BatchesCsv> batches) {
            this.display = display;
            this.batches = batches;
        }

        @Override
        public void batch(RulePlan rule, int seed, int epoch, int batch, Map<String, Double> values) {
            batches.orElseThrow().add(key(rule, seed), epoch, batch, values);
        }

        @Override
        public void epoch(String rule, int seed, Row row, long done, long all) {
            boolean inTime = row.values().containsKey(Row.TIME);
            Map<String, ?> event = inTime
                    ? event("measured", "rule", rule, "seed", seed, "values", row.values())
                    : event("epoch", "rule", rule, "seed", seed, "epoch", row.epoch(), "values", row.values());
            log(event);
            if (display != null) {
                display.epoch(rule, seed, row, done, all);
            }
        }

        @Override
        public void job(String rule, int seed, String outcome) {
            log(event("job", "rule", rule, "seed", seed, "outcome", outcome));
            if (display != null) {
                display.job(rule, seed, outcome);
            }
        }

        @Override
        public void batches(long done, long all) {
            if (display != null) {
                display.batches(done, all);
            }
        }

        private void log(Map<String, ?> event) {
            try {
                folder.log(event);
            } catch (OutputException unwritable) {
                // The numbers are written at the end at the latest, and say then that they cannot be.
                return;
            }
        }
    }
}
