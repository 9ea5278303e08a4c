package org.altdsl.tests.brian;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same spikes, weights and voltages as Brian 2, from the same synapses, initial values and spikes that come in.
 *
 * <p>Each case has a folder with a network ({@code case.exp}), its inputs, and what Brian made of them. Brian's side is
 * {@code src/test/brian/reference.py}, which is run again where Brian is installed.
 *
 * <p>All spikes must be in the same steps, from the first to the last. Both programs compute in double precision, but not in
 * the same order, so potentials differ by some 1e-12 mV: between spikes such a difference decays, and it matters only where
 * a potential comes that close to a threshold at the end of a step, which is once in 1e11 steps or so. None of these runs
 * meets one, not even the recurrent network that lives of its own spikes ({@code cuba}).
 */
class BrianTest {
    private static final Path CASES = Path.of("src", "test", "resources", "brian");
    private static final Path SCRIPT = Path.of("src", "test", "brian", "reference.py");

    /** In minutes; the longest case takes some of them, and more where the machine has other work. */
    private static final int LONGEST = 30;

    /** Of the largest weight: what many changes, each exact to rounding, may add up to. */
    private static final double WEIGHT = 1e-9;

    /** In millivolts: as much, of the hundred millivolts of a spike. */
    private static final double VOLTAGE = 1e-7;

    /**
     * A network with a rule.
     *
     * @param folder its folder
     * @param rule the rule that teaches its synapses
     * @param weightUnit the unit of its weights, in SI units
     */
    record Case(String folder, String rule, double weightUnit) {
        @Override
        public String toString() {
            return folder + ", " + rule;
        }

        Path path() {
            return CASES.resolve(folder);
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String folder : List.of("lif-current", "lif-conductance", "adex", "izhikevich", "hodgkin-huxley")) {
            for (String rule : List.of("PairSTDP", "TripletSTDP", "Clopath")) {
                cases.add(new Case(folder.equals("adex") && rule.equals("Clopath") ? "adex-clopath" : folder, rule, 1));
            }
        }
        cases.add(new Case("cuba", "PairSTDP", 1e-3));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameAsWhatIsStored(Case one) {
        assertSame(
                Stored.read(one.path(), one.rule(), one.weightUnit()),
                Simulated.run(one.path(), one.rule(), false, OptionalLong.empty()));
    }

    @ParameterizedTest
    @MethodSource("quickCases")
    void theInterpreterDoesTheSame(Case one) {
        Simulated first = Simulated.run(one.path(), one.rule(), true, OptionalLong.of(400));
        Simulated compiled = Simulated.run(one.path(), one.rule(), false, OptionalLong.of(400));
        assertSame(compiled, first);
    }

    static List<Case> quickCases() {
        return cases().stream()
                .filter(one -> List.of("lif-current, PairSTDP", "lif-conductance, TripletSTDP", "izhikevich, Clopath")
                        .contains(one.toString()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("quickCases")
    void theSameAsBrian(Case one, @TempDir Path out) throws IOException, InterruptedException {
        compare(one, out);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("cases")
    void theSameAsBrianInEveryCase(Case one, @TempDir Path out) throws IOException, InterruptedException {
        compare(one, out);
    }

    private static void compare(Case one, Path out) throws IOException, InterruptedException {
        assumeTrue(hasBrian(), "python3-brian is not installed");
        assertEquals(
                0,
                python(
                        SCRIPT.toString(),
                        "run",
                        one.folder(),
                        one.rule(),
                        one.path().toString(),
                        out.toString()));
        Simulated brian = Stored.read(out, one.rule(), one.weightUnit());
        assertSame(brian, Stored.read(one.path(), one.rule(), one.weightUnit()));
        assertSame(brian, Simulated.run(one.path(), one.rule(), false, OptionalLong.empty()));
    }

    private static boolean hasBrian() throws IOException, InterruptedException {
        Path python = Path.of("/usr/bin/python3");
        return Files.isExecutable(python) && python("-c", "import brian2") == 0;
    }

    private static int python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(LONGEST, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertTrue(ended, "Brian takes longer than " + LONGEST + " minutes");
        return process.exitValue();
    }

    private static void assertSame(Simulated expected, Simulated found) {
        int spikes = Math.min(expected.spikes().size(), found.spikes().size());
        for (int k = 0; k < spikes; k++) {
            int number = k;
            assertEquals(expected.spikes().get(k), found.spikes().get(k), () -> "spike " + number + ", counted from 0");
        }
        assertEquals(expected.spikes().size(), found.spikes().size());
        double largest = 0;
        for (double weight : expected.weights()) {
            largest = Math.max(largest, Math.abs(weight));
        }
        assertClose(expected.weights(), found.weights(), WEIGHT * largest, "weight");
        assertClose(expected.voltage(), found.voltage(), VOLTAGE, "voltage");
    }

    private static void assertClose(double[] expected, double[] found, double tolerance, String what) {
        assertEquals(expected.length, found.length, what);
        for (int k = 0; k < expected.length; k++) {
            int number = k;
            assertEquals(expected[k], found[k], tolerance, () -> what + " " + number + ", counted from 0");
        }
    }
}
