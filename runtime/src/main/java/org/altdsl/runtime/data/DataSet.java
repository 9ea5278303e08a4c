package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set in memory: its splits, each with the same fields.
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

    /**
     * Some of the samples.
     *
     * @param size how many
     * @param columns the values of each field, row-major, one row a sample
     */
    public record Split(int size, Map<String, float[]> columns) {
        public Split {
            columns = Map.copyOf(columns);
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
