package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.derive.Algebra;
import org.altdsl.ir.Expr;

/** The exact solution of equations that are linear with coefficients constant in a run. */
final class Linear {
    private final Algebra algebra = new Algebra();
    private final List<Equation> equations;
    private final List<LinearForm> forms;
    private final Map<Expr.Read, Integer> places = new LinkedHashMap<>();
    private final Coefficients coefficients;
    private final double dt;

    /**
     * @param equations equations that depend on one another only
     * @param forms their rates
     */
    Linear(List<Equation> equations, List<LinearForm> forms, Coefficients coefficients, double dt) {
        this.equations = equations;
        this.forms = forms;
        this.coefficients = coefficients;
        this.dt = dt;
        for (Equation equation : equations) {
            places.put(equation.current(), places.size());
        }
    }

    /** The value of a state after the step. */
    Expr solution(int state) {
        Set<Expr> conditions = new LinkedHashSet<>();
        equations.get(state).frozen().ifPresent(conditions::add);
        for (int source : sources(state, Set.of())) {
            equations.get(source).frozen().ifPresent(conditions::add);
        }
        return solution(state, new ArrayList<>(conditions), new LinkedHashSet<>());
    }

    private Expr solution(int state, List<Expr> conditions, Set<Expr> holding) {
        if (isFrozen(state, holding)) {
            return equations.get(state).current();
        }
        if (conditions.isEmpty()) {
            return moving(state, holding);
        }
        List<Expr> others = conditions.subList(1, conditions.size());
        Set<Expr> frozen = new LinkedHashSet<>(holding);
        frozen.add(conditions.get(0));
        Expr held = solution(state, others, frozen);
        return Formula.select(conditions.get(0), held, solution(state, others, holding));
    }

    private boolean isFrozen(int state, Set<Expr> holding) {
        return equations.get(state).frozen().filter(holding::contains).isPresent();
    }

    /** A state and all that moves it, directly or through others, in the order of the equations. */
    private List<Integer> sources(int state, Set<Expr> holding) {
        List<Integer> found = new ArrayList<>(List.of(state));
        for (int next = 0; next < found.size(); next++) {
            int here = found.get(next);
            if (isFrozen(here, holding)) {
                continue;
            }
            for (Expr.Read read : forms.get(here).moving().keySet()) {
                if (!found.contains(places.get(read))) {
                    found.add(places.get(read));
                }
            }
        }
        return found.stream().sorted().toList();
    }

    private Expr coefficient(int of, int by, Set<Expr> holding) {
        if (isFrozen(of, holding)) {
            return Formula.ZERO;
        }
        return forms.get(of).moving().getOrDefault(equations.get(by).current(), Formula.ZERO);
    }

    /** The coefficients of what is held, and under the key 1 the constant. */
    private Map<Expr, Expr> inputs(int state, Set<Expr> holding) {
        Map<Expr, Expr> inputs = new LinkedHashMap<>();
        if (!isFrozen(state, holding)) {
            inputs.putAll(forms.get(state).held());
            if (!Formula.isZero(forms.get(state).constant())) {
                inputs.put(Formula.ONE, forms.get(state).constant());
            }
        }
        return inputs;
    }

    private Expr moving(int state, Set<Expr> holding) {
        List<Integer> sources = sources(state, holding);
        Expr[][] matrix = new Expr[sources.size()][sources.size()];
        boolean numbers = true;
        for (int i = 0; i < sources.size(); i++) {
            for (int j = 0; j < sources.size(); j++) {
                matrix[i][j] = coefficient(sources.get(i), sources.get(j), holding);
                numbers &= matrix[i][j] instanceof Expr.Const;
            }
        }
        Map<Expr, Expr> weights;
        if (numbers) {
            weights = byNumbers(state, sources, matrix, holding);
        } else if (isFlat(state, sources, matrix, holding)) {
            weights = byFormula(state, sources, matrix, holding);
        } else {
            weights = bySeries(state, sources, matrix, holding);
        }
        String name = equations.get(state).name();
        Map<Expr, Expr> ready = new LinkedHashMap<>();
        Expr constant = Formula.ZERO;
        for (Map.Entry<Expr, Expr> entry : weights.entrySet()) {
            boolean isConstant = entry.getKey().equals(Formula.ONE);
            Expr weight = coefficients.ready(name + (isConstant ? ".drive" : ".factor"), entry.getValue());
            if (isConstant) {
                constant = weight;
            } else if (!Formula.isZero(weight)) {
                ready.put(entry.getKey(), weight);
            }
        }
        return Formula.sum(ready, constant);
    }

