package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the harness may know of a variable.
 *
 * @param name its full name, such as {@code h.u} or {@code x->h.w}
 * @param axes its axes in reading order, such as {@code [lane, h]}
 * @param sizes their extents; the lane axis has 0, its extent changes from batch to batch
 * @param life when it is initialised
 * @param label what a researcher calls it
 */
public record VariableInfo(String name, List<String> axes, List<Integer> sizes, Scope life, String label) {
    public VariableInfo {
        requireNonNull(name);
        axes = List.copyOf(axes);
        sizes = List.copyOf(sizes);
        requireNonNull(life);
        requireNonNull(label);
    }
}
