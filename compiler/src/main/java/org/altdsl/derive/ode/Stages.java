package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Expr;

/** The explicit methods of Runge and Kutta over a whole system, with the formulas that Brian 2 documents. */
final class Stages {
    private static final Expr HALF = Formula.number(0.5);

    private final List<Equation> equations;
    private final Coefficients coefficients;
    private final Expr dt;

    /**
     * @param equations with rates that are 0 where a state stands still
     */
    Stages(List<Equation> equations, Coefficients coefficients, double dt) {
        this.equations = equations;
        this.coefficients = coefficients;
        this.dt = Formula.number(dt);
    }

    /** {@code x + k2} with {@code k1 = dt f(x)}, {@code k2 = dt f(x + k1/2)}. */
    List<Expr> midpoint() {
        List<Expr> first = slopes(at(0, List.of(), "1"), "k1");
        List<Expr> values = new ArrayList<>();
        Map<Expr.Read, Expr> middle = at(0.5, first, "2");
        for (Equation equation : equations) {
            values.add(Formula.add(equation.current(), slope(equation, middle)));
        }
        return values;
    }

    /** {@code x + (k1 + 2 k2 + 2 k3 + k4) / 6}. */
    List<Expr> classical() {
        List<Expr> first = slopes(at(0, List.of(), "1"), "k1");
        List<Expr> second = slopes(at(0.5, first, "2"), "k2");
        List<Expr> third = slopes(at(0.5, second, "3"), "k3");
        Map<Expr.Read, Expr> end = at(1, third, "4");
        List<Expr> values = new ArrayList<>();
        for (int i = 0; i < equations.size(); i++) {
            Equation equation = equations.get(i);
            Expr twice = Formula.mul(Formula.number(2), second.get(i));
            Expr twiceAgain = Formula.mul(Formula.number(2), third.get(i));
            Expr sum = Formula.add(Formula.add(first.get(i), twice), twiceAgain);
            Expr total = Formula.add(sum, slope(equation, end));
            values.add(Formula.add(equation.current(), Formula.div(total, Formula.number(6))));
        }
        return values;
    }

    /** The states moved by a fraction of some slopes. */
    private Map<Expr.Read, Expr> at(double fraction, List<Expr> slopes, String stage) {
        Map<Expr.Read, Expr> states = new HashMap<>();
        for (int i = 0; i < equations.size() && fraction > 0; i++) {
            Equation equation = equations.get(i);
            Expr change = fraction == 1 ? slopes.get(i) : Formula.mul(HALF, slopes.get(i));
            Expr moved = Formula.add(equation.current(), change);
            states.put(equation.current(), coefficients.temporary(equation.name() + ".at" + stage, moved));
        }
        return states;
    }

    private List<Expr> slopes(Map<Expr.Read, Expr> states, String stage) {
        List<Expr> slopes = new ArrayList<>();
        for (Equation equation : equations) {
            slopes.add(coefficients.temporary(equation.name() + "." + stage, slope(equation, states)));
        }
        return slopes;
    }

    private Expr slope(Equation equation, Map<Expr.Read, Expr> states) {
        return Formula.mul(dt, Formula.replace(equation.rate(), read -> states.getOrDefault(read, read)));
    }
}