    private Map<Expr, Expr> byNumbers(int state, List<Integer> sources, Expr[][] matrix, Set<Expr> holding) {
        int n = sources.size();
        double[][] numbers = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                numbers[i][j] = ((Expr.Const) matrix[i][j]).value();
            }
        }
        Propagator propagator = Propagator.of(numbers, dt);
        int own = sources.indexOf(state);
        Map<Expr, Expr> weights = ownFirst(state);
        for (int j = 0; j < n; j++) {
            weights.put(
                    equations.get(sources.get(j)).current(),
                    Formula.number(propagator.states()[own][j]));
        }
        for (int j = 0; j < n; j++) {
            Expr through = Formula.number(propagator.inputs()[own][j]);
            inputs(sources.get(j), holding)
                    .forEach((input, weight) -> weights.merge(input, algebra.mul(through, weight), algebra::add));
        }
        return weights;
    }

    private Map<Expr, Expr> ownFirst(int state) {
        Map<Expr, Expr> weights = new LinkedHashMap<>();
        weights.put(equations.get(state).current(), Formula.ZERO);
        return weights;
    }

    /** Whether what moves a state is moved by nothing but itself. */
    private boolean isFlat(int state, List<Integer> sources, Expr[][] matrix, Set<Expr> holding) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i) == state) {
                continue;
            }
            if (!inputs(sources.get(i), holding).isEmpty()) {
                return false;
            }
            for (int j = 0; j < sources.size(); j++) {
                if (i != j && !Formula.isZero(matrix[i][j])) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * With {@code x' = a x + c y + b}, {@code y' = d y}: {@code exp(a dt) x + c dt exp(d dt) phi((a - d) dt) y +
     * dt phi(a dt) b}, which holds for equal a and d too.
     */
    private Map<Expr, Expr> byFormula(int state, List<Integer> sources, Expr[][] matrix, Set<Expr> holding) {
        Expr step = Formula.number(dt);
        int own = sources.indexOf(state);
        Expr exponent = algebra.mul(step, matrix[own][own]);
        Map<Expr, Expr> weights = ownFirst(state);
        for (int i = 0; i < sources.size(); i++) {
            Expr other = algebra.mul(step, matrix[i][i]);
            Expr between = Formula.mul(Formula.exp(other), Formula.phi(algebra.sub(exponent, other)));
            Expr weight = i == own ? Formula.exp(exponent) : Formula.mul(algebra.mul(step, matrix[own][i]), between);
            weights.put(equations.get(sources.get(i)).current(), weight);
        }
        Expr through = Formula.phi(exponent);
        inputs(state, holding)
                .forEach((input, weight) -> weights.put(input, Formula.mul(algebra.mul(step, weight), through)));
        return weights;
    }

    private Map<Expr, Expr> bySeries(int state, List<Integer> sources, Expr[][] matrix, Set<Expr> holding) {
        int n = sources.size();
        Set<Expr> columns = new LinkedHashSet<>();
        sources.forEach(source -> columns.addAll(inputs(source, holding).keySet()));
        List<Expr> inputs = new ArrayList<>(columns);
        Expr[][] generator = new Expr[n][n + inputs.size()];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, generator[i], 0, n);
            Map<Expr, Expr> own = inputs(sources.get(i), holding);
            for (int j = 0; j < inputs.size(); j++) {
                generator[i][n + j] = own.getOrDefault(inputs.get(j), Formula.ZERO);
            }
        }
        String name = equations.get(sources.get(0)).name() + ".exponential";
        int own = sources.indexOf(state);
        Expr[] change = new SymbolicPropagator(value -> coefficients.ready(name, value)).change(generator, dt)[own];
        Map<Expr, Expr> weights = ownFirst(state);
        for (int j = 0; j < n; j++) {
            Expr weight = j == own ? Formula.add(Formula.ONE, change[j]) : change[j];
            weights.put(equations.get(sources.get(j)).current(), weight);
        }
        for (int j = 0; j < inputs.size(); j++) {
            weights.put(inputs.get(j), change[n + j]);
        }
        return weights;
    }
}
