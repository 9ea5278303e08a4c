package org.altdsl.runtime.wiring;

/**
 * What a projection connects, as a way of wiring sees it: neurons count from 0 within their slices.
 *
 * @param sourceFirst where the slice of sources starts in its population
 * @param sources how many there are
 * @param targetFirst where the slice of targets starts in its population
 * @param targets how many there are
 * @param autapsesLeftOut whether neurons that are source and target at once must not be connected to themselves
 * @param multapses whether a pair may be connected more than once
 * @param key the stream of random numbers
 * @param condition which pairs may be connected, by their indices in their populations
 */
record Ends(
        int sourceFirst,
        int sources,
        int targetFirst,
        int targets,
        boolean autapsesLeftOut,
        boolean multapses,
        long key,
        PairCondition condition) {

    boolean conditional() {
        return condition != PairCondition.ALWAYS;
    }

    /** The target that a source must not have for being the same neuron, or -1. */
    int targetLeftOut(int source) {
        long itself = (long) sourceFirst + source - targetFirst;
        return autapsesLeftOut && itself >= 0 && itself < targets ? (int) itself : -1;
    }

    /** The source that a target must not have for being the same neuron, or -1. */
    int sourceLeftOut(int target) {
        long itself = (long) targetFirst + target - sourceFirst;
        return autapsesLeftOut && itself >= 0 && itself < sources ? (int) itself : -1;
    }

    /** Whether a pair may be connected. */
    boolean admits(int source, int target) {
        return target != targetLeftOut(source) && condition.test(sourceFirst + source, targetFirst + target);
    }

    /** Writes the targets that a source may have, in ascending order; returns how many. */
    int targetsOf(int source, int[] into) {
        int count = 0;
        for (int target = 0; target < targets; target++) {
            if (admits(source, target)) {
                into[count++] = target;
            }
        }
        return count;
    }

    /** Writes the sources that a target may have, in ascending order; returns how many. */
    int sourcesOf(int target, int[] into) {
        int count = 0;
        for (int source = 0; source < sources; source++) {
            if (admits(source, target)) {
                into[count++] = source;
            }
        }
        return count;
    }
}
