package org.altdsl.runtime.wiring;

import java.util.Arrays;

/** Draws the same number of partners for one neuron after another. */
final class Partners {
    private final String name;
    private final int count;
    private final int neurons;
    private final boolean multapses;
    private final Subsets subsets;
    private final int[] chosen;
    private int[] candidates = new int[0];
    private int available;

    /** {@code count} partners out of {@code neurons}; {@code name} is the wiring's, for messages. */
    Partners(String name, int count, int neurons, boolean multapses) {
        this.name = name;
        this.count = count;
        this.neurons = neurons;
        this.multapses = multapses;
        this.subsets = new Subsets(neurons);
        this.chosen = new int[count];
    }

    /** Draws from all neurons but one; -1 leaves none out. */
    void draw(Draws draws, int leftOut) {
        available = leftOut < 0 ? neurons : neurons - 1;
        choose(draws);
        if (leftOut < 0) {
            return;
        }
        for (int k = 0; k < count; k++) {
            chosen[k] += chosen[k] >= leftOut ? 1 : 0;
        }
    }

    /** Where the caller lists the neurons that {@link #drawAmong} is to choose from. */
    int[] candidates() {
        if (candidates.length < neurons) {
            candidates = new int[neurons];
        }
        return candidates;
    }

    /** Draws from the first so many of the candidates. */
    void drawAmong(Draws draws, int size) {
        available = size;
        choose(draws);
        for (int k = 0; k < count && missing() == 0; k++) {
            chosen[k] = candidates[chosen[k]];
        }
    }

    private void choose(Draws draws) {
        if (missing() > 0) {
            return;
        }
        if (!multapses) {
            subsets.draw(draws, available, count, chosen);
            return;
        }
        for (int k = 0; k < count; k++) {
            chosen[k] = draws.below(available);
        }
        Arrays.sort(chosen);
    }

    /** The partners, in ascending order. */
    int[] chosen() {
        return chosen;
    }

    /** How many partners there are too few of. */
    int missing() {
        if (multapses) {
            return count > 0 && available == 0 ? count : 0;
        }
        return Math.max(0, count - available);
    }

    WiringException tooFew(String where, String what) {
        return new WiringException(name + "(" + count + ") " + where + " has only " + available + " " + what
                + " to choose from" + (multapses ? "" : ", each at most once"));
    }
}
