package org.altdsl.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Item;
import org.altdsl.flow.Information;
import org.altdsl.flow.InformationFlow;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.janino.FusedProgram;
import org.altdsl.lower.Lanes;
import org.altdsl.lower.LoweredRule;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.kernel.SynapseMemory;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.report.RuleCard;

/** Makes rule cards from what the information-flow analysis and the compiler found. */
final class Cards {
    private Cards() {}

    /** The card of a rule in use, with its text, equations and cost. */
    static PreparedExperiment.RuleText of(
            LoweredRule lowered, ProgramCode code, List<Decision> decisions, int bytesPerNumber) {
        Map<LoweredRule.Model, Map<Information, InformationFlow.Use>> uses = InformationFlow.of(lowered);
        Optional<LoweredRule.Model> model = named(lowered);
        Set<Information> information = EnumSet.noneOf(Information.class);
        model.filter(uses::containsKey)
                .ifPresent(one -> information.addAll(uses.get(one).keySet()));
        List<String> reads = information.stream().map(Information::word).toList();
        Optional<SynapseMemory> memory = memory(lowered, model, code);
        double bytes = memory.map(held -> (double) held.bytes()).orElseGet(() -> perSynapse(lowered, bytesPerNumber));
        double operations = operations(lowered);
        List<RuleCard.Fact> facts = new ArrayList<>();
        if (bytes > 0) {
            facts.add(new RuleCard.Fact(
                    "memory per synapse",
                    number(bytes) + " bytes"
                            + memory.map(held -> ": " + held.words()).orElse("")));
        }
        if (operations > 0) {
            facts.add(new RuleCard.Fact("operations per synapse and sample", number(operations)));
        }
        Set<String> ways = new LinkedHashSet<>();
        Set<String> learned = new LinkedHashSet<>();
        lowered.learnables()
                .forEach(learnable -> learned.add(learnable.variable().name()));
        lowered.proposals().values().forEach(proposal -> learned.add(proposal.name()));
        decisions.stream()
                .filter(decision -> learned.contains(decision.variable()))
                .forEach(decision -> ways.add(decision.method().toString()));
        if (!ways.isEmpty()) {
            facts.add(new RuleCard.Fact("updates compiled as", String.join(", ", ways)));
        }
        facts.add(new RuleCard.Fact("changes weights by", sinks(lowered)));
        lowered.lanes().ifPresent(lanes -> facts.add(new RuleCard.Fact("trials side by side", sideBySide(lanes))));
        RuleCard card = new RuleCard(
                reads,
                information.stream().allMatch(Information::isLocal),
                !information.contains(Information.FUTURE),
                !information.contains(Information.FUTURE),
                information.contains(Information.WEIGHT_TRANSPORT),
                model.map(one -> Math.max(
                                1, one.flattened().items(Item.Phase.class).size()))
                        .orElse(1),
                information.contains(Information.OTHER_PHASE),
                facts);
        return new PreparedExperiment.RuleText(
                card,
                model.map(Cards::text).orElse(""),
                model.map(one -> Equations.of(one.flattened(), uses(lowered, one)))
                        .orElse(""),
                bytes,
                operations,
                projections(lowered, code));
    }

    /** What each projection holds for a synapse: those whose synapses are listed, then those that are a matrix. */
    private static List<SynapseMemory> projections(LoweredRule lowered, ProgramCode code) {
        if (!(code instanceof FusedProgram program)) {
            return List.of();
        }
        Map<String, SynapseMemory> all = new LinkedHashMap<>();
        program.memory().forEach(one -> all.put(one.projection(), held(one, lowered)));
        Set<String> names = new LinkedHashSet<>(all.keySet());
        Map<String, Space> matrices = new LinkedHashMap<>();
        for (Var variable : lowered.train().variables()) {
            boolean isWeight = variable.owner() == Owner.SYNAPSE
                    && variable.type() == DType.REAL
                    && variable.space().rank() > 1
                    && variable.name().contains(".");
            String projection = variable.name().replaceFirst("\\.[^.]*$", "");
            if (isWeight && names.add(projection)) {
                matrices.put(projection, variable.space());
            }
        }
        matrices.forEach((name, space) -> {
            List<SynapseMemory.Part> own = program.memory(name, space, Space.SCALAR).parts().stream()
                    .filter(part -> names.stream()
                            .noneMatch(
                                    other -> !other.equals(name) && part.what().startsWith(other + ".")))
                    .toList();
            all.put(name, held(new SynapseMemory(name, own), lowered));
        });
        return List.copyOf(all.values());
    }

    private static String sideBySide(Lanes lanes) {
        if (lanes.obstacle().isPresent()) {
            return "no: " + lanes.obstacle().get().message();
        }
        return lanes.isWanted() ? "yes, " + lanes.count() + " in a batch" : "yes";
    }

    /** The compared rule, or the first one in use; none where nothing learns. */
    private static Optional<LoweredRule.Model> named(LoweredRule lowered) {
        return lowered.models().stream()
                .filter(model -> model.flattened().name().equals(lowered.name()))
                .findFirst()
                .or(() -> lowered.models().stream().findFirst());
    }

    /** What is given for the parameters of a rule wherever it is used. */
    private static List<Map<String, String>> uses(LoweredRule lowered, LoweredRule.Model model) {
        return lowered.models().stream()
                .filter(other -> other.declaration() == model.declaration())
                .map(LoweredRule.Model::given)
                .toList();
    }

