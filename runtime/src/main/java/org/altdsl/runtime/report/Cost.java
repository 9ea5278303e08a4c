package org.altdsl.runtime.report;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * What a rule costs. A quantity that does not apply or was not measured is absent, never zero.
 *
 * @param trainSecondsPerEpoch seconds of training per epoch, without measuring
 * @param wallSecondsPerSimulatedSecond seconds that a second of a network in time took, without measuring
 * @param samplesPerSecond training samples per second
 * @param bytesPerSynapse memory per synapse, in bytes: the weight and the rule's own state
 * @param operationsPerSynapseUpdate arithmetic operations per synapse and update
 */
public record Cost(
        OptionalDouble trainSecondsPerEpoch,
        OptionalDouble samplesPerSecond,
        OptionalDouble bytesPerSynapse,
        OptionalDouble operationsPerSynapseUpdate,
        OptionalDouble wallSecondsPerSimulatedSecond) {

    /** What a network costs that is trained on samples. */
    public Cost(
            OptionalDouble trainSecondsPerEpoch,
            OptionalDouble samplesPerSecond,
            OptionalDouble bytesPerSynapse,
            OptionalDouble operationsPerSynapseUpdate) {
        this(
                trainSecondsPerEpoch,
                samplesPerSecond,
                bytesPerSynapse,
                operationsPerSynapseUpdate,
                OptionalDouble.empty());
    }

    /** Checks. */
    public Cost {
        requireNonNull(trainSecondsPerEpoch, "trainSecondsPerEpoch");
        requireNonNull(samplesPerSecond, "samplesPerSecond");
        requireNonNull(bytesPerSynapse, "bytesPerSynapse");
        requireNonNull(operationsPerSynapseUpdate, "operationsPerSynapseUpdate");
        requireNonNull(wallSecondsPerSimulatedSecond, "wallSecondsPerSimulatedSecond");
    }

    /**
     * The cost of which nothing is known.
     *
     * @return a cost with every quantity absent
     */
    public static Cost unknown() {
        OptionalDouble absent = OptionalDouble.empty();
        return new Cost(absent, absent, absent, absent);
    }
}
