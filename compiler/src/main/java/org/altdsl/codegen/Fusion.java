package org.altdsl.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Choices;
import org.altdsl.optimize.EventForm;
import org.altdsl.optimize.Events;
import org.altdsl.optimize.Updates;

/**
 * Cuts a block into kernels: elementwise updates on one space that can be carried out point by point share a loop,
 * also across updates between them that touch none of their variables.
 */
final class Fusion {
    /** HotSpot gives up vectorising loops with more statements than about this. */
    private static final int MAXIMUM_STATEMENTS = 20;

    /** A bound on the operations of a loop, for the same reason. */
    private static final int MAXIMUM_OPERATIONS = 80;

    /** How many kernels an update may be moved ahead of; keeps the pass linear. */
    private static final int MAXIMUM_DISTANCE = 40;

    private final List<Kernel> kernels = new ArrayList<>();
    private final Map<Update, Facts> facts = new IdentityHashMap<>();

    /** What an update touches. */
    private record Facts(Set<Var> reads, Set<Var> remoteReads, int operations, boolean draws, boolean chooses) {
        static Facts of(Update update) {
            int operations = operations(update.value())
                    + update.guard().map(Facts::operations).orElse(0);
            boolean draws = draws(update.value()) && !update.target().space().isScalar();
            return new Facts(
                    Updates.reads(update), Updates.remoteReads(update), operations, draws, Choices.chooses(update));
        }

        private static int operations(Expr expr) {
            int operations = expr instanceof Expr.Prim ? 1 : 0;
            for (Expr child : expr.children()) {
                operations += operations(child);
            }
            return operations;
        }

        private static boolean draws(Expr expr) {
            return expr instanceof Expr.Draw || expr.children().stream().anyMatch(Facts::draws);
        }
    }

    private final boolean grouped;
    private final Events events;
    private final EventTable table;

    /** Whether steps of time follow each other, which are too many for loops that do not vectorise. */
    private final boolean inStep;

    private Fusion(boolean grouped, EventTable table, boolean inStep) {
        this.table = table;
        this.inStep = inStep;
        this.grouped = grouped;
        this.events = table.events();
    }

    /**
     * The kernels of a block.
     *
     * @param grouped whether matrix products may have groups of axes
     * @param events the events of the program, if the block knows any
     * @param inStep whether it is the block of a step of time
     */
    static List<Kernel> fuse(List<Update> updates, boolean grouped, EventTable events, boolean inStep) {
        Fusion fusion = new Fusion(grouped, events, inStep);
        for (Update update : updates) {
            fusion.facts.put(update, fusion.facts(update));
            fusion.add(update);
        }
        return fusion.kernels;
    }

    private void add(Update update) {
        Kernel own = Kernel.of(update, grouped, events);
        if (own instanceof Kernel.Loop || own instanceof Kernel.Walk) {
            int last = Math.max(0, kernels.size() - MAXIMUM_DISTANCE);
            for (int i = kernels.size() - 1; i >= last; i--) {
                if (own instanceof Kernel.Loop && kernels.get(i) instanceof Kernel.Loop loop && joins(loop, update)) {
                    kernels.set(i, loop.with(update));
                    return;
                }
                if (kernels.get(i) instanceof Kernel.Walk walk
                        && own instanceof Kernel.Walk other
                        && joins(walk, other.forms().get(0))) {
                    kernels.set(i, walk.with(other.forms().get(0)));
                    return;
                }
                if (conflicts(kernels.get(i), update)) {
                    break;
                }
            }
        }
        kernels.add(own);
    }

    /** What an update touches; where it goes by a list of spikes, that they have been listed. */
    private Facts facts(Update update) {
        Facts plain = Facts.of(update);
        Set<Var> reads = new HashSet<>(plain.reads());
        for (Var read : plain.reads()) {
            Events.Arrival arrival = events.arrivals().get(read);
            if (arrival != null) {
                events.views().forEach((view, what) -> {
                    if (what.flags().equals(arrival.flags()) && what.lag() == 0) {
                        reads.add(view);
                    }
                });
                reads.add(arrival.delays());
            }
        }
        return new Facts(reads, plain.remoteReads(), plain.operations(), plain.draws(), plain.chooses());
    }

    /** Whether a walk can take an update in as its last statement. */
    private boolean joins(Kernel.Walk walk, EventForm form) {
        int operations = facts.get(form.update()).operations();
        for (EventForm earlier : walk.forms()) {
            if (!earlier.mayPrecede(form) || table.differ(earlier.update(), form.update())) {
                return false;
            }
            operations += facts.get(earlier.update()).operations();
        }
        return operations <= MAXIMUM_OPERATIONS && walk.forms().size() < MAXIMUM_STATEMENTS;
    }

    /** Whether a loop can take an update in as its last statement. */
    private boolean joins(Kernel.Loop loop, Update update) {
        Facts own = facts.get(update);
        if (!loop.space().equals(update.target().space()) || loop.updates().size() >= MAXIMUM_STATEMENTS) {
            return false;
        }
        int operations = own.operations();
        for (Update earlier : loop.updates()) {
            Facts other = facts.get(earlier);
            if (own.remoteReads().contains(earlier.target())
                    || other.remoteReads().contains(update.target())
                    || own.draws() != other.draws()
                    || inStep && own.chooses() != other.chooses()) {
                return false;
            }
            operations += other.operations();
        }
        return operations <= MAXIMUM_OPERATIONS;
    }

    /** Whether an update must stay behind a kernel. */
    private boolean conflicts(Kernel kernel, Update update) {
        Facts own = facts.get(update);
        for (Update earlier : kernel.updates()) {
            if (own.reads().contains(earlier.target())
                    || earlier.target().equals(update.target())
                    || facts.get(earlier).reads().contains(update.target())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The temporaries that need no array: written without a guard and read inside one loop only, at the same point.
     *
     * @param blocks the kernels of every block of the program
     * @param observed names of variables that are read from outside
     */
    static Set<Var> locals(List<List<Kernel>> blocks, Set<String> observed) {
        Map<Var, Kernel> home = new HashMap<>();
        Set<Var> stored = new HashSet<>();
        for (List<Kernel> kernels : blocks) {
            for (Kernel kernel : kernels) {
                Set<Var> written = new HashSet<>();
                for (Update update : kernel.updates()) {
                    Set<Var> remote = Updates.remoteReads(update);
                    for (Var read : Updates.reads(update)) {
                        if (!written.contains(read) || remote.contains(read)) {
                            stored.add(read);
                        }
                    }
                    Var target = update.target();
                    Kernel other = home.putIfAbsent(target, kernel);
                    boolean elsewhere = other != null && other != kernel;
                    boolean guarded = update.guard().isPresent() && !written.contains(target);
                    boolean wanted = !target.isTemporary() || observed.contains(target.name());
                    if (elsewhere || guarded || wanted || !(kernel instanceof Kernel.Loop)) {
                        stored.add(target);
                    }
                    written.add(target);
                }
            }
        }
        Set<Var> locals = new HashSet<>(home.keySet());
        locals.removeAll(stored);
        return locals;
    }
}
