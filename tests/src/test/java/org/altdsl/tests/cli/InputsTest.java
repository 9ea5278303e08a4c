package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.altdsl.tests.cli.CommandLine.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What drives a network in time: currents, signals and events from files, and samples turned into spikes. */
class InputsTest {
    private static final String NETWORK = """
            import cells
            neuron Leak { input I : pA;  state v : mV = 0 mV;  v' = (I * (100 Mohm) - v) / (20 ms) }
            dataset Two {
                train { let t = csv("two.csv") }
                test { let t = csv("two.csv") }
                field image = t[0..1]
                field label : class(2) = t[2]
            }
            experiment "Inputs" {
                dt = 1 ms
                data Two batch 1
                network {
                    a : Leak[2];  stimulate a.I with csv("one.csv", step = 2 ms) * 1 pA each step
                    b : Leak[2];  stimulate b.I with csv("each.csv", step = 10 ms) * 1 pA each step
                    s : Spikes[2](crossings = "signal.csv", step = 10 ms, threshold = 0.25)
                    c : Spikes[8](events = "clip.csv", width = 2, height = 2, unit = 1 us)
                    l : Latency[2](x = data.image)
                    p : Chance[2](p = data.image)
                }
                protocol { for each sample { present 30 ms;  rest 10 ms } }
                measure mean(a.v)
                record s.spike, c.spike, l.spike, p.spike
                record a.v, b.v every 1 ms
            }
            """;

    @TempDir
    private Path folder;

    private CommandLine altdsl;

    @BeforeEach
    void setUp() throws IOException {
        altdsl = new CommandLine(folder);
        Files.writeString(folder.resolve("two.csv"), "1,0.5,0\n1,0.5,0\n");
        Files.writeString(folder.resolve("one.csv"), "1\n2\n3\n");
        Files.writeString(folder.resolve("each.csv"), "100,-50\n0,200\n");
        Files.writeString(folder.resolve("signal.csv"), "0\n0.1\n0.3\n0.9\n0.9\n0.5\n0.1\n");
        Files.writeString(folder.resolve("clip.csv"), "1000,0,0,1\n2500,1,0,0\n2600,1,0,0\n9000,1,1,1\n");
        Files.writeString(folder.resolve("inputs.exp"), NETWORK);
    }

    private double[][] rows(String record, String name) {
        return altdsl.rows("no-rule-seed1", record, name);
    }

    /** The spikes of a record, as millisecond:neuron. */
    private List<String> spikes(String record) {
        double[][] times = rows(record, "time");
        double[][] neurons = rows(record, "neuron");
        List<String> spikes = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            spikes.add(Math.round(1e3 * times[i][0]) + ":" + (int) neurons[i][0]);
        }
        return spikes;
    }

    @ParameterizedTest
    @CsvSource({"cpu", "reference"})
    void filesAndSamplesBecomeCurrentsAndSpikes(String backend) throws IOException {
        Ended ended = altdsl.run(
                "run", "inputs.exp", "--out", "out", "--quiet", "--precision", "double", "--backend", backend);
        assertEquals(0, ended.exitCode(), ended.err());
        // A reference follows the signal by 0.25: up in lines 2, 3 and 4, down in line 6.
        assertEquals(List.of("20:0", "30:0", "40:0", "60:1"), spikes("s.spike"));
        // Pixel (0, 0) brighter, (1, 0) darker, twice in one step, (1, 1) brighter.
        assertEquals(List.of("1:0", "2:5", "9:3"), spikes("c.spike"));
        // 20 ms * (1 - x) after each sample is shown, at 0 and 40 ms.
        assertEquals(List.of("0:0", "10:1", "40:0", "50:1"), spikes("l.spike"));
        // A neuron with probability 1 spikes in every step that a sample is shown.
        List<String> certain =
                spikes("p.spike").stream().filter(one -> one.endsWith(":0")).toList();
        assertEquals(60, certain.size());
        assertTrue(certain.contains("29:0") && !certain.contains("30:0"), certain.toString());
        int chance = spikes("p.spike").size() - 60;
        // 60 draws of 0.5: five standard deviations to each side.
        assertTrue(Math.abs(chance - 30) < 5 * Math.sqrt(15), chance + " of 60");
        currents();
    }

    /** Lines of currents act from the step after on, for their time, and are over after the last. */
    private void currents() {
        double[][] a = rows("a.v", "values");
        double[][] b = rows("b.v", "values");
        double[] one = {1, 2, 3};
        double[][] each = {{100, 0}, {-50, 200}};
        double keep = Math.exp(-1 / 20.0);
        double[] wantedA = new double[1];
        double[] wantedB = new double[2];
        for (int step = 0; step < 40; step++) {
            int line = step == 0 ? -1 : (step - 1) / 2;
            wantedA[0] = keep * wantedA[0] + (1 - keep) * (line >= 0 && line < 3 ? 0.1e-3 * one[line] : 0);
            for (int neuron = 0; neuron < 2; neuron++) {
                int longer = step == 0 ? -1 : (step - 1) / 10;
                double current = longer >= 0 && longer < 2 ? each[neuron][longer] : 0;
                wantedB[neuron] = keep * wantedB[neuron] + (1 - keep) * 0.1e-3 * current;
                // Records of the reference back end are in single precision.
                assertEquals(wantedB[neuron], b[step + 1][neuron], 1e-9, "b after " + (step + 1));
                assertEquals(wantedA[0], a[step + 1][neuron], 1e-9, "a after " + (step + 1));
            }
        }
    }

    @Test
    void filesThatDoNotFitAreRefused() throws IOException {
        Files.writeString(folder.resolve("each.csv"), "1,2,3\n");
        assertError("each.csv has 3 numbers in a line, and there are 2 neurons");
        Files.writeString(folder.resolve("each.csv"), "1,2\n");
        Files.writeString(folder.resolve("signal.csv"), "1,2\n3,4\n");
        assertError("this is for 4 neurons, and there are 2");
        Files.writeString(folder.resolve("signal.csv"), "1\n2\n");
        Files.writeString(folder.resolve("clip.csv"), "1000,5,0,1\n");
        assertError(74, "pixel 5, 0 is outside of 2 x 2");
        Files.writeString(folder.resolve("inputs.exp"), NETWORK.replace("stimulate a.I", "stimulate a.J"));
        assertError("'J'");
        Files.writeString(folder.resolve("inputs.exp"), NETWORK.replace(", step = 10 ms, threshold = 0.25", ""));
        assertError("these spikes need 'step = …'");
    }

    private void assertError(String message) throws IOException {
        assertError(65, message);
    }

    private void assertError(int exitCode, String message) throws IOException {
        Ended ended = altdsl.run("run", "inputs.exp", "--out", "refused", "--quiet");
        assertEquals(exitCode, ended.exitCode(), ended.err());
        assertTrue(ended.err().contains(message), ended.err());
    }
}
