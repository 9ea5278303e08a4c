package org.altdsl.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.junit.jupiter.api.Test;

/** Reverse mode against forward mode: along any direction both give the same derivative of the mean over lanes. */
class AdjointIdentityTest {
    private static final int PROGRAMS = 120;
    private static final int LANES = 3;

    private static Executor run(GradientProgram posed, List<Var> variables, List<Update> updates) {
        Program program = Program.of("posed", variables, updates, List.of());
        Validator.check(program, true);
        Executor executor = new InterpretedProgram(program, posed.program().sizes()).executor(3, LANES);
        executor.clocks().lanes = LANES;
        executor.clocks().samples = new int[] {5, 1, 8};
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        executor.enter(Scope.BATCH);
        for (Var input : posed.program().inputs()) {
            executor.write(
                    input.name(),
                    new Random(9)
                            .doubles(executor.read(input.name()).length, -1, 1)
                            .toArray());
        }
        executor.run(Scope.BATCH);
        return executor;
    }

    @Test
    void theAdjointIsTheTransposeOfTheTangent() {
        int moving = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            GradientProgram posed = GradientProgram.of(seed);
            List<Var> sources = posed.sources();

            List<Var> variables = new ArrayList<>(posed.variables());
            Map<Var, Var> directions = new LinkedHashMap<>();
            for (Var source : sources) {
                Space space = source.space();
                Expr draw = Sketch.uniform("direction " + source.name(), space, -1, 1);
                Var direction =
                        GradientProgram.variable(source.name() + "~direction", space, Scope.BATCH, Optional.of(draw));
                variables.add(direction);
                directions.put(source, direction);
            }
            TangentBlock tangent = new TangentBlock(posed.block(), directions);
            variables.addAll(tangent.variables());
            Executor forward = run(posed, variables, tangent.updates());
            double expected = mean(forward.read(
                    tangent.of(posed.loss().variable()).orElseThrow().name()));

            DiagnosticSink sink = new DiagnosticSink();
            Program resolved = posed.resolved(sink);
            assertFalse(sink.hasErrors(), () -> sink.sorted() + " in " + posed.program());
            Executor reverse = run(posed, resolved.variables(), resolved.block(Scope.BATCH));
            double actual = 0;
            double size = 1;
            for (Var source : sources) {
                double[] gradient = reverse.read("gradient " + source.name());
                double[] direction = forward.read(directions.get(source).name());
                for (int i = 0; i < gradient.length; i++) {
                    double term = gradient[i] * direction[i] / (source.perSample() ? LANES : 1);
                    actual += term;
                    size += Math.abs(term);
                }
            }
            // Both are sums of the same products in other orders and groupings, a few hundred deep.
            assertEquals(expected, actual, 1e-11 * size, () -> posed.program().toString());
            moving += expected == 0 ? 0 : 1;
        }
        assertTrue(moving > PROGRAMS / 2, moving + " programs have a derivative");
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
