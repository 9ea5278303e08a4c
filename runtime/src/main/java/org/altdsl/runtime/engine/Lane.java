package org.altdsl.runtime.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Collected;
import org.altdsl.runtime.plan.Executor;

/** A network in time, the sample that it is shown, and what was collected meanwhile. */
final class Lane {
    /** The variable that is 1 while a sample is shown. */
    private static final String PRESENTING = "presenting";

    private final Executor executor;
    private final DataSet data;
    private final List<Clamp> clamps;
    private final boolean counts;
    private final Map<String, double[]> shown = new HashMap<>();
    private final Map<String, double[]> hidden = new HashMap<>();
    private final Collected collected;

    /**
     * @param collected takes what is collected
     */
    Lane(Executor executor, DataSet data, List<Clamp> clamps, Collected collected) {
        this.executor = executor;
        this.data = data;
        this.clamps = clamps;
        this.collected = collected;
        this.counts = executor.variables().stream()
                .anyMatch(variable -> variable.name().equals(PRESENTING));
    }

    Executor executor() {
        return executor;
    }

    Collected collected() {
        return collected;
    }

    /**
     * Takes the next sample; its classes are known from now on.
     *
     * @param reader has chosen it
     * @param place which of those that were chosen it is
     * @param sample its number
     */
    void take(Samples reader, int place, int sample) {
        for (Clamp clamp : clamps) {
            DataSet.Field field = data.field(clamp.field());
            shown.put(clamp.variable(), row(reader, place, field));
            hidden.put(clamp.variable(), new double[field.width()]);
            if (field.classes() > 0) {
                // The class is there for the protocol even while nothing is shown.
                executor.write(clamp.variable(), shown.get(clamp.variable()));
            }
        }
        executor.clocks().samples[0] = sample;
    }

    private static double[] row(Samples reader, int place, DataSet.Field field) {
        float[] rows = reader.rows(field.name());
        int at = reader.lanes(field.name())[place] * field.width();
        double[] row = new double[field.width()];
        for (int i = 0; i < row.length; i++) {
            row[i] = rows[at + i];
        }
        return row;
    }

    /** Puts the sample at hand on the inputs, or nothing. */
    void show(boolean present) {
        for (Clamp clamp : clamps) {
            if (data.field(clamp.field()).classes() == 0) {
                executor.write(clamp.variable(), (present ? shown : hidden).get(clamp.variable()));
            }
        }
        if (counts) {
            executor.write(PRESENTING, new double[] {present ? 1 : 0});
        }
    }
}
