package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * Runs the passes that make a program cheap without changing what it means: lags become variables, expressions are
 * simplified, reductions separated into matrix products and loops, common and invariant parts hoisted, and what nobody
 * reads is removed. The result is again a program of the intermediate representation.
 */
public final class Optimizer {
    private Optimizer() {}

    /**
     * What the passes made of a program.
     *
     * @param variables the program's own variables, and the lags of some of them
     * @param temporaries the variables that passes introduced
     * @param initialisations the updates on entry of each scope
     * @param blocks the updates of each scope's block
     * @param events its events, which only updates in steps of time know
     * @param narrowed what is kept instead of variables of synapses that are gone
     * @param lazy the variables that decay when they are needed
     * @param counters the variables that hold whole numbers, never negative ones
     * @param decisions how the reductions of the blocks were compiled
     */
    public record Optimized(
            List<Var> variables,
            List<Var> temporaries,
            Map<Scope, List<Update>> initialisations,
            Map<Scope, List<Update>> blocks,
            Events events,
            Map<Var, Narrow.Narrowed> narrowed,
            Map<Var, LazyDecay.Decay> lazy,
            Set<Var> counters,
            List<Decision> decisions) {
        public Optimized {
            variables = List.copyOf(variables);
            temporaries = List.copyOf(temporaries);
            initialisations = Map.copyOf(initialisations);
            blocks = Map.copyOf(blocks);
            narrowed = Map.copyOf(narrowed);
            counters = Set.copyOf(counters);
            lazy = Map.copyOf(lazy);
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * Optimizes a whole program.
     *
     * @param observed names of the temporaries that are read after a block ran
     * @param grouped whether the back end multiplies matrices whose rows and columns are groups of axes
     */
    public static Optimized optimize(Program program, Sizes sizes, Set<String> observed, boolean grouped) {
        Narrow.Result narrow = Narrow.apply(program, sizes);
        Lags.Result lags = Lags.apply(narrow.program());
        Program withoutLags = lags.program();
        Events events = lags.events();
        Simplify simplify = new Simplify(sizes, grouped);
        Temporaries temporaries = new Temporaries(withoutLags);
        List<Decision> decisions = new ArrayList<>();
        Map<Scope, List<Update>> blocks = new EnumMap<>(Scope.class);
        Map<Scope, List<Update>> initialisations = new EnumMap<>(Scope.class);
        Set<String> needed = new HashSet<>(observed);
        narrow.narrowed().forEach((variable, instead) -> {
            if (observed.contains(variable.name())) {
                needed.add(instead.kept().name());
            }
        });
        for (Scope scope : Scope.values()) {
            blocks.put(scope, withoutLags.block(scope));
            initialisations.put(scope, withoutLags.initialisations(scope));
        }
        lags.events().longest().keySet().forEach(flags -> needed.add(flags.name() + "@-0"));
        blocks.values().forEach(block -> needed.addAll(readFromOutside(block)));
        UnaryOperator<List<Update>> passes = updates -> {
            List<Update> simple = DeadCode.remove(simplify.updates(MovingTables.apply(updates)), needed);
            List<Update> inlined = DeadCode.remove(Inline.apply(Versions.number(simple), needed), needed);
            List<Update> separate = Separate.apply(inlined, sizes, temporaries, events, decisions, grouped);
            List<Update> hoisted = Hoist.apply(simplify.updates(separate), temporaries, events, grouped);
            return DeadCode.remove(hoisted, needed);
        };
        initialisations.replaceAll((scope, updates) -> passes.apply(updates));
        decisions.clear();
        blocks.replaceAll((scope, updates) -> passes.apply(updates));
        blocks.computeIfPresent(Scope.STEP, (scope, updates) -> Tallies.apply(updates, events));
        Set<Var> counters = Counters.find(initialisations, blocks);
        blocks.computeIfPresent(
                Scope.STEP, (scope, updates) -> Choices.apply(updates, sizes, temporaries, events, counters));
        Map<Var, LazyDecay.Decay> lazy = LazyDecay.find(blocks.get(Scope.STEP), withoutLags.edges(), sizes, events);
        blocks.computeIfPresent(Scope.STEP, (scope, updates) -> LazyDecay.without(updates, lazy));
        lazy.forEach((variable, decay) -> decisions.add(new Decision(
                variable.name(),
                decay.decay().span(),
                Decision.Method.LAZY_DECAY,
                Equations.update(decay.decay()) + ", where an event leads")));
        narrow.narrowed()
                .forEach((variable, instead) -> decisions.add(new Decision(
                        variable.name(),
                        variable.origin(),
                        Decision.Method.PER_NEURON,
                        "one for each of " + instead.kept().space().axes().get(0) + ", which all its synapses share")));
        blocks.get(Scope.STEP).forEach(update -> EventForm.of(update, events)
                .ifPresent(form -> decisions.add(new Decision(
                        update.target().name(),
                        update.span(),
                        switch (form.route().kind()) {
                            case LIST -> Decision.Method.SPIKE_LIST;
                            case ROWS -> Decision.Method.ROW_WALK;
                            case COLUMNS -> Decision.Method.COLUMN_WALK;
                            case ARRIVALS -> Decision.Method.ARRIVAL_WALK;
                        },
                        Equations.update(update)))));
        return new Optimized(
                withoutLags.variables(),
                temporaries.made(),
                initialisations,
                blocks,
                events,
                narrow.narrowed(),
                lazy,
                counters,
                decisions);
    }

    /** The temporaries that a block reads before it writes them: the harness or another block provides them. */
    private static Set<String> readFromOutside(List<Update> updates) {
        Set<String> found = new HashSet<>();
        Set<Var> written = new HashSet<>();
        for (Update update : updates) {
            for (Var read : Updates.reads(update)) {
                if (read.isTemporary() && !written.contains(read)) {
                    found.add(read.name());
                }
            }
            if (update.guard().isEmpty()) {
                written.add(update.target());
            } else if (update.target().isTemporary() && !written.contains(update.target())) {
                found.add(update.target().name());
            }
        }
        return found;
    }
}
