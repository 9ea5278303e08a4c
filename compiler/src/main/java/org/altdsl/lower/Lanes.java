package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Diagnostic;
import org.altdsl.ir.Program;

/**
 * Whether trials of a network in time can run side by side, in lanes, and how: each lane is a network of its own with the
 * weights of all; what happens after a trial then happens once for the batch, in a program that sees every lane.
 *
 * @param count how many the experiment asks for; 1 where it runs one after the other
 * @param after what happens after the trials of a batch; absent where they cannot run side by side
 * @param perTrial the variables of {@code after} that have a value for each lane, each with its name in a lane
 * @param changed the variables that {@code after} changes: for all lanes, unless each has its own
 * @param obstacle why they cannot run side by side
 */
public record Lanes(
        int count,
        Optional<Program> after,
        Map<String, String> perTrial,
        Set<String> changed,
        Optional<Diagnostic> obstacle) {
    public Lanes {
        requireNonNull(after);
        perTrial = Map.copyOf(perTrial);
        changed = Set.copyOf(changed);
        requireNonNull(obstacle);
    }

    static Lanes impossible(int count, Diagnostic obstacle) {
        return new Lanes(count, Optional.empty(), Map.of(), Set.of(), Optional.of(obstacle));
    }

    /** Whether an experiment asks for several at once. */
    public boolean isWanted() {
        return count > 1;
    }
}
