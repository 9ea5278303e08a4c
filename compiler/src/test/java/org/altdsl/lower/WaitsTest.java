package org.altdsl.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.codegen.KernelInfo;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Program;
import org.altdsl.ir.Role;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.janino.KernelCache;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.junit.jupiter.api.Test;

/** Sources that wait for their next spike do what a coin in every step does. */
class WaitsTest {
    private static final int NEURONS = 200;
    private static final int STEPS = 20_000;
    private static final Axis AXIS = new Axis("x", Role.NEURON, "x");
    private static final Sizes SIZES = Sketch.sizes(AXIS, NEURONS);

    private final Sketch sketch = Sketch.inTime();
    private final Var rate = sketch.variable("rate", Space.of(AXIS), DType.REAL, Scope.BATCH, Optional.empty());
    private final Var spike =
            sketch.variable("x.spike", Space.of(AXIS), DType.FLAG, Scope.RUN, Optional.of(Sketch.number(0)));

    private Expr coin(Expr probability) {
        return new Expr.Draw(Dist.BERNOULLI, List.of(probability), "x.spike", Space.of(AXIS), false);
    }

    /** Sources with a chance of twice their rate, by way of a definition. */
    private Program sources() {
        Expr chance = sketch.let("chance", Sketch.prim(Op.MUL, Sketch.number(2), sketch.read(rate)));
        sketch.set(spike, coin(chance));
        Program program = Waits.apply(sketch.program());
        Validator.check(program, true);
        return program;
    }

    private static FusedProgram compiled(Program program, Precision precision) {
        return new FusedBackend(new KernelCache(1))
                .compile(program, SIZES, Set.of(), FusedOptions.standard().withPrecision(precision));
    }

    private static Executor begun(ProgramCode code, double... rates) {
        Executor executor = code.executor(3, 1);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.write("rate", rates);
        return executor;
    }

    private static double[] same(double value) {
        double[] rates = new double[NEURONS];
        Arrays.fill(rates, value);
        return rates;
    }

    private static double[] mixed() {
        double[] rates = new double[NEURONS];
        for (int neuron = 0; neuron < NEURONS; neuron++) {
            rates[neuron] = neuron % 5 == 0 ? 0 : 0.3 * neuron / NEURONS;
        }
        return rates;
    }

    private static int spikes(Executor executor) {
        executor.advance(1);
        return (int) Arrays.stream(executor.read("x.spike")).sum();
    }

    @Test
    void eachNeuronSpikesAsOftenAsItsCoinWouldAndForgets() {
        Executor executor = begun(compiled(sources(), Precision.FLOAT), mixed());
        double[] count = new double[NEURONS];
        double[] twice = new double[NEURONS];
        double[] before = new double[NEURONS];
        for (int step = 0; step < STEPS; step++) {
            executor.advance(1);
            double[] now = executor.read("x.spike");
            for (int neuron = 0; neuron < NEURONS; neuron++) {
                count[neuron] += now[neuron];
                twice[neuron] += now[neuron] * before[neuron];
            }
            before = now;
        }
        for (int neuron = 0; neuron < NEURONS; neuron++) {
            double p = 2 * mixed()[neuron];
            double spread = Math.sqrt(STEPS * p * (1 - p));
            assertEquals(STEPS * p, count[neuron], 5 * spread, "neuron " + neuron);
            // Spikes in both of two steps: p^2 of the steps, if the second does not know of the first.
            assertEquals(STEPS * p * p, twice[neuron], 5 * Math.sqrt(4 * STEPS) * p + 1e-9, "neuron " + neuron);
        }
    }

    @Test
    void neuronsSpikeIndependently() {
        Executor executor = begun(compiled(sources(), Precision.FLOAT), same(0.05));
        double sum = 0;
        double squares = 0;
        for (int step = 0; step < STEPS; step++) {
            int count = spikes(executor);
            sum += count;
            squares += (double) count * count;
        }
        double mean = sum / STEPS;
        double variance = squares / STEPS - mean * mean;
        double binomial = NEURONS * 0.1 * 0.9;
        assertEquals(NEURONS * 0.1, mean, 5 * Math.sqrt(binomial / STEPS));
        // The variance of a variance of nearly normal numbers is 2 / n of its square.
        assertEquals(binomial, variance, 5 * binomial * Math.sqrt(2.0 / STEPS));
    }

    @Test
    void kernelsAndInterpreterDrawTheSame() {
        Program program = sources();
        List<double[]> expected = course(new InterpretedProgram(program, SIZES));
        List<double[]> found = course(compiled(program, Precision.DOUBLE));
        for (int step = 0; step < expected.size(); step++) {
            assertArrayEquals(expected.get(step), found.get(step), "step " + step);
        }
    }

    /** The flags of some steps, with changes of rates between, and a return to where a snapshot was taken. */
    private static List<double[]> course(ProgramCode code) {
        Executor executor = begun(code, mixed());
        List<double[]> flags = new ArrayList<>();
        Snapshot snapshot = null;
        for (int step = 0; step < 300; step++) {
            if (step % 50 == 20 && step < 130) {
                executor.write("rate", same(0.01 * (step % 7)));
            }
            if (step == 200) {
                snapshot = executor.snapshot();
            }
            executor.advance(1);
            flags.add(executor.read("x.spike"));
        }
        executor.restore(snapshot);
        for (int step = 200; step < 250; step++) {
            executor.advance(1);
            assertArrayEquals(flags.get(step), executor.read("x.spike"), "again in step " + step);
        }
        return flags;
    }

    @Test
    void aNewRateIsHeededAtOnce() {
        for (ProgramCode code : List.of(
                compiled(sources(), Precision.FLOAT), new InterpretedProgram(new WaitsTest().sources(), SIZES))) {
            Executor executor = begun(code, same(0.5));
            assertEquals(NEURONS, spikes(executor));
            executor.write("rate", same(0));
            for (int step = 0; step < 100; step++) {
                assertEquals(0, spikes(executor));
            }
            executor.write("rate", same(0.5));
            assertEquals(NEURONS, spikes(executor));
        }
    }

    @Test
    void onlySpikesAreDrawnFor() {
        List<String> kinds = compiled(sources(), Precision.FLOAT).kernels(Scope.STEP).stream()
                .map(KernelInfo::kind)
                .toList();
        assertEquals(List.of("fused loop", "list of spikes", "spike list over x.spike"), kinds);
    }

    @Test
    void aChanceThatTheStepChangesIsACoin() {
        Var level = sketch.state("level", Space.of(AXIS), Sketch.number(0.1));
        sketch.set(spike, coin(sketch.read(level)));
        sketch.set(level, Sketch.prim(Op.MUL, Sketch.number(0.5), sketch.read(level)));
        Program program = sketch.program();
        Program after = Waits.apply(program);
        assertEquals(program.block(Scope.STEP), after.block(Scope.STEP));
        assertFalse(after.variable("x.spike@wait").isPresent());
        assertTrue(sourcesOf(new WaitsTest()).variable("x.spike@wait").isPresent());
    }

    private static Program sourcesOf(WaitsTest other) {
        return other.sources();
    }
}
