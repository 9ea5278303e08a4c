package org.altdsl.derive.ode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.altdsl.derive.Slope;
import org.altdsl.derive.ode.LinearForm.Constancy;
import org.altdsl.derive.ode.LinearForm.Splitter;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Printer;

/**
 * Turns a system of differential equations into updates of one step, as formulas over the states at its start.
 *
 * <p>Unless a method is asked for, the part of the system that is linear with constant coefficients and depends on
 * nothing else that moves is solved exactly; other equations get exponential Euler, and those with noise
 * Euler-Maruyama. For {@code v' = (I - v) / tau} with {@code tau = 20 ms}, {@code dt = 0.1 ms} this gives {@code v =
 * 0.995 v + 0.00499 I}, with numbers precise to a rounding or two. Whatever is not a state counts as constant
 * during the step.
 *
 * <p>A variable of noise adds its coefficient times {@code sqrt(dt)} times the draw to Euler's step, in the sense of
 * Itô. With the methods exact and exponential Euler, on request, the factor is {@code sqrt(dt phi(2 a dt))} instead,
 * where {@code a} is the constant coefficient of the state in its own equation: the Ornstein-Uhlenbeck process then
 * has its exact distribution at any step (Gillespie 1996, Physical Review E 54:2084), and for other equations the
 * noise is of the order of Euler-Maruyama. Exact integration asks for coefficients of the noise that do not depend on
 * states; the midpoint and Runge-Kutta methods take no noise at all.
 */
public final class Integration {
    /** How much of a formula is shown as the reason why a method cannot be taken. */
    private static final int LONGEST = 60;

    /** Above, a linearised equation has exploded within the step, and the exponential would soon be infinite. */
    private static final double LARGEST_EXPONENT = 30;

    private final Set<Expr.Read> states = new HashSet<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final List<Expr> drifts = new ArrayList<>();
    private final List<Map<Expr.Read, Expr>> noises = new ArrayList<>();
    private final List<LinearForm> forms = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private final List<Equation> system;
    private final Setting setting;
    private final Constancy constancy;
    private final Coefficients coefficients;

    private Integration(List<Equation> system, Setting setting) {
        this.system = List.copyOf(system);
        this.setting = setting;
        this.constancy = new Constancy(setting.constant());
        this.coefficients = new Coefficients(setting.workspace());
        for (Equation equation : system) {
            if (!states.add(equation.current())) {
                throw new IllegalArgumentException("two equations for " + equation.state());
            }
        }
    }

    /**
     * Discretises a system.
     *
     * @param system its equations; all states are on the same axes, or on some of them
     * @param requested the method, or nothing where the compiler chooses
     */
    public static Outcome of(List<Equation> system, Optional<Method> requested, Setting setting) {
        Integration integration = new Integration(system, setting);
        integration.system.forEach(integration::takeApart);
        integration.exclude();
        integration.choose(requested);
        List<Step> steps = integration.steps();
        integration.diagnostics.addAll(
                Stability.check(integration.system, integration.drifts, integration.methods, setting.dt()));
        return new Outcome(steps, integration.diagnostics);
    }

    private boolean isNoise(Expr.Read read) {
        return setting.noise().contains(read.variable());
    }

    private void error(Code code, Equation equation, String message) {
        diagnostics.add(Diagnostic.error(code, equation.span(), message));
    }

