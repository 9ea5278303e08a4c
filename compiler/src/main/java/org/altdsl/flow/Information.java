package org.altdsl.flow;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of information that an update can use; the words of rule cards and of {@code reads}. */
public enum Information {
    PRE("pre", true),
    POST("post", true),
    SYNAPSE("synapse", true),
    POST_AGGREGATE("post_aggregate", false),
    POPULATION("population", false),
    MODULATOR("modulator", false),
    FEEDBACK_FIXED("feedback_fixed", false),
    FEEDBACK_LEARNED("feedback_learned", false),
    WEIGHT_TRANSPORT("weight_transport", false),
    OBJECTIVE("objective", false),
    NOISE("noise", false),
    OTHER_PHASE("other_phase", false),
    FUTURE("future", false),
    GLOBAL("global", false);

    private final String word;
    private final boolean local;

    Information(String word, boolean local) {
        this.word = word;
        this.local = local;
    }

    public String word() {
        return word;
    }

    /** Whether it is at hand at the synapse itself. */
    public boolean isLocal() {
        return local;
    }

    /** What it is, in a sentence's words. */
    public String description() {
        return switch (this) {
            case PRE -> "the presynaptic neuron";
            case POST -> "the postsynaptic neuron";
            case SYNAPSE -> "the synapse itself";
            case POST_AGGREGATE -> "the other synapses of the postsynaptic neuron";
            case POPULATION -> "the other neurons of the layer";
            case MODULATOR -> "a broadcast signal";
            case FEEDBACK_FIXED -> "a fixed feedback pathway";
            case FEEDBACK_LEARNED -> "a learned feedback pathway";
            case WEIGHT_TRANSPORT -> "forward weights of other synapses";
            case OBJECTIVE -> "the objective or its target";
            case NOISE -> "its own noise";
            case OTHER_PHASE -> "another phase";
            case FUTURE -> "the future";
            case GLOBAL -> "the whole network";
        };
    }

    public static Optional<Information> ofWord(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }
}
