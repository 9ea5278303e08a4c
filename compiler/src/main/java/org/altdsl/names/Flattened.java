package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;

/**
 * A declaration with everything it inherits put in.
 *
 * <p>Same-named parameters, states, equations, pathways and signals of a child replace its parent's where they stood;
 * blocks are appended after the parent's; a block with {@code override} replaces the parent's of the same event.
 *
 * @param declaration the declaration itself
 * @param ancestry its parents, the furthest first, itself last
 * @param parameters formal parameters and {@code param}s alike by name, values as replaced by children and by the
 *     arguments of {@code extends}
 * @param items everything else, one name an item
 */
public record Flattened(
        Declaration declaration, List<Declaration> ancestry, Map<String, Binding> parameters, List<Item> items) {
    public Flattened {
        requireNonNull(declaration);
        ancestry = List.copyOf(ancestry);
        requireNonNull(parameters);
        items = List.copyOf(items);
    }

    public String name() {
        return declaration.name().text();
    }

    /** The items of one kind, in order. */
    public <T extends Item> List<T> items(Class<T> kind) {
        return items.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
