package org.altdsl.runtime.wiring;

import java.util.Arrays;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.Table;

/**
 * The spikes of a population that are known beforehand, by step and, within a step, by ascending neuron.
 *
 * <p>A time t belongs to the step floor((t + dt / 1000) / dt), as in Brian 2, so that times that are multiples of dt but
 * for rounding are met. A neuron spikes at most once in a step. For the spikes of a run:
 *
 * <pre>{@code
 * SpikeTrain.Cursor cursor = train.cursor();
 * for (long step = 0; step < steps; step++) {
 *     int count = cursor.at(step, spiking);       // spiking[0 .. count] are the neurons that spike
 * }
 * }</pre>
 */
public final class SpikeTrain {
    /** Of dt: how far below the start of a step a time still belongs to it. */
    private static final double SLACK = 1e-3;

    private static final double LAST_STEP = 0x1p53;

    private final int neurons;
    private final long[] steps;
    private final int[] starts;
    private final int[] spikes;

    /** Spikes in any order; the arrays are not kept. */
    private SpikeTrain(int neurons, long[] stepOf, int[] neuronOf, String origin) {
        this.neurons = neurons;
        int[] order = byStepAndNeuron(neurons, stepOf, neuronOf);
        this.spikes = new int[order.length];
        long[] distinct = new long[order.length];
        int[] first = new int[order.length + 1];
        int count = 0;
        for (int k = 0; k < order.length; k++) {
            long step = stepOf[order[k]];
            spikes[k] = neuronOf[order[k]];
            boolean newStep = count == 0 || step != distinct[count - 1];
            if (newStep) {
                distinct[count] = step;
                first[count++] = k;
            } else if (spikes[k] == spikes[k - 1]) {
                throw new WiringException(origin + "neuron " + spikes[k] + " spikes more than once in step " + step
                        + "; a neuron spikes at most once in a step, so take a smaller dt or leave spikes out");
            }
        }
        first[count] = order.length;
        this.steps = Arrays.copyOf(distinct, count);
        this.starts = Arrays.copyOf(first, count + 1);
    }

    private static int[] byStepAndNeuron(int neurons, long[] stepOf, int[] neuronOf) {
        int[] next = new int[neurons + 1];
        for (int neuron : neuronOf) {
            next[neuron + 1]++;
        }
        for (int neuron = 0; neuron < neurons; neuron++) {
            next[neuron + 1] += next[neuron];
        }
        int[] order = new int[stepOf.length];
        for (int k = 0; k < order.length; k++) {
            order[next[neuronOf[k]]++] = k;
        }
        int[] sorted = new int[order.length];
        mergeSort(order, sorted, 0, order.length, stepOf);
        return order;
    }

    /** Keeps the order of equal steps, and needs no objects. */
    private static void mergeSort(int[] order, int[] spare, int from, int to, long[] stepOf) {
        if (to - from < 2) {
            return;
        }
        int middle = from + to >>> 1;
        mergeSort(order, spare, from, middle, stepOf);
        mergeSort(order, spare, middle, to, stepOf);
        if (stepOf[order[middle - 1]] <= stepOf[order[middle]]) {
            return;
        }
        System.arraycopy(order, from, spare, from, to - from);
        int left = from;
        int right = middle;
        for (int k = from; k < to; k++) {
            boolean takeLeft = right == to || (left < middle && stepOf[spare[left]] <= stepOf[spare[right]]);
            order[k] = spare[takeLeft ? left++ : right++];
        }
    }

    /**
     * Spikes from a list of times for each neuron.
     *
     * @param times in seconds, ascending for each neuron; of shape [neuron, spike]
     * @param dt the length of a step in seconds
     * @throws WiringException if the times of a neuron do not ascend, one is negative, or two are in one step; with the
     *     neuron and the times
     */
    public static SpikeTrain ofTimes(double[][] times, double dt) {
        requireStep(dt);
        int count = 0;
        for (double[] one : times) {
            count = Math.addExact(count, one.length);
        }
        Builder builder = new Builder(times.length, count, dt, "");
        for (int neuron = 0; neuron < times.length; neuron++) {
            for (double time : times[neuron]) {
                builder.add(neuron, time);
            }
        }
        return builder.finish();
    }

