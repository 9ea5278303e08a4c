package org.altdsl.runtime.wiring;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.altdsl.runtime.random.CounterRandom;
import org.altdsl.runtime.random.Geometric;

/**
 * Which neurons of two slices a projection connects: the {@code C} of {@code connect C}, independent of the sizes.
 *
 * <p>A wiring is a small value; {@link Connectivity#edges(long)} draws the synapses.
 */
public sealed interface Wiring {

    /** Draws the synapses between two slices, sorted by source, then target. */
    Edges draw(Ends ends);

    /** Every source to every target. */
    record Dense() implements Wiring {
        @Override
        public Edges draw(Ends ends) {
            double pairs = (double) ends.sources() * ends.targets();
            EdgeRows rows = new EdgeRows(ends, ends.conditional() ? 0 : pairs);
            for (int source = 0; source < ends.sources(); source++) {
                for (int target = 0; target < ends.targets(); target++) {
                    if (ends.admits(source, target)) {
                        rows.add(target);
                    }
                }
                rows.endRow();
            }
            return rows.finish();
        }
    }

    /** The first source to the first target, the second to the second, and so on; there must be as many of both. */
    record OneToOne() implements Wiring {
        @Override
        public Edges draw(Ends ends) {
            if (ends.sources() != ends.targets()) {
                throw new WiringException("one_to_one needs as many targets as sources, not " + ends.sources()
                        + " sources and " + ends.targets() + " targets");
            }
            EdgeRows rows = new EdgeRows(ends, ends.sources());
            for (int source = 0; source < ends.sources(); source++) {
                if (ends.admits(source, source)) {
                    rows.add(source);
                }
                rows.endRow();
            }
            return rows.finish();
        }
    }

    /**
     * Every pair with the same probability, independently of the others (Erdős and Rényi; Gilbert).
     *
     * @param probability 0 to 1
     */
    record Sparse(double probability) implements Wiring {
        public Sparse {
            requireProbability(probability, "sparse");
        }

        @Override
        public Edges draw(Ends ends) {
            double mean = probability * ends.sources() * ends.targets();
            // Five standard deviations of room make growing a rare event.
            EdgeRows rows = new EdgeRows(ends, ends.conditional() ? 0 : mean + 5 * Math.sqrt(mean));
            Draws draws = new Draws(ends.key());
            double scale = Geometric.scale(probability);
            // One walk through all pairs, row after row: batches of failures, each ended by a synapse.
            long target = draws.gap(scale);
            for (int source = 0; source < ends.sources(); source++) {
                while (target < ends.targets()) {
                    if (ends.admits(source, (int) target)) {
                        rows.add((int) target);
                    }
                    long gap = draws.gap(scale);
                    target = gap > Long.MAX_VALUE - target - 1 ? Long.MAX_VALUE : target + 1 + gap;
                }
                target -= ends.targets();
                rows.endRow();
            }
            return rows.finish();
        }
    }

    /**
     * The same number of synapses onto every target, their sources drawn from all that are allowed.
     *
     * @param count the number of synapses onto a target, 0 or more
     */
    record FixedIndegree(int count) implements Wiring {
        public FixedIndegree {
            requireCount(count, "fixed_indegree");
        }

        @Override
        public Edges draw(Ends ends) {
            requireHoldable((long) count * ends.targets());
            int[] byTarget = new int[count * ends.targets()];
            Partners partners = new Partners("fixed_indegree", count, ends.sources(), ends.multapses());
            for (int target = 0; target < ends.targets(); target++) {
                Draws draws = new Draws(CounterRandom.key(ends.key(), target));
                int leftOut = ends.sourceLeftOut(target);
                if (ends.conditional()) {
                    partners.drawAmong(draws, ends.sourcesOf(target, partners.candidates()));
                } else {
                    partners.draw(draws, leftOut);
                }
                if (partners.missing() > 0) {
                    throw partners.tooFew("onto target " + (ends.targetFirst() + target), "sources");
                }
                System.arraycopy(partners.chosen(), 0, byTarget, target * count, count);
            }
            return bySource(ends, byTarget);
        }

