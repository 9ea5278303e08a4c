package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;

/**
 * Filters of a network in time, wherever they stand: {@code lowpass(x, tau)} moves by {@code (1 - k) (x - y)} in every
 * step, with {@code k = exp(-dt / tau)}, from 0 or from what {@code from = e} says; {@code highpass(x, tau)} is what the
 * former leaves of the signal; {@code lookahead(x, tau)} goes on as fast as the signal moves, for {@code tau}.
 *
 * <p>A filter has one value wherever its signal has one: of a signal that only differs from neuron to neuron, one for
 * each neuron, even where synapses read it.
 */
final class Filters {
    private static final Set<String> FUNCTIONS = Set.of("lowpass", "highpass", "lookahead");

    private final Expressions expressions;
    private final Emission emission;
    private final Time time;
    private final Map<Key, Var> known = new HashMap<>();

    /** One filter: where it is written, and of what, by which time constant. */
    private record Key(Object where, org.altdsl.ir.Expr signal, org.altdsl.ir.Expr constant) {}

    Filters(Expressions expressions, Time time) {
        this.expressions = requireNonNull(expressions);
        this.emission = expressions.emission();
        this.time = requireNonNull(time);
    }

    static boolean isFilter(String name) {
        return FUNCTIONS.contains(name);
    }

    /** The value of a filter. */
    org.altdsl.ir.Expr call(String name, Expr.Call call, Scope scope, Section section) {
        List<Expr.Argument> plain = call.arguments().stream()
                .filter(argument -> argument.name().isEmpty())
                .toList();
        Optional<Expr> from = call.arguments().stream()
                .filter(argument -> argument.name().map(Name::text).orElse("").equals("from"))
                .map(Expr.Argument::value)
                .findFirst();
        boolean written = plain.size() == 2
                && call.arguments().size() == plain.size() + (from.isPresent() ? 1 : 0)
                && !(name.equals("lookahead") && from.isPresent());
        if (!written) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS,
                    call.span(),
                    "written " + name + "(x, 20 ms)"
                            + (name.equals("lookahead") ? "" : ", with 'from = 1' where it does not start at 0"));
        }
        org.altdsl.ir.Expr x = expressions.real(plain.get(0).value(), scope, section);
        if (name.equals("lookahead")) {
            return lookahead(x, expressions.real(plain.get(1).value(), scope, section), section);
        }
        org.altdsl.ir.Expr low = lowpass(call, plain, from, scope, section);
        return name.equals("highpass") ? Emission.prim(Op.SUB, x, low) : low;
    }

    private org.altdsl.ir.Expr lookahead(org.altdsl.ir.Expr x, org.altdsl.ir.Expr constant, Section section) {
        if (section.is(Section.Kind.INIT)) {
            return x;
        }
        org.altdsl.ir.Expr before = Gather.of(new IndexMap.Shift(1), x);
        org.altdsl.ir.Expr slope = Emission.prim(Op.DIV, Emission.prim(Op.SUB, x, before), new Const(time.dt()));
        return Emission.prim(Op.ADD, before, Emission.prim(Op.MUL, constant, slope));
    }

    private org.altdsl.ir.Expr lowpass(
            Expr.Call call, List<Expr.Argument> plain, Optional<Expr> from, Scope scope, Section section) {
        if (section.is(Section.Kind.INIT)) {
            return from.map(e -> expressions.real(e, scope, section)).orElse(new Const(0));
        }
        // It moves in every step, whoever asks for it and when.
        org.altdsl.ir.Expr x = expressions.real(plain.get(0).value(), scope, Section.TICK);
        org.altdsl.ir.Expr constant = expressions.real(plain.get(1).value(), scope, Section.TICK);
        if (constant instanceof Const number && !(number.value() > 0)) {
            throw expressions.error(
                    Code.BAD_SETTING,
                    plain.get(1).span(),
                    "the time constant of a filter is longer than 0, not " + number.value() + " s");
        }
        return filtered(call, x, constant, from, scope, section);
    }

    private org.altdsl.ir.Expr filtered(
            Expr.Call call,
            org.altdsl.ir.Expr x,
            org.altdsl.ir.Expr constant,
            Optional<Expr> from,
            Scope scope,
            Section section) {
        if (x instanceof Gather gather
                && gather.along() instanceof IndexMap.Table
                && constant.space().isScalar()) {
            // What synapses see of a neuron's quantity is filtered at the neuron.
            return Gather.of(gather.along(), filtered(call, gather.of(), constant, from, scope, section));
        }
        Key key = new Key(call.span(), atStart(x), atStart(constant));
        Var state = known.get(key);
        if (state == null) {
            Space space = x.space().union(constant.space());
            org.altdsl.ir.Expr start = from.map(
                            e -> expressions.real(e, Scope.over(scope).drawing(space), Section.INIT, space))
                    .orElse(new Const(0));
            state = emission.declare(new Var(
                    emission.freeName(owner(scope) + "lowpass"),
                    space.union(start.space()),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.RULE,
                    Matter.OTHER,
                    Optional.of(start),
                    call.span(),
                    "lowpass"));
            known.put(key, state);
            org.altdsl.ir.Expr exponent = Emission.prim(Op.NEG, Emission.prim(Op.DIV, new Const(time.dt()), constant));
            org.altdsl.ir.Expr keeps = Emission.prim(Op.EXP, exponent);
            org.altdsl.ir.Expr old = emission.read(state, Section.TICK);
            org.altdsl.ir.Expr next = Emission.prim(
                    Op.ADD,
                    Emission.prim(Op.MUL, keeps, old),
                    Emission.prim(Op.MUL, Emission.prim(Op.SUB, new Const(1), keeps), x));
            emission.update(Section.TICK, state, Optional.empty(), next, Slot.SETTLE, call.span());
        }
        return emission.read(state, section);
    }

    private static String owner(Scope scope) {
        String stream = scope.stream();
        return stream.isEmpty() ? "" : stream + ".";
    }

    private static org.altdsl.ir.Expr atStart(org.altdsl.ir.Expr expr) {
        if (expr instanceof org.altdsl.ir.Expr.Read read) {
            return new org.altdsl.ir.Expr.Read(read.variable(), 0);
        }
        return Exprs.mapChildren(expr, Filters::atStart);
    }
}
