package org.altdsl.tests.brian;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.names.RuleLibrary;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;

/**
 * What a network did.
 *
 * @param spikes step and neuron of each spike, by step, then neuron
 * @param weights in SI units, of the plastic synapses, in the order of their list
 * @param voltage of neuron 0 in millivolts, after every so many steps
 */
record Simulated(List<Spike> spikes, double[] weights, double[] voltage) {
    /** A spike of a neuron in a step, both counted from 0. */
    record Spike(int step, int neuron) {}

    Simulated {
        spikes = List.copyOf(spikes);
        requireNonNull(weights);
        requireNonNull(voltage);
    }

    /** Which steps voltages are kept of: one in so many, the first among them. */
    static final int EVERY = 100;

    private static final RuleLibrary LIBRARY = new WithModels();

    /** The standard library, what it does not hold from the corpus, and the models of the cases. */
    private static final class WithModels implements RuleLibrary {
        private static final Path RESOURCES = Path.of("src", "test", "resources");

        @Override
        public Optional<SourceFile> find(String name, SourceFile importer) {
            return Programs.library().find(name, importer).or(() -> Stream.of("corpus/programs", "brian")
                    .map(folder -> RESOURCES.resolve(folder).resolve(name + ".rule"))
                    .filter(Files::exists)
                    .map(file -> new SourceFile(name + ".rule", Stored.text(file)))
                    .findFirst());
        }

        @Override
        public List<String> names(SourceFile importer) {
            return Programs.library().names(importer);
        }
    }

    /**
     * Runs the network of a folder: {@code case.exp} with the files beside it. Its neurons are called {@code c}, its
     * plastic projection {@code s}.
     *
     * @param name which of the rules that are compared teaches them
     * @param reference whether the interpreter runs it
     * @param most at most so many steps; empty for as long as its protocol says
     */
    static Simulated run(Path folder, String name, boolean reference, OptionalLong most) {
        PreparedExperiment prepared = prepare(folder, reference);
        RulePlan rule = prepared.plan().rules().stream()
                .filter(one -> one.rule().equals(name))
                .findFirst()
                .orElseThrow();
        TimedPlan plan = rule.timed().orElseThrow();
        return run(rule, plan, most).inListedOrder(folder);
    }

    /** The weights are stored by source, then target; their list has another order. */
    private Simulated inListedOrder(Path folder) {
        int[][] edges = Stored.integers(folder.resolve("edges.csv"));
        Integer[] order = IntStream.range(0, edges.length).boxed().toArray(Integer[]::new);
        Arrays.sort(
                order, Comparator.<Integer>comparingInt(row -> edges[row][0]).thenComparingInt(row -> edges[row][1]));
        double[] listed = new double[weights.length];
        for (int k = 0; k < listed.length; k++) {
            listed[order[k]] = weights[k];
        }
        return new Simulated(spikes, listed, voltage);
    }

    private static PreparedExperiment prepare(Path folder, boolean reference) {
        String text = Stored.text(folder.resolve("case.exp"));
        Checked checked = new FrontEnd(LIBRARY).read(new SourceFile("case.exp", text));
        DiagnosticSink sink = checked.diagnostics();
        DataSource source = new DataSource(new DataLocator(List.of(), Map.of()), folder);
        RunOptions options =
                new RunOptions(Map.of(), Optional.empty(), Optional.empty(), Optional.of("double"), reference, false);
        return checked.program()
                .flatMap(program -> Preparation.prepare(program, options, source, sink))
                .orElseThrow(() -> Programs.failure(sink, text));
    }

    private static Simulated run(RulePlan rule, TimedPlan plan, OptionalLong most) {
        Executor executor = rule.train().executor(1, 1);
        executor.clocks().seed = 1;
        executor.clocks().lanes = 1;
        plan.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.WINDOW);
        plan.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        long steps = Math.min(plan.protocol().steps(), most.orElse(Long.MAX_VALUE));
        List<Spike> spikes = new ArrayList<>();
        double[] voltage = new double[(int) ((steps + EVERY - 1) / EVERY)];
        for (int step = 0; step < steps; step++) {
            executor.advance(1);
            double[] flags = executor.read("c.spike");
            for (int neuron = 0; neuron < flags.length; neuron++) {
                if (flags[neuron] != 0) {
                    spikes.add(new Spike(step, neuron));
                }
            }
            if (step % EVERY == 0) {
                voltage[step / EVERY] = 1e3 * executor.read("c.v")[0];
            }
        }
        return new Simulated(spikes, executor.read("s.w"), voltage);
    }
}
