package org.altdsl.runtime.kernel;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.altdsl.runtime.plan.VariableInfo;

/**
 * What a job holds for each synapse of a projection, array by array. What it holds for each neuron, for all its synapses
 * together, is not in it. Scratch memory is shared by all projections, and as long as the largest.
 *
 * @param projection what the projection is called
 * @param parts the arrays that have an element for each synapse
 */
public record SynapseMemory(String projection, List<Part> parts) {
    /**
     * An array.
     *
     * @param what what it holds
     * @param bytes of an element
     */
    public record Part(String what, int bytes) {
        public Part {
            requireNonNull(what);
        }
    }

    public SynapseMemory {
        requireNonNull(projection);
        parts = List.copyOf(parts);
    }

    /** The bytes of a synapse. */
    public int bytes() {
        return parts.stream().mapToInt(Part::bytes).sum();
    }

    /** The parts in words: {@code w 4, source 4, target 4}. */
    public String words() {
        return parts.stream()
                .map(part -> String.format(Locale.ROOT, "%s %d", part.what(), part.bytes()))
                .collect(Collectors.joining(", "));
    }

    /** The sparse projections of a program, in its order. */
    static List<SynapseMemory> ofSparse(CompiledProgram program) {
        List<SynapseMemory> all = new ArrayList<>();
        for (int number = 0; number < program.events().projections().size(); number++) {
            all.add(ofSparse(program, number));
        }
        return all;
    }

    private static SynapseMemory ofSparse(CompiledProgram program, int number) {
        EventLayout events = program.events();
        EventLayout.Projection projection = events.projections().get(number);
        int element = program.precision().bytes();
        List<Part> parts = new ArrayList<>();
        for (SlotLayout layout : program.layouts()) {
            if (isHeld(layout) && layout.info().sizes().contains(-1 - number)) {
                // The lane axis has 0; the extent of the synapses is below.
                int others =
                        layout.info().sizes().stream().filter(size -> size > 0).reduce(1, Math::multiplyExact);
                parts.add(new Part(nameOf(layout.info(), projection.name()), others * element));
            }
        }
        parts.add(new Part("source", Integer.BYTES));
        parts.add(new Part("target", Integer.BYTES));
        if (projection.byTarget()) {
            parts.add(new Part("order by target", 2 * Integer.BYTES));
        }
        for (EventLayout.Arrival arrival : events.arrivals()) {
            if (arrival.projection() == number) {
                parts.add(new Part("order by delay", Integer.BYTES));
            }
        }
        for (EventLayout.Lazy lazy : events.lazy()) {
            if (lazy.projection() == number) {
                String name = nameOf(program.layouts().get(lazy.slot()).info(), projection.name());
                parts.add(new Part("steps since " + name, Integer.BYTES));
            }
        }
        for (EventLayout.View view : events.views()) {
            boolean here = view.ring() < 0 && events.arrivals().get(view.lag()).projection() == number;
            if (here) {
                parts.add(new Part("flags of arrivals", element + Integer.BYTES));
            }
        }
        for (SlotLayout layout : program.layouts()) {
            if (layout.home() == SlotLayout.Home.SCRATCH && layout.info().axes().contains(SlotLayout.ALL_SYNAPSES)) {
                parts.add(new Part("scratch, each thread", element));
            }
        }
        return new SynapseMemory(projection.name(), parts);
    }

    /**
     * A projection whose synapses are a matrix.
     *
     * @param name what it is called
     * @param pre the axes of its sources
     * @param post the axes of its targets
     */
    static SynapseMemory ofMatrix(CompiledProgram program, String name, List<String> pre, List<String> post) {
        List<Part> parts = new ArrayList<>();
        for (SlotLayout layout : program.layouts()) {
            List<String> axes = layout.info().axes();
            boolean ofSynapses = axes.size() == pre.size() + post.size()
                    && axes.containsAll(pre)
                    && axes.containsAll(post)
                    && layout.lane() < 0;
            if (isHeld(layout) && ofSynapses) {
                parts.add(new Part(
                        nameOf(layout.info(), name), program.precision().bytes()));
            }
        }
        return new SynapseMemory(name, parts);
    }

    private static boolean isHeld(SlotLayout layout) {
        return layout.home() == SlotLayout.Home.HEAP || layout.home() == SlotLayout.Home.OFF_HEAP;
    }

    private static String nameOf(VariableInfo info, String projection) {
        return info.name().startsWith(projection + ".") ? info.name().substring(projection.length() + 1) : info.name();
    }
}
