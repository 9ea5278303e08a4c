package org.altdsl.tests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.driver.Preparation;
import org.altdsl.driver.PreparedExperiment;
import org.altdsl.driver.RunOptions;
import org.altdsl.runtime.data.DataLocator;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rule's card says how many bytes a synapse takes: the heap holds that much more for a network with two million synapses,
 * once it has run for some steps.
 */
class SynapseMemoryTest {
    /** What lies about beside synapses, tables of neurons and of powers for example: below a megabyte. */
    private static final double SLACK = 0.5;

    /**
     * A projection.
     *
     * @param connection how it is connected
     * @param synapse its synapse model
     * @param rule what teaches it
     * @param precision of its numbers
     * @param bytes what a synapse takes: what was worked out by hand from the arrays that its rule and its wiring need
     */
    record Wired(String connection, String synapse, String rule, String precision, int bytes) {}

    static List<Wired> projections() {
        return List.of(
                // w; the two ends; the order by target with its sources
                new Wired("sparse(0.5)", "Pulse", "PairSTDP", "float", 4 + 8 + 8),
                new Wired("sparse(0.5)", "Pulse", "PairSTDP", "double", 8 + 8 + 8),
                new Wired("dense", "Pulse", "PairSTDP", "float", 4 + 8 + 8),
                new Wired("sparse(0.5)", "Pulse(delay = 2 ms)", "PairSTDP", "float", 4 + 8 + 8),
                new Wired("sparse(0.5)", "Pulse", "TripletSTDP", "float", 4 + 8 + 8),
                // both traces belong to synapses
                new Wired("sparse(0.5)", "Pulse", "PairSTDP(pairing = restricted)", "float", 4 + 8 + 8 + 2 * 4 + 2 * 4),
                // the eligibility
                new Wired("sparse(0.5)", "Pulse", "RewardSTDP(dopamine = t)", "float", 4 + 8 + 8 + 4),
                // the delay as drawn and in steps, the order by delay, the trace of what has arrived and when it was
                // last needed
                new Wired(
                        "sparse(0.5)",
                        "Pulse(delay ~ uniform(0 ms, 5 ms))",
                        "PairSTDP",
                        "float",
                        4 + 8 + 8 + 2 * 4 + 4 + 4 + 4),
                new Wired("sparse(0.5)", "Pulse", "Vogels", "float", 4 + 8 + 8));
    }

    @ParameterizedTest
    @MethodSource("projections")
    void isWhatTheCardSays(Wired wired) {
        PreparedExperiment prepared = prepare(wired);
        double said = prepared.rules().get(0).bytesPerSynapse();
        RulePlan rule = prepared.plan().rules().get(0);
        // Of two jobs of a plan, the first loads classes and fills caches.
        Executor first = job(rule);
        long before = heap();
        Executor executor = job(rule);
        long held = heap() - before;
        assertEquals(first.read("s.w").length, executor.read("s.w").length);
        int synapses = executor.read("s.w").length;
        assertTrue(synapses > 1_900_000, synapses + " synapses");
        assertEquals(said, (double) held / synapses, SLACK, wired.toString());
        assertEquals(wired.bytes(), said, wired.toString());
    }

    private static Executor job(RulePlan rule) {
        Executor executor = rule.train().executor(1, 1);
        executor.clocks().seed = 1;
        executor.clocks().lanes = 1;
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.WINDOW);
        executor.advance(20);
        return executor;
    }

    private static long heap() {
        // Until nothing more is freed: what a collection frees may hold something in turn, and other tests left theirs.
        long used = Long.MAX_VALUE;
        for (int collection = 0; collection < 10; collection++) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (used - now < 10_000) {
                return now;
            }
            used = now;
        }
        return used;
    }

    private static PreparedExperiment prepare(Wired wired) {
        int targets = wired.connection().equals("dense") ? 1000 : 2000;
        String text = """
                import cells, reward, stdp, vogels
                experiment "Memory" {
                    dt = 1 ms
                    network {
                        x : Poisson[2000](rate = 5 Hz)
                        c : Tick[%d](theta = 1000)
                        s : x -> c connect %s via %s { w = 0.5 } learns rule
                    }
                    compare rule in [%s]
                    protocol { run 1 s }
                    measure mean(s.w)
                }
                """.formatted(targets, wired.connection(), wired.synapse(), wired.rule());
        Checked checked = new FrontEnd(Programs.library()).read(new SourceFile("memory.exp", text));
        DiagnosticSink sink = checked.diagnostics();
        DataSource source = new DataSource(new DataLocator(List.of(), Map.of()), Path.of("."));
        RunOptions options = new RunOptions(
                Map.of(), Optional.empty(), Optional.empty(), Optional.of(wired.precision()), false, false);
        return checked.program()
                .flatMap(program -> Preparation.prepare(program, options, source, sink))
                .orElseThrow(() -> Programs.failure(sink, text));
    }
}
