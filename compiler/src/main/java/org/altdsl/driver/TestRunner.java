package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.altdsl.ir.Sizes;
import org.altdsl.lower.LoweredTest;
import org.altdsl.runtime.data.DataMemory;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSetLoader;
import org.altdsl.runtime.data.Samples;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/** Runs a lowered test on a back end. */
public final class TestRunner {
    private final Backend backend;

    public TestRunner(Backend backend) {
        this.backend = requireNonNull(backend);
    }

    /** An expectation that did not hold: where, and the numbers. */
    public record Failure(Span at, String message) {}

    /** The expectations of a test that do not hold; empty if it passes. */
    public List<Failure> run(LoweredTest test) {
        List<Failure> failures = new ArrayList<>();
        for (Failure failure : new Run(test).run()) {
            String where = test.row().isEmpty() ? "" : test.row() + ": ";
            failures.add(new Failure(failure.at(), where + failure.message()));
        }
        test.others().forEach(row -> failures.addAll(run(row)));
        return failures;
    }

    private final class Run {
        private final LoweredTest test;
        private final Executor executor;
        private final List<Failure> failures = new ArrayList<>();
        private final int most;

        Run(LoweredTest test) {
            this.test = test;
            Optional<DataSet> data = test.data().map(recipe -> DataSetLoader.load(recipe, DataMemory.standard()));
            int lanes = data.map(set -> set.splits().get("train").size()).orElse(test.lanes());
            for (LoweredTest.Action action : test.actions()) {
                if (action instanceof LoweredTest.Run run) {
                    lanes = Math.max(lanes, run.lanes().orElse(1));
                }
            }
            this.most = lanes;
            this.executor = backend.compile(test.program(), new Sizes(test.sizes()), test.observed())
                    .executor(1, lanes);
            Clocks clocks = executor.clocks();
            clocks.seed = 1;
            clocks.samples = new int[lanes];
            for (int i = 0; i < lanes; i++) {
                clocks.samples[i] = i;
            }
            clocks.lanes = data.isPresent() ? lanes : test.lanes();
            executor.enter(Scope.RUN);
            executor.enter(Scope.EPOCH);
            executor.enter(Scope.WINDOW);
            data.ifPresent(this::show);
            test.trains().forEach((variable, train) -> executor.play(variable, train.cursor()::at));
        }

        private void show(DataSet data) {
            DataSet.Split split = data.splits().get("train");
            try (Samples samples = split.samples()) {
                samples.choose(executor.clocks().samples, split.size(), 0);
                show(data, samples);
            }
        }

        private void show(DataSet data, Samples samples) {
            for (DataSet.Field field : data.fields()) {
                boolean wanted =
                        executor.variables().stream().anyMatch(v -> v.name().equals(field.name()));
                if (wanted) {
                    samples.load(executor, field.name(), field);
                }
            }
        }

        List<Failure> run() {
            boolean runs = test.actions().stream()
                    .anyMatch(action -> action instanceof LoweredTest.Run || action instanceof LoweredTest.Advance);
            if (!runs) {
                batch();
            }
            for (LoweredTest.Action action : test.actions()) {
                if (action instanceof LoweredTest.Run run) {
                    executor.clocks().lanes = run.lanes().orElse(Math.min(test.lanes(), most));
                    for (int i = 0; i < run.batches(); i++) {
                        batch();
                        executor.clocks().batch++;
                        executor.clocks().update++;
                    }
                } else if (action instanceof LoweredTest.Advance advance) {
                    if (advance.sample()) {
                        executor.run(Scope.TRIAL);
                    }
                    executor.advance(advance.steps());
                    if (advance.sample()) {
                        executor.run(Scope.BATCH);
                    }
                    executor.run(Scope.EPOCH);
                } else if (action instanceof LoweredTest.Expectation expectation) {
                    check(expectation);
                }
            }
            return failures;
        }

        private void batch() {
            executor.enter(Scope.BATCH);
            executor.run(Scope.BATCH);
        }

        private void check(LoweredTest.Expectation expectation) {
            double[] actual = executor.read(expectation.actual());
            if (expectation.expected().isEmpty()) {
                for (double value : actual) {
                    if (!(value != 0)) {
                        failures.add(new Failure(expectation.span(), "does not hold"));
                        return;
                    }
                }
                return;
            }
            double[] expected = executor.read(expectation.expected().get());
            for (int i = 0; i < actual.length; i++) {
                double allowed = expectation.relative()
                        ? expectation.tolerance() * Math.abs(expected[i])
                        : expectation.tolerance();
                boolean equal = actual[i] == expected[i] || Math.abs(actual[i] - expected[i]) <= allowed;
                if (!equal) {
                    String where = actual.length == 1 ? "" : " at element " + i;
                    failures.add(new Failure(
                            expectation.span(),
                            String.format(
                                    Locale.ROOT,
                                    "expected %s, found %s%s (off by %.3g, allowed %.3g)",
                                    number(expected[i]),
                                    number(actual[i]),
                                    where,
                                    Math.abs(actual[i] - expected[i]),
                                    allowed)));
                    return;
                }
            }
        }

        private static String number(double value) {
            String text = String.format(Locale.ROOT, "%.10g", value);
            return text.contains(".") && !text.contains("e")
                    ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
                    : text;
        }
    }
}