    /** Separates the noise of an equation, and sees whether the rest is linear with constant coefficients. */
    private void takeApart(Equation equation) {
        Expr drift = equation.rate();
        Map<Expr.Read, Expr> noise = Map.of();
        if (LinearForm.isMoving(drift, this::isNoise)) {
            Splitter splitter = new Splitter(this::isNoise, constancy);
            Optional<LinearForm> form = splitter.of(drift);
            if (form.isEmpty()) {
                error(
                        Code.NOT_LINEAR,
                        equation,
                        "the noise in " + equation.name() + "' must be a term with a factor, not part of "
                                + Printer.print(splitter.offending()));
                drift = Formula.ZERO;
            } else {
                noise = form.get().moving();
                drift = Formula.replace(drift, read -> isNoise(read) ? Formula.ZERO : read);
            }
        }
        drifts.add(drift);
        noises.add(noise);
        Splitter splitter = new Splitter(states::contains, constancy);
        Optional<LinearForm> form = splitter.of(drift);
        Optional<Expr> varying = form.stream()
                .flatMap(linear -> linear.moving().values().stream())
                .filter(coefficient -> !constancy.of(coefficient))
                .findFirst();
        form.ifPresent(linear -> checkFinite(equation, linear));
        forms.add(varying.isPresent() ? null : form.orElse(null));
        if (varying.isPresent()) {
            obstacles.add("the coefficient " + shortened(varying.get()) + " changes from step to step");
        } else {
            obstacles.add(form.isPresent() ? null : shortened(splitter.offending()) + " is not linear");
        }
    }

