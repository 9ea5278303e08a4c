package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.runtime.plan.ProgramCode;

/**
 * How to make a data set: for each split a program that turns rows of files, or nothing but counters, into fields.
 *
 * <p>Rows are divided between splits before any field is computed, and statistics such as a mean to subtract are
 * taken from the training split alone.
 *
 * @param limit the most samples of a split, absent for all
 */
public record DataSetRecipe(
        String name, List<DataSet.Field> fields, List<Part> parts, Division division, Optional<Integer> limit) {
    public DataSetRecipe {
        requireNonNull(name);
        fields = List.copyOf(fields);
        parts = List.copyOf(parts);
        requireNonNull(division);
        requireNonNull(limit);
    }

    /** The field of a name. */
    DataSet.Field field(String wanted) {
        return fields.stream()
                .filter(field -> field.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new DataException(name, "has no field '" + wanted + "'"));
    }

    /**
     * The program of one split.
     *
     * @param inputs the tables it reads, a row a sample
     * @param statistics what it needs of the training split, in the order in which they depend on each other
     */
    public record Part(String split, ProgramCode code, List<Input> inputs, List<Statistic> statistics) {
        public Part {
            requireNonNull(split);
            requireNonNull(code);
            inputs = List.copyOf(inputs);
            statistics = List.copyOf(statistics);
        }
    }

    /** A table that is loaded into a variable of the program, row by row. */
    public record Input(String variable, Table table) {
        public Input {
            requireNonNull(variable);
            requireNonNull(table);
        }
    }

    /**
     * A number, or one a position, computed from all training samples.
     *
     * @param partial the variable that holds its value for a chunk of samples
     * @param result the variable that takes it
     * @param fold {@code SUM}, {@code MEAN}, {@code MAX} or {@code MIN}
     * @param perSample how many numbers of each sample go into one result
     */
    public record Statistic(String partial, String result, Fold fold, int perSample) {
        public Statistic {
            requireNonNull(partial);
            requireNonNull(result);
            requireNonNull(fold);
        }
    }

    /** How chunks of a statistic are combined. */
    public enum Fold {
        SUM,
        MEAN,
        MAX,
        MIN
    }

    /** Which rows belong to which split. */
    public sealed interface Division permits Separate, Shared, Fractions, Generated {}

    /**
     * Each split has files of its own.
     *
     * @param ofTrain how the rows of the training files are divided further, where they are
     */
    public record Separate(Optional<Fractions> ofTrain) implements Division {
        public Separate {
            requireNonNull(ofTrain);
        }
    }

    /** Every split sees all rows. */
    public record Shared() implements Division {}

    /** Rows are shuffled by a seed and divided, with an eye on their classes where some are given. */
    public record Fractions(List<String> splits, List<Double> shares, Optional<Classes> classes, long seed)
            implements Division {
        public Fractions {
            splits = List.copyOf(splits);
            shares = List.copyOf(shares);
            requireNonNull(classes);
        }

        /** Whether all rows train, as where a parameter asks for no validation split. */
        boolean trivial() {
            return splits.size() == 1 && !classes.map(Classes::balanced).orElse(false);
        }
    }

    /**
     * What a division does with classes.
     *
     * @param field the field that holds the class
     * @param balanced whether every split has equally many of each class, for which samples of the larger classes are
     *     left out; otherwise every split has its share of each class
     */
    public record Classes(String field, boolean balanced) {
        public Classes {
            requireNonNull(field);
        }
    }

    /** Samples are drawn by a seed, and drawn again until each class of a field has its exact share. */
    public record Generated(List<String> splits, List<Integer> counts, Optional<String> balancedBy, long seed)
            implements Division {
        public Generated {
            splits = List.copyOf(splits);
            counts = List.copyOf(counts);
            requireNonNull(balancedBy);
        }
    }
}
