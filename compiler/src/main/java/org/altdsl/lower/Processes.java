package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Draw;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/**
 * Random processes of a network in time: {@code noise n ~ D} is drawn anew in every step; {@code noise n ~
 * ornstein_uhlenbeck(tau = 10 ms, sigma = 0.1)} keeps part of what it was, so that it varies by {@code sigma} about 0
 * and forgets with {@code tau}, whatever the step; and {@code xi} in an equation is white noise, whose unit is one over
 * the square root of a time.
 */
final class Processes {
    private final Expressions expressions;
    private final Emission emission;
    private final Time time;
    private final Map<String, Var> known = new HashMap<>();
    private final Set<Var> white = new LinkedHashSet<>();

    Processes(Expressions expressions, Time time) {
        this.expressions = requireNonNull(expressions);
        this.emission = expressions.emission();
        this.time = requireNonNull(time);
    }

    /** Whether a name is that of white noise where nothing else has it. */
    static boolean isWhite(String name) {
        return name.equals("xi") || name.startsWith("xi_");
    }

    /** The variables that hold white noise. */
    Set<Var> white() {
        return white;
    }

    /** White noise at the points of a space, the same for all equations there that name it alike. */
    org.altdsl.ir.Expr white(String name, String owner, Space space, Span at) {
        String full = owner + "." + name;
        Var variable = known.computeIfAbsent(full, unused -> {
            org.altdsl.ir.Expr drawn =
                    new Draw(Dist.NORMAL, java.util.List.of(new Const(0), new Const(1)), full, space, false);
            Var made = temporary(full, name, space, at);
            emission.update(Section.TICK, made, Optional.empty(), drawn, Slot.CLAMP, at);
            white.add(made);
            return made;
        });
        return emission.read(variable, Section.TICK);
    }

    /** What a process is in this step, at the points of a space. */
    org.altdsl.ir.Expr value(Expr distribution, Scope scope, Space space, String name, Span at) {
        Var variable = known.get(name);
        if (variable == null) {
            variable = distribution instanceof Expr.Call call
                            && call.function().span().text().equals("ornstein_uhlenbeck")
                    ? ornsteinUhlenbeck(call, scope, space, name, at)
                    : drawn(distribution, scope, space, name, at);
            known.put(name, variable);
        }
        return emission.read(variable, Section.TICK);
    }

    private Var drawn(Expr distribution, Scope scope, Space space, String name, Span at) {
        org.altdsl.ir.Expr draw = new Builtins(expressions).draw(distribution, scope, Section.TICK, space, name, false);
        Var variable = temporary(name, name.substring(name.lastIndexOf('.') + 1), draw.space(), at);
        emission.update(Section.TICK, variable, Optional.empty(), draw, Slot.CLAMP, at);
        return variable;
    }

    private Var temporary(String name, String label, Space space, Span at) {
        return emission.declare(new Var(
                emission.freeName(name),
                space,
                DType.REAL,
                org.altdsl.runtime.plan.Scope.STEP,
                Owner.NEURON,
                Matter.NEURON,
                Optional.empty(),
                at,
                label));
    }

    private Var ornsteinUhlenbeck(Expr.Call call, Scope scope, Space space, String name, Span at) {
        org.altdsl.ir.Expr tau = argument(call, "tau", 0, scope);
        org.altdsl.ir.Expr sigma = argument(call, "sigma", 1, scope);
        org.altdsl.ir.Expr keeps =
                Emission.prim(Op.EXP, Emission.prim(Op.NEG, Emission.prim(Op.DIV, new Const(time.dt()), tau)));
        org.altdsl.ir.Expr fresh =
                Emission.prim(Op.SQRT, Emission.prim(Op.SUB, new Const(1), Emission.prim(Op.MUL, keeps, keeps)));
        Space whole = space.union(tau.space()).union(sigma.space());
        Var state = emission.declare(new Var(
                emission.freeName(name),
                whole,
                DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.NEURON,
                Matter.NEURON,
                Optional.of(new Const(0)),
                at,
                name.substring(name.lastIndexOf('.') + 1)));
        org.altdsl.ir.Expr kick =
                new Draw(Dist.NORMAL, java.util.List.of(new Const(0), new Const(1)), name, whole, false);
        org.altdsl.ir.Expr next = Emission.prim(
                Op.ADD,
                Emission.prim(Op.MUL, keeps, emission.read(state, Section.TICK)),
                Emission.prim(Op.MUL, Emission.prim(Op.MUL, sigma, fresh), kick));
        emission.update(Section.TICK, state, Optional.empty(), next, Slot.CLAMP, at);
        return state;
    }

    private org.altdsl.ir.Expr argument(Expr.Call call, String wanted, int position, Scope scope) {
        for (int i = 0; i < call.arguments().size(); i++) {
            Expr.Argument argument = call.arguments().get(i);
            boolean meant = argument.name().map(Name::text).map(wanted::equals).orElse(i == position);
            if (meant) {
                return expressions.real(argument.value(), scope, Section.TICK);
            }
        }
        throw expressions.error(
                Code.WRONG_ARGUMENTS, call.span(), "written ornstein_uhlenbeck(tau = 10 ms, sigma = 0.1)");
    }
}
