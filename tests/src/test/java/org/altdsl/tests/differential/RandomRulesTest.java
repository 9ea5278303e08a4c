package org.altdsl.tests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Severity;
import org.altdsl.driver.Backend;
import org.altdsl.driver.Checked;
import org.altdsl.driver.FrontEnd;
import org.altdsl.lower.LoweredRule;
import org.altdsl.source.SourceFile;
import org.altdsl.tests.bench.Programs;
import org.altdsl.tests.bench.Trainer;
import org.junit.jupiter.api.Test;

/** Random rules in random networks mean the same on every back end. */
class RandomRulesTest {
    private static final int PROGRAMS = Integer.getInteger("random.rules", 320);

    /** Sums in another order, of some dozen terms, through three batches. */
    private static final double DOUBLE_TOLERANCE = 1e-10;

    /** Where roundings move results of order one by so much, results say nothing about a back end. */
    private static final double MEANINGLESS = 0.01;

    @Test
    void theFrontEndTakesThemOrSaysWhyNot() {
        List<String> rejected = new ArrayList<>();
        for (long seed = 0; seed < PROGRAMS; seed++) {
            RandomRules.Program program = RandomRules.program(seed);
            List<Diagnostic> errors = new ArrayList<>();
            lower(program, errors);
            if (!errors.isEmpty()) {
                rejected.add(seed + ": " + errors.get(0).code().id() + " "
                        + errors.get(0).message() + "  in  "
                        + errors.get(0).at().text());
            }
        }
        assertTrue(
                rejected.size() <= PROGRAMS / 10,
                rejected.size() + " of " + PROGRAMS + " rejected:\n" + String.join("\n", rejected));
    }

    @Test
    void fusedKernelsInDoublePrecisionAgreeWithTheInterpreter() {
        Backend fused = Trainer.fused();
        List<String> failures = new ArrayList<>();
        int undecided = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            RandomRules.Program program = RandomRules.program(seed);
            Optional<LoweredRule> rule = lower(program, new ArrayList<>());
            if (rule.isEmpty()) {
                continue;
            }
            Agreement agreement = agreement(program, rule.get());
            String difference = agreement.differenceFromInterpreter(fused, DOUBLE_TOLERANCE);
            if (difference.isEmpty()) {
                continue;
            }
            // A comparison of what is equal but for rounding, such as a sum of errors with 0, decides nothing.
            if (agreement.tolerance(Agreement.DOUBLE_ROUNDING) > MEANINGLESS) {
                undecided++;
            } else {
                failures.add(seed + ": " + difference + "\n" + program.text());
            }
        }
        assertEquals(0, failures.size(), () -> failures.size() + " differ:\n" + String.join("\n", failures));
        assertTrue(undecided <= PROGRAMS / 50, undecided + " programs hang on a rounding");
    }

    @Test
    void fusedKernelsInSinglePrecisionAreOffByTheirRoundingOnly() {
        Backend single = Trainer.single();
        List<String> failures = new ArrayList<>();
        int compared = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            RandomRules.Program program = RandomRules.program(seed);
            if (!program.continuous()) {
                continue;
            }
            Optional<LoweredRule> rule = lower(program, new ArrayList<>());
            if (rule.isEmpty()) {
                continue;
            }
            Agreement agreement = agreement(program, rule.get());
            double tolerance = agreement.tolerance(Agreement.FLOAT_ROUNDING);
            // A rule that blows roundings up to the size of its values says nothing about the back end.
            if (tolerance < MEANINGLESS) {
                compared++;
                String difference = agreement.differenceFromInterpreter(single, tolerance);
                if (!difference.isEmpty()) {
                    failures.add(seed + " beyond " + tolerance + ": " + difference + "\n" + program.text());
                }
            }
        }
        assertEquals(0, failures.size(), () -> failures.size() + " differ:\n" + String.join("\n", failures));
        assertTrue(compared >= PROGRAMS / 3, "only " + compared + " programs were compared");
    }

    private static Agreement agreement(RandomRules.Program program, LoweredRule rule) {
        return new Agreement(
                rule, Map.of("image", program.inputs(), "target", program.outputs()), program.outputs(), 3, 1, 4);
    }

    private static Optional<LoweredRule> lower(RandomRules.Program program, List<Diagnostic> errors) {
        SourceFile file = new SourceFile("random-" + program.seed() + ".exp", program.text());
        try {
            Checked checked = new FrontEnd(Programs.library()).read(file);
            DiagnosticSink sink = checked.diagnostics();
            Optional<LoweredRule> rule = checked.program()
                    .flatMap(linked -> Programs.lower(linked, sink).stream().findFirst());
            sink.sorted().stream().filter(d -> d.severity() == Severity.ERROR).forEach(errors::add);
            return rule;
        } catch (RuntimeException | AssertionError failure) {
            throw new AssertionError("the compiler fails on\n" + program.text(), failure);
        }
    }
}
