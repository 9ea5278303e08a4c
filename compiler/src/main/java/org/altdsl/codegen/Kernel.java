package org.altdsl.codegen;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.EventForm;
import org.altdsl.optimize.Events;
import org.altdsl.optimize.MatrixForm;

/** What becomes one method: an update with a reduction, or elementwise updates that share a loop. */
sealed interface Kernel {
    /** The updates it carries out, in order. */
    List<Update> updates();

    /** Elementwise updates on one space, carried out point by point. */
    record Loop(Space space, List<Update> updates) implements Kernel {
        public Loop {
            requireNonNull(space);
            updates = List.copyOf(updates);
        }

        Loop with(Update update) {
            List<Update> more = new ArrayList<>(updates);
            more.add(update);
            return new Loop(space, more);
        }
    }

    /** One matrix product. */
    record Product(Update update, MatrixForm form) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** One reduction over axes, or one scatter along a map. */
    record Reduction(Update update, Expr.Reduce reduce) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** The spikes of a step listed from their flags. */
    record Collection(Update update) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** The values of a step kept for those after it. */
    record Memory(Update update) implements Kernel {
        @Override
        public List<Update> updates() {
            return List.of(update);
        }
    }

    /** Updates at the points that events lead to, carried out point by point. */
    record Walk(EventForm.Route route, List<EventForm> forms) implements Kernel {
        public Walk {
            requireNonNull(route);
            forms = List.copyOf(forms);
        }

        /**
         * Whether threads may share it: going from sources, each takes the synapses that end at other targets; going
         * from targets, each takes other targets.
         */
        boolean mayBeCut() {
            boolean fromSources = route.kind() == EventForm.Kind.ROWS;
            if (!fromSources && route.kind() != EventForm.Kind.COLUMNS) {
                return false;
            }
            Var targets = route.edges().get().target();
            return forms.stream().allMatch(form -> form.along()
                    .map(map -> map.table().equals(targets) && (fromSources || !form.clears()))
                    .orElse(true));
        }

        /**
         * Whether a shard of it needs of another walk before it nothing but what the same shard of that has done: both go to the same neurons, and what one of them writes the other touches at its own synapses or targets.
         */
        boolean mayFollowByShards(Walk before) {
            boolean areAlike = mayBeCut()
                    && before.mayBeCut()
                    && route.kind() == EventForm.Kind.ROWS
                    && before.route.kind() == EventForm.Kind.ROWS
                    && route.edges()
                            .get()
                            .post()
                            .equals(before.route.edges().get().post());
            return areAlike && !reads(before) && !before.reads(this);
        }

        /** Whether it reads variables of neurons that another walk writes; those of a synapse are read at that synapse. */
        private boolean reads(Walk other) {
            Set<Var> written = new HashSet<>();
            other.forms.stream()
                    .filter(form -> form.along().isPresent())
                    .forEach(form -> written.add(form.update().target()));
            return forms.stream().anyMatch(form -> form.reads().stream().anyMatch(written::contains));
        }

        Walk with(EventForm form) {
            List<EventForm> more = new ArrayList<>(forms);
            more.add(form);
            return new Walk(route, more);
        }

        @Override
        public List<Update> updates() {
            return forms.stream().map(EventForm::update).toList();
        }
    }

    /** The kernel of a single update. */
    static Kernel of(Update update, boolean grouped, Events events) {
        if (events.collects(update)) {
            return new Collection(update);
        }
        if (events.remembers(update)) {
            return new Memory(update);
        }
        Optional<EventForm> event = EventForm.of(update, events);
        if (event.isPresent()) {
            return new Walk(event.get().route(), List.of(event.get()));
        }
        if (update.value() instanceof Expr.Reduce reduce
                && update.guard().isEmpty()
                && reduce.space().equals(update.target().space())) {
            return MatrixForm.of(update, grouped)
                    .<Kernel>map(form -> new Product(update, form))
                    .orElseGet(() -> new Reduction(update, reduce));
        }
        return MatrixForm.of(update, grouped)
                .<Kernel>map(form -> new Product(update, form))
                .orElseGet(() -> new Loop(update.target().space(), List.of(update)));
    }
}
