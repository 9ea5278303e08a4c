package org.altdsl.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.altdsl.runtime.report.Statistics.Comparison;
import org.altdsl.runtime.report.Statistics.Estimate;
import org.altdsl.runtime.report.Statistics.Interval;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    /** References are SciPy 1.17's, printed with 16 digits; both sides compute t quantiles to about 1e-12. */
    private static final double REFERENCE = 1e-10;

    private static final List<Double> A = List.of(0.96, 0.97, 0.965, 0.958, 0.972);
    private static final List<Double> B = List.of(0.91, 0.94, 0.925, 0.93, 0.90);

    @Test
    void intervalsOfSharesAndAnglesEndWhereTheirValuesEnd() {
        List<Double> shares = List.of(0.5, 1.0);
        assertEquals(
                new Interval(0, 1),
                Statistics.estimate(shares, Measure.of("test_accuracy"))
                        .orElseThrow()
                        .ci95()
                        .orElseThrow());
        assertEquals(
                new Interval(0, 180),
                Statistics.estimate(List.of(10.0, 170.0), Measure.of("alignment[h]"))
                        .orElseThrow()
                        .ci95()
                        .orElseThrow());
        assertEquals(Statistics.estimate(shares), Statistics.estimate(shares, Measure.of("test_loss")));
    }

    @Test
    void meanAndIntervalAgreeWithSciPy() {
        Estimate estimate = Statistics.estimate(A).orElseThrow();
        assertEquals(0.965, estimate.mean(), 1e-15);
        assertEquals(0.9574472527565058, estimate.ci95().orElseThrow().low(), REFERENCE);
        assertEquals(0.9725527472434939, estimate.ci95().orElseThrow().high(), REFERENCE);
        assertEquals(5, estimate.count());
    }

    @Test
    void twoValuesGiveTheWideIntervalOfOneDegreeOfFreedom() {
        Interval interval =
                Statistics.estimate(List.of(1.0, 2.0)).orElseThrow().ci95().orElseThrow();
        assertEquals(-4.853102368087347, interval.low(), REFERENCE);
        assertEquals(7.853102368087347, interval.high(), REFERENCE);
    }

    @Test
    void oneValueHasAMeanButNoInterval() {
        Estimate estimate = Statistics.estimate(List.of(0.3)).orElseThrow();
        assertEquals(0.3, estimate.mean());
        assertEquals(Optional.empty(), estimate.ci95());
    }

    @Test
    void noValueHasNoEstimate() {
        assertEquals(Optional.empty(), Statistics.estimate(List.of()));
    }

    @Test
    void equalValuesHaveAnIntervalWithoutWidth() {
        Estimate estimate = Statistics.estimate(List.of(0.1, 0.1, 0.1)).orElseThrow();
        assertEquals(new Interval(0.1, 0.1), estimate.ci95().orElseThrow());
    }

    @Test
    void valuesTooLargeForADoubleGiveNoEstimateRatherThanInfinity() {
        assertEquals(Optional.empty(), Statistics.estimate(List.of(1.5e308, 1.5e308)));
        assertEquals(
                Optional.empty(),
                Statistics.estimate(List.of(1e300, 2e300)).orElseThrow().ci95());
        assertEquals(OptionalDouble.empty(), Statistics.pairedTest(List.of(1e300, 3e300), List.of(0.0, 0.0)));
    }

    @Test
    void pairedTestAgreesWithSciPy() {
        assertEquals(0.005388347080669165, Statistics.pairedTest(A, B).orElseThrow(), REFERENCE);
        assertEquals(0.005388347080669165, Statistics.pairedTest(B, A).orElseThrow(), REFERENCE);
        assertEquals(
                0.8743340836219978,
                Statistics.pairedTest(List.of(1.0, 2.0), List.of(0.0, 3.5)).orElseThrow(),
                REFERENCE);
        assertEquals(
                0.03225864178876459,
                Statistics.pairedTest(List.of(10.0, 20.0, 30.0, 41.0), List.of(1.0, 2.0, 3.0, 4.0))
                        .orElseThrow(),
                REFERENCE);
    }

    @Test
    void differencesWithoutSpreadCannotBeTested() {
        assertEquals(OptionalDouble.empty(), Statistics.pairedTest(A, A));
        List<Double> shifted = A.stream().map(value -> value + 0.1).toList();
        assertEquals(OptionalDouble.empty(), Statistics.pairedTest(shifted, A), "equal up to rounding");
    }

    @Test
    void onePairCannotBeTested() {
        assertEquals(OptionalDouble.empty(), Statistics.pairedTest(List.of(1.0), List.of(2.0)));
    }

    @Test
    void holmMultipliesByTheRankFromAboveAndNeverFalls() {
        // By hand: sorted 0.01·4, 0.02·3, 0.03·2, 0.5·1, then the running maximum.
        assertEquals(List.of(0.06, 0.04, 0.5, 0.06), round(Statistics.holm(List.of(0.03, 0.01, 0.5, 0.02))));
        assertEquals(List.of(1.0, 1.0), Statistics.holm(List.of(0.6, 0.9)));
        assertEquals(List.of(), Statistics.holm(List.of()));
    }

    private static List<Double> round(List<Double> values) {
        return values.stream().map(value -> Math.rint(value * 1e12) / 1e12).toList();
    }

    @Test
    void comparisonsAreHolmAdjustedOverAllPairs() {
        List<Double> c = List.of(0.5, 0.52, 0.49, 0.53, 0.51);
        RunResult run = run(Map.of("A", A, "B", B, "C", c));
        List<Comparison> pairs = Statistics.compare(run, "test_accuracy");
        assertEquals(3, pairs.size());
        assertEquals(
                List.of("A B", "A C", "B C"),
                pairs.stream().map(pair -> pair.a() + " " + pair.b()).toList());
        List<Double> raw = List.of(
                Statistics.pairedTest(A, B).orElseThrow(),
                Statistics.pairedTest(A, c).orElseThrow(),
                Statistics.pairedTest(B, c).orElseThrow());
        assertEquals(
                Statistics.holm(raw),
                pairs.stream().map(pair -> pair.p().orElseThrow()).toList());
        assertEquals(0.044, pairs.get(0).difference().mean(), 1e-15);
        assertEquals(
                0.021719136148071208,
                pairs.get(0).difference().ci95().orElseThrow().low(),
                REFERENCE);
    }

    @Test
    void aRuleStoppedEarlierIsNotCompared() {
        SeedResult finished = new SeedResult(
                1, SeedResult.Status.COMPLETE, List.of(new Row(9, Map.of("test_accuracy", 0.9))), Optional.empty());
        SeedResult stopped = new SeedResult(
                1, SeedResult.Status.STOPPED, List.of(new Row(3, Map.of("test_accuracy", 0.5))), Optional.empty());
        RunResult run = of(List.of(1), List.of(rule("A", List.of(finished)), rule("B", List.of(stopped))));
        assertTrue(Statistics.compare(run, "test_accuracy").isEmpty());
    }

    @Test
    void aDivergedSeedLeavesItsPairOut() {
        SeedResult bad = new SeedResult(
                1, SeedResult.Status.DIVERGED, List.of(new Row(1, Map.of("test_accuracy", 0.1))), Optional.empty());
        List<SeedResult> some = new ArrayList<>(List.of(bad));
        some.addAll(seeds(A).subList(1, 5));
        RunResult run = of(SampleRun.SEEDS, List.of(rule("A", some), rule("B", seeds(B))));
        Comparison pair = Statistics.compare(run, "test_accuracy").get(0);
        assertEquals(4, pair.difference().count());
        assertEquals(
                OptionalDouble.empty(),
                run.rules().get(0).finalValues("test_accuracy", SampleRun.SEEDS).get(0));
    }

    private static RunResult run(Map<String, List<Double>> values) {
        return of(
                SampleRun.SEEDS,
                values.keySet().stream()
                        .sorted()
                        .map(name -> rule(name, seeds(values.get(name))))
                        .toList());
    }

    private static List<SeedResult> seeds(List<Double> values) {
        List<SeedResult> seeds = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            seeds.add(new SeedResult(
                    i + 1,
                    SeedResult.Status.COMPLETE,
                    List.of(new Row(1, Map.of("test_accuracy", values.get(i)))),
                    Optional.empty()));
        }
        return seeds;
    }

    private static RuleResult rule(String name, List<SeedResult> seeds) {
        return new RuleResult(
                name, Map.of(), seeds, Cost.unknown(), SampleRun.card(List.of("pre"), true), "", "", Optional.empty());
    }

    private static RunResult of(List<Integer> seeds, List<RuleResult> rules) {
        return new RunResult(
                "pairs", RunResult.Status.COMPLETE, 1, seeds, rules, SampleRun.environment(), "", Map.of());
    }
}
