package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.codegen.KernelInfo;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.janino.KernelCache;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.SpikeSource;
import org.junit.jupiter.api.Test;

/** Pair-based spike timing dependent plasticity as rules declare it: with traces x and y of each synapse. */
class SynapseTracesTest {
    private static final int NEURONS = 40;
    private static final FusedOptions DOUBLE = FusedOptions.standard().withPrecision(Precision.DOUBLE);

    /** Neuron i spikes every 7 + i steps. */
    private static final SpikeSource SPIKES = (step, into) -> {
        int count = 0;
        for (int i = 0; i < NEURONS; i++) {
            if (step % (7 + i) == 0) {
                into[count++] = i;
            }
        }
        return count;
    };

    /**
     * The rule on one recurrent projection.
     *
     * @param delays the longest delay of a synapse in steps, 0 for none
     */
    private static Program pairs(int delays) {
        Sketch sketch = Sketch.inTime();
        Axis cells = Axis.neurons("c");
        Var spike = sketch.variable("c.spike", Space.of(cells), DType.FLAG, Scope.RUN, Optional.of(number(0)));
        Var g = sketch.state("c.g", Space.of(cells), number(0));
        Edges edges = sketch.connect("s", cells, cells, RandomNetwork.wiring(3, NEURONS, NEURONS, 0.5, true));
        Space space = Space.of(edges.synapses());
        Var w = sketch.state("w", space, Sketch.uniform("w", space, 0, 1));
        Var x = sketch.state("x", space, number(0));
        Var y = sketch.state("y", space, number(0));
        Expr pre = Expr.Gather.of(edges.toPre(), sketch.read(spike));
        if (delays > 0) {
            Expr lag = prim(Op.FLOOR, Sketch.uniform("d", space, 0, delays + 0.999));
            Var lags = sketch.variable("d", space, DType.INDEX, Scope.RUN, Optional.of(lag));
            pre = Expr.Gather.of(new IndexMap.Delay(lags, delays), pre);
        }
        Expr post = Expr.Gather.of(edges.toPost(), sketch.read(spike));
        sketch.set(g, prim(Op.MUL, number(0.9), sketch.read(g)));
        sketch.set(x, prim(Op.MUL, number(0.95), sketch.read(x)));
        sketch.set(y, prim(Op.MUL, number(0.93), sketch.read(y)));
        Expr sent = prim(Op.SELECT, pre, sketch.read(w), number(0));
        sketch.set(g, prim(Op.ADD, sketch.read(g), Expr.Reduce.scatter(edges.toPost(), sent)));
        sketch.setWhere(pre, x, prim(Op.ADD, sketch.read(x), number(1)));
        sketch.setWhere(pre, w, bounded(prim(Op.SUB, sketch.read(w), prim(Op.MUL, number(0.01), sketch.read(y)))));
        sketch.setWhere(post, y, prim(Op.ADD, sketch.read(y), number(1)));
        sketch.setWhere(post, w, bounded(prim(Op.ADD, sketch.read(w), prim(Op.MUL, number(0.02), sketch.read(x)))));
        return sketch.program();
    }

    private static Expr bounded(Expr weight) {
        return prim(Op.MIN, prim(Op.MAX, weight, number(0)), number(1));
    }

    private static FusedProgram compiled(Program program, FusedOptions options) {
        return new FusedBackend(new KernelCache(1))
                .compile(program, new Sizes(Map.of("c", NEURONS)), Set.of(), options);
    }

    private static Executor begun(ProgramCode code) {
        Executor executor = code.executor(5, 1);
        executor.play("c.spike", SPIKES);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        return executor;
    }

    private static List<String> methods(FusedProgram code) {
        return code.decisions().stream()
                .filter(decision -> decision.method() == Decision.Method.PER_NEURON
                        || decision.method() == Decision.Method.LAZY_DECAY)
                .map(decision -> decision.variable() + " " + decision.method())
                .toList();
    }

    private static void assertSame(Executor expected, Executor found, double tolerance) {
        for (String name : List.of("w", "x", "y", "c.g")) {
            assertArrayEquals(expected.read(name), found.read(name), tolerance, name);
        }
    }

    @Test
    void tracesThatAllSynapsesOfANeuronShareAreKeptOnceANeuron() {
        Program program = pairs(0);
        FusedProgram code = compiled(program, DOUBLE);
        assertEquals(List.of("x kept per neuron", "y kept per neuron"), methods(code));
        assertEquals(
                List.of(
                        "fused loop",
                        "walk of rows per spike of c.spike",
                        "spike list over c.spike",
                        "walk of columns per spike of c.spike"),
                code.kernels(Scope.STEP).stream().map(KernelInfo::kind).toList());
        Executor fused = begun(code);
        Executor interpreted = begun(new InterpretedProgram(program, new Sizes(Map.of("c", NEURONS))));
        for (int i = 0; i < 5; i++) {
            fused.advance(17);
            interpreted.advance(17);
            assertSame(interpreted, fused, 1e-12);
        }
    }

    @Test
    void whatIsKeptOnceANeuronCanBeSetForAllItsSynapsesAlike() {
        Executor executor = begun(compiled(pairs(0), DOUBLE));
        double[] values = executor.read("x");
        Arrays.fill(values, 0.5);
        executor.write("x", values);
        assertArrayEquals(values, executor.read("x"));
        values[0] = 0.25;
        assertThrows(IllegalArgumentException.class, () -> executor.write("x", values));
    }

    @Test
    void tracesOfDelayedSpikesDecayWhenTheyAreNeeded() {
        Program program = pairs(12);
        FusedProgram code = compiled(program, DOUBLE);
        assertEquals(List.of("x decay when needed", "y kept per neuron"), methods(code));
        Executor fused = begun(code);
        Executor interpreted = begun(new InterpretedProgram(program, new Sizes(Map.of("c", NEURONS))));
        for (int i = 0; i < 5; i++) {
            fused.advance(17);
            interpreted.advance(17);
            assertSame(interpreted, fused, 1e-12);
        }
    }

    @Test
    void whoLooksAtADecayingTraceDoesNotChangeARoundingOfIt() {
        FusedProgram code = compiled(pairs(12), FusedOptions.standard());
        Executor watched = begun(code);
        Executor alone = begun(code);
        for (int i = 0; i < 90; i++) {
            watched.advance(1);
            watched.read("x");
        }
        alone.advance(90);
        assertSame(alone, watched, 0);
    }

    @Test
    void aRunThatStopsGoesOnWithTheSameBits() {
        for (int delays : new int[] {0, 12}) {
            FusedProgram code = compiled(pairs(delays), FusedOptions.standard());
            Executor whole = begun(code);
            whole.advance(90);
            for (int stop : new int[] {1, 30, 61}) {
                Executor first = begun(code);
                first.advance(stop);
                Snapshot snapshot = first.snapshot();
                Executor second = begun(code);
                second.advance(5);
                second.restore(snapshot);
                assertSame(first, second, 0);
                second.advance(90 - stop);
                assertSame(whole, second, 0);
            }
        }
    }
}
