package org.altdsl.names;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.altdsl.ast.Declaration;

/** The names that mean something without being declared, by where they may stand. */
public final class BuiltinNames {
    /** Axes that every program knows. */
    public static final Set<String> AXES = Set.of(
            "pre",
            "post",
            "batch",
            "space",
            "kernel",
            "time",
            "population",
            "layers",
            "model",
            "output",
            "input",
            "train",
            "test",
            "validation",
            "trial",
            "sample",
            "epoch",
            "phase",
            "present",
            "run",
            "step");

    /** Spans at whose ends a handler may run. */
    public static final Set<String> HOOKS = Set.of("step", "phase", "sample", "trial", "batch", "epoch", "run");

    /** What every population has beside what its model declares. */
    public static final Set<String> NEURON_MEMBERS =
            Set.of("spike", "target", "error", "index", "output_index", "rank", "hops", "is_input", "is_output");

    /** The places that a prefix can name. */
    public static final Set<String> PLACES = Set.of("pre", "post", "output", "input");

    /** What a contract of a rule may list, beside the rule's own modulators. */
    public static final Set<String> INFORMATION = Set.of(
            "pre",
            "post",
            "synapse",
            "pre_aggregate",
            "post_aggregate",
            "population",
            "modulator",
            "feedback",
            "feedback_fixed",
            "feedback_learned",
            "weight_transport",
            "objective",
            "target",
            "noise",
            "other_phase",
            "future",
            "global");

    /** Assignable in an experiment. */
    public static final Set<String> SETTINGS = Set.of(
            "dt", "precision", "weight_precision", "random", "batch", "input", "output", "steps", "duration", "seeds");

    private static final Set<String> COMMON = Set.of("pi", "inf", "true", "false");
    private static final Set<String> STRUCTURE =
            Set.of("rank", "hops", "index", "output_index", "is_input", "is_output", "fan_in", "fan_out");
    private static final Set<String> CLOCKS =
            Set.of("progress", "epoch", "batch", "update", "step", "trial", "sample", "time", "t", "dt", "training");
    private static final Set<String> WHITE_NOISE = Set.of("xi", "xi_1", "xi_2", "xi_3");
    private static final Set<String> LEARNING = Set.of("error", "loss", "correct", "target", "objective", "spike");
    private static final Set<String> RUN = Set.of(
            "train",
            "test",
            "validation",
            "data",
            "all",
            "label",
            "latest",
            "csv",
            "tensorboard",
            "start",
            "end",
            "double",
            "float",
            "default",
            "rule",
            "neuron",
            "x",
            "y",
            "w",
            "b",
            "dw",
            "db",
            "initial",
            "final",
            "present");

    private BuiltinNames() {}

    /** The names that need no declaration inside one of a kind. */
    public static Set<String> in(Declaration.Kind kind) {
        Set<String> names = new HashSet<>(COMMON);
        names.addAll(CLOCKS);
        switch (kind) {
            case NEURON -> {
                names.addAll(STRUCTURE);
                names.addAll(WHITE_NOISE);
                names.add("spike");
            }
            case SYNAPSE -> {
                names.addAll(STRUCTURE);
                names.addAll(WHITE_NOISE);
                names.addAll(List.of("pre", "post"));
            }
            case RULE -> {
                names.addAll(STRUCTURE);
                names.addAll(WHITE_NOISE);
                names.addAll(LEARNING);
                names.addAll(PLACES);
                names.addAll(List.of("w", "b", "dw", "db", "exists", "partner", "modulator"));
            }
            case OPTIMIZER -> names.addAll(List.of("w", "dw", "fan_in", "fan_out"));
            case OBJECTIVE -> names.addAll(List.of("loss", "target"));
            case DATASET -> names.addAll(List.of("train", "test", "validation", "duration"));
            case CIRCUIT, EXPERIMENT, TEST -> {
                names.addAll(STRUCTURE);
                names.addAll(WHITE_NOISE);
                names.addAll(LEARNING);
                names.addAll(PLACES);
                names.addAll(RUN);
            }
            case FUNCTION, UNIT, ENUM -> {}
        }
        return names;
    }
}
