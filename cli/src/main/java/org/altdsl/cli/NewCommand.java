package org.altdsl.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code altdsl new}: a rule and an experiment to start from. */
@Command(name = "new", description = "Write a small commented rule, and an experiment that compares it with Backprop.")
final class NewCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "NAME", description = "Name of the rule, such as my-rule; makes NAME.rule and NAME.exp.")
    private String name;

    NewCommand(Console console) {
        this.console = requireNonNull(console);
    }

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "'" + name + "' is no name: letters, digits, - and _, as in my-rule; a letter first");
        }
        Path rule = Path.of(name + ".rule");
        Path experiment = Path.of(name + ".exp");
        for (Path file : new Path[] {rule, experiment}) {
            if (Files.exists(file)) {
                throw new Failure(ExitCode.CANNOT_WRITE, file + " is there already; choose another name");
            }
        }
        StandardLibrary library = new StandardLibrary();
        boolean taken = library.find(name).isPresent() || library.declares(camelCase(name));
        if (taken) {
            throw new Failure(ExitCode.USAGE, "the standard library has a '" + name + "' already; choose another name");
        }
        write(rule, RULE.replace("@NAME@", camelCase(name)));
        write(experiment, EXPERIMENT.replace("@NAME@", camelCase(name)).replace("@FILE@", name));
        console.out().println("wrote " + rule + " and " + experiment + ". Next:");
        console.out().println("  altdsl check " + rule);
        console.out().println("  altdsl test " + rule);
        console.out().println("  altdsl run " + experiment);
        return ExitCode.DONE;
    }

    private static String camelCase(String name) {
        StringBuilder text = new StringBuilder();
        for (String word : name.split("[-_]")) {
            text.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return text.toString();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new Failure(ExitCode.CANNOT_WRITE, file + " is there already; choose another name");
        } catch (IOException e) {
            throw new Failure(ExitCode.CANNOT_WRITE, "cannot write " + file);
        }
    }

    private static final String RULE = """
            import neurons, optimizers

            /// Say here what your rule does, and who thought of it.
            rule @NAME@ {
                reads pre, post                   // a promise: reading more (labels, other weights) is an error
                param rate = 0.01, decay = 1      // set them where the rule is used: @NAME@(rate = 0.1)
                after forward {                   // once every layer has its activity, for each batch
                    // pre.r and post.r are the activities at the two ends of a weight w, for each sample.
                    // dw is a proposal: its mean over the batch goes to the optimizer, which adds eta * dw to w.
                    dw = rate * post.r * (pre.r - decay * post.r * w)
                }
            }

            /// One step, by hand: y = 0.5 * 1 + 0.25 * 2 = 1, so dw = 1 * ([1, 2] - 1 * [0.5, 0.25]) = [0.5, 1.75].
            test "one step" for @NAME@(rate = 1) {
                given w = [[0.5, 0.25]], pre.r = [[1, 2]]
                optimizer SGD(eta = 0.1)
                run 1 batch
                expect w == [[0.55, 0.425]] within 1e-9
            }
            """;

    private static final String EXPERIMENT = """
            import @FILE@, backprop-family, datasets, neurons, objectives, optimizers

            /// Does a hidden layer trained by @NAME@ help a readout, compared with Backprop and with no training at all?
            experiment "@NAME@ on digits" {
                data Digits(scaling = zscore) batch 32
                network {
                    x : Input(data.image)
                    h : Rate[64](f = tanh)
                    y : Rate[10](f = identity)                      // the loss takes logits
                    x -> h via Linear { w ~ kaiming } learns rule
                    h -> y via Linear { w ~ kaiming } learns readout
                }
                objective CrossEntropy(y.u, data.label)
                optimizer SGD(eta = 0.1)
                param readout = rule                                // the last layer learns by the same rule,
                compare rule in [                                   // unless an entry says otherwise
                    Backprop,
                    @NAME@ with readout = Delta,                    // Delta: the readout alone follows the error
                    Frozen with readout = Delta                     // the control: the hidden layer stays random
                ]
                train 10 epochs
                seeds 1..3
                measure accuracy, alignment, weight_norm every epoch
            }
            """;
}
