package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ir.Program;
import org.altdsl.runtime.data.DataSetRecipe;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.source.Span;

/**
 * A test as IR: a program, and what to do with it.
 *
 * @param lanes how many samples a batch has where a run does not say
 * @param actions runs and expectations in the order written
 * @param trains the spikes of the sources, by their flag
 * @param data the data set that is tested, whose training samples are shown all at once
 * @param row which row of the test's table this is, in words; empty where it has none
 * @param others the further rows of the table, each a test of its own
 */
public record LoweredTest(
        Declaration declaration,
        Program program,
        Map<String, Integer> sizes,
        int lanes,
        List<Action> actions,
        Map<String, SpikeTrain> trains,
        Optional<DataSetRecipe> data,
        String row,
        List<LoweredTest> others) {
    public LoweredTest {
        requireNonNull(declaration);
        requireNonNull(program);
        sizes = Map.copyOf(sizes);
        actions = List.copyOf(actions);
        trains = Map.copyOf(trains);
        requireNonNull(data);
        requireNonNull(row);
        others = List.copyOf(others);
    }

    /** The same with the further rows of its table. */
    public LoweredTest and(List<LoweredTest> further) {
        return new LoweredTest(declaration, program, sizes, lanes, actions, trains, data, row, further);
    }

    /** The same test doing other things. */
    public LoweredTest with(List<Action> otherActions) {
        return new LoweredTest(declaration, program, sizes, lanes, otherActions, trains, data, row, others);
    }

    /** Something a test does. */
    public sealed interface Action permits Run, Advance, Expectation {}

    /** Some batches of some samples. */
    public record Run(int batches, Optional<Integer> lanes) implements Action {}

    /**
     * Some steps of time.
     *
     * @param sample whether they are one sample, at whose end hooks run
     */
    public record Advance(long steps, boolean sample) implements Action {}

    /**
     * A comparison of two quantities, or a condition where {@code expected} is empty.
     *
     * @param tolerance how far they may be apart; relative to the expected one if {@code relative}
     */
    public record Expectation(Span span, String actual, Optional<String> expected, double tolerance, boolean relative)
            implements Action {}

    /** The variables that the expectations look at. */
    public Set<String> observed() {
        Set<String> names = new LinkedHashSet<>();
        for (Action action : actions) {
            if (action instanceof Expectation expectation) {
                names.add(expectation.actual());
                expectation.expected().ifPresent(names::add);
            }
        }
        return names;
    }
}
