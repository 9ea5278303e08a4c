package org.altdsl.flow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/**
 * Finds what information each update of a rule uses, by a forward fixpoint over the program.
 *
 * <p>Variables of neurons, synapses and the harness are where the analysis stops: what they are is a matter of the
 * network. Variables of rules and optimizers are looked through, so information cannot hide behind a definition.
 */
public final class InformationFlow {
    private final Program program;
    private final Map<Var, LoweredRule.Teaches> homes = new HashMap<>();
    private final Map<Var, List<Update>> writers = new HashMap<>();
    private final Map<Var, Map<Source, Source>> known = new LinkedHashMap<>();

    private InformationFlow(LoweredRule lowered) {
        this.program = lowered.train();
        for (LoweredRule.Model model : lowered.models()) {
            for (LoweredRule.Teaches projection : model.projections()) {
                projection.weights().forEach(weight -> homes.put(weight, projection));
            }
        }
        for (Scope scope : List.of(Scope.STEP, Scope.BATCH, Scope.EPOCH)) {
            for (Update update : program.block(scope)) {
                if (update.slot() != Slot.OPTIMIZE) {
                    writers.computeIfAbsent(update.target(), unused -> new ArrayList<>())
                            .add(update);
                }
            }
        }
    }

    /** A piece of information that an update uses, and the shortest way on which it was found to get there. */
    public record Use(Information information, String quantity, List<Var> path, Span at) {
        public Use {
            requireNonNull(information);
            requireNonNull(quantity);
            path = List.copyOf(path);
            requireNonNull(at);
        }
    }

    /** What the rules of a lowered comparison entry use, each with the projections it teaches. */
    public static Map<LoweredRule.Model, Map<Information, Use>> of(LoweredRule lowered) {
        InformationFlow flow = new InformationFlow(lowered);
        flow.solve();
        Map<LoweredRule.Model, Map<Information, Use>> uses = new LinkedHashMap<>();
        for (LoweredRule.Model model : lowered.models()) {
            uses.put(model, flow.uses(model, lowered));
        }
        return uses;
    }

    private void solve() {
        int before;
        int now = -1;
        do {
            before = now;
            for (Var variable : program.variables()) {
                if (isTransparent(variable)) {
                    Map<Source, Source> sources = known.computeIfAbsent(variable, unused -> new LinkedHashMap<>());
                    for (Update update : writers.getOrDefault(variable, List.of())) {
                        sources(update).forEach(source -> sources.putIfAbsent(source.identity(), source));
                    }
                }
            }
            now = known.values().stream().mapToInt(Map::size).sum();
        } while (now != before);
    }

    private static boolean isTransparent(Var variable) {
        boolean ofRule = variable.owner() == Owner.RULE || variable.owner() == Owner.OPTIMIZER;
        return ofRule && variable.matter() != Matter.FEEDBACK;
    }

    private List<Source> sources(Update update) {
        List<Source> all = new ArrayList<>(sources(update.value()));
        update.guard().ifPresent(guard -> all.addAll(sources(guard)));
        return all;
    }

