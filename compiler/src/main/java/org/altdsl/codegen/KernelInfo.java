package org.altdsl.codegen;

import java.util.List;
import org.altdsl.runtime.plan.StepInfo;

/**
 * A kernel of the generated class.
 *
 * @param step its name, and what it writes
 * @param kind the kind of kernel, such as {@code matrix product}
 * @param equations what it computes
 */
public record KernelInfo(StepInfo step, String kind, List<String> equations) {
    public KernelInfo {
        equations = List.copyOf(equations);
    }
}
