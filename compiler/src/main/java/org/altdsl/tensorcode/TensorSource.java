package org.altdsl.tensorcode;

import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.tensor.program.TensorKernel;
import org.altdsl.runtime.tensor.program.TensorLayout;

/**
 * A generated class of tensor kernels, and what is needed to run it.
 *
 * @param className its name, without a package
 * @param text the whole source
 * @param layouts the variables by slot
 * @param kernels the kernels by number
 * @param initialisations the kernels that initialise a scope's variables
 * @param blocks the kernels of a scope's block
 */
record TensorSource(
        String className,
        String text,
        List<TensorLayout> layouts,
        List<TensorKernel> kernels,
        Map<Scope, List<Integer>> initialisations,
        Map<Scope, List<Integer>> blocks) {
    TensorSource {
        layouts = List.copyOf(layouts);
        kernels = List.copyOf(kernels);
        initialisations = Map.copyOf(initialisations);
        blocks = Map.copyOf(blocks);
    }
}
