package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a data set from its recipe, in chunks of samples.
 *
 * <p>Where the fields of all samples do not fit the memory for data, those of files are made whenever they are shown.
 * The chunks are the same then, and so is every number.
 */
public final class DataSetLoader {
    /** Samples that are computed together; so few that images in double precision stay in a second-level cache. */
    private static final int CHUNK = 64;

    /** Draws that make the rows of a split start here, so that no two splits share a sample. */
    private static final int SPLIT_STRIDE = 1 << 28;

    private final DataSetRecipe recipe;
    private final DataMemory memory;

    private DataSetLoader(DataSetRecipe recipe, DataMemory memory) {
        this.recipe = requireNonNull(recipe);
        this.memory = requireNonNull(memory);
    }

    /**
     * Loads or generates all splits.
     *
     * @param memory what the data may take
     * @throws DataException if tables do not fit together or a class cannot be balanced
     */
    public static DataSet load(DataSetRecipe recipe, DataMemory memory) {
        return new DataSetLoader(recipe, memory).load();
    }

    private DataSet load() {
        List<String> names = splitNames();
        long dividing = drawn() ? 0 : (long) rowCount(part("train")) * RowDivision.BYTES_PER_ROW;
        memory.hold(dividing);
        Map<String, int[]> rows = rows(names);
        memory.release(dividing);
        if (!drawn() && rows.get("train").length == 0) {
            throw new DataException(recipe.name(), "the training split is empty");
        }
        Map<String, double[]> statistics = statistics(rows.get("train"), names.indexOf("train"));
        boolean whole = whole(rows);
        Map<String, DataSet.Split> splits = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String split = names.get(i);
            splits.put(
                    split,
                    whole ? loaded(split, rows, i, statistics) : streamed(split, rows.get(split), i, statistics));
        }
        if (whole) {
            // The fields are what is used from here on.
            tables().forEach(table -> memory.release(table.heldBytes()));
        }
        return new DataSet(recipe.name(), recipe.fields(), splits);
    }

    private boolean drawn() {
        return recipe.division() instanceof DataSetRecipe.Generated;
    }

    private Set<Table> tables() {
        Set<Table> tables = Collections.newSetFromMap(new IdentityHashMap<>());
        recipe.parts().forEach(part -> part.inputs().forEach(input -> tables.add(input.table())));
        return tables;
    }

    /** Whether all fields of all samples are to be held; what is drawn always is, since it is drawn until it fits. */
    private boolean whole(Map<String, int[]> rows) {
        if (drawn()) {
            return true;
        }
        long samples = rows.values().stream().mapToLong(some -> some.length).sum();
        long numbers = recipe.fields().stream().mapToLong(DataSet.Field::width).sum();
        boolean holdable = rows.values().stream().allMatch(some -> recipe.fields().stream()
                .allMatch(field -> (long) some.length * field.width() < Integer.MAX_VALUE - 16));
        return holdable && memory.fits(samples * numbers * Float.BYTES);
    }

    private PartProgram program(DataSetRecipe.Part part, int split) {
        long seed = recipe.division() instanceof DataSetRecipe.Generated generated ? generated.seed() : 0;
        return new PartProgram(part, seed, (long) split * SPLIT_STRIDE, CHUNK, memory);
    }

    private DataSet.Split loaded(String split, Map<String, int[]> rows, int number, Map<String, double[]> statistics) {
        try (PartProgram program = program(part(split), number)) {
            DataSet.Loaded loaded = recipe.division() instanceof DataSetRecipe.Generated generated
                    ? new Draws(generated, split, program).split(statistics)
                    : new DataSet.Loaded(
                            rows.get(split).length,
                            columns(program, part(split), rows.get(split), recipe.fields(), statistics));
            loaded.columns().values().forEach(column -> memory.hold((long) column.length * Float.BYTES));
            return loaded;
        }
    }

    private DataSet.Split streamed(String split, int[] rows, int number, Map<String, double[]> statistics) {
        List<DataSet.Field> classes =
                recipe.fields().stream().filter(field -> field.classes() > 0).toList();
        try (PartProgram program = program(part(split), number)) {
            Map<String, float[]> columns = columns(program, part(split), rows, classes, statistics);
            memory.hold((long) rows.length * (Integer.BYTES + classes.size() * Float.BYTES));
            return new StreamedSplit(
                    recipe, part(split), rows, (long) number * SPLIT_STRIDE, statistics, columns, memory);
        }
    }

    /** Some fields of some rows. */
    private Map<String, float[]> columns(
            PartProgram program,
            DataSetRecipe.Part part,
            int[] rows,
            List<DataSet.Field> fields,
            Map<String, double[]> statistics) {
        Map<String, float[]> columns = new HashMap<>();
        fields.forEach(field -> columns.put(field.name(), new float[rows.length * field.width()]));
        for (int from = 0; from < rows.length && !fields.isEmpty(); from += CHUNK) {
            int count = Math.min(CHUNK, rows.length - from);
            program.run(rows, from, count, statistics);
            for (DataSet.Field field : fields) {
                double[] values = program.read(field.name());
                if (field.classes() > 0) {
                    checkLabels(field, part, rows, from, values);
                }
                copy(values, 0, columns.get(field.name()), from * field.width(), count * field.width());
            }
        }
        return columns;
    }

    private void checkLabels(DataSet.Field field, DataSetRecipe.Part part, int[] rows, int from, double[] values) {
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            if (value != Math.rint(value) || value < 0 || value >= field.classes()) {
                // Where a part is made of one table, the sample can be told by its place there.
                String place = part.inputs().size() == 1
                        ? part.inputs().get(0).table().place(rows[from + i])
                        : "sample " + rows[from + i];
                throw new DataException(
                        recipe.name(),
                        place + " has the label " + (float) value + "; '" + field.name() + "' is a class from 0 to "
                                + (field.classes() - 1));
            }
        }
    }

    /** What the fields need of the training split, one pass over its rows each. */
    private Map<String, double[]> statistics(int[] rows, int number) {
        Map<String, double[]> known = new HashMap<>();
        List<DataSetRecipe.Statistic> wanted = part("train").statistics();
        if (wanted.isEmpty()) {
            return known;
        }
        if (drawn()) {
            throw new DataException(
                    recipe.name(),
                    "has a mean or the like over its training samples, which are drawn; only those of files and of"
                            + " written rows have one");
        }
        try (PartProgram program = program(part("train"), number)) {
            for (DataSetRecipe.Statistic statistic : wanted) {
                known.put(statistic.result(), statistic(program, rows, statistic, known));
            }
        }
        return known;
    }

    private static double[] statistic(
            PartProgram program, int[] rows, DataSetRecipe.Statistic statistic, Map<String, double[]> known) {
        double[] total = null;
        for (int from = 0; from < rows.length; from += CHUNK) {
            program.run(rows, from, Math.min(CHUNK, rows.length - from), known);
            double[] here = program.read(statistic.partial());
            total = total == null ? here : combine(statistic.fold(), total, here);
        }
        if (statistic.fold() == DataSetRecipe.Fold.MEAN) {
            double count = (double) rows.length * statistic.perSample();
            for (int i = 0; i < total.length; i++) {
                total[i] /= count;
            }
        }
        return total;
    }

    private static double[] combine(DataSetRecipe.Fold fold, double[] total, double[] here) {
        for (int i = 0; i < total.length; i++) {
            total[i] = switch (fold) {
                case SUM, MEAN -> total[i] + here[i];
                case MAX -> Math.max(total[i], here[i]);
                case MIN -> Math.min(total[i], here[i]);
            };
        }
        return total;
    }

    private List<String> splitNames() {
        if (recipe.division() instanceof DataSetRecipe.Fractions fractions) {
            return fractions.splits();
        }
        if (recipe.division() instanceof DataSetRecipe.Generated generated) {
            return generated.splits();
        }
        if (recipe.division() instanceof DataSetRecipe.Shared) {
            return List.of("train", "test");
        }
        Collection<String> names = new LinkedHashSet<>();
        recipe.parts().forEach(part -> names.add(part.split()));
        fractions().ifPresent(ofTrain -> names.addAll(ofTrain.splits()));
        return List.copyOf(names);
    }

    private Optional<DataSetRecipe.Fractions> fractions() {
        if (recipe.division() instanceof DataSetRecipe.Separate separate) {
            return separate.ofTrain();
        }
        return recipe.division() instanceof DataSetRecipe.Fractions fractions
                ? Optional.of(fractions)
                : Optional.empty();
    }

    /** The program that makes a split: its own, else that of the training rows, of which it is a part. */
    private DataSetRecipe.Part part(String split) {
        return partNamed(split)
                .or(() -> partNamed("train"))
                .orElse(recipe.parts().get(0));
    }

    private Optional<DataSetRecipe.Part> partNamed(String split) {
        return recipe.parts().stream()
                .filter(part -> part.split().equals(split))
                .findFirst();
    }

    private int rowCount(DataSetRecipe.Part part) {
        int count = -1;
        String first = "";
        for (DataSetRecipe.Input input : part.inputs()) {
            int samples = input.table().samples();
            if (count >= 0 && samples != count) {
                throw new DataException(
                        input.table().origin(), "holds " + samples + " samples, but " + first + " holds " + count);
            }
            count = samples;
            first = input.table().origin();
        }
        return Math.max(count, 0);
    }

    private Map<String, int[]> rows(List<String> names) {
        Map<String, int[]> rows = new HashMap<>();
        if (drawn()) {
            return rows;
        }
        for (String name : names) {
            rows.put(name, range(rowCount(part(name))));
        }
        Map<DataSetRecipe.Part, int[]> classes = new HashMap<>();
        fractions().filter(fractions -> !fractions.trivial()).ifPresent(fractions -> {
            int[][] parts = RowDivision.divide(fractions, classes(part("train"), fractions, classes));
            for (int i = 0; i < parts.length; i++) {
                rows.put(fractions.splits().get(i), parts[i]);
            }
        });
        recipe.limit().ifPresent(limit -> rows.replaceAll((name, all) -> limited(all, limit, part(name), classes)));
        return rows;
    }

    private int[] limited(int[] rows, int limit, DataSetRecipe.Part part, Map<DataSetRecipe.Part, int[]> classes) {
        Optional<DataSetRecipe.Fractions> byClass =
                fractions().filter(fractions -> fractions.classes().isPresent());
        if (byClass.isEmpty() || limit >= rows.length) {
            return Arrays.copyOf(rows, Math.min(limit, rows.length));
        }
        return RowDivision.limited(rows, limit, classes(part, byClass.get(), classes));
    }

    private static int[] range(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        return all;
    }

    /** The class of each row of a part; all 0 where a division does not look at classes. */
    private int[] classes(
            DataSetRecipe.Part part, DataSetRecipe.Fractions fractions, Map<DataSetRecipe.Part, int[]> known) {
        return known.computeIfAbsent(part, unused -> {
            int count = rowCount(part);
            if (fractions.classes().isEmpty()) {
                return new int[count];
            }
            DataSetRecipe.Classes by = fractions.classes().get();
            DataSet.Field field = recipe.field(by.field());
            float[] labels;
            try (PartProgram program = program(part, 0)) {
                labels = columns(program, part, range(count), List.of(field), Map.of())
                        .get(field.name());
            }
            int[] classes = new int[count];
            for (int row = 0; row < count; row++) {
                classes[row] = (int) labels[row];
            }
            if (by.balanced()) {
                requireEveryClass(field, classes);
            }
            return classes;
        });
    }

    private void requireEveryClass(DataSet.Field field, int[] classes) {
        BitSet found = new BitSet();
        for (int kind : classes) {
            found.set(kind);
        }
        int absent = found.nextClearBit(0);
        if (absent < field.classes()) {
            throw new DataException(
                    recipe.name(),
                    "cannot be balanced by '" + field.name() + "': no sample is of class " + absent + " of 0 to "
                            + (field.classes() - 1));
        }
    }

    /** Draws the samples of a split, again and again where a class has enough of them. */
    private final class Draws {
        private final DataSetRecipe.Generated generated;
        private final String split;
        private final PartProgram program;

        Draws(DataSetRecipe.Generated generated, String split, PartProgram program) {
            this.generated = generated;
            this.split = split;
            this.program = program;
        }

        DataSet.Loaded split(Map<String, double[]> statistics) {
            int wanted = generated.counts().get(generated.splits().indexOf(split));
            wanted = Math.min(wanted, recipe.limit().orElse(wanted));
            Map<String, float[]> columns = new HashMap<>();
            for (DataSet.Field field : recipe.fields()) {
                columns.put(field.name(), new float[wanted * field.width()]);
            }
            Optional<DataSet.Field> label = generated.balancedBy().map(recipe::field);
            int[] quota = quotas(wanted, label.map(DataSet.Field::classes).orElse(1));
            int accepted = 0;
            for (int candidate = 0; accepted < wanted; candidate += CHUNK) {
                if (candidate > 1000 * (wanted + CHUNK)) {
                    throw new DataException(
                            recipe.name(), "cannot balance '" + label.get().name() + "': a class hardly ever occurs");
                }
                int first = candidate;
                int[] candidates = new int[CHUNK];
                Arrays.setAll(candidates, i -> first + i);
                program.run(candidates, 0, CHUNK, statistics);
                accepted = accept(columns, label, quota, accepted, wanted);
            }
            return new DataSet.Loaded(wanted, columns);
        }

        private int[] quotas(int wanted, int classes) {
            int[] quota = new int[classes];
            for (int i = 0; i < wanted; i++) {
                quota[i % classes]++;
            }
            return quota;
        }

        private int accept(
                Map<String, float[]> columns, Optional<DataSet.Field> label, int[] quota, int accepted, int wanted) {
            Map<String, double[]> values = new HashMap<>();
            for (DataSet.Field field : recipe.fields()) {
                values.put(field.name(), program.read(field.name()));
            }
            int next = accepted;
            for (int i = 0; i < CHUNK && next < wanted; i++) {
                int kind = label.isPresent() ? (int) values.get(label.get().name())[i] : 0;
                if (kind < 0 || kind >= quota.length || quota[kind] == 0) {
                    continue;
                }
                quota[kind]--;
                for (DataSet.Field field : recipe.fields()) {
                    int width = field.width();
                    copy(values.get(field.name()), i * width, columns.get(field.name()), next * width, width);
                }
                next++;
            }
            return next;
        }
    }

    private static void copy(double[] from, int start, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] = (float) from[start + i];
        }
    }
}
