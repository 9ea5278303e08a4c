package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;

/** Makes a data set from its recipe, in chunks of samples. */
public final class DataSetLoader {
    private static final int CHUNK = 1024;

    /** Draws that make the rows of a split start here, so that no two splits share a sample. */
    private static final int SPLIT_STRIDE = 1 << 28;

    private final DataSetRecipe recipe;

    private DataSetLoader(DataSetRecipe recipe) {
        this.recipe = requireNonNull(recipe);
    }

    /**
     * Loads or generates all splits.
     *
     * @throws DataException if tables do not fit together or a class cannot be balanced
     */
    public static DataSet load(DataSetRecipe recipe) {
        return new DataSetLoader(recipe).load();
    }

    private DataSet load() {
        Map<String, DataSet.Split> splits = new LinkedHashMap<>();
        Map<String, double[]> statistics = new HashMap<>();
        List<String> names = splitNames();
        Map<String, int[]> rows = rows(names);
        for (int i = 0; i < names.size(); i++) {
            String split = names.get(i);
            DataSetRecipe.Part part = part(split);
            Run run = new Run(part, split, rows.get(split), (long) i * SPLIT_STRIDE);
            if (split.equals("train")) {
                for (DataSetRecipe.Statistic statistic : part.statistics()) {
                    statistics.put(statistic.result(), run.statistic(statistic, statistics));
                }
            }
            splits.put(split, run.fields(statistics));
        }
        if (splits.get("train").size() == 0) {
            throw new DataException(recipe.name(), "the training split is empty");
        }
        return new DataSet(recipe.name(), recipe.fields(), splits);
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
        if (recipe.division() instanceof DataSetRecipe.Generated) {
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
            int[] classes = new Run(part, "all", range(count), 0).classes(recipe.field(by.field()));
            if (by.balanced()) {
                requireEveryClass(recipe.field(by.field()), classes);
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

    /** The program of a split, run over its rows. */
    private final class Run {
        private final DataSetRecipe.Part part;
        private final String split;
        private final int[] rows;
        private final long firstIdentity;
        private final Executor executor;
        private final Map<String, float[]> tables = new HashMap<>();

        Run(DataSetRecipe.Part part, String split, int[] rows, long firstIdentity) {
            this.part = part;
            this.split = split;
            this.rows = rows;
            this.firstIdentity = firstIdentity;
            long seed = recipe.division() instanceof DataSetRecipe.Generated generated ? generated.seed() : 0;
            this.executor = part.code().executor(seed, CHUNK);
            for (DataSetRecipe.Input input : part.inputs()) {
                tables.put(input.variable(), input.table().values());
            }
            executor.enter(Scope.RUN);
            executor.enter(Scope.EPOCH);
        }

        private void chunk(int from, int count, Map<String, double[]> statistics) {
            int[] samples = new int[count];
            int[] identities = new int[count];
            for (int i = 0; i < count; i++) {
                samples[i] = rows == null ? from + i : rows[from + i];
                identities[i] = (int) (firstIdentity + samples[i]);
            }
            executor.clocks().lanes = count;
            executor.clocks().samples = identities;
            for (DataSetRecipe.Input input : part.inputs()) {
                int width = input.table().sampleSize();
                executor.load(input.variable(), tables.get(input.variable()), width, samples, count);
            }
            statistics.forEach(executor::write);
            executor.enter(Scope.BATCH);
            executor.run(Scope.BATCH);
        }

        double[] statistic(DataSetRecipe.Statistic statistic, Map<String, double[]> known) {
            double[] total = null;
            for (int from = 0; from < rows.length; from += CHUNK) {
                chunk(from, Math.min(CHUNK, rows.length - from), known);
                double[] here = executor.read(statistic.partial());
                total = total == null ? here : combine(statistic.fold(), total, here);
            }
            if (total == null) {
                throw new DataException(recipe.name(), "the training split is empty");
            }
            if (statistic.fold() == DataSetRecipe.Fold.MEAN) {
                double count = (double) rows.length * statistic.perSample();
                for (int i = 0; i < total.length; i++) {
                    total[i] /= count;
                }
            }
            return total;
        }

        private double[] combine(DataSetRecipe.Fold fold, double[] total, double[] here) {
            for (int i = 0; i < total.length; i++) {
                total[i] = switch (fold) {
                    case SUM, MEAN -> total[i] + here[i];
                    case MAX -> Math.max(total[i], here[i]);
                    case MIN -> Math.min(total[i], here[i]);
                };
            }
            return total;
        }

        DataSet.Loaded fields(Map<String, double[]> statistics) {
            if (recipe.division() instanceof DataSetRecipe.Generated generated) {
                return generate(generated, statistics);
            }
            Map<String, float[]> columns = new HashMap<>();
            for (DataSet.Field field : recipe.fields()) {
                columns.put(field.name(), new float[rows.length * field.width()]);
            }
            for (int from = 0; from < rows.length; from += CHUNK) {
                int count = Math.min(CHUNK, rows.length - from);
                chunk(from, count, statistics);
                for (DataSet.Field field : recipe.fields()) {
                    double[] values = executor.read(field.name());
                    copy(values, 0, columns.get(field.name()), from * field.width(), count * field.width());
                }
            }
            for (DataSet.Field field : recipe.fields()) {
                checkLabels(field, columns.get(field.name()));
            }
            return new DataSet.Loaded(rows.length, columns);
        }

        /** A class of every row, and nothing else of it. */
        int[] classes(DataSet.Field field) {
            int[] classes = new int[rows.length];
            for (int from = 0; from < rows.length; from += CHUNK) {
                int count = Math.min(CHUNK, rows.length - from);
                chunk(from, count, Map.of());
                double[] values = executor.read(field.name());
                for (int i = 0; i < count; i++) {
                    classes[from + i] = (int) values[i];
                    checkLabel(field, from + i, values[i]);
                }
            }
            return classes;
        }

        private void checkLabels(DataSet.Field field, float[] values) {
            if (field.classes() == 0) {
                return;
            }
            for (int i = 0; i < values.length; i++) {
                checkLabel(field, i, values[i]);
            }
        }

        private void checkLabel(DataSet.Field field, int position, double value) {
            if (value != Math.rint(value) || value < 0 || value >= field.classes()) {
                throw new DataException(
                        recipe.name(),
                        "sample " + rows[position] + place() + " has the label " + (float) value + "; '" + field.name()
                                + "' is a class from 0 to " + (field.classes() - 1));
            }
        }

        /** The file that the samples are of, where it is only one. */
        private String place() {
            return part.inputs().size() == 1
                    ? " of " + part.inputs().get(0).table().origin()
                    : "";
        }

        private DataSet.Loaded generate(DataSetRecipe.Generated generated, Map<String, double[]> statistics) {
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
                chunk(candidate, CHUNK, statistics);
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
                values.put(field.name(), executor.read(field.name()));
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
