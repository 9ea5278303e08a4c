package org.altdsl.lower;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.runtime.random.CounterRandom;
import org.altdsl.runtime.wiring.SpikeTrain;

/** Spikes that are drawn before a run, each step by itself. */
final class PoissonTrain {
    private PoissonTrain() {}

    /**
     * A train for each of some neurons.
     *
     * @param p the probability of a spike in a step
     */
    static SpikeTrain of(int neurons, long steps, double p, String stream) {
        long key = CounterRandom.key(CounterRandom.key(1, stream), -1);
        List<Long> at = new ArrayList<>();
        List<Integer> who = new ArrayList<>();
        for (long step = 0; step < steps; step++) {
            for (int neuron = 0; neuron < neurons; neuron++) {
                if (CounterRandom.bernoulli(key, step * neurons + neuron, p) != 0) {
                    at.add(step);
                    who.add(neuron);
                }
            }
        }
        return SpikeTrain.ofSteps(
                at.stream().mapToLong(Long::longValue).toArray(),
                who.stream().mapToInt(Integer::intValue).toArray(),
                neurons);
    }
}
