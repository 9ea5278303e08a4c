package org.altdsl.runtime.wiring;

import java.util.Arrays;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.Table;
import org.altdsl.runtime.random.CounterRandom;
import org.altdsl.runtime.random.Geometric;

/**
 * Turns images and time series into spikes or probabilities of spikes.
 *
 * <p>Times are in seconds from the start of the presentation, as {@link SpikeTrain#ofTimes} takes them: of shape
 * [neuron, spike], ascending.
 */
public final class Encoders {

    private Encoders() {}

    /**
     * Rate code of Poisson sources: the probability of a spike in a step, rate times dt.
     *
     * @param intensity of each pixel, 0 or more
     * @param rate in Hz at an intensity of 1
     * @param dt the length of a step in seconds
     * @return for each pixel a probability, as {@link SkipSampler} takes it
     * @throws WiringException if a probability would not be between 0 and 1
     */
    public static double[] rateProbabilities(double[] intensity, double rate, double dt) {
        double[] probability = new double[intensity.length];
        for (int pixel = 0; pixel < intensity.length; pixel++) {
            probability[pixel] = intensity[pixel] * rate * dt;
            if (!(probability[pixel] >= 0 && probability[pixel] <= 1)) {
                throw new WiringException("pixel " + pixel + " of intensity " + intensity[pixel]
                        + " would spike in a step with the probability " + probability[pixel]
                        + "; it must be between 0 and 1");
            }
        }
        return probability;
    }

    /**
     * Rate code without chance: spikes as even as the steps allow, the k-th at the end of the k-th interval 1 / (rate
     * times intensity).
     *
     * @param intensity of each pixel, 0 or more
     * @param rate in Hz at an intensity of 1
     * @param duration of the presentation in seconds; spikes come before its end
     */
    public static double[][] evenRate(double[] intensity, double rate, double duration) {
        double[][] times = new double[intensity.length][];
        for (int pixel = 0; pixel < intensity.length; pixel++) {
            double frequency = intensity[pixel] * rate;
            if (!(frequency >= 0 && frequency * duration < EdgeRows.MOST)) {
                throw new WiringException("pixel " + pixel + " of intensity " + intensity[pixel]
                        + " would spike at a rate of " + frequency + " Hz; it must be 0 or more, and finite");
            }
            int count = frequency == 0 ? 0 : Math.max(0, (int) Math.ceil(frequency * duration) - 1);
            times[pixel] = new double[count];
            for (int k = 0; k < count; k++) {
                times[pixel][k] = (k + 1) / frequency;
            }
        }
        return times;
    }

    /**
     * Bernoulli code: in each step each pixel spikes with its probability, independently.
     *
     * @param probability of a spike in a step, for each pixel, 0 to 1
     * @param steps how many steps
     * @param key the stream of random numbers; the spikes of a pixel depend on it and on the pixel only
     */
    public static SpikeTrain bernoulli(double[] probability, int steps, long key) {
        long[] stepOf = new long[64];
        int[] neuronOf = new int[64];
        int count = 0;
        for (int pixel = 0; pixel < probability.length; pixel++) {
            double scale = Geometric.scale(probability[pixel]);
            Draws draws = new Draws(CounterRandom.key(key, pixel));
            // Compared before it is added, since a gap may be as long as a long can count.
            long step = -1;
            for (long gap = draws.gap(scale); gap < steps - step - 1; gap = draws.gap(scale)) {
                step += gap + 1;
                if (count == stepOf.length) {
                    stepOf = Arrays.copyOf(stepOf, 2 * count);
                    neuronOf = Arrays.copyOf(neuronOf, 2 * count);
                }
                stepOf[count] = step;
                neuronOf[count++] = pixel;
            }
        }
        return SpikeTrain.ofSteps(Arrays.copyOf(stepOf, count), Arrays.copyOf(neuronOf, count), probability.length);
    }

    /**
     * Latency code: the brighter a pixel, the earlier its one spike, at window * (1 - intensity).
     *
     * @param intensity of each pixel, 0 to 1
     * @param threshold pixels up to it are silent, 0 or more
     * @param window in seconds
     */
    public static double[][] linearLatency(double[] intensity, double threshold, double window) {
        double[][] times = new double[intensity.length][];
        for (int pixel = 0; pixel < intensity.length; pixel++) {
            double x = intensity[pixel];
            if (!(x >= 0 && x <= 1)) {
                throw new WiringException(
                        "pixel " + pixel + " has the intensity " + x + "; a linear latency needs one between 0 and 1");
            }
            times[pixel] = x > threshold ? new double[] {window * (1 - x)} : new double[0];
        }
        return times;
    }

    /**
     * Latency code of a leaky integrator: the time tau log(x / (x - threshold)) that its potential takes from rest to a
     * threshold under a constant input x (Hopfield, "Pattern recognition computation using action potential timing for
     * stimulus representation", Nature 376, 1995).
     *
     * @param intensity of each pixel
     * @param threshold pixels up to it are silent, above 0
     * @param tau the time constant in seconds
     * @param window in seconds; later spikes do not come
     */
    public static double[][] logarithmicLatency(double[] intensity, double threshold, double tau, double window) {
        if (!(threshold > 0) || !(tau > 0)) {
            throw new WiringException("a logarithmic latency needs a threshold and a time constant above 0, not "
                    + threshold + " and " + tau + " s");
        }
        double[][] times = new double[intensity.length][0];
        for (int pixel = 0; pixel < intensity.length; pixel++) {
            double x = intensity[pixel];
            // log1p keeps the differences of large intensities apart.
            double time = x > threshold ? -tau * StrictMath.log1p(-threshold / x) : Double.POSITIVE_INFINITY;
            if (time < window) {
                times[pixel] = new double[] {time};
            }
        }
        return times;
    }

