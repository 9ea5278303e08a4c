package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.source.Span;

/** Lowers what neurons do {@code after batch} with the states that they keep, such as running means. */
final class NeuronBlocks {
    private final Network network;
    private final Statements statements;

    NeuronBlocks(Network network, Statements statements) {
        this.network = requireNonNull(network);
        this.statements = requireNonNull(statements);
    }

    /** Lowers the blocks of all populations, after everything that reads their states as they were. */
    void lower() {
        for (Population population : network.populations()) {
            for (Item.Handler handler : population.blocks()) {
                statements.block(handler.body(), new AtPopulation(population), Section.BODY, Slot.COMBINE);
            }
        }
    }

    private final class AtPopulation implements Statements.Place {
        private final Population population;

        AtPopulation(Population population) {
            this.population = population;
        }

        @Override
        public Scope scope() {
            return population;
        }

        @Override
        public Optional<Statements.Target> target(String name, Span at) {
            return population.state(name).map(variable -> new Statements.Target(variable, false, false));
        }

        @Override
        public Space positions() {
            return population.positions();
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            // Neurons of rate networks declare no bounds.
        }

        @Override
        public void report(String name, Var variable) {
            throw network.expressions()
                    .error(Code.NOT_ALLOWED_HERE, variable.origin(), "a neuron has nothing to report; a rule has");
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            String place = at.map(Name::text).orElse("");
            return at.isEmpty() ? !population.isOutput() : place.equals("output") && population.isOutput();
        }

        @Override
        public String owner() {
            return population.name();
        }
    }
}