    private List<Source> sources(Expr expr) {
        if (isZero(expr)) {
            return List.of();
        }
        if (expr instanceof Expr.Read read) {
            return read(read.variable());
        }
        List<Source> all = new ArrayList<>();
        for (Expr child : expr.children()) {
            all.addAll(sources(child));
        }
        if (expr instanceof Expr.Reduce reduce && reduce.along() instanceof IndexMap.Drop drop) {
            return reduced(all, drop.dropped());
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Table map) {
            Axis end = end(map);
            return all.stream().map(source -> source.renamed(end, map.to())).toList();
        }
        if (expr instanceof Expr.Reduce reduce && reduce.along() instanceof IndexMap.Table map) {
            // Summed over the synapses of a neuron: over the other end of each.
            Axis end = end(map);
            Axis other = ends(map.from()).equals(Space.of(end))
                    ? end
                    : ends(map.from()).without(end).axes().get(0);
            List<Source> atEnds = all.stream()
                    .map(source -> source.seen(Space.of(map.from()), ends(map.from())))
                    .toList();
            return reduced(atEnds, Space.of(other)).stream()
                    .map(source -> source.renamed(map.to(), end))
                    .toList();
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Rename map) {
            return all.stream()
                    .map(source -> source.renamed(map.from(), map.to()))
                    .toList();
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Window map) {
            return all.stream()
                    .map(source -> source.seen(Space.of(map.in()), map.sources()))
                    .toList();
        }
        if (expr instanceof Expr.Reduce reduce) {
            Space to = Space.of(reduce.along().target());
            return all.stream()
                    .map(source -> source.seen(reduce.along().sources(), to))
                    .toList();
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Pick map) {
            return all.stream()
                    .map(source -> source.reduced(Space.of(map.to()), false))
                    .toList();
        }
        if (expr instanceof Expr.Draw draw && !draw.once()) {
            Var noise = new Var(
                    "a random number",
                    draw.space(),
                    org.altdsl.ir.DType.REAL,
                    Scope.STEP,
                    Owner.RULE,
                    Matter.NOISE,
                    java.util.Optional.empty(),
                    new Span(anyFile(), 0, 0),
                    "noise");
            all.add(Source.of(Source.Kind.NOISE, noise));
        }
        return all;
    }

    /** The axis that stands for the end of synapses that a table leads to. */
    private Axis end(IndexMap.Table map) {
        return program.edges().stream()
                .filter(edges -> edges.synapses().equals(map.from()))
                .map(edges -> edges.end(map.table().equals(edges.source())))
                .findFirst()
                .orElse(map.to());
    }

    /** Both ends of synapses that are listed one by one. */
    private Space ends(Axis synapses) {
        return program.edges().stream()
                .filter(edges -> edges.synapses().equals(synapses))
                .map(edges -> Space.of(edges.end(true), edges.end(false)))
                .findFirst()
                .orElse(Space.of(synapses));
    }

