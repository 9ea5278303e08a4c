package org.altdsl.codegen;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.altdsl.runtime.kernel.EventLayout;
import org.altdsl.runtime.kernel.SlotLayout;
import org.altdsl.runtime.plan.Scope;

/**
 * A generated class, and what is needed to run it.
 *
 * @param className its name, without a package
 * @param text the whole source
 * @param layouts the variables by slot
 * @param kernels the kernels by number
 * @param initialisations the kernels that initialise a scope's variables
 * @param blocks the kernels of a scope's block
 * @param events the sparse projections and the lists of spikes
 */
public record JavaSource(
        String className,
        String text,
        List<SlotLayout> layouts,
        List<KernelInfo> kernels,
        Map<Scope, List<Integer>> initialisations,
        Map<Scope, List<Integer>> blocks,
        EventLayout events) {
    public JavaSource {
        layouts = List.copyOf(layouts);
        kernels = List.copyOf(kernels);
        initialisations = Map.copyOf(initialisations);
        blocks = Map.copyOf(blocks);
        requireNonNull(events);
    }
}
