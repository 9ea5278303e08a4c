package org.altdsl.derive.ode;

import static org.altdsl.derive.ode.Cells.add;
import static org.altdsl.derive.ode.Cells.div;
import static org.altdsl.derive.ode.Cells.exp;
import static org.altdsl.derive.ode.Cells.mul;
import static org.altdsl.derive.ode.Cells.neg;
import static org.altdsl.derive.ode.Cells.ramp;
import static org.altdsl.derive.ode.Cells.sub;
import static org.altdsl.ir.Sketch.number;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.runtime.kernel.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The discretised equations as compiled kernels, against the interpreter. */
class CompiledTest {
    private static final int NEURONS = 37;

    private static void compare(Cells cells, List<Expr.Read> states, Precision precision, double tolerance) {
        cells.run(40);
        List<double[]> expected = states.stream().map(cells::values).toList();
        cells.compile(precision).run(40);
        for (int i = 0; i < states.size(); i++) {
            double[] found = cells.values(states.get(i));
            for (int n = 0; n < NEURONS; n++) {
                double size = Math.max(1e-3, Math.abs(expected.get(i)[n]));
                assertEquals(expected.get(i)[n], found[n], tolerance * size, states.get(i) + " of " + n);
            }
        }
    }

    /** A squid's membrane in mV and ms, with two of its gates, and a current through the membrane. */
    private static List<Expr.Read> membrane(Cells cells) {
        Expr.Read v = cells.state("v", ramp(-65, 0.2));
        Expr.Read m = cells.state("m", 0.05);
        Expr.Read n = cells.state("n", 0.3);
        Expr.Read g = cells.state("g", ramp(0, 0.02));
        Expr.Read tau = cells.parameter("tau", ramp(2, 0.1));
        Expr open = mul(0.1, exp(div(add(v, number(40)), 20)));
        Expr close = mul(4, exp(neg(div(add(v, number(65)), 18))));
        Expr sodium = mul(mul(12, Expr.Prim.of(Op.POW, m, number(3))), sub(number(50), v));
        Expr potassium = mul(mul(3.6, mul(n, n)), sub(number(-77), v));
        Expr synapses = add(mul(g, sub(number(0), v)), mul(0.3, sub(number(-54), v)));
        cells.equation(v, add(add(sodium, potassium), synapses));
        cells.equation(m, sub(mul(open, sub(number(1), m)), mul(close, m)));
        cells.equation(n, mul(0.2, sub(exp(mul(0.01, add(v, number(20)))), n)));
        cells.equation(g, div(neg(g), tau));
        return List.of(v, m, n, g);
    }

    @ParameterizedTest
    @CsvSource({
        ", DOUBLE, 1e-12",
        "EULER, DOUBLE, 1e-12",
        "RK2, DOUBLE, 1e-12",
        "RK4, DOUBLE, 1e-12",
        // Forty steps of eight roundings by 2^-24.
        ", FLOAT, 2e-5",
        "RK4, FLOAT, 2e-5"
    })
    void membranes(Method method, Precision precision, double tolerance) {
        Cells cells = new Cells(NEURONS);
        List<Expr.Read> states = membrane(cells);
        cells.start(Optional.ofNullable(method), 0.02);
        compare(cells, states, precision, tolerance);
    }

    @Test
    void coupledLinearNeurons() {
        Cells cells = new Cells(NEURONS);
        Expr.Read rate = cells.parameter("rate", ramp(-50, 4));
        Expr.Read v = cells.state("v", 1);
        Expr.Read w = cells.state("w", ramp(0, 0.1));
        Expr.Read u = cells.input("u", ramp(1, -0.02));
        cells.equation(v, sub(u, add(mul(3, v), mul(rate, w))));
        cells.equation(w, sub(v, mul(2, w)));
        cells.start(Optional.of(Method.EXACT), 0.01);
        compare(cells, List.of(v, w), Precision.DOUBLE, 1e-12);
    }
}
