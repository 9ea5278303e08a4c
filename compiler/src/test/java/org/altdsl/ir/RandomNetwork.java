package org.altdsl.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.altdsl.runtime.plan.EdgeList;
import org.altdsl.runtime.plan.EdgeSource;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.SpikeSource;

/**
 * A network in time that a seed stands for.
 *
 * @param played the flags that spikes from outside set, each with how likely a neuron is to spike in a step
 */
public record RandomNetwork(long seed, Program program, Sizes sizes, Map<Var, Double> played) {

    /** Lets the spikes come that belong to the network. */
    public void play(Executor executor) {
        played.forEach((flags, probability) -> executor.play(flags.name(), spikes(flags, probability)));
    }

    private SpikeSource spikes(Var flags, double probability) {
        int neurons = sizes.of(flags.space().axes().get(0));
        return (step, into) -> {
            Random random = new Random(step * 31 + flags.name().hashCode() + seed);
            int count = 0;
            for (int i = 0; i < neurons; i++) {
                if (random.nextDouble() < probability) {
                    into[count++] = i;
                }
            }
            return count;
        };
    }

    /** Synapses that the seeds of the network and of a job decide, some of them more than once where that is allowed. */
    static EdgeSource wiring(long network, int sources, int targets, double probability, boolean multapses) {
        return new EdgeSource() {
            @Override
            public EdgeList edges(long seed) {
                Random random = new Random(network * 7919 + seed);
                List<int[]> found = new ArrayList<>();
                for (int i = 0; i < sources; i++) {
                    for (int j = 0; j < targets; j++) {
                        while (random.nextDouble() < probability) {
                            found.add(new int[] {i, j});
                            if (!multapses) {
                                break;
                            }
                        }
                    }
                }
                int[] source = found.stream().mapToInt(edge -> edge[0]).toArray();
                int[] target = found.stream().mapToInt(edge -> edge[1]).toArray();
                return new EdgeList(source, target);
            }

            @Override
            public long expected() {
                return Math.round(probability * sources * targets);
            }
        };
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + sizes.byExtent() + "\n" + Printer.print(program);
    }
}
