package org.altdsl.runtime.tensor.program;

import static java.util.Objects.requireNonNull;

import org.altdsl.runtime.plan.StepInfo;

/**
 * What is known of a kernel besides its code.
 *
 * @param step its name, and what it writes
 * @param readsLanes whether it looks at several samples
 * @param writesLanes whether it computes a value for each sample
 */
public record TensorKernel(StepInfo step, boolean readsLanes, boolean writesLanes) {
    public TensorKernel {
        requireNonNull(step);
    }
}
