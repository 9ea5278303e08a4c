package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Clock;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Expr.Index;
import org.altdsl.ir.Expr.SizeOf;
import org.altdsl.ir.Expr.Tick;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.source.Span;

/** What a test gives: values, sizes and draws, as expressions of its program. */
final class Givens {
    private final Map<String, Item.GivenValue> values = new LinkedHashMap<>();
    private final Expressions expressions;
    private final Scope scope;
    private final Span test;
    private int lanes = 1;

    Givens(Declaration test, Expressions expressions, Scope scope) {
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.test = test.name().span();
        for (Item item : test.body()) {
            if (item instanceof Item.Given given) {
                given.values()
                        .forEach(
                                value -> values.put(value.target().span().text().replaceAll("\\s", ""), value));
            }
        }
    }

    /** What is given under a name, or null. */
    Item.GivenValue get(String name) {
        return values.get(name);
    }

    Iterable<Item.GivenValue> all() {
        return values.values();
    }

    /** Where the test stands. */
    Span at() {
        return test;
    }

    /** How many samples a batch has, by the rows of what is given. */
    int lanes() {
        return lanes;
    }

    /** A size given outright ({@code pre[6]}), or that of a literal at some level. */
    int size(String word, String first, int firstLevel, String second, int secondLevel) {
        for (Item.GivenValue value : values.values()) {
            if (value.kind() == Item.GivenKind.SIZE
                    && value.target() instanceof Expr.Index index
                    && index.of().span().text().equals(word)) {
                return expressions.whole(index.at().get(0).value(), scope, Section.INIT, "a size");
            }
        }
        for (Map.Entry<String, Integer> source : Map.of(second, secondLevel).entrySet()) {
            int found = length(values.get(source.getKey()), source.getValue());
            if (found > 0) {
                return found;
            }
        }
        int found = length(values.get(first), firstLevel);
        return found > 0 ? found : 1;
    }

    int length(Item.GivenValue value, int level) {
        if (value == null || value.value().isEmpty()) {
            return 0;
        }
        Expr expr = value.value().get();
        for (int i = 0; i < level; i++) {
            if (!(expr instanceof Expr.ListLiteral list) || list.elements().isEmpty()) {
                return 0;
            }
            expr = list.elements().get(0);
        }
        return expr instanceof Expr.ListLiteral list ? list.elements().size() : 0;
    }

    /** A given quantity as an expression: a literal, one row after the other, or a draw. */
    org.altdsl.ir.Expr shown(Item.GivenValue value, Space space) {
        Expr source = value.value().orElseThrow();
        switch (value.kind()) {
            case DRAWN:
                boolean once =
                        value.clauses().stream().anyMatch(c -> c.word().text().equals("once"));
                Space drawn = once ? space.without(Axis.LANE) : space;
                return new Builtins(expressions)
                        .draw(
                                source,
                                scope,
                                Section.SETTLE,
                                drawn,
                                "given " + value.target().span().text(),
                                once);
            case CYCLE:
                return cycle((Expr.ListLiteral) source, space);
            default:
                if (source instanceof Expr.ListLiteral list) {
                    int levels = Literals.levels(list);
                    if (levels == space.rank() && space.has(Axis.LANE)) {
                        lanes = Math.max(lanes, list.elements().size());
                    }
                }
                return expressions.real(source, scope, Section.SETTLE, space);
        }
    }

    private org.altdsl.ir.Expr cycle(Expr.ListLiteral list, Space space) {
        int count = list.elements().size();
        Axis turn = new Axis("turn", Role.COORD, "#" + count);
        Space rest = space.without(Axis.LANE);
        List<Axis> order = new ArrayList<>(List.of(turn));
        order.addAll(expressions.literals().order(rest));
        expressions.literals().register(order.toArray(new Axis[0]));
        org.altdsl.ir.Expr rows =
                expressions.literals().literal(new Value.Sequence(list, scope), Space.of(order), Section.SETTLE);
        if (!rows.space().has(turn)) {
            return rows;
        }
        org.altdsl.ir.Expr number = new Tick(Clock.BATCH);
        if (space.has(Axis.LANE)) {
            number = Emission.prim(Op.ADD, Emission.prim(Op.MUL, number, new SizeOf(Axis.LANE)), new Index(Axis.LANE));
        }
        org.altdsl.ir.Expr position = Emission.prim(Op.MOD, number, new Const(count));
        return Gather.of(new IndexMap.Pick(turn, position), rows);
    }

    Item.GivenValue need(String name) {
        Item.GivenValue value = values.get(name);
        if (value == null || value.value().isEmpty()) {
            throw expressions.error(Code.MISSING_VALUE, test, "this test must give '" + name + "' a value");
        }
        return value;
    }

    /** The initial values of rule states among what is values. */
    Map<String, Binding> states() {
        Map<String, Binding> found = new LinkedHashMap<>();
        for (Item.GivenValue value : values.values()) {
            if (value.target() instanceof Expr.Reference reference
                    && value.value().isPresent()) {
                found.put(
                        reference.name(),
                        new Binding(
                                value.value().get().span(),
                                new Name(reference.span(), reference.name()),
                                List.of(),
                                Optional.empty(),
                                value.value(),
                                value.kind() == Item.GivenKind.DRAWN));
            }
        }
        return found;
    }
}
