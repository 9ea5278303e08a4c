package org.altdsl.optimize;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Node;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * Keeps a variable of synapses once for each neuron, where all synapses of a neuron have the same value of it at all
 * times: where it starts from and changes by nothing but what its neuron, or everybody, knows. So the trace that a rule
 * of spike timing declares for each synapse becomes one for each presynaptic neuron.
 */
public final class Narrow {
    private final Program program;
    private final Map<Var, Narrowed> narrowed = new LinkedHashMap<>();

    /** The variables of one end of one projection that may be narrowed. */
    private Set<Var> candidates = Set.of();

    private Narrow(Program program) {
        this.program = program;
    }

    /**
     * A variable that is kept for neurons.
     *
     * @param kept the variable that is kept
     * @param edges the projection to whose synapses the variable belongs
     * @param isPre whether the neurons are the sources
     */
    public record Narrowed(Var kept, Edges edges, boolean isPre) {
        public Narrowed {
            requireNonNull(kept);
            requireNonNull(edges);
        }

        private IndexMap.Table along() {
            return isPre ? edges.toPre() : edges.toPost();
        }
    }

    /**
     * What became of a program.
     *
     * @param program the program with smaller variables
     * @param narrowed what is kept instead of each variable that is gone
     */
    record Result(Program program, Map<Var, Narrowed> narrowed) {}

    /**
     * The program with smaller variables.
     *
     * @param sizes the extents, those of synapses as they are expected
     */
    static Result apply(Program program, Sizes sizes) {
        Narrow pass = new Narrow(program);
        for (Edges edges : program.edges()) {
            for (boolean isPre : new boolean[] {true, false}) {
                Axis end = isPre ? edges.pre() : edges.post();
                if (sizes.of(end) <= sizes.of(edges.synapses())) {
                    pass.find(edges, isPre);
                }
            }
        }
        if (pass.narrowed.isEmpty()) {
            return new Result(program, Map.of());
        }
        List<Var> variables = new ArrayList<>();
        for (Var variable : program.variables()) {
            Narrowed instead = pass.narrowed.get(variable);
            variables.add(instead == null ? pass.withInit(variable) : instead.kept());
        }
        Program changed =
                new Program(program.name(), variables, program.edges(), (Node.Loop) pass.rewrite(program.root()));
        return new Result(changed, pass.narrowed);
    }

