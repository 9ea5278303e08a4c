package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.runtime.engine.Engine.JobName;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.report.Cost;
import org.altdsl.runtime.report.Environment;
import org.altdsl.runtime.report.Row;
import org.altdsl.runtime.report.RuleResult;
import org.altdsl.runtime.report.RunResult;
import org.altdsl.runtime.report.SeedResult;

/** Makes the results of a run, for its folder and its report, from what its jobs gave. */
final class Results {
    private final PreparedExperiment prepared;
    private final Environment environment;
    private final Map<String, String> settings;

    Results(PreparedExperiment prepared, Environment environment, Map<String, String> more) {
        this.prepared = requireNonNull(prepared);
        this.environment = requireNonNull(environment);
        this.settings = new LinkedHashMap<>(prepared.settings());
        this.settings.putAll(more);
    }

    /** What a run asked for, by which a folder is known to belong to it. */
    Map<String, String> settings() {
        return settings;
    }

    /** The result with the jobs done so far. */
    RunResult of(Map<JobName, SeedResult> jobs, double wallSeconds, boolean stopped) {
        ExperimentPlan plan = prepared.plan();
        List<RuleResult> rules = new ArrayList<>();
        boolean allDiverged = !jobs.isEmpty();
        for (int i = 0; i < plan.rules().size(); i++) {
            RulePlan rule = plan.rules().get(i);
            PreparedExperiment.RuleText text = prepared.rules().get(i);
            List<SeedResult> seeds = new ArrayList<>();
            for (int seed : plan.seeds()) {
                Optional.ofNullable(jobs.get(new JobName(i, seed))).ifPresent(seeds::add);
            }
            allDiverged &= seeds.stream().allMatch(seed -> seed.status() == SeedResult.Status.DIVERGED);
            rules.add(new RuleResult(
                    rule.rule(),
                    rule.parameters(),
                    seeds,
                    cost(seeds, text),
                    text.card(),
                    text.text(),
                    text.equations(),
                    Optional.empty()));
        }
        RunResult.Status status = stopped
                ? RunResult.Status.STOPPED
                : allDiverged ? RunResult.Status.DIVERGED : RunResult.Status.COMPLETE;
        return new RunResult(
                plan.name(),
                status,
                wallSeconds,
                plan.seeds(),
                rules,
                environment,
                prepared.description(),
                settings,
                plan.course(),
                plan.plots(),
                plan.measures());
    }

    private Cost cost(List<SeedResult> seeds, PreparedExperiment.RuleText text) {
        if (prepared.plan().course().isInTime()) {
            return new Cost(
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    known(text.bytesPerSynapse()),
                    known(text.operationsPerSynapse()),
                    perSimulatedSecond(seeds));
        }
        double[] seconds = seeds.stream()
                .flatMap(seed -> seed.rows().stream())
                .map(row -> row.value(Row.SECONDS))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
        if (seconds.length == 0) {
            return new Cost(
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    known(text.bytesPerSynapse()),
                    known(text.operationsPerSynapse()));
        }
        // The median: the first epochs of a process run on code that is still being compiled.
        double typical = seconds[seconds.length / 2];
        int samples = prepared.plan().data().splits().get("train").size();
        return new Cost(
                OptionalDouble.of(typical),
                typical > 0 ? OptionalDouble.of(samples / typical) : OptionalDouble.empty(),
                known(text.bytesPerSynapse()),
                known(text.operationsPerSynapse()));
    }

    /** What a second of a network in time took: the median, as the first ones run on code still being compiled. */
    private static OptionalDouble perSimulatedSecond(List<SeedResult> seeds) {
        List<Double> ratios = new ArrayList<>();
        for (SeedResult seed : seeds) {
            double before = 0;
            for (Row row : seed.rows()) {
                double seconds = row.value(Row.SECONDS).orElse(0);
                if (row.place() > before) {
                    ratios.add(seconds / (row.place() - before));
                }
                before = row.place();
            }
        }
        ratios.sort(null);
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(ratios.get(ratios.size() / 2));
    }

    private static OptionalDouble known(double value) {
        return value > 0 ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    /** The jobs of an earlier run of the same experiment that need not run again. */
    Map<JobName, SeedResult> finished(RunResult earlier) {
        Map<JobName, SeedResult> kept = new HashMap<>();
        for (int i = 0; i < earlier.rules().size(); i++) {
            for (SeedResult seed : earlier.rules().get(i).seeds()) {
                if (seed.status() != SeedResult.Status.STOPPED) {
                    kept.put(new JobName(i, seed.seed()), seed);
                }
            }
        }
        return kept;
    }

    /** Why an earlier run is not one of this experiment, or nothing where it is. */
    Optional<String> difference(RunResult earlier, Path directory) {
        List<String> rules =
                prepared.plan().rules().stream().map(RulePlan::rule).toList();
        if (!earlier.experiment().equals(prepared.plan().name())) {
            return Optional.of("it holds the experiment '" + earlier.experiment() + "'");
        }
        if (!earlier.rules().stream().map(RuleResult::rule).toList().equals(rules)) {
            return Optional.of("it compares other rules");
        }
        if (!earlier.seeds().equals(prepared.plan().seeds())) {
            return Optional.of("its seeds are " + earlier.seeds() + ", not "
                    + prepared.plan().seeds());
        }
        if (!earlier.environment().precision().equals(environment.precision())) {
            return Optional.of("its precision is " + earlier.environment().precision());
        }
        if (!earlier.environment().backend().equals(environment.backend())) {
            return Optional.of("its back end is " + earlier.environment().backend());
        }
        for (String name : settings.keySet()) {
            String before = earlier.settings().get(name);
            if (!settings.get(name).equals(before)) {
                return Optional.of("there '" + name + "' is " + (before == null ? "not set" : before) + ", here "
                        + settings.get(name));
            }
        }
        for (String name : earlier.settings().keySet()) {
            if (!settings.containsKey(name)) {
                return Optional.of("there '" + name + "' is set, here it is not");
            }
        }
        return changedSource(directory.resolve("sources"));
    }

    private Optional<String> changedSource(Path folder) {
        try (Stream<Path> kept = Files.list(folder)) {
            List<String> names = kept.map(file -> file.getFileName().toString()).toList();
            for (Map.Entry<String, String> source : prepared.sources().entrySet()) {
                if (!names.contains(source.getKey())) {
                    return Optional.of("it did not use " + source.getKey());
                }
                if (!Files.readString(folder.resolve(source.getKey())).equals(source.getValue())) {
                    return Optional.of(source.getKey() + " has changed since");
                }
            }
            return Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of("its sources cannot be read");
        }
    }
}
