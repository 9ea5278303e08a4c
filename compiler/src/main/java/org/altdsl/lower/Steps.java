package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Code;

/**
 * The steps that a network takes with each sample, {@code steps = 30}: they are written out one after the other, so that
 * what goes round in a loop of projections, and what neurons remember, has a value at every one of them.
 *
 * <p>In a step populations are advanced in the order of their declaration. A projection reads what its source has sent in
 * this step, or, where it leads back to its source or to one declared before, what it has sent in the step before.
 */
final class Steps {
    private final Network network;
    private Optional<Integer> count = Optional.empty();
    private Set<Population> moving;

    Steps(Network network) {
        this.network = requireNonNull(network);
    }

    void count(int steps) {
        count = Optional.of(steps);
    }

    /** Whether a population has another value at every step: it remembers, or hears from a loop. */
    boolean moves(Population population) {
        if (moving == null) {
            moving = new HashSet<>();
            for (Population one : network.populations()) {
                boolean loops = one.incoming().stream().anyMatch(this::leadsBack);
                if (one.remembers() || loops) {
                    moving.addAll(reached(one));
                }
            }
        }
        return moving.contains(population);
    }

    /** Whether what a projection delivers is what its source sent in the step before. */
    boolean leadsBack(Projection projection) {
        List<Population> order = network.populations();
        return order.indexOf(projection.pre()) >= order.indexOf(projection.post())
                && reached(projection.post()).contains(projection.pre());
    }

    /** A population and all that it projects to, at once or through others. */
    private Set<Population> reached(Population from) {
        Set<Population> found = new HashSet<>(Set.of(from));
        List<Population> open = new ArrayList<>(found);
        while (!open.isEmpty()) {
            Population next = open.remove(open.size() - 1);
            for (Projection projection : network.projections()) {
                if (projection.pre() == next && found.add(projection.post())) {
                    open.add(projection.post());
                }
            }
        }
        return found;
    }

    /** Reports what needs steps in a network that takes none. */
    void check() {
        if (count.isPresent()) {
            return;
        }
        for (Projection projection : network.projections()) {
            if (leadsBack(projection)) {
                throw network.expressions()
                        .error(
                                Code.ALGEBRAIC_LOOP,
                                projection.span(),
                                "'" + projection.post().name() + "' hears from itself, which takes time: say how many"
                                        + " steps the network takes with a sample, as in steps = 30");
            }
        }
        for (Population population : network.populations()) {
            if (population.remembers()) {
                throw network.expressions()
                        .error(
                                Code.MISSING_VALUE,
                                population.span(),
                                "the neurons of '" + population.name() + "' change in each step: say how many the"
                                        + " network takes with a sample, as in steps = 30");
            }
        }
    }

    /** A section as a population sees it: one that stands still has one moment only. */
    Section seen(Population population, Section section) {
        return section.moment() == Section.END || moves(population) ? section : section.at(Section.END);
    }

    /** The step that a moment is in or after. */
    int step(Section section) {
        return section.moment() == Section.END ? count.orElse(0) : (section.moment() + 1) / 2;
    }

    /** How many steps are over. */
    int done(Section section) {
        return section.moment() == Section.END ? count.orElse(0) : section.moment() / 2;
    }

    /** After a step. */
    Section after(int step, Section section) {
        return section.at(step == count.orElse(0) ? Section.END : 2 * step);
    }

    /** In a step, before anything that lasts has changed. */
    Section within(int step, Section section) {
        return section.at(2 * step - 1);
    }
}
