package org.altdsl.runtime.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.SideBySide;
import org.altdsl.runtime.plan.VariableInfo;

/**
 * What happens after trials that ran side by side: it sees each lane, and what it changes for all of them they have from
 * then on.
 */
final class Batch {
    private final SideBySide plan;
    private final Executor after;

    /** By variable with a lane axis: the points before and behind that axis in reading order. */
    private final Map<String, int[]> around = new LinkedHashMap<>();

    Batch(SideBySide plan, Map<String, double[]> tables, int seed) {
        this.plan = plan;
        this.after = plan.after().executor(seed, plan.lanes());
        after.clocks().seed = seed;
        for (VariableInfo variable : after.variables()) {
            if (tables.containsKey(variable.name())) {
                after.write(variable.name(), tables.get(variable.name()));
            }
            if (plan.perTrial().containsKey(variable.name())) {
                int lane = variable.axes().indexOf("lane");
                List<Integer> sizes = variable.sizes();
                around.put(
                        variable.name(),
                        new int[] {points(sizes.subList(0, lane)), points(sizes.subList(lane + 1, sizes.size()))});
            }
        }
        after.enter(Scope.RUN);
        after.enter(Scope.EPOCH);
    }

    private static int points(List<Integer> extents) {
        return extents.stream().reduce(1, (a, b) -> a * b);
    }

    /** Runs after the trials of some lanes, the first one among them. */
    void after(List<Lane> trials) {
        Clocks clocks = after.clocks();
        Executor first = trials.get(0).executor();
        Clocks present = first.clocks();
        clocks.lanes = trials.size();
        clocks.samples = trials.stream()
                .mapToInt(lane -> lane.executor().clocks().samples[0])
                .toArray();
        clocks.step = present.step;
        clocks.batch = present.batch;
        clocks.update = present.update;
        clocks.epoch = present.epoch;
        clocks.progress = present.progress;
        around.forEach((variable, parts) -> after.write(variable, gathered(variable, parts, trials)));
        after.run(Scope.BATCH);
        for (String variable : plan.changed()) {
            if (around.containsKey(variable)) {
                scatter(variable, around.get(variable), trials);
            } else {
                // The lanes have it in common.
                first.write(variable, after.read(variable));
            }
        }
    }

    private double[] gathered(String variable, int[] parts, List<Lane> trials) {
        int count = trials.size();
        double[] all = new double[parts[0] * count * parts[1]];
        for (int lane = 0; lane < count; lane++) {
            double[] own = trials.get(lane).executor().read(plan.perTrial().get(variable));
            for (int outer = 0; outer < parts[0]; outer++) {
                System.arraycopy(own, outer * parts[1], all, (outer * count + lane) * parts[1], parts[1]);
            }
        }
        return all;
    }

    private void scatter(String variable, int[] parts, List<Lane> trials) {
        int count = trials.size();
        double[] all = after.read(variable);
        for (int lane = 0; lane < count; lane++) {
            double[] own = new double[parts[0] * parts[1]];
            for (int outer = 0; outer < parts[0]; outer++) {
                System.arraycopy(all, (outer * count + lane) * parts[1], own, outer * parts[1], parts[1]);
            }
            trials.get(lane).executor().write(plan.perTrial().get(variable), own);
        }
    }
}
