package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.random.CounterRandom;

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
        return recipe.parts().stream().map(DataSetRecipe.Part::split).toList();
    }

    private DataSetRecipe.Part part(String split) {
        return recipe.parts().stream()
                .filter(part -> part.split().equals(split))
                .findFirst()
                .orElse(recipe.parts().get(0));
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
        if (recipe.division() instanceof DataSetRecipe.Fractions fractions) {
            int[][] parts = divide(fractions);
            for (int i = 0; i < names.size(); i++) {
                rows.put(names.get(i), limited(parts[i]));
            }
            return rows;
        }
        for (String name : names) {
            rows.put(name, limited(range(rowCount(part(name)))));
        }
        return rows;
    }

    private int[] limited(int[] rows) {
        return recipe.limit()
                .map(limit -> Arrays.copyOf(rows, Math.min(limit, rows.length)))
                .orElse(rows);
    }

    private static int[] range(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        return all;
    }

    /** Rows of each split: shuffled, then cut class by class so that every split has its share of each. */
    private int[][] divide(DataSetRecipe.Fractions fractions) {
        DataSetRecipe.Part part = recipe.parts().get(0);
        int count = rowCount(part);
        int[] order = CounterRandom.permutation(CounterRandom.key(fractions.seed(), "split"), count);
        Map<Integer, List<Integer>> classes = new LinkedHashMap<>();
        float[] labels = new float[count];
        if (fractions.stratifiedBy().isPresent()) {
            Run all = new Run(part, "all", range(count), 0);
            labels = all.fields(Map.of()).columns().get(fractions.stratifiedBy().get());
        }
        for (int row : order) {
            classes.computeIfAbsent((int) labels[row], unused -> new ArrayList<>())
                    .add(row);
        }
        List<List<Integer>> parts = new ArrayList<>();
        fractions.splits().forEach(unused -> parts.add(new ArrayList<>()));
        double[] owed = new double[parts.size()];
        List<Integer> keys = new ArrayList<>(classes.keySet());
        keys.sort(null);
        for (int key : keys) {
            List<Integer> members = classes.get(key);
            int from = 0;
            for (int i = 0; i < parts.size(); i++) {
                // What rounding kept from a split in one class is made good in the next.
                double share = fractions.shares().get(i) * members.size() + owed[i];
                int take = i == parts.size() - 1 ? members.size() - from : (int) Math.round(share);
                take = Math.max(0, Math.min(take, members.size() - from));
                owed[i] = share - take;
                parts.get(i).addAll(members.subList(from, from + take));
                from += take;
            }
        }
        int[][] rows = new int[parts.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = parts.get(i).stream().mapToInt(Integer::intValue).sorted().toArray();
        }
        return rows;
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

        private void checkLabels(DataSet.Field field, float[] values) {
            if (field.classes() == 0) {
                return;
            }
            for (int i = 0; i < values.length; i++) {
                if (values[i] != Math.rint(values[i]) || values[i] < 0 || values[i] >= field.classes()) {
                    throw new DataException(
                            recipe.name(),
                            "sample " + i + " has the label " + values[i] + "; '" + field.name()
                                    + "' is a class from 0 to " + (field.classes() - 1));
                }
            }
        }

        private DataSet.Loaded generate(DataSetRecipe.Generated generated, Map<String, double[]> statistics) {
            int wanted = generated.counts().get(generated.splits().indexOf(split));
            wanted = Math.min(wanted, recipe.limit().orElse(wanted));
            Map<String, float[]> columns = new HashMap<>();
            for (DataSet.Field field : recipe.fields()) {
                columns.put(field.name(), new float[wanted * field.width()]);
            }
            Optional<DataSet.Field> label = generated.balancedBy().map(this::field);
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

        private DataSet.Field field(String name) {
            return recipe.fields().stream()
                    .filter(field -> field.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new DataException(recipe.name(), "has no field '" + name + "'"));
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
