package org.altdsl.runtime.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.altdsl.runtime.kernel.Workers;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.record.Recorders;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.SeedResult;

/**
 * Runs the jobs of a comparison, rule by seed, on some threads.
 *
 * <p>A job shares nothing with another but what never changes, so the number of threads decides only when a job runs.
 * Jobs side by side are the best use of threads; where there are fewer jobs than threads, each job's kernels get several.
 */
public final class Engine {
    private final ExperimentPlan plan;
    private final int threads;
    private final BooleanSupplier stopped;
    private final Progress progress;
    private final Optional<RecordFolders> records;
    private final Map<JobName, SeedResult> results = new ConcurrentHashMap<>();
    private final Map<JobName, List<Row>> open = new ConcurrentHashMap<>();

    /** Which job: the position of the rule in the plan, and the seed. */
    public record JobName(int rule, int seed) {}

    /**
     * @param stopped asked between batches; once true, jobs end and keep what they have
     * @param finished results of an earlier run of the same experiment, which are kept as they are
     */
    public Engine(
            ExperimentPlan plan,
            int threads,
            BooleanSupplier stopped,
            Progress progress,
            Map<JobName, SeedResult> finished) {
        this(plan, threads, stopped, progress, finished, Optional.empty());
    }

    /**
     * @param stopped asked between batches; once true, jobs end and keep what they have
     * @param finished results of an earlier run of the same experiment, which are kept as they are
     * @param records where records go; empty where nothing is recorded
     */
    public Engine(
            ExperimentPlan plan,
            int threads,
            BooleanSupplier stopped,
            Progress progress,
            Map<JobName, SeedResult> finished,
            Optional<RecordFolders> records) {
        this.records = requireNonNull(records);
        this.plan = requireNonNull(plan);
        this.threads = threads;
        this.stopped = requireNonNull(stopped);
        this.progress = requireNonNull(progress);
        this.results.putAll(finished);
    }

    /**
     * The results so far; it may be asked while the experiment runs. A job that goes on counts as stopped, with the
     * epochs it has done.
     */
    public Map<JobName, SeedResult> results() {
        Map<JobName, SeedResult> all = new HashMap<>();
        open.forEach((name, rows) -> {
            synchronized (rows) {
                all.put(name, new SeedResult(name.seed(), SeedResult.Status.STOPPED, rows, Optional.empty()));
            }
        });
        all.putAll(results);
        return all;
    }

    /** Runs everything that is not finished yet; returns when all jobs have ended. */
    public void run() {
        long batches = (plan.data().splits().get("train").size() + plan.batchSize() - 1L) / plan.batchSize();
        List<JobName> unfinished = new ArrayList<>();
        for (int seed : plan.seeds()) {
            for (int rule = 0; rule < plan.rules().size(); rule++) {
                JobName name = new JobName(rule, seed);
                if (!results.containsKey(name)) {
                    unfinished.add(name);
                }
            }
        }
        long all = 0;
        for (JobName name : unfinished) {
            Optional<TimedPlan> timed = plan.rules().get(name.rule()).timed();
            all += timed.map(TimedPlan::steps).orElse(batches * plan.epochs());
        }
        long steps = all;
        AtomicLong done = new AtomicLong();
        int jobs = Math.max(1, Math.min(threads, unfinished.size()));
        int threadsEach = threads / jobs;
        ExecutorService pool = Executors.newFixedThreadPool(jobs, Engine::thread);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (JobName name : unfinished) {
                futures.add(pool.submit(() -> job(name, threadsEach, done, steps)));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pool.shutdownNow();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "altdsl-job");
        thread.setDaemon(true);
        return thread;
    }

    private void job(JobName name, int threadsEach, AtomicLong done, long all) {
        if (stopped.getAsBoolean()) {
            return;
        }
        try (Workers workers = new Workers(threadsEach)) {
            RulePlan rule = plan.rules().get(name.rule());
            List<Row> rows = new ArrayList<>();
            open.put(name, rows);
            Consumer<Row> kept = row -> {
                synchronized (rows) {
                    rows.add(row);
                }
                synchronized (progress) {
                    progress.epoch(rule.rule(), name.seed(), row, done.get(), all);
                }
            };
            Job.Listener listener = listener(rule, name.seed(), done, all);
            SeedResult result = rule.timed().isPresent()
                    ? timed(rule, name, steps -> advanced(steps, done, all), workers)
                            .run(kept)
                    : new Job(plan, rule, name.seed(), stopped, listener, workers).run(kept);
            results.put(name, result);
            open.remove(name);
            synchronized (progress) {
                progress.job(rule.rule(), name.seed(), result.status().name().toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    private TimedJob timed(RulePlan rule, JobName name, Consumer<Long> advanced, Workers workers) {
        TimedPlan timed = rule.timed().orElseThrow();
        return new TimedJob(
                plan.data(),
                rule,
                name.seed(),
                stopped,
                advanced,
                workers,
                records.map(folders -> executor -> new Recorders(
                        folders.of(name.rule(), name.seed()),
                        timed.records(),
                        timed.protocol(),
                        folders.isDouble(),
                        executor)));
    }

    private void advanced(long steps, AtomicLong done, long all) {
        long now = done.addAndGet(steps);
        synchronized (progress) {
            progress.batches(now, all);
        }
    }

    private Job.Listener listener(RulePlan rule, int seed, AtomicLong done, long all) {
        return new Job.Listener() {
            @Override
            public void done() {
                long now = done.incrementAndGet();
                synchronized (progress) {
                    progress.batches(now, all);
                }
            }

            @Override
            public void measured(int epoch, int batch, Map<String, Double> values) {
                synchronized (progress) {
                    progress.batch(rule, seed, epoch, batch, values);
                }
            }
        };
    }
}
