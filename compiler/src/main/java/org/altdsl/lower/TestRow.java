package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;

/**
 * One row of a test with a table, {@code for row in [[10 Hz, 57.8], [30 Hz, 72.2]] { … }}: a test of its own, in which
 * the block stands in place of the loop. Loops inside one another give every combination, loops after one another their
 * rows one after the other.
 *
 * @param test the test with the statements of this row only
 * @param values what the variables of the loops stand for
 */
record TestRow(Declaration test, Map<String, Expr> values) {
    TestRow {
        requireNonNull(test);
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The rows of a test, itself where it has no table. */
    static List<TestRow> of(Declaration test) {
        List<TestRow> rows = new ArrayList<>();
        unroll(test.body(), Map.of())
                .forEach(block -> rows.add(new TestRow(with(test, block.items()), block.values())));
        return rows;
    }

    private record Block(List<Item> items, Map<String, Expr> values) {}

    private static List<Block> unroll(List<Item> items, Map<String, Expr> values) {
        if (items.stream().noneMatch(Item.ForRow.class::isInstance)) {
            return List.of(new Block(items, values));
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Item.ForRow loop) {
                for (Expr value : values(loop)) {
                    List<Item> body = new ArrayList<>();
                    for (int k = 0; k < items.size(); k++) {
                        if (k == i) {
                            body.addAll(loop.body());
                        } else if (!(items.get(k) instanceof Item.ForRow)) {
                            body.add(items.get(k));
                        }
                    }
                    Map<String, Expr> inner = new LinkedHashMap<>(values);
                    inner.put(loop.variable().text(), value);
                    blocks.addAll(unroll(body, inner));
                }
            }
        }
        return blocks;
    }

    /** What the variable of a loop stands for, one after the other: the elements of a list. */
    private static List<Expr> values(Item.ForRow loop) {
        return loop.values() instanceof Expr.ListLiteral list ? list.elements() : List.of(loop.values());
    }

    private static Declaration with(Declaration test, List<Item> body) {
        return new Declaration(
                test.span(),
                test.kind(),
                test.name(),
                test.documentation(),
                test.formals(),
                test.parent(),
                test.value(),
                test.words(),
                test.tested(),
                body);
    }

    /** The row in words, for messages; empty where the test has no table. */
    String words() {
        List<String> words = new ArrayList<>();
        values.forEach((name, value) -> words.add(name + " = " + value.span().text()));
        return String.join(", ", words);
    }
}
