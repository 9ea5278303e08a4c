package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.VariableInfo;

/** The program of a part of a data set, run over some rows of its tables at a time. */
final class PartProgram implements AutoCloseable {
    private final DataSetRecipe.Part part;
    private final long firstIdentity;
    private final int lanes;
    private final Executor executor;
    private final List<float[]> rows = new ArrayList<>();
    private final int[] order;
    private final int[] identities;
    private final DataMemory memory;
    private long held;

    /**
     * @param seed of the draws
     * @param firstIdentity what to add to the number of a row to tell its sample from those of other splits
     * @param lanes the most rows at a time
     */
    PartProgram(DataSetRecipe.Part part, long seed, long firstIdentity, int lanes, DataMemory memory) {
        this.part = requireNonNull(part);
        this.firstIdentity = firstIdentity;
        this.lanes = lanes;
        this.memory = requireNonNull(memory);
        this.executor = part.code().executor(seed, lanes);
        this.order = new int[lanes];
        Arrays.setAll(order, lane -> lane);
        this.identities = new int[lanes];
        for (DataSetRecipe.Input input : part.inputs()) {
            rows.add(new float[Math.multiplyExact(lanes, input.table().sampleSize())]);
        }
        this.held = size();
        memory.hold(held);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
    }

    /** The rows and, in double precision, every variable that the program computes of them. */
    private long size() {
        long bytes = 0;
        for (float[] some : rows) {
            bytes += (long) some.length * Float.BYTES;
        }
        for (VariableInfo variable : executor.variables()) {
            long numbers = 1;
            for (int extent : variable.sizes()) {
                numbers *= extent == 0 ? lanes : extent;
            }
            bytes += numbers * Double.BYTES;
        }
        return bytes;
    }

    int lanes() {
        return lanes;
    }

    /**
     * Computes everything of some samples.
     *
     * @param samples the row of each sample
     * @param from the first of them
     * @param count how many, at most the lanes
     * @param statistics what is known of the training split
     */
    void run(int[] samples, int from, int count, Map<String, double[]> statistics) {
        for (int i = 0; i < count; i++) {
            identities[i] = (int) (firstIdentity + samples[from + i]);
        }
        executor.clocks().lanes = count;
        executor.clocks().samples = identities;
        for (int i = 0; i < rows.size(); i++) {
            DataSetRecipe.Input input = part.inputs().get(i);
            input.table().copyRows(samples, from, count, rows.get(i));
            executor.load(input.variable(), rows.get(i), input.table().sampleSize(), order, count);
        }
        statistics.forEach(executor::write);
        executor.enter(Scope.BATCH);
        executor.run(Scope.BATCH);
    }

    /** A variable of the samples computed last. */
    double[] read(String variable) {
        return executor.read(variable);
    }

    @Override
    public void close() {
        memory.release(held);
        held = 0;
    }
}
