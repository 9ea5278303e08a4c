package org.altdsl.runtime.wiring;

import java.util.Arrays;
import org.altdsl.runtime.random.Geometric;

/**
 * Spikes of sources that fire in each step with a probability of their own: Poisson and Bernoulli sources.
 *
 * <p>Each neuron draws the step of its next spike, by a geometric gap, when it has spiked; a calendar of the coming steps
 * holds who is due. So a step costs what its spikes cost (and a walk past neurons that are due in a later round of the
 * calendar, at most one visit for each round), not a random number for each neuron.
 *
 * <p>The spikes depend on the key and the probabilities, and each neuron's on its own draws only: draw c of neuron i is
 * the same number whatever the others do. A Poisson source of rate r has the probability r dt, as in Brian 2; it is
 * right to the first order, since a neuron spikes at most once in a step.
 */
public final class SkipSampler {
    private static final int NOBODY = -1;
    private static final int SHORTEST_CALENDAR = 64;
    private static final int LONGEST_CALENDAR = 1 << 16;

    private final long key;
    private final double[] probability;
    private final double[] scale;
    private final long[] next;
    private final int[] draws;
    private final int[] follower;
    private int[] first = new int[0];
    private long now;

    /**
     * Sources before their first step.
     *
     * @param key the stream of random numbers
     * @param probabilities of a spike in a step, for each neuron, 0 to 1
     * @param step the first step
     */
    public SkipSampler(long key, double[] probabilities, long step) {
        this.key = key;
        this.probability = new double[probabilities.length];
        this.scale = new double[probabilities.length];
        this.next = new long[probabilities.length];
        this.draws = new int[probabilities.length];
        this.follower = new int[probabilities.length];
        for (int neuron = 0; neuron < probabilities.length; neuron++) {
            requireProbability(neuron, probabilities[neuron]);
            probability[neuron] = probabilities[neuron];
            scale[neuron] = Geometric.scale(probabilities[neuron]);
        }
        restart(step);
    }