    /**
     * Spikes from the lines of a file: time, neuron. Neurons may be mixed; the times of each ascend.
     *
     * @param table of shape [spike, 2], for example from {@link org.altdsl.runtime.data.DataSource#csv(String)}
     * @param neurons how many neurons the population has
     * @param timeUnit the unit of the times in seconds, for example 1e-3 for milliseconds
     * @param dt the length of a step in seconds
     * @throws DataException if the table has another shape, or a neuron is none of the population
     * @throws WiringException if the times of a neuron do not ascend, one is negative, or two are in one step
     */
    public static SpikeTrain ofTable(Table table, int neurons, double timeUnit, double dt) {
        requireStep(dt);
        if (table.shape().length != 2 || table.sampleSize() != 2) {
            throw new DataException(
                    table.origin(), "expected two columns, time and neuron, found " + table.sampleSize());
        }
        Builder builder = new Builder(neurons, table.samples(), dt, table.origin() + ": ");
        for (int row = 0; row < table.samples(); row++) {
            int neuron = Indices.at(table, 2L * row + 1, row, "neuron");
            if (neuron >= neurons) {
                throw new DataException(
                        table.origin(),
                        "row " + row + " (counted from 0): there is no neuron " + neuron + ", only " + neurons
                                + " (counted from 0)");
            }
            builder.add(neuron, table.at(2L * row) * timeUnit);
        }
        return builder.finish();
    }

    /**
     * Regular spikes, the same for all neurons: at from, from + every, and so on.
     *
     * @param neurons how many neurons
     * @param from the first spike in seconds
     * @param every the interval in seconds, above 0
     * @param count how many spikes each neuron has
     * @param dt the length of a step in seconds
     */
    public static SpikeTrain regular(int neurons, double from, double every, int count, double dt) {
        double[][] times = new double[neurons][];
        Arrays.fill(times, regularTimes(from, every, count));
        return ofTimes(times, dt);
    }

    /**
     * The times from, from + every, and so on.
     *
     * @param from the first
     * @param every the interval, above 0
     * @param count how many
     */
    public static double[] regularTimes(double from, double every, int count) {
        if (!(every > 0) || count < 0) {
            throw new WiringException("regular spikes need an interval above 0 and a count of 0 or more, not " + every
                    + " s and " + count);
        }
        double[] times = new double[count];
        for (int k = 0; k < count; k++) {
            // A product, since a sum of intervals would drift.
            times[k] = from + k * every;
        }
        return times;
    }

    /**
     * Spikes from a raster: one wherever the value is not 0.
     *
     * @param raster of shape [step, neuron], flat
     * @param steps how many steps it has
     * @param neurons how many neurons it has
     */
    public static SpikeTrain ofRaster(double[] raster, int steps, int neurons) {
        if (raster.length != (long) steps * neurons) {
            throw new WiringException(
                    "a raster of " + steps + " steps and " + neurons + " neurons has not " + raster.length + " values");
        }
        int count = 0;
        for (double value : raster) {
            count += value != 0 ? 1 : 0;
        }
        long[] stepOf = new long[count];
        int[] neuronOf = new int[count];
        int next = 0;
        for (int k = 0; k < raster.length; k++) {
            if (raster[k] != 0) {
                stepOf[next] = k / neurons;
                neuronOf[next++] = k % neurons;
            }
        }
        return new SpikeTrain(neurons, stepOf, neuronOf, "");
    }

    /**
     * Spikes by their steps, in any order.
     *
     * @param stepOf the step of each spike, 0 or more
     * @param neuronOf the neuron of each spike
     * @param neurons how many neurons the population has
     */
    public static SpikeTrain ofSteps(long[] stepOf, int[] neuronOf, int neurons) {
        if (stepOf.length != neuronOf.length) {
            throw new WiringException(stepOf.length + " steps for " + neuronOf.length + " spikes");
        }
        for (int k = 0; k < stepOf.length; k++) {
            if (stepOf[k] < 0 || neuronOf[k] < 0 || neuronOf[k] >= neurons) {
                throw new WiringException("spike " + k + " (counted from 0) is of neuron " + neuronOf[k] + " in step "
                        + stepOf[k] + "; there are " + neurons + " neurons, and steps count from 0");
            }
        }
        return new SpikeTrain(neurons, stepOf, neuronOf, "");
    }

