package org.altdsl.runtime.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How trials of a network in time run side by side. Each lane is a network of its own, which goes on from the trial
 * before it in this lane; only what they learn is the same in all. It changes when the trials of a batch are over.
 *
 * @param lanes how many trials a batch has
 * @param after what happens after the trials of a batch: a program with a lane for each of them
 * @param perTrial the variables of {@code after} that have a value for each lane, each with its name in a lane
 * @param changed the variables that {@code after} changes: for all lanes, unless each has its own
 */
public record SideBySide(int lanes, ProgramCode after, Map<String, String> perTrial, Set<String> changed) {
    public SideBySide {
        requireNonNull(after);
        perTrial = Map.copyOf(perTrial);
        changed = Set.copyOf(changed);
        if (lanes < 2) {
            throw new IllegalArgumentException(lanes + " trials side by side");
        }
    }

    /** The variables that change for all lanes. */
    public List<String> common() {
        return changed.stream()
                .filter(variable -> !perTrial.containsKey(variable))
                .sorted()
                .toList();
    }
}