    private static void requireProbability(int neuron, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new WiringException("neuron " + neuron + " spikes in a step with the probability " + probability
                    + "; it must be between 0 and 1, so a rate must be at most 1 / dt");
        }
    }

    /** How many neurons there are. */
    public int neurons() {
        return next.length;
    }

    /** The step whose spikes come next. */
    public long step() {
        return now;
    }

    /**
     * The spikes of the next step.
     *
     * @param step must be {@link #step()}, which then goes on by 1
     * @param into takes the neurons that spike, ascending; {@link #neurons()} are room enough
     * @return how many spike
     */
    public int at(long step, int[] into) {
        if (step != now) {
            throw new IllegalArgumentException("the next step is " + now + ", not " + step);
        }
        now++;
        int day = day(step);
        int neuron = first[day];
        first[day] = NOBODY;
        int count = 0;
        while (neuron != NOBODY) {
            int following = follower[neuron];
            if (next[neuron] == step) {
                into[count++] = neuron;
                draw(neuron);
            }
            enter(neuron);
            neuron = following;
        }
        // The order in the calendar tells of the past; that of the neurons does not.
        Arrays.sort(into, 0, count);
        return count;
    }

    private int day(long step) {
        return (int) (step & first.length - 1);
    }

    /** Draws the next spike of a neuron, from the step that comes next on. */
    private void draw(int neuron) {
        // So many draws fit between those of neighbours that no run gets to the end of them.
        long index = (long) neuron << 31 | draws[neuron]++;
        long gap = Geometric.draw(key, index, scale[neuron]);
        next[neuron] = gap > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + gap;
    }

    /** Enters a neuron in the calendar; one that never spikes is in none. */
    private void enter(int neuron) {
        if (next[neuron] == Long.MAX_VALUE) {
            return;
        }
        int day = day(next[neuron]);
        follower[neuron] = first[day];
        first[day] = neuron;
    }

    private void strike(int neuron) {
        if (next[neuron] == Long.MAX_VALUE) {
            return;
        }
        int day = day(next[neuron]);
        if (first[day] == neuron) {
            first[day] = follower[neuron];
            return;
        }
        int before = first[day];
        while (follower[before] != neuron) {
            before = follower[before];
        }
        follower[before] = follower[neuron];
    }

    /** Enters all neurons in a calendar about as long as a few of their intervals. */
    private void enterAll() {
        double sum = 0;
        for (double one : probability) {
            sum += one;
        }
        double wanted = sum > 0 ? 4 * (probability.length / sum) : 1;
        int length = SHORTEST_CALENDAR;
        while (length < wanted && length < LONGEST_CALENDAR) {
            length *= 2;
        }
        if (first.length != length) {
            first = new int[length];
        }
        Arrays.fill(first, NOBODY);
        for (int neuron = 0; neuron < next.length; neuron++) {
            enter(neuron);
        }
    }

    /**
     * Goes on at another step, for example where a trial starts: all neurons draw anew. The process has no memory, so
     * this is as good as the spikes that were due.
     *
     * @param step the step whose spikes come next
     */
    public void restart(long step) {
        now = step;
        for (int neuron = 0; neuron < next.length; neuron++) {
            draw(neuron);
        }
        enterAll();
    }

    /**
     * Changes probabilities from the next step on. Neurons whose probability changes draw anew, the others keep the
     * spike that is due.
     *
     * @param probabilities of a spike in a step, for each neuron, 0 to 1
     */
    public void setProbabilities(double[] probabilities) {
        if (probabilities.length != next.length) {
            throw new IllegalArgumentException(probabilities.length + " probabilities for " + next.length + " neurons");
        }
        for (int neuron = 0; neuron < next.length; neuron++) {
            requireProbability(neuron, probabilities[neuron]);
        }
        boolean changed = false;
        for (int neuron = 0; neuron < next.length; neuron++) {
            if (probabilities[neuron] != probability[neuron]) {
                change(neuron, probabilities[neuron]);
                changed = true;
            }
        }
        if (changed) {
            enterAll();
        }
    }

    /**
     * Changes the probability of one neuron from the next step on.
     *
     * @param neuron counted from 0
     * @param newProbability of a spike in a step, 0 to 1
     */
    public void setProbability(int neuron, double newProbability) {
        requireProbability(neuron, newProbability);
        if (newProbability == probability[neuron]) {
            return;
        }
        strike(neuron);
        change(neuron, newProbability);
        enter(neuron);
    }

    private void change(int neuron, double newProbability) {
        probability[neuron] = newProbability;
        scale[neuron] = Geometric.scale(newProbability);
        draw(neuron);
    }

    /**
     * All that decides what comes: the next step, and for each neuron the step of its next spike, its number of draws and
     * its probability; of shape [1 + 3 neurons].
     */
    public double[] snapshot() {
        int neurons = next.length;
        double[] state = new double[1 + 3 * neurons];
        state[0] = now;
        for (int neuron = 0; neuron < neurons; neuron++) {
            state[1 + neuron] = next[neuron] == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : next[neuron];
            state[1 + neurons + neuron] = draws[neuron];
            state[1 + 2 * neurons + neuron] = probability[neuron];
        }
        return state;
    }

    /**
     * Goes on where a snapshot was taken.
     *
     * @param state what {@link #snapshot()} gave for as many neurons with the same key
     */
    public void restore(double[] state) {
        int neurons = next.length;
        if (state.length != 1 + 3 * neurons) {
            throw new IllegalArgumentException("the state is not that of " + neurons + " neurons");
        }
        now = (long) state[0];
        for (int neuron = 0; neuron < neurons; neuron++) {
            // The largest long stands for infinity on both sides.
            next[neuron] = (long) state[1 + neuron];
            draws[neuron] = (int) state[1 + neurons + neuron];
            probability[neuron] = state[1 + 2 * neurons + neuron];
            scale[neuron] = Geometric.scale(probability[neuron]);
        }
        enterAll();
    }
}