        /** A counting sort by source keeps the targets of one source in ascending order. */
        private Edges bySource(Ends ends, int[] byTarget) {
            int[] next = new int[ends.sources() + 1];
            for (int source : byTarget) {
                next[source + 1]++;
            }
            for (int source = 0; source < ends.sources(); source++) {
                next[source + 1] += next[source];
            }
            int[] source = new int[byTarget.length];
            for (int row = 0; row < ends.sources(); row++) {
                Arrays.fill(source, next[row], next[row + 1], ends.sourceFirst() + row);
            }
            int[] target = new int[byTarget.length];
            for (int receiver = 0; receiver < ends.targets(); receiver++) {
                for (int k = 0; k < count; k++) {
                    target[next[byTarget[receiver * count + k]]++] = ends.targetFirst() + receiver;
                }
            }
            return new Edges(source, target);
        }
    }

    /**
     * The same number of synapses from every source, their targets drawn from all that are allowed.
     *
     * @param count the number of synapses from a source, 0 or more
     */
    record FixedOutdegree(int count) implements Wiring {
        public FixedOutdegree {
            requireCount(count, "fixed_outdegree");
        }

        @Override
        public Edges draw(Ends ends) {
            requireHoldable((long) count * ends.sources());
            EdgeRows rows = new EdgeRows(ends, (double) count * ends.sources());
            Partners partners = new Partners("fixed_outdegree", count, ends.targets(), ends.multapses());
            for (int source = 0; source < ends.sources(); source++) {
                Draws draws = new Draws(CounterRandom.key(ends.key(), source));
                if (ends.conditional()) {
                    partners.drawAmong(draws, ends.targetsOf(source, partners.candidates()));
                } else {
                    partners.draw(draws, ends.targetLeftOut(source));
                }
                if (partners.missing() > 0) {
                    throw partners.tooFew("from source " + (ends.sourceFirst() + source), "targets");
                }
                for (int k = 0; k < count; k++) {
                    rows.add(partners.chosen()[k]);
                }
                rows.endRow();
            }
            return rows.finish();
        }
    }

    /**
     * A number of synapses in all, drawn from all pairs that are allowed; degrees are left to chance.
     *
     * @param count the number of synapses, 0 or more
     */
    record FixedNumber(int count) implements Wiring {
        public FixedNumber {
            requireCount(count, "fixed_number");
        }

        @Override
        public Edges draw(Ends ends) {
            requireHoldable(count);
            int[] candidates = new int[ends.conditional() ? ends.targets() : 0];
            long[] first = new long[ends.sources() + 1];
            for (int source = 0; source < ends.sources(); source++) {
                first[source + 1] = first[source] + allowed(ends, source, candidates);
            }
            long[] ranks = ranks(new Draws(ends.key()), first[ends.sources()], ends.multapses());
            EdgeRows rows = new EdgeRows(ends, count);
            int k = 0;
            for (int source = 0; source < ends.sources(); source++) {
                if (k < count && ranks[k] < first[source + 1] && ends.conditional()) {
                    ends.targetsOf(source, candidates);
                }
                for (; k < count && ranks[k] < first[source + 1]; k++) {
                    int rank = (int) (ranks[k] - first[source]);
                    rows.add(ends.conditional() ? candidates[rank] : past(ends.targetLeftOut(source), rank));
                }
                rows.endRow();
            }
            return rows.finish();
        }

        private static int allowed(Ends ends, int source, int[] candidates) {
            if (ends.conditional()) {
                return ends.targetsOf(source, candidates);
            }
            return ends.targetLeftOut(source) < 0 ? ends.targets() : ends.targets() - 1;
        }

        private long[] ranks(Draws draws, long pairs, boolean multapses) {
            if (count > 0 && (pairs == 0 || (!multapses && pairs < count))) {
                throw new WiringException("fixed_number(" + count + ") has only " + pairs + " pairs to choose from"
                        + (multapses ? "" : ", each at most once"));
            }
            if (!multapses) {
                return Subsets.ofMany(draws, pairs, count);
            }
            long[] ranks = new long[count];
            for (int k = 0; k < count; k++) {
                ranks[k] = draws.below(pairs);
            }
            Arrays.sort(ranks);
            return ranks;
        }
    }