    /** A formula in words, the beginning alone where it is long. */
    private static String shortened(Expr formula) {
        String text = Printer.print(formula);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1).strip() + "…";
    }

    private void checkFinite(Equation equation, LinearForm form) {
        List<Expr> numbers = new ArrayList<>(form.moving().values());
        numbers.addAll(form.held().values());
        numbers.add(form.constant());
        for (Expr number : numbers) {
            if (number instanceof Expr.Const constant && !Double.isFinite(constant.value())) {
                error(
                        Code.NOT_FINITE,
                        equation,
                        "a coefficient in " + equation.name() + "' is not finite: is it divided by 0?");
                return;
            }
        }
    }

    /** Leaves among the linear equations those only that depend on none but themselves. */
    private void exclude() {
        boolean changed;
        do {
            changed = false;
            for (int i = 0; i < system.size(); i++) {
                for (int j = 0; j < system.size() && forms.get(i) != null; j++) {
                    Expr.Read other = system.get(j).current();
                    boolean moves = forms.get(i).moving().containsKey(other);
                    if (moves && (forms.get(j) == null || hasMultipliedNoise(j))) {
                        forms.set(i, null);
                        obstacles.set(
                                i,
                                "it depends on " + system.get(j).name() + ", whose equation is not linear"
                                        + (obstacles.get(j) == null ? " in its noise" : ""));
                        changed = true;
                    }
                }
            }
        } while (changed);
    }

    private boolean hasMultipliedNoise(int equation) {
        return noises.get(equation).values().stream()
                .anyMatch(coefficient -> LinearForm.isMoving(coefficient, states::contains));
    }

    private void choose(Optional<Method> requested) {
        boolean fits = true;
        for (int i = 0; i < system.size() && requested.isPresent(); i++) {
            fits &= fits(i, requested.get());
        }
        for (int i = 0; i < system.size(); i++) {
            if (diagnostics.stream().anyMatch(each -> each.code() == Code.NOT_FINITE)) {
                forms.set(i, null);
            }
            Method method = requested.isPresent() && fits ? requested.get() : fitting(i);
            methods.add(method);
        }
        for (int i = 0; i < system.size(); i++) {
            reasons.add(reason(i, requested.isPresent() && fits));
        }
    }

    private boolean fits(int i, Method method) {
        Equation equation = system.get(i);
        boolean staged = method == Method.RK2 || method == Method.RK4;
        if (staged && !noises.get(i).isEmpty()) {
            error(
                    Code.STOCHASTIC_METHOD,
                    equation,
                    "the method " + method.word() + " takes no noise, but there is some in " + equation.name()
                            + "': euler does");
            return false;
        }
        if (method != Method.EXACT) {
            return true;
        }
        if (forms.get(i) == null) {
            error(
                    Code.NOT_LINEAR,
                    equation,
                    "the method exact needs equations that are linear with constant coefficients, but in "
                            + equation.name() + "' " + obstacles.get(i));
            return false;
        }
        if (hasMultipliedNoise(i)) {
            error(
                    Code.NOT_LINEAR,
                    equation,
                    "the method exact needs noise whose size does not depend on states, but in " + equation.name()
                            + "' it does");
            return false;
        }
        return true;
    }

    private Method fitting(int i) {
        if (!noises.get(i).isEmpty()) {
            return Method.EULER;
        }
        return isExact(i, new HashSet<>()) ? Method.EXACT : Method.EXPONENTIAL_EULER;
    }

    /** Whether an equation is linear and all that moves it is free of noise. */
    private boolean isExact(int i, Set<Integer> seen) {
        if (!seen.add(i)) {
            return true;
        }
        return forms.get(i) != null
                && noises.get(i).isEmpty()
                && sources(i).stream().allMatch(j -> isExact(j, seen));
    }

    /** The other states that an equation reads. */
    private List<Integer> sources(int i) {
        List<Integer> found = new ArrayList<>();
        for (int j = 0; j < system.size(); j++) {
            Expr.Read current = system.get(j).current();
            if (j != i && LinearForm.isMoving(drifts.get(i), current::equals)) {
                found.add(j);
            }
        }
        return found;
    }

    private String names(List<Integer> equations) {
        return equations.stream().map(j -> system.get(j).name()).collect(Collectors.joining(", "));
    }

    private String reason(int i, boolean asRequested) {
        String name = system.get(i).name();
        String others = names(sources(i));
        String why =
                switch (methods.get(i)) {
                    case EXACT -> "linear with constant coefficients" + (others.isEmpty() ? "" : ", with " + others);
                    case EXPONENTIAL_EULER -> {
                        boolean linear =
                                !LinearForm.isMoving(slope(i), system.get(i).current()::equals);
                        String held = others.isEmpty()
                                ? ""
                                : " while " + others + (sources(i).size() > 1 ? " are" : " is") + " held";
                        String obstacle = obstacles.get(i) == null ? "" : " (not exact: " + obstacles.get(i) + ")";
                        yield linear
                                ? "linear in " + name + held + (asRequested ? "" : obstacle)
                                : "not linear in " + name + ": linearised at the start of each step" + held;
                    }
                    case EULER -> noises.get(i).isEmpty() ? "" : "noise: Euler-Maruyama";
                    case RK2, RK4 -> "";
                };
        if (!asRequested) {
            return why;
        }
        return why.isEmpty() ? "as requested" : "as requested; " + why;
    }

    private List<Step> steps() {
        List<Expr> values = values();
        List<Step> steps = new ArrayList<>();
        Set<Integer> open = new TreeSet<>();
        for (int i = 0; i < system.size(); i++) {
            open.add(i);
        }
        while (!open.isEmpty()) {
            int next = open.stream()
                    .filter(i -> open.stream().noneMatch(j -> j != i && reads(values.get(j), i)))
                    .findFirst()
                    .orElse(-1);
            if (next < 0) {
                // States need each other's old values. The one that needs most is computed before any is written.
                int most = open.stream()
                        .max(Comparator.comparingLong(i -> readsAmong(values.get(i), open)))
                        .orElseThrow();
                String name = system.get(most).name() + ".next";
                values.set(most, setting.workspace().temporary(name, values.get(most)));
                continue;
            }
            Equation equation = system.get(next);
            steps.add(new Step(equation.state(), values.get(next), methods.get(next), reasons.get(next)));
            open.remove(next);
        }
        return steps;
    }

    private long readsAmong(Expr value, Set<Integer> states) {
        return states.stream().filter(state -> reads(value, state)).count();
    }

    private boolean reads(Expr value, int state) {
        return LinearForm.isMoving(value, system.get(state).current()::equals);
    }

    private List<Expr> values() {
        if (methods.contains(Method.RK2) || methods.contains(Method.RK4)) {
            List<Equation> freed = new ArrayList<>();
            for (Equation equation : system) {
                Expr rate = equation.frozen().isEmpty()
                        ? equation.rate()
                        : Formula.select(equation.frozen().get(), Formula.ZERO, equation.rate());
                freed.add(new Equation(equation.state(), equation.current(), rate, equation.span()));
            }
            Stages stages = new Stages(freed, coefficients, setting.dt());
            return methods.contains(Method.RK2) ? stages.midpoint() : stages.classical();
        }
        List<Integer> exact = new ArrayList<>();
        for (int i = 0; i < system.size(); i++) {
            if (methods.get(i) == Method.EXACT) {
                exact.add(i);
            }
        }
        Linear linear = new Linear(
                exact.stream().map(system::get).toList(),
                exact.stream().map(forms::get).toList(),
                coefficients,
                setting.dt());
        List<Expr> values = new ArrayList<>();
        for (int i = 0; i < system.size(); i++) {
            Expr.Read current = system.get(i).current();
            Expr value =
                    switch (methods.get(i)) {
                        case EXACT -> linear.solution(exact.indexOf(i));
                        case EXPONENTIAL_EULER -> exponential(i);
                        default -> Formula.add(current, Formula.mul(Formula.number(setting.dt()), drifts.get(i)));
                    };
            Expr noisy = Formula.add(value, noise(i));
            Optional<Expr> frozen = system.get(i).frozen();
            boolean selects = methods.get(i) != Method.EXACT || !noises.get(i).isEmpty();
            values.add(frozen.isPresent() && selects ? Formula.select(frozen.get(), current, noisy) : noisy);
        }
        return values;
    }

    /** The derivative of an equation's rate by its own state. */
    private Expr slope(int i) {
        return new Slope(system.get(i).state()).of(Formula.folded(drifts.get(i)));
    }

    private Expr exponential(int i) {
        Equation equation = system.get(i);
        Predicate<Expr.Read> own = equation.current()::equals;
        Expr slope = slope(i);
        Expr exponent = Formula.mul(Formula.number(setting.dt()), slope);
        Expr step = Formula.number(setting.dt());
        if (constancy.of(slope)) {
            Expr phi = Formula.phi(exponent);
            Optional<LinearForm> form = new Splitter(own, constancy).of(drifts.get(i));
            if (form.isPresent()) {
                return decay(equation, form.get(), exponent, phi);
            }
            Expr factor = coefficients.ready(equation.name() + ".factor", Formula.mul(step, phi));
            return Formula.add(equation.current(), Formula.mul(factor, drifts.get(i)));
        }
        Expr bounded = LinearForm.isMoving(slope, own)
                ? Expr.Prim.of(Op.MIN, exponent, Formula.number(LARGEST_EXPONENT))
                : exponent;
        Expr named = coefficients.temporary(equation.name() + ".exponent", bounded);
        Expr factor = coefficients.temporary(equation.name() + ".factor", Formula.mul(step, Formula.phi(named)));
        return Formula.add(equation.current(), Formula.mul(factor, drifts.get(i)));
    }

    private Expr decay(Equation equation, LinearForm form, Expr exponent, Expr phi) {
        String name = equation.name();
        Expr step = Formula.number(setting.dt());
        Map<Expr, Expr> weights = new LinkedHashMap<>();
        weights.put(equation.current(), coefficients.ready(name + ".factor", Formula.exp(exponent)));
        form.held()
                .forEach((term, weight) -> weights.put(
                        term, coefficients.ready(name + ".factor", Formula.mul(Formula.mul(step, weight), phi))));
        Expr constant = Formula.mul(Formula.mul(step, form.constant()), phi);
        return Formula.sum(weights, coefficients.ready(name + ".drive", constant));
    }

    private Expr noise(int i) {
        Expr variance = Formula.number(setting.dt());
        if (methods.get(i) != Method.EULER && !noises.get(i).isEmpty()) {
            Expr slope = slope(i);
            Expr twice = Formula.mul(Formula.number(2 * setting.dt()), slope);
            variance = constancy.of(slope) ? Formula.mul(variance, Formula.phi(twice)) : variance;
        }
        Expr total = Formula.ZERO;
        for (Map.Entry<Expr.Read, Expr> noise : noises.get(i).entrySet()) {
            Expr size = Formula.mul(Formula.squareRoot(variance), noise.getValue());
            Expr ready = constancy.of(size) ? coefficients.ready(system.get(i).name() + ".noise", size) : size;
            total = Formula.add(total, Formula.mul(ready, noise.getKey()));
        }
        return total;
    }
}