    /** Whether an expression is a term that is switched off, by a coefficient that is set to zero. */
    private static boolean isZero(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return constant.value() == 0;
        }
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = prim.operands();
            return switch (prim.op()) {
                case MUL -> operands.stream().anyMatch(InformationFlow::isZero);
                case SELECT -> isZero(operands.get(1)) && isZero(operands.get(2));
                default -> false;
            };
        }
        return false;
    }

    private SourceFile anyFile() {
        return program.variables().get(0).origin().file();
    }

    /** In a sum over neurons of a pathway times what they send, only the pathway is seen from outside. */
    private List<Source> reduced(List<Source> sources, Space axes) {
        boolean pathway = sources.stream()
                .anyMatch(source -> (source.kind() == Source.Kind.FEEDBACK_FIXED
                                || source.kind() == Source.Kind.FEEDBACK_LEARNED
                                || source.kind() == Source.Kind.WEIGHT)
                        && axes.axes().stream().anyMatch(source.at()::contains));
        return sources.stream()
                .map(source -> readBackwards(source, axes) ? source.carriedBack() : source)
                .map(source -> source.reduced(axes, pathway))
                .toList();
    }

    /** Whether a sum takes a weight against its direction: over its targets, with a value left for each source. */
    private boolean readBackwards(Source source, Space axes) {
        LoweredRule.Teaches home = homes.get(source.origin());
        return source.kind() == Source.Kind.WEIGHT
                && home != null
                && axes.contains(home.post())
                && !axes.contains(home.pre())
                && source.at().containsAll(home.pre().axes());
    }

    private List<Source> read(Var variable) {
        if (variable.matter() == Matter.FEEDBACK) {
            boolean learned = writers.containsKey(variable) || isProposedFor(variable);
            return List.of(Source.of(learned ? Source.Kind.FEEDBACK_LEARNED : Source.Kind.FEEDBACK_FIXED, variable));
        }
        if (isTransparent(variable)) {
            List<Source> through = new ArrayList<>();
            boolean slope = variable.matter() == Matter.OBJECTIVE || variable.matter() == Matter.SLOPE;
            for (Source source : known.getOrDefault(variable, Map.of()).values()) {
                // A slope is computed from potentials; whoever reads it sees only the slope.
                Source seen = slope ? source.carriedBySlope() : source;
                through.add(seen.path().contains(variable) ? seen : seen.through(variable));
            }
            if (variable.matter() == Matter.OBJECTIVE) {
                through.add(Source.of(Source.Kind.OBJECTIVE, variable));
            }
            return through;
        }
        return switch (variable.matter()) {
            case NEURON -> List.of(Source.of(Source.Kind.NEURON, variable));
            case WEIGHT, TRANSPORTED -> List.of(Source.of(Source.Kind.WEIGHT, variable));
            case MODULATOR -> List.of(Source.of(Source.Kind.MODULATOR, variable));
            case OBJECTIVE -> List.of(Source.of(Source.Kind.OBJECTIVE, variable));
            case NOISE -> List.of(Source.of(Source.Kind.NOISE, variable));
            case FEEDBACK, SLOPE, OTHER -> List.of();
        };
    }

    private boolean isProposedFor(Var feedback) {
        return program.block(Scope.BATCH).stream()
                .anyMatch(update -> update.target().equals(feedback) && update.version() > 0);
    }

    private Map<Information, Use> uses(LoweredRule.Model model, LoweredRule lowered) {
        Map<Information, Use> found = new EnumMap<>(Information.class);
        Set<String> phases = new LinkedHashSet<>();
        for (LoweredRule.Teaches projection : model.projections()) {
            Set<Var> targets = new LinkedHashSet<>();
            for (Var learnable : union(projection.weights(), projection.biases())) {
                targets.add(learnable);
                if (lowered.proposals().containsKey(learnable)) {
                    targets.add(lowered.proposals().get(learnable));
                }
            }
            targets.addAll(pathways(projection));
            for (Var target : targets) {
                for (Update update : writers.getOrDefault(target, List.of())) {
                    for (Source source : sources(update)) {
                        note(found, source, projection, update);
                        noteOtherPhase(found, phases, source, update);
                    }
                }
            }
        }
        return found;
    }

    /** The reverse pathways beside a projection: what changes them is learning too. */
    private List<Var> pathways(LoweredRule.Teaches projection) {
        return writers.keySet().stream()
                .filter(variable -> variable.matter() == Matter.FEEDBACK)
                .filter(variable -> variable.space().equals(projection.pre().union(projection.post())))
                .toList();
    }

    /** What was seen in two phases must be kept from the one to the other. */
    private void noteOtherPhase(Map<Information, Use> found, Set<String> phases, Source source, Update update) {
        if (source.kind() != Source.Kind.NEURON && source.kind() != Source.Kind.OBJECTIVE) {
            return;
        }
        String name = source.origin().name();
        // What is the same in all phases, such as a bias or a target, belongs to none.
        boolean ofPhase = name.indexOf('@') >= 0
                || source.origin().isTemporary() && (source.kind() == Source.Kind.NEURON || differs(name));
        if (ofPhase && phases.add(phase(name)) && phases.size() > 1) {
            List<Var> path = new ArrayList<>();
            path.add(update.target());
            path.addAll(source.path());
            path.add(source.origin());
            found.putIfAbsent(Information.OTHER_PHASE, new Use(Information.OTHER_PHASE, name, path, update.span()));
        }
    }

    /** Whether what a plain pass computes is computed once more in a phase. */
    private boolean differs(String name) {
        return program.variables().stream().anyMatch(variable -> variable.name().startsWith(name + "@"));
    }

    /** The phase that the name of a quantity ends in; what tells variables of one name apart may follow it. */
    private static String phase(String name) {
        int at = name.lastIndexOf('@');
        return at < 0 ? "" : name.substring(at).split("[~#.]")[0];
    }

    private static Set<Var> union(Set<Var> first, Set<Var> second) {
        Set<Var> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all;
    }

    private void note(Map<Information, Use> found, Source source, LoweredRule.Teaches projection, Update update) {
        Information information = classify(source, projection);
        if (information == null) {
            return;
        }
        Use old = found.get(information);
        if (old == null || old.path().size() > source.path().size() + 1) {
            List<Var> path = new ArrayList<>();
            path.add(update.target());
            path.addAll(source.path());
            path.add(source.origin());
            found.put(information, new Use(information, source.origin().name(), path, update.span()));
        }
    }

    /** What a source is to a synapse of a projection; null where a pathway already stands for it. */
    private Information classify(Source source, LoweredRule.Teaches projection) {
        Set<Axis> pre = Set.copyOf(projection.pre().axes());
        switch (source.kind()) {
            case FEEDBACK_FIXED:
                return Information.FEEDBACK_FIXED;
            case FEEDBACK_LEARNED:
                return Information.FEEDBACK_LEARNED;
            case MODULATOR:
                // Of what an objective is computed from, whoever reads its slope sees the slope only.
                return source.carried() ? null : Information.MODULATOR;
            case OBJECTIVE:
                return Information.OBJECTIVE;
            case NOISE:
                return Information.NOISE;
            case WEIGHT:
                if (projection.weights().contains(source.origin())) {
                    if (source.over().isEmpty()) {
                        return Information.SYNAPSE;
                    }
                    return pre.containsAll(source.over()) ? Information.POST_AGGREGATE : Information.POPULATION;
                }
                return foreign(source, projection);
            default:
                return classifyNeuron(source.withoutPositions(projection.positions()), projection);
        }
    }

    /** Weights of another projection: what its targets know of their own inputs is theirs to send on. */
    private Information foreign(Source source, LoweredRule.Teaches projection) {
        if (source.carried()) {
            return Information.WEIGHT_TRANSPORT;
        }
        if (source.at().isEmpty()) {
            return Information.GLOBAL;
        }
        LoweredRule.Teaches home = homes.get(source.origin());
        boolean summedByItsTargets =
                home != null && source.over().equals(Set.copyOf(home.pre().axes())) && isOf(source, projection.pre());
        return summedByItsTargets ? Information.PRE : Information.WEIGHT_TRANSPORT;
    }

    /** Whether a source has its own value for each point of some axes and for nothing else. */
    private static boolean isOf(Source source, Space axes) {
        return !source.at().isEmpty() && axes.axes().containsAll(source.at());
    }

    private static Information classifyNeuron(Source source, LoweredRule.Teaches projection) {
        if (source.carried()) {
            return null;
        }
        if (source.over().isEmpty()) {
            if (isOf(source, projection.pre())) {
                return Information.PRE;
            }
            return isOf(source, projection.post()) ? Information.POST : Information.GLOBAL;
        }
        boolean elsewhere = source.over().stream()
                .noneMatch(axis -> isAmong(axis, projection.pre()) || isAmong(axis, projection.post()));
        if (elsewhere && isOf(source, projection.pre())) {
            // What a source knows of its own inputs is its to send on.
            return Information.PRE;
        }
        boolean ofSources = source.over().stream().allMatch(axis -> isAmong(axis, projection.pre()));
        if (ofSources && source.at().isEmpty()) {
            return Information.POST_AGGREGATE;
        }
        boolean ofLayer = source.over().stream()
                .anyMatch(axis -> isAmong(axis, projection.post()) || isAmong(axis, projection.pre()));
        return ofLayer ? Information.POPULATION : Information.GLOBAL;
    }

    /** A second axis over the same neurons ({@code rank}, {@code cumsum}) is the same layer. */
    private static boolean isAmong(Axis axis, Space axes) {
        return axes.axes().stream().anyMatch(other -> axis.extent().equals(other.extent()));
    }
}