    private void find(Edges edges, boolean isPre) {
        Set<Var> possible = new LinkedHashSet<>();
        Space space = Space.of(edges.synapses());
        Map<Var, List<Expr>> sources = new HashMap<>();
        for (Var variable : program.variables()) {
            boolean isTable = variable.equals(edges.source()) || variable.equals(edges.target());
            if (variable.space().equals(space) && !isTable && !narrowed.containsKey(variable)) {
                possible.add(variable);
                List<Expr> from = new ArrayList<>();
                variable.init().ifPresent(from::add);
                sources.put(variable, from);
            }
        }
        Set<Var> updated = new HashSet<>();
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                updated.add(update.target());
                if (possible.contains(update.target())) {
                    sources.get(update.target()).add(update.value());
                    update.guard()
                            .ifPresent(guard -> sources.get(update.target()).add(guard));
                }
            }
        }
        // What no update changes may be set from outside, synapse by synapse.
        possible.retainAll(updated);
        possible.removeIf(this::isNeededForSynapses);
        candidates = possible;
        Var along = isPre ? edges.source() : edges.target();
        boolean changed = true;
        while (changed) {
            changed = possible.removeIf(
                    variable -> !sources.get(variable).stream().allMatch(expr -> isKnown(expr, along)));
        }
        for (Var variable : possible) {
            Axis end = isPre ? edges.pre() : edges.post();
            Var kept = new Var(
                    variable.name() + (isPre ? "@pre" : "@post"),
                    Space.of(end),
                    variable.type(),
                    variable.life(),
                    variable.owner(),
                    variable.matter(),
                    Optional.empty(),
                    variable.origin(),
                    variable.label());
            narrowed.put(variable, new Narrowed(kept, edges, isPre));
        }
        for (Var variable : possible) {
            Narrowed instead = narrowed.get(variable);
            Optional<Expr> init = variable.init().map(expr -> onNeurons(expr, instead));
            narrowed.put(variable, new Narrowed(with(instead.kept(), init), edges, isPre));
        }
    }

    /** Delays and tables are looked up for synapses. */
    private boolean isNeededForSynapses(Var variable) {
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                boolean maps = isMap(update.value(), variable)
                        || update.guard().map(guard -> isMap(guard, variable)).orElse(false);
                if (maps) {
                    return true;
                }
            }
        }
        return program.variables().stream()
                .anyMatch(
                        other -> other.init().map(init -> isMap(init, variable)).orElse(false));
    }

    private static boolean isMap(Expr expr, Var variable) {
        if (expr instanceof Expr.Gather gather
                && (gather.along() instanceof IndexMap.Delay delay
                                && delay.lags().equals(variable)
                        || gather.along() instanceof IndexMap.Table table
                                && table.table().equals(variable))) {
            return true;
        }
        if (expr instanceof Expr.Reduce reduce
                && reduce.along() instanceof IndexMap.Table table
                && table.table().equals(variable)) {
            return true;
        }
        return expr.children().stream().anyMatch(child -> isMap(child, variable));
    }

    /** Whether all synapses of a neuron have the same value of an expression. */
    private boolean isKnown(Expr expr, Var along) {
        if (expr instanceof Expr.Const || expr instanceof Expr.SizeOf || expr instanceof Expr.Tick) {
            return true;
        }
        if (expr instanceof Expr.Read read) {
            return read.space().isScalar() || candidates.contains(read.variable());
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Table table) {
            return table.table().equals(along) && gather.of().space().rank() == 1;
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift) {
            return isKnown(gather.of(), along);
        }
        if (expr instanceof Expr.Prim prim) {
            return prim.operands().stream().allMatch(operand -> isKnown(operand, along));
        }
        return expr.space().isScalar();
    }

    /** A known expression as it is at the neuron. */
    private Expr onNeurons(Expr expr, Narrowed at) {
        if (expr instanceof Expr.Read read && narrowed.containsKey(read.variable())) {
            return new Expr.Read(narrowed.get(read.variable()).kept(), read.version());
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Table) {
            return rewrite(gather.of());
        }
        if (expr instanceof Expr.Prim || expr instanceof Expr.Gather) {
            return Exprs.mapChildren(expr, child -> onNeurons(child, at));
        }
        return rewrite(expr);
    }

    private Node rewrite(Node node) {
        if (node instanceof Node.Loop loop) {
            List<Node> body = loop.body().stream().map(this::rewrite).toList();
            return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
        }
        List<Update> updates = new ArrayList<>();
        for (Update update : ((Node.Block) node).updates()) {
            Narrowed instead = narrowed.get(update.target());
            if (instead == null) {
                Expr guard = update.guard().map(this::rewrite).orElse(null);
                updates.add(Updates.with(update, guard, rewrite(update.value())));
            } else {
                updates.add(new Update(
                        instead.kept(),
                        update.version(),
                        update.guard().map(guard -> onNeurons(guard, instead)),
                        onNeurons(update.value(), instead),
                        update.slot(),
                        update.span()));
            }
        }
        return new Node.Block(updates);
    }

    /** An expression that reads what is kept. */
    private Expr rewrite(Expr expr) {
        if (expr instanceof Expr.Read read && narrowed.containsKey(read.variable())) {
            Narrowed instead = narrowed.get(read.variable());
            return Expr.Gather.of(instead.along(), new Expr.Read(instead.kept(), read.version()));
        }
        return Exprs.mapChildren(expr, this::rewrite);
    }

    private Var withInit(Var variable) {
        return variable.init().isEmpty()
                ? variable
                : with(variable, variable.init().map(this::rewrite));
    }

    private static Var with(Var variable, Optional<Expr> init) {
        return new Var(
                variable.name(),
                variable.space(),
                variable.type(),
                variable.life(),
                variable.owner(),
                variable.matter(),
                init,
                variable.origin(),
                variable.label());
    }
}