    /**
     * Delta code by steps: a reference follows the signal by one threshold and one spike for each sample that is more than
     * a threshold away from it ("step-forward", Petro, Kasabov and Kiss, "Selection and optimization of temporal spike
     * encoding methods for spiking neural networks", IEEE Transactions on Neural Networks and Learning Systems 31, 2020).
     * The reference starts at the first sample.
     *
     * @param series of shape [sample, channel]
     * @param interval between samples, in seconds
     * @param threshold above 0
     * @return times of 2 neurons for each channel: first the rises of all channels, then the falls
     */
    public static double[][] stepForward(double[][] series, double interval, double threshold) {
        return deltas(series, interval, threshold, true);
    }

    /**
     * Delta code by differences: a spike wherever a sample differs from the one before by more than a threshold, as a
     * pixel of an event camera that is reset at each sample (Lichtsteiner, Posch and Delbruck, "A 128 x 128 120 dB 15 µs
     * latency asynchronous temporal contrast vision sensor", IEEE Journal of Solid-State Circuits 43, 2008).
     *
     * @param series of shape [sample, channel]
     * @param interval between samples, in seconds
     * @param threshold above 0
     * @return times of 2 neurons for each channel: first the rises of all channels, then the falls
     */
    public static double[][] differences(double[][] series, double interval, double threshold) {
        return deltas(series, interval, threshold, false);
    }

    private static double[][] deltas(double[][] series, double interval, double threshold, boolean byThreshold) {
        if (!(threshold > 0) || !(interval > 0)) {
            throw new WiringException("a delta code needs a threshold and an interval above 0, not " + threshold
                    + " and " + interval + " s");
        }
        int channels = series.length == 0 ? 0 : series[0].length;
        double[][] times = new double[2 * channels][];
        double[] rises = new double[series.length];
        double[] falls = new double[series.length];
        for (int channel = 0; channel < channels; channel++) {
            double reference = series[0][channel];
            int up = 0;
            int down = 0;
            for (int sample = 1; sample < series.length; sample++) {
                double value = series[sample][channel];
                double change = value - reference;
                if (change > threshold) {
                    rises[up++] = sample * interval;
                } else if (change < -threshold) {
                    falls[down++] = sample * interval;
                }
                if (!byThreshold) {
                    reference = value;
                } else if (Math.abs(change) > threshold) {
                    reference += Math.copySign(threshold, change);
                }
            }
            times[channel] = Arrays.copyOf(rises, up);
            times[channels + channel] = Arrays.copyOf(falls, down);
        }
        return times;
    }

    /**
     * Spikes of an event camera's recording. Pixel (x, y) is neuron y * width + x for events of polarity above 0, and
     * width * height further on for the others; several events of a neuron in one step are one spike.
     *
     * @param events of shape [event, 4]: time, x, y, polarity
     * @param width of the camera in pixels
     * @param height of the camera in pixels
     * @param timeUnit the unit of the times in seconds, for example 1e-6 for microseconds
     * @param dt the length of a step in seconds
     */
    public static SpikeTrain events(Table events, int width, int height, double timeUnit, double dt) {
        if (events.shape().length != 2 || events.sampleSize() != 4) {
            throw new DataException(
                    events.origin(), "expected four columns, time, x, y and polarity, found " + events.sampleSize());
        }
        int pixels = Math.multiplyExact(width, height);
        long[] latest = new long[Math.multiplyExact(2, pixels)];
        Arrays.fill(latest, -1);
        long[] stepOf = new long[events.samples()];
        int[] neuronOf = new int[events.samples()];
        int count = 0;
        for (int row = 0; row < events.samples(); row++) {
            double time = events.at(4L * row) * timeUnit;
            int x = Indices.at(events, 4L * row + 1, row, "column");
            int y = Indices.at(events, 4L * row + 2, row, "line");
            if (x >= width || y >= height) {
                throw new DataException(
                        events.origin(),
                        "row " + row + " (counted from 0): pixel " + x + ", " + y + " is outside of " + width + " x "
                                + height);
            }
            int neuron = y * width + x + (events.at(4L * row + 3) > 0 ? 0 : pixels);
            long step = SpikeTrain.step(time, dt);
            if (!(time >= 0) || step < latest[neuron]) {
                throw new DataException(
                        events.origin(),
                        "row " + row + " (counted from 0): the event at " + time
                                + " s comes before time 0 or an earlier event of its pixel");
            }
            if (step > latest[neuron]) {
                latest[neuron] = step;
                stepOf[count] = step;
                neuronOf[count++] = neuron;
            }
        }
        return SpikeTrain.ofSteps(Arrays.copyOf(stepOf, count), Arrays.copyOf(neuronOf, count), 2 * pixels);
    }
}
