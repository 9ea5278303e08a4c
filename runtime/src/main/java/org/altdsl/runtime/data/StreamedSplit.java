package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Samples that are made of their rows whenever they are shown. Only their row numbers and classes are held. */
final class StreamedSplit implements DataSet.Split {
    /** Rows that are computed together; a batch may be larger. */
    private static final int LANES = 64;

    private final DataSetRecipe recipe;
    private final DataSetRecipe.Part part;
    private final int[] rows;
    private final long firstIdentity;
    private final Map<String, double[]> statistics;
    private final Map<String, float[]> classes;
    private final DataMemory memory;

    /**
     * @param rows the row of each sample
     * @param statistics what is known of the training split
     * @param classes the fields that are classes, of all samples
     */
    StreamedSplit(
            DataSetRecipe recipe,
            DataSetRecipe.Part part,
            int[] rows,
            long firstIdentity,
            Map<String, double[]> statistics,
            Map<String, float[]> classes,
            DataMemory memory) {
        this.recipe = requireNonNull(recipe);
        this.part = requireNonNull(part);
        this.rows = requireNonNull(rows);
        this.firstIdentity = firstIdentity;
        this.statistics = Map.copyOf(statistics);
        this.classes = Map.copyOf(classes);
        this.memory = requireNonNull(memory);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public Samples samples() {
        return new Reader();
    }

    private final class Reader implements Samples {
        private final PartProgram program = new PartProgram(part, 0, firstIdentity, LANES, memory);
        private final Map<String, float[]> shown = new HashMap<>();
        private int[] chosen = {};
        private int[] order = {};
        private int count;
        private long held;

        @Override
        public void choose(int[] samples, int howMany, long epoch) {
            chosen = samples;
            count = howMany;
            if (order.length < count) {
                makeRoom();
            }
            int[] wanted = new int[count];
            for (int lane = 0; lane < count; lane++) {
                wanted[lane] = rows[samples[lane]];
            }
            for (int from = 0; from < count; from += LANES) {
                int here = Math.min(LANES, count - from);
                program.run(wanted, from, here, statistics);
                for (DataSet.Field field : recipe.fields()) {
                    if (shown.containsKey(field.name())) {
                        double[] values = program.read(field.name());
                        float[] target = shown.get(field.name());
                        for (int k = 0; k < here * field.width(); k++) {
                            target[from * field.width() + k] = (float) values[k];
                        }
                    }
                }
            }
        }

        private void makeRoom() {
            memory.release(held);
            held = 0;
            order = new int[count];
            Arrays.setAll(order, lane -> lane);
            for (DataSet.Field field : recipe.fields()) {
                if (!classes.containsKey(field.name())) {
                    shown.put(field.name(), new float[Math.multiplyExact(count, field.width())]);
                    held += (long) count * field.width() * Float.BYTES;
                }
            }
            memory.hold(held);
        }

        @Override
        public float[] rows(String field) {
            return classes.getOrDefault(field, shown.get(field));
        }

        @Override
        public int[] lanes(String field) {
            return classes.containsKey(field) ? chosen : order;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public void close() {
            memory.release(held);
            held = 0;
            program.close();
        }
    }
}