    /**
     * The step that a time belongs to.
     *
     * @param time in seconds
     * @param dt the length of a step in seconds
     */
    public static long step(double time, double dt) {
        return (long) Math.floor((time + SLACK * dt) / dt);
    }

    private static void requireStep(double dt) {
        if (!(dt > 0 && dt < Double.POSITIVE_INFINITY)) {
            throw new WiringException("a step must have a length above 0, not " + dt + " s");
        }
    }

    /** How many neurons the population has. */
    public int neurons() {
        return neurons;
    }

    /** How many spikes there are. */
    public int size() {
        return spikes.length;
    }

    /** The step of the first spike, or -1 if there is none. */
    public long firstStep() {
        return steps.length == 0 ? -1 : steps[0];
    }

    /** The step of the last spike, or -1 if there is none. */
    public long lastStep() {
        return steps.length == 0 ? -1 : steps[steps.length - 1];
    }

    /** A reader at the first step. */
    public Cursor cursor() {
        return new Cursor();
    }

    /** Reads the spikes step by step; its place is given by the step alone, so there is nothing to save. */
    public final class Cursor {
        private int place;

        private Cursor() {}

        /**
         * The spikes of a step. Steps that ascend from call to call cost as much as the spikes passed over; for a step
         * before the last one asked for, the cursor seeks.
         *
         * @param step counted from 0
         * @param into takes the neurons that spike, ascending; {@link #neurons()} are room enough
         * @return how many spike
         */
        public int at(long step, int[] into) {
            if (place > 0 && steps[place - 1] >= step) {
                seek(step);
            }
            while (place < steps.length && steps[place] < step) {
                place++;
            }
            if (place == steps.length || steps[place] != step) {
                return 0;
            }
            int count = starts[place + 1] - starts[place];
            System.arraycopy(spikes, starts[place], into, 0, count);
            return count;
        }

        /** Goes to a step, forwards or backwards, at the cost of a binary search. */
        public void seek(long step) {
            int found = Arrays.binarySearch(steps, step);
            place = found >= 0 ? found : -found - 1;
        }
    }

    /** Turns times into steps and refuses those out of order. */
    private static final class Builder {
        private final int neurons;
        private final double dt;
        private final String origin;
        private final double[] latest;
        private final long[] stepOf;
        private final int[] neuronOf;
        private int count;

        Builder(int neurons, int spikes, double dt, String origin) {
            this.neurons = neurons;
            this.dt = dt;
            this.origin = origin;
            this.latest = new double[neurons];
            Arrays.fill(latest, Double.NEGATIVE_INFINITY);
            this.stepOf = new long[spikes];
            this.neuronOf = new int[spikes];
        }

        void add(int neuron, double time) {
            if (!(time >= 0 && time / dt < LAST_STEP)) {
                throw new WiringException(origin + "neuron " + neuron + " spikes at " + time
                        + " s; times must be 0 or more, and at most 2^53 steps");
            }
            if (time < latest[neuron]) {
                throw new WiringException(origin + "the spikes of neuron " + neuron + " are out of order: " + time
                        + " s comes after " + latest[neuron] + " s");
            }
            long step = step(time, dt);
            if (latest[neuron] >= 0 && step(latest[neuron], dt) == step) {
                throw new WiringException(origin + "neuron " + neuron + " spikes at " + latest[neuron] + " s and at "
                        + time + " s, both in step " + step + " of " + dt
                        + " s; a neuron spikes at most once in a step");
            }
            latest[neuron] = time;
            stepOf[count] = step;
            neuronOf[count++] = neuron;
        }

        SpikeTrain finish() {
            return new SpikeTrain(neurons, stepOf, neuronOf, origin);
        }
    }
}
