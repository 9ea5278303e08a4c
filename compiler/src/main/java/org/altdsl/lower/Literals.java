package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/** Lists of numbers written in the text, and the order in which they name axes. */
final class Literals {
    private final Expressions expressions;
    private final List<List<Axis>> orders = new ArrayList<>();
    private final Map<String, Integer> sizes = new HashMap<>();

    Literals(Expressions expressions) {
        this.expressions = requireNonNull(expressions);
    }

    /** Says in which order literals and indices name the axes of a space: {@code [post][pre]} for a projection. */
    void register(Axis... axes) {
        orders.add(List.of(axes));
    }

    /** Says how many points an axis has, so that lists over it can be held to that. */
    boolean isSized(Axis axis) {
        return sizes.containsKey(axis.extent());
    }

    int sizeOf(Axis axis) {
        return sizes.get(axis.extent());
    }

    void size(Axis axis, int count) {
        sizes.put(axis.extent(), count);
    }

    /** The order in which a literal names the axes of a space: samples first, then as registered. */
    List<Axis> order(Space space) {
        List<Axis> order = new ArrayList<>();
        Space rest = space;
        if (space.has(Axis.LANE)) {
            order.add(Axis.LANE);
            rest = space.without(Axis.LANE);
        }
        for (List<Axis> registered : orders) {
            if (Space.of(registered).equals(rest)) {
                order.addAll(registered);
                return order;
            }
        }
        order.addAll(rest.axes());
        return order;
    }

    /** A literal over axes, as a choice by index: lists of tests and experiments are short. */
    org.altdsl.ir.Expr literal(Value.Sequence sequence, Space space, Section section) {
        int levels = levels(sequence.list());
        List<Axis> order = order(space);
        if (levels < order.size() && !order.isEmpty() && order.get(0).equals(Axis.LANE)) {
            order = order.subList(1, order.size());
        }
        if (levels != order.size()) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    sequence.list().span(),
                    "a list of depth " + levels + " cannot stand for a quantity with one value for "
                            + Expressions.words(space));
        }
        return pick(sequence.list(), order, 0, sequence.scope(), section);
    }

    private org.altdsl.ir.Expr pick(Expr.ListLiteral list, List<Axis> order, int level, Scope scope, Section section) {
        Integer size = sizes.get(order.get(level).extent());
        if (size != null && size != list.elements().size()) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    list.span(),
                    "this list has " + list.elements().size() + " elements, but '"
                            + order.get(level).name() + "' has " + size);
        }
        org.altdsl.ir.Expr result = new Const(0);
        for (int i = list.elements().size() - 1; i >= 0; i--) {
            Expr element = list.elements().get(i);
            org.altdsl.ir.Expr value;
            if (level + 1 < order.size()) {
                if (!(element instanceof Expr.ListLiteral inner)) {
                    throw expressions.error(
                            Code.WRONG_SHAPE, element.span(), "expected a list here, as in the rows beside it");
                }
                value = pick(inner, order, level + 1, scope, section);
            } else {
                value = expressions.real(element, scope, section);
            }
            boolean last = i == list.elements().size() - 1;
            org.altdsl.ir.Expr here =
                    Emission.prim(Op.EQ, new org.altdsl.ir.Expr.Index(order.get(level)), new Const(i));
            result = last ? value : Emission.prim(Op.SELECT, here, value, result);
        }
        return result;
    }

    /** How deep a list of lists is. */
    static int levels(Expr.ListLiteral list) {
        return list.elements().isEmpty() || !(list.elements().get(0) instanceof Expr.ListLiteral inner)
                ? 1
                : 1 + levels(inner);
    }
}