    private static String sinks(LoweredRule lowered) {
        boolean proposes = !lowered.proposals().isEmpty();
        boolean assigns = lowered.learnables().stream()
                .anyMatch(learnable -> !lowered.proposals().containsKey(learnable.variable()));
        if (proposes && assigns) {
            return "proposals (dw) and direct assignment";
        }
        return proposes ? "proposals (dw) that an optimizer applies" : assigns ? "direct assignment" : "nothing";
    }

    /** What is held for each synapse of the projection that needs most, of those that the rule teaches. */
    private static Optional<SynapseMemory> memory(
            LoweredRule lowered, Optional<LoweredRule.Model> model, ProgramCode code) {
        if (!(code instanceof FusedProgram program)) {
            return Optional.empty();
        }
        if (model.isEmpty()) {
            return projections(lowered, code).stream()
                    .filter(one -> one.bytes() > 0)
                    .max(Comparator.comparingInt(SynapseMemory::bytes));
        }
        Map<String, SynapseMemory> sparse = new LinkedHashMap<>();
        program.memory().forEach(one -> sparse.put(one.projection(), one));
        return model.stream()
                .flatMap(one -> one.projections().stream())
                .map(taught -> sparse.containsKey(taught.name())
                        ? sparse.get(taught.name())
                        : program.memory(taught.name(), taught.pre(), taught.post()))
                .map(one -> held(one, lowered))
                .filter(one -> one.bytes() > 0)
                .max(Comparator.comparingInt(SynapseMemory::bytes));
    }

    /** What is held for the network itself: neither what is recorded of it nor what is measured. */
    private static SynapseMemory held(SynapseMemory memory, LoweredRule lowered) {
        Set<String> observed = new LinkedHashSet<>();
        for (Scope scope : Scope.values()) {
            lowered.train().block(scope).stream()
                    .filter(update -> update.slot() == Slot.RECORD || update.slot() == Slot.MEASURE)
                    .filter(update -> update.target().owner() == Owner.HARNESS)
                    .forEach(update -> observed.add(update.target().name()));
        }
        return new SynapseMemory(
                memory.projection(),
                memory.parts().stream()
                        .filter(part -> !observed.contains(part.what()))
                        .toList());
    }

    /** What synapses keep from batch to batch, weights and optimizer states included. */
    private static double perSynapse(LoweredRule lowered, int bytesPerNumber) {
        long numbers = 0;
        long synapses = 0;
        for (Var variable : lowered.train().variables()) {
            boolean lasts = variable.life().compareTo(Scope.BATCH) > 0;
            boolean ofSynapses = variable.space().without(Axis.LANE).rank() == 2
                    || lowered.train().edges().stream()
                            .anyMatch(edges -> variable.space().has(edges.synapses()));
            if (lasts && ofSynapses && variable.type() != DType.INDEX) {
                numbers++;
                synapses += variable.owner() == Owner.SYNAPSE ? 1 : 0;
            }
        }
        return synapses == 0 ? 0 : (double) numbers * bytesPerNumber / synapses;
    }

    /** Elementwise operations at the points of a projection's synapses, learning only. */
    private static double operations(LoweredRule lowered) {
        long count = 0;
        long projections = 0;
        Set<Space> spaces = new LinkedHashSet<>();
        for (LoweredRule.Model model : lowered.models()) {
            for (LoweredRule.Teaches projection : model.projections()) {
                spaces.add(projection.pre().union(projection.post()));
                projections++;
            }
        }
        lowered.train().edges().forEach(edges -> spaces.add(Space.of(edges.synapses())));
        for (Update update : lowered.train().block(Scope.STEP)) {
            if (update.slot() == Slot.ON_PRE || update.slot() == Slot.ON_POST || update.slot() == Slot.PLASTICITY) {
                count += operations(update.value(), spaces);
            }
        }
        for (Update update : lowered.train().block(Scope.BATCH)) {
            if (update.slot() == Slot.PROPOSE || update.slot() == Slot.OPTIMIZE || update.slot() == Slot.COMBINE) {
                count += operations(update.value(), spaces);
            }
        }
        return projections == 0 ? 0 : (double) count / projections;
    }

    private static long operations(Expr expr, Set<Space> synapses) {
        long count = 0;
        for (Expr child : expr.children()) {
            count += operations(child, synapses);
        }
        boolean here = synapses.stream().anyMatch(space -> expr.space().contains(space));
        boolean reduces = expr instanceof Expr.Reduce reduce
                && synapses.stream().anyMatch(space -> reduce.of().space().contains(space));
        return count + (expr instanceof Expr.Prim && here || reduces ? 1 : 0);
    }

    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    /** The rule as written, its parents before it. */
    private static String text(LoweredRule.Model model) {
        List<String> texts = new ArrayList<>();
        for (Declaration declaration : model.flattened().ancestry()) {
            StringBuilder text = new StringBuilder();
            declaration.documentation().lines().forEach(line -> text.append("/// ")
                    .append(line.strip())
                    .append('\n'));
            texts.add(text + declaration.span().text());
        }
        return String.join("\n\n", texts);
    }

    /** Whether a rule says what it reads. */
    static boolean hasContract(LoweredRule.Model model) {
        return !model.flattened().items(Item.Reads.class).isEmpty();
    }
}
