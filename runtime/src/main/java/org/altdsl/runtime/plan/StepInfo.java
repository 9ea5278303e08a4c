package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One kernel of a block.
 *
 * @param name the method it became
 * @param writes the variables it writes, in order
 * @param places where each of them was written in the source, as {@code file:line:column}
 */
public record StepInfo(String name, List<String> writes, List<String> places) {
    public StepInfo {
        requireNonNull(name);
        writes = List.copyOf(writes);
        places = List.copyOf(places);
    }
}