    /**
     * Every pair independently of the others, with a probability that falls with its distance: peak times the profile at
     * distance / length.
     *
     * @param layout where the neurons are
     * @param profile how the probability falls
     * @param peak the probability at no distance, 0 to 1
     * @param length the length over which it falls, above 0, in the unit of the layout's extent
     */
    record Distance(Layout layout, DistanceProfile profile, double peak, double length) implements Wiring {
        public Distance {
            requireNonNull(layout);
            requireNonNull(profile);
            requireProbability(peak, "distance");
            if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
                throw new WiringException("distance needs a length above 0, not " + length);
            }
        }

        /**
         * The probability that a pair is connected, autapses and conditions left aside.
         *
         * @param source a source, counted from 0 in its slice
         * @param target a target, counted from 0 in its slice
         * @param sources how many sources there are
         * @param targets how many targets there are
         */
        public double probability(int source, int target, int sources, int targets) {
            return new DistanceField(this, sources, targets).probability(source, target);
        }

        @Override
        public Edges draw(Ends ends) {
            DistanceField field = new DistanceField(this, ends.sources(), ends.targets());
            EdgeRows rows = new EdgeRows(ends, ends.sources());
            for (int source = 0; source < ends.sources(); source++) {
                int count = field.draw(source, new Draws(CounterRandom.key(ends.key(), source)));
                for (int k = 0; k < count; k++) {
                    if (ends.admits(source, field.found()[k])) {
                        rows.add(field.found()[k]);
                    }
                }
                rows.endRow();
            }
            return rows.finish();
        }
    }

    /**
     * The synapses of a list, as they are: what the projection does not allow is refused, not left out. Only a condition
     * selects among them.
     *
     * @param edges in any order; neurons count from 0 within their slices
     */
    record Listed(Edges edges) implements Wiring {
        public Listed {
            requireNonNull(edges);
        }

        @Override
        public Edges draw(Ends ends) {
            for (int edge = 0; edge < edges.size(); edge++) {
                requireInside(edge, edges.source()[edge], ends.sources(), "source");
                requireInside(edge, edges.target()[edge], ends.targets(), "target");
            }
            Edges ordered = edges.inOrder(ends.sources(), ends.targets());
            EdgeRows rows = new EdgeRows(ends, edges.size());
            int edge = 0;
            for (int source = 0; source < ends.sources(); source++) {
                for (; edge < ordered.size() && ordered.source()[edge] == source; edge++) {
                    int target = ordered.target()[edge];
                    boolean again =
                            edge > 0 && ordered.source()[edge - 1] == source && ordered.target()[edge - 1] == target;
                    requireAllowed(ends, source, target, again);
                    if (ends.admits(source, target)) {
                        rows.add(target);
                    }
                }
                rows.endRow();
            }
            return rows.finish();
        }

        private static void requireInside(int edge, int neuron, int neurons, String what) {
            if (neuron < 0 || neuron >= neurons) {
                throw new WiringException("edge " + edge + " (counted from 0) has the " + what + " " + neuron
                        + ", but there are " + neurons + " (counted from 0)");
            }
        }

        private static void requireAllowed(Ends ends, int source, int target, boolean again) {
            if (target == ends.targetLeftOut(source)) {
                throw new WiringException("the list of edges connects neuron " + (ends.sourceFirst() + source)
                        + " to itself, but the projection has no autapses");
            }
            if (again && !ends.multapses()) {
                throw new WiringException("the list of edges connects source " + source + " to target " + target
                        + " more than once, but the projection has no multapses");
            }
        }
    }

    private static int past(int leftOut, int rank) {
        return leftOut >= 0 && rank >= leftOut ? rank + 1 : rank;
    }

    private static void requireProbability(double probability, String what) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new WiringException(what + " needs a probability between 0 and 1, not " + probability);
        }
    }

    private static void requireCount(int count, String what) {
        if (count < 0) {
            throw new WiringException(what + " needs a number of synapses of 0 or more, not " + count);
        }
    }

    private static void requireHoldable(long synapses) {
        if (synapses > EdgeRows.MOST) {
            throw new WiringException(
                    "a projection has at most " + EdgeRows.MOST + " synapses; this one would have " + synapses);
        }
    }
}
