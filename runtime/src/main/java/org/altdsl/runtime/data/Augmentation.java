package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import org.altdsl.runtime.random.CounterRandom;

/**
 * Random changes of a field, made anew whenever a training sample is shown.
 *
 * <p>What is drawn depends on the seed, the epoch and the sample alone: not on the batch that the sample is shown in,
 * not on the rule that sees it, not on threads, and not on where a run was resumed.
 *
 * @param field what is changed
 * @param steps the changes, in the order in which they are made
 */
public record Augmentation(String field, List<Step> steps) {
    public Augmentation {
        requireNonNull(field);
        steps = List.copyOf(steps);
    }

    /** One kind of change. */
    public sealed interface Step permits Shift, Flip, Noise {
        /** Changes a sample in place. */
        void change(float[] sample, long key);
    }

    /**
     * Moves an image by up to so many pixels along each axis, every move equally likely; what comes in is 0.
     *
     * @param shape how the image lies in the sample
     * @param pixels the most it moves
     */
    public record Shift(ImageShape shape, int pixels) implements Step {
        public Shift {
            requireNonNull(shape);
            if (pixels < 0) {
                throw new IllegalArgumentException("a shift of " + pixels);
            }
        }

        @Override
        public void change(float[] sample, long key) {
            int down = upTo(key, 0);
            int right = upTo(key, 1);
            if (down == 0 && right == 0) {
                return;
            }
            float[] before = sample.clone();
            Arrays.fill(sample, 0);
            int height = shape.height();
            int width = shape.width();
            int columns = width - Math.abs(right);
            for (int channel = 0; channel < shape.channels() && columns > 0; channel++) {
                for (int row = Math.max(0, down); row < Math.min(height, height + down); row++) {
                    int to = (channel * height + row) * width + Math.max(0, right);
                    int from = (channel * height + row - down) * width + Math.max(0, -right);
                    System.arraycopy(before, from, sample, to, columns);
                }
            }
        }

        private int upTo(long key, int index) {
            return (int) Math.floor(CounterRandom.uniform(key, index) * (2 * pixels + 1)) - pixels;
        }
    }

    /**
     * Mirrors an image left to right.
     *
     * @param shape how the image lies in the sample
     * @param probability how often
     */
    public record Flip(ImageShape shape, double probability) implements Step {
        public Flip {
            requireNonNull(shape);
        }

        @Override
        public void change(float[] sample, long key) {
            if (CounterRandom.bernoulli(key, 0, probability) == 0) {
                return;
            }
            int width = shape.width();
            for (int start = 0; start < sample.length; start += width) {
                for (int left = start, right = start + width - 1; left < right; left++, right--) {
                    float value = sample[left];
                    sample[left] = sample[right];
                    sample[right] = value;
                }
            }
        }
    }

    /**
     * Adds independent Gaussian noise to every number.
     *
     * @param deviation its standard deviation, in the field's own unit
     */
    public record Noise(double deviation) implements Step {
        @Override
        public void change(float[] sample, long key) {
            for (int i = 0; i < sample.length; i++) {
                sample[i] += (float) CounterRandom.normal(key, i, 0, deviation);
            }
        }
    }

    /**
     * The samples of a split with these changes.
     *
     * @param plain the samples as they are, a reader of the caller's own
     * @param width how many numbers the field has
     * @param seed the seed of the job
     */
    public Samples of(Samples plain, int width, long seed) {
        long[] keys = new long[steps.size()];
        for (int i = 0; i < keys.length; i++) {
            // The position keeps two steps of one kind apart.
            String kind = steps.get(i).getClass().getSimpleName();
            keys[i] = CounterRandom.key(seed, "augment " + field + " " + i + " " + kind);
        }
        return new Augmented(plain, width, keys);
    }

    private final class Augmented implements Samples {
        private final Samples plain;
        private final int width;
        private final long[] keys;
        private final float[] sample;
        private float[] changed = {};
        private int[] lanes = {};

        Augmented(Samples plain, int width, long[] keys) {
            this.plain = plain;
            this.width = width;
            this.keys = keys;
            this.sample = new float[width];
        }

        @Override
        public void choose(int[] samples, int count, long epoch) {
            plain.choose(samples, count, epoch);
            if (lanes.length < count) {
                changed = new float[count * width];
                lanes = new int[count];
                Arrays.setAll(lanes, lane -> lane);
            }
            float[] rows = plain.rows(field);
            int[] row = plain.lanes(field);
            for (int lane = 0; lane < count; lane++) {
                System.arraycopy(rows, row[lane] * width, sample, 0, width);
                for (int i = 0; i < keys.length; i++) {
                    long key = CounterRandom.key(CounterRandom.key(keys[i], epoch), samples[lane]);
                    steps.get(i).change(sample, key);
                }
                System.arraycopy(sample, 0, changed, lane * width, width);
            }
        }

        @Override
        public float[] rows(String wanted) {
            return wanted.equals(field) ? changed : plain.rows(wanted);
        }

        @Override
        public int[] lanes(String wanted) {
            return wanted.equals(field) ? lanes : plain.lanes(wanted);
        }

        @Override
        public int count() {
            return plain.count();
        }

        @Override
        public void close() {
            plain.close();
        }
    }
}
