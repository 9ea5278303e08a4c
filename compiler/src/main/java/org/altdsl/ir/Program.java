package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.runtime.plan.Scope;

/**
 * A whole program: its variables and its tree of loops.
 *
 * <p>A rate network's tree is {@code RUN [ EPOCH [ BATCH [ block ] block ] ]}: the block in BATCH is one training
 * step, the one after it runs when an epoch ends. A network in time has {@code BATCH [ TRIAL [ block ] PHASE [ STEP
 * [ block ] block ] WINDOW [ block ] block ]}: the block in TRIAL runs before the first step of a trial, the one in PHASE is
 * what a protocol computes between its acts, and there is a WINDOW for each interval at which the network is measured.
 *
 * @param edges the sparse projections
 */
public record Program(String name, List<Var> variables, List<Edges> edges, Node.Loop root) {
    public Program {
        requireNonNull(name);
        variables = List.copyOf(variables);
        edges = List.copyOf(edges);
        requireNonNull(root);
    }

    /** A program without sparse projections. */
    public Program(String name, List<Var> variables, Node.Loop root) {
        this(name, variables, List.of(), root);
    }

    /** The tree for a program in time that is looked at when it has ended. */
    public static Program timed(String name, List<Var> variables, List<Edges> edges, Map<Scope, List<Update>> blocks) {
        return timed(name, variables, edges, blocks, Map.of());
    }

    /**
     * The tree for a program in time.
     *
     * @param blocks what happens before the first step of a trial (TRIAL), in a step (STEP), between the acts of a protocol
     *     (PHASE), after a sample (BATCH) and when an epoch ends (EPOCH)
     * @param windows what is computed at the end of each window
     */
    public static Program timed(
            String name,
            List<Var> variables,
            List<Edges> edges,
            Map<Scope, List<Update>> blocks,
            Map<Scope, List<Update>> windows) {
        Node.Loop trials = Node.Loop.of(Scope.TRIAL, List.of(block(blocks, Scope.TRIAL)));
        Node.Loop steps = Node.Loop.of(Scope.STEP, List.of(block(blocks, Scope.STEP)));
        List<Node> body = new ArrayList<>();
        body.add(trials);
        body.add(Node.Loop.of(Scope.PHASE, List.of(steps, block(blocks, Scope.PHASE))));
        windows.forEach((window, block) -> body.add(Node.Loop.of(window, List.of(new Node.Block(block)))));
        body.add(block(blocks, Scope.BATCH));
        Node.Loop batches = Node.Loop.of(Scope.BATCH, body);
        Node.Loop epochs = Node.Loop.of(Scope.EPOCH, List.of(batches, block(blocks, Scope.EPOCH)));
        return new Program(name, variables, edges, Node.Loop.of(Scope.RUN, List.of(epochs)));
    }

    private static Node.Block block(Map<Scope, List<Update>> blocks, Scope scope) {
        return new Node.Block(blocks.getOrDefault(scope, List.of()));
    }

    /** The tree for a program with a block a batch and a block a finished epoch. */
    public static Program of(String name, List<Var> variables, List<Update> batch, List<Update> epoch) {
        Node.Loop batches = Node.Loop.of(Scope.BATCH, List.of(new Node.Block(batch)));
        Node.Loop epochs = Node.Loop.of(Scope.EPOCH, List.of(batches, new Node.Block(epoch)));
        return new Program(name, variables, Node.Loop.of(Scope.RUN, List.of(epochs)));
    }

    /** The updates directly in the body of the loop of a scope, in order; empty if there is none. */
    public List<Update> block(Scope scope) {
        List<Update> found = new ArrayList<>();
        collect(root, scope, found);
        return found;
    }

    private static void collect(Node.Loop loop, Scope scope, List<Update> found) {
        for (Node node : loop.body()) {
            if (node instanceof Node.Loop inner) {
                collect(inner, scope, found);
            } else if (node instanceof Node.Block block && loop.scope() == scope) {
                found.addAll(block.updates());
            }
        }
    }

    /** The initialisations of a scope's variables as updates of version 0, each after what it reads. */
    public List<Update> initialisations(Scope scope) {
        Set<Var> done = new LinkedHashSet<>();
        List<Update> updates = new ArrayList<>();
        for (Var variable : variables) {
            initialise(variable, scope, done, updates);
        }
        return updates;
    }

    private void initialise(Var variable, Scope scope, Set<Var> done, List<Update> updates) {
        if (variable.life() != scope || variable.init().isEmpty() || !done.add(variable)) {
            return;
        }
        for (Var read : Exprs.reads(variable.init().get())) {
            initialise(read, scope, done, updates);
        }
        updates.add(new Update(variable, 0, Optional.empty(), variable.init().get(), Slot.INIT, variable.origin()));
    }

    /** The variable of a name, if the program has one. */
    public Optional<Var> variable(String wanted) {
        return variables.stream()
                .filter(variable -> variable.name().equals(wanted))
                .findFirst();
    }
}
