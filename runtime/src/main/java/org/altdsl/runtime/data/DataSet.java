package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set: its splits, each with the same fields.
 *
 * @param name what the experiment calls it
 * @param fields what each sample has
 * @param splits by name; {@code train} is always there, {@code test} where there is one
 */
public record DataSet(String name, List<Field> fields, Map<String, Split> splits) {
    public DataSet {
        requireNonNull(name);
        fields = List.copyOf(fields);
        splits = Map.copyOf(splits);
    }

    /** No data: a network that is driven by itself and by what its experiment says. */
    public static DataSet none() {
        return new DataSet("no data", List.of(), Map.of("train", new Loaded(0, Map.of())));
    }

    /**
     * One field of every sample.
     *
     * @param width how many numbers a sample has
     * @param shape how they are arranged, such as {@code [8, 8]} or {@code [3, 32, 32]}
     * @param classes the number of classes of a label, 0 for a quantity
     */
    public record Field(String name, int width, List<Integer> shape, int classes) {
        public Field {
            requireNonNull(name);
            shape = List.copyOf(shape);
        }

        /** The field as an image, where its shape is one. */
        public Optional<ImageShape> image() {
            return ImageShape.of(shape);
        }
    }

    /** Some of the samples. */
    public interface Split {
        /** How many there are. */
        int size();

        /** A reader of them; each thread needs its own. */
        Samples samples();
    }

    /**
     * Samples in memory.
     *
     * @param columns the values of each field, row-major, one row a sample
     */
    public record Loaded(int size, Map<String, float[]> columns) implements Split {
        public Loaded {
            columns = Map.copyOf(columns);
        }

        @Override
        public Samples samples() {
            return new LoadedSamples(columns);
        }
    }

    private static final class LoadedSamples implements Samples {
        private final Map<String, float[]> columns;
        private int[] chosen = {};
        private int count;

        LoadedSamples(Map<String, float[]> columns) {
            this.columns = columns;
        }

        @Override
        public void choose(int[] samples, int howMany, long epoch) {
            chosen = samples;
            count = howMany;
        }

        @Override
        public float[] rows(String field) {
            return columns.get(field);
        }

        @Override
        public int[] lanes(String field) {
            return chosen;
        }

        @Override
        public int count() {
            return count;
        }
    }

    /** The field of a name. */
    public Field field(String wanted) {
        return fields.stream()
                .filter(field -> field.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no field " + wanted));
    }
}
