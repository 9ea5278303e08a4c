package org.altdsl.codegen;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Equations;
import org.altdsl.optimize.Events;
import org.altdsl.optimize.MatrixForm;
import org.altdsl.optimize.Optimizer.Optimized;
import org.altdsl.optimize.Updates;
import org.altdsl.placement.Home;
import org.altdsl.placement.Placement;
import org.altdsl.runtime.kernel.EventLayout;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.kernel.SlotLayout;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;

/** Writes an optimized program as one Java class, a method a kernel, in the part of Java that Janino compiles. */
public final class JavaEmitter {
    private final Program program;
    private final Optimized optimized;
    private final Sizes sizes;
    private final Set<String> observed;
    private final Placement placement;
    private final Map<Scope, List<Kernel>> initialisations = new EnumMap<>(Scope.class);
    private final Map<Scope, List<Kernel>> blocks = new EnumMap<>(Scope.class);
    private final List<SlotLayout> layouts = new ArrayList<>();
    private final Map<Var, Integer> slots = new HashMap<>();
    private final List<KernelInfo> infos = new ArrayList<>();
    private final List<Optional<String>> shards = new ArrayList<>();

    /** The walks that may be cut, by the numbers of their kernels. */
    private final Map<Integer, EventLayout.Walk> walks = new HashMap<>();

    private final JavaNames methods = new JavaNames();
    private final Set<Var> locals;
    private final EventTable events;

    private JavaEmitter(Program program, Optimized optimized, Sizes sizes, Set<String> observed, boolean blas) {
        this.program = program;
        this.optimized = optimized;
        this.sizes = sizes;
        this.observed = observed;
        this.events = new EventTable(optimized.events(), optimized.lazy());
        List<List<Kernel>> all = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            initialisations.put(
                    scope,
                    Fusion.fuse(
                            optimized.initialisations().get(scope),
                            blas,
                            new EventTable(Events.NONE, Map.of()),
                            false));
            blocks.put(scope, Fusion.fuse(optimized.blocks().get(scope), blas, events, scope == Scope.STEP));
            all.add(initialisations.get(scope));
            all.add(blocks.get(scope));
        }
        Set<String> read = new HashSet<>(observed);
        optimized.narrowed().forEach((variable, instead) -> {
            if (observed.contains(variable.name())) {
                read.add(instead.kept().name());
            }
        });
        this.locals = Fusion.locals(all, read);
        this.placement = Placement.of(updates(blocks), updates(initialisations), sizes, blas);
    }

    private static List<List<Update>> updates(Map<Scope, List<Kernel>> kernels) {
        List<List<Update>> updates = new ArrayList<>();
        kernels.values().forEach(list -> list.forEach(kernel -> updates.add(kernel.updates())));
        return updates;
    }

    /**
     * The class of a program.
     *
     * @param program the program as it was lowered, whose equations the class comment shows
     * @param optimized what the optimizer made of it
     * @param observed the temporaries that are read after a block ran
     * @param exactFunctions whether float kernels compute elementary functions in double
     * @param blas whether large matrix products are handed to BLAS
     */
    public static JavaSource emit(
            Program program,
            Optimized optimized,
            Sizes sizes,
            Set<String> observed,
            Precision precision,
            boolean exactFunctions,
            boolean blas) {
        requireNonNull(precision);
        return new JavaEmitter(program, optimized, sizes, observed, blas).emit(precision, exactFunctions);
    }

    private JavaSource emit(Precision precision, boolean exactFunctions) {
        Set<Var> used = usedVariables();
        Set<Var> own = new HashSet<>(program.variables());
        Set<Var> updated = new HashSet<>();
        for (Scope scope : Scope.values()) {
            program.block(scope).forEach(update -> updated.add(update.target()));
        }
        Map<Var, Var> gone = new HashMap<>();
        optimized.narrowed().forEach((variable, instead) -> gone.put(instead.kept(), variable));
        for (Var variable : optimized.variables()) {
            Var before = gone.get(variable);
            if (before != null) {
                slot(before, !before.isTemporary() || observed.contains(before.name()), false);
            }
            boolean clamped = variable.isTemporary() && !updated.contains(variable);
            boolean stored = !locals.contains(variable)
                    && (used.contains(variable)
                            || !variable.isTemporary()
                            || clamped
                            || before != null && observed.contains(before.name())
                            || events.ring(variable) >= 0
                            || observed.contains(variable.name()));
            slot(variable, stored, !own.contains(variable));
        }
        for (Var variable : optimized.temporaries()) {
            if (used.contains(variable) && !locals.contains(variable)) {
                slot(variable, true, true);
            }
        }
        int scratch = layouts.size();
        layouts.add(scratch("scratch row", List.of("element"), List.of(1), -1));
        layouts.add(scratch("scratch lanes", List.of("lane"), List.of(0), 0));
        Target target = new Target(
                precision,
                exactFunctions,
                placement,
                sizes,
                slots,
                locals,
                events,
                optimized.counters(),
                new JavaNames());
        KernelEmitter emitter = new KernelEmitter(target, scratch, scratch + 1);

        SourceText bodies = new SourceText();
        bodies.indent();
        Map<Scope, List<Integer>> initialisationNumbers = new EnumMap<>(Scope.class);
        Map<Scope, List<Integer>> blockNumbers = new EnumMap<>(Scope.class);
        for (Scope scope : Scope.values()) {
            initialisationNumbers.put(
                    scope, methods(initialisations.get(scope), "initialise_", false, emitter, bodies));
        }
        for (Scope scope : Scope.values()) {
            blockNumbers.put(scope, methods(blocks.get(scope), "", scope == Scope.STEP, emitter, bodies));
        }
        layouts.set(scratch, scratchRow(emitter.filled()));
        String name = JavaNames.className(program.name());
        String text = classText(name, bodies.toString());
        return new JavaSource(name, text, layouts, infos, initialisationNumbers, blockNumbers, eventLayout());
    }

    private EventLayout eventLayout() {
        Map<Var, Boolean> stored = new HashMap<>();
        slots.forEach((variable, slot) -> stored.put(variable, layouts.get(slot).stored()));
        List<Var> collected = new ArrayList<>();
        for (Kernel kernel : blocks.get(Scope.STEP)) {
            if (kernel instanceof Kernel.Collection collection) {
                collected.addAll(Updates.reads(collection.update()));
            }
        }
        List<EventLayout.Narrowed> narrowed = new ArrayList<>();
        optimized.narrowed().forEach((variable, instead) -> {
            if (stored.get(variable)) {
                int projection = events.projection(instead.edges());
                narrowed.add(new EventLayout.Narrowed(
                        slots.get(variable), slots.get(instead.kept()), projection, instead.isPre()));
            }
        });
        List<EventLayout.Lazy> lazy = new ArrayList<>();
        for (Var variable : events.lazy()) {
            Set<Scope> touched = EnumSet.noneOf(Scope.class);
            optimized.blocks().forEach((scope, updates) -> {
                boolean concerned = updates.stream().anyMatch(update -> EventTable.concerns(update, variable));
                if (concerned && scope != Scope.STEP) {
                    touched.add(scope);
                }
            });
            int projection = events.projection(variable.space().axes().get(0));
            lazy.add(new EventLayout.Lazy(
                    slots.get(variable), projection, events.decay(variable).factor(), touched));
        }
        return events.layout(sizes, slots, stored, collected, narrowed, lazy, walks);
    }

    private Set<Var> usedVariables() {
        Set<Var> used = new LinkedHashSet<>();
        List<List<Kernel>> all = new ArrayList<>(initialisations.values());
        all.addAll(blocks.values());
        for (List<Kernel> kernels : all) {
            for (Kernel kernel : kernels) {
                for (Update update : kernel.updates()) {
                    used.add(update.target());
                    used.addAll(Updates.reads(update));
                }
            }
        }
        return used;
    }

    private void slot(Var variable, boolean stored, boolean internal) {
        List<Axis> axes = variable.space().axes();
        List<Axis> order = placement.order(variable.space());
        List<Integer> extents = new ArrayList<>();
        for (Axis axis : axes) {
            int projection = events.projection(axis);
            extents.add(axis.equals(Axis.LANE) ? 0 : projection >= 0 ? -1 - projection : sizes.of(axis));
        }
        VariableInfo info = new VariableInfo(
                variable.name(), axes.stream().map(Axis::name).toList(), extents, variable.life(), variable.label());
        boolean isTable = optimized.events().end(variable).isPresent();
        boolean persistent = stored && !isTable && variable.life().lasts();
        slots.put(variable, layouts.size());
        layouts.add(new SlotLayout(
                info,
                order.stream().map(axes::indexOf).toList(),
                order.indexOf(Axis.LANE),
                stored ? home(variable) : SlotLayout.Home.NOWHERE,
                placement.rows(variable.space()),
                persistent,
                internal));
    }

    private SlotLayout.Home home(Var variable) {
        if (optimized.events().end(variable).isPresent()) {
            return SlotLayout.Home.TABLE;
        }
        if (optimized.narrowed().containsKey(variable)) {
            return SlotLayout.Home.NARROWED;
        }
        return placement.home(variable) == Home.OFF_HEAP ? SlotLayout.Home.OFF_HEAP : SlotLayout.Home.HEAP;
    }

    private static SlotLayout scratch(String name, List<String> axes, List<Integer> extents, int lane) {
        VariableInfo info = new VariableInfo(name, axes, extents, Scope.STEP, name);
        return new SlotLayout(info, List.of(0), lane, SlotLayout.Home.SCRATCH, 1, false, true);
    }

    /** A row as long as the longest axis that kernels fill one along. */
    private SlotLayout scratchRow(Set<Axis> filled) {
        boolean ofSynapses = filled.stream().anyMatch(axis -> isWiring(axis.extent()));
        int longest = filled.stream()
                .filter(axis -> !isWiring(axis.extent()))
                .mapToInt(sizes::of)
                .max()
                .orElse(1);
        String axis = ofSynapses ? SlotLayout.ALL_SYNAPSES : "element";
        return scratch("scratch row", List.of(axis), List.of(Math.max(1, longest)), -1);
    }

    /** Whether an extent is the number of synapses of a sparse projection. */
    private boolean isWiring(String extent) {
        return program.edges().stream()
                .anyMatch(edges -> edges.synapses().extent().equals(extent));
    }

    private List<Integer> methods(
            List<Kernel> kernels, String prefix, boolean inStep, KernelEmitter emitter, SourceText out) {
        List<Integer> numbers = new ArrayList<>();
        Set<Var> listed = new HashSet<>();
        List<Kernel.Walk> chain = new ArrayList<>();
        for (int place = 0; place < kernels.size(); place++) {
            Kernel kernel = kernels.get(place);
            Update first = kernel.updates().get(0);
            String name = methods.fresh(
                    prefix + word(kernel) + JavaNames.identifier(first.target().name()));
            List<String> equations =
                    kernel.updates().stream().map(Equations::update).toList();
            out.blank();
            Set<Var> listing = listing(kernel, kernels.subList(place + 1, kernels.size()));
            Nest body = emitter.emit(kernel, inStep, kernel instanceof Kernel.Loop ? listing : listed);
            if (emitter.shards().isPresent()) {
                listed.addAll(listing);
            }
            if (kernel instanceof Kernel.Walk walk && walk.mayBeCut()) {
                boolean follows = !chain.isEmpty() && chain.stream().allMatch(walk::mayFollowByShards);
                if (!follows) {
                    chain.clear();
                }
                chain.add(walk);
                walks.put(infos.size(), events.walk(walk.route(), follows));
            } else {
                chain.clear();
            }
            boolean isCut = emitter.shards().isPresent() || walks.containsKey(infos.size());
            out.open("private void " + name + "(Slots arrays, " + (isCut ? "Shard part, " : "") + "Clocks now) {");
            body.print(out);
            out.close("}");
            numbers.add(infos.size());
            shards.add(emitter.shards());
            infos.add(new KernelInfo(step(name, kernel), kind(kernel), equations));
        }
        return numbers;
    }

    /** The flags of a loop that nothing changes before their spikes are listed. */
    private static Set<Var> listing(Kernel kernel, List<Kernel> later) {
        Set<Var> found = new LinkedHashSet<>();
        if (kernel instanceof Kernel.Loop loop && !loop.space().has(Axis.LANE)) {
            for (Update update : loop.updates()) {
                Optional<Kernel> next = later.stream()
                        .filter(other -> other.updates().stream().anyMatch(one -> decides(one, update.target())))
                        .findFirst();
                if (next.isPresent() && next.get() instanceof Kernel.Collection) {
                    found.add(update.target());
                }
            }
        }
        return found;
    }

    /** Whether an update changes flags, or lists them. */
    private static boolean decides(Update update, Var flags) {
        return update.target().equals(flags)
                || update.value() instanceof Expr.Read read && read.variable().equals(flags);
    }

    private static String word(Kernel kernel) {
        if (kernel instanceof Kernel.Loop) {
            return "update_";
        }
        if (kernel instanceof Kernel.Walk) {
            return "walk_";
        }
        if (kernel instanceof Kernel.Collection) {
            return "list_";
        }
        if (kernel instanceof Kernel.Memory) {
            return "remember_";
        }
        return kernel instanceof Kernel.Product ? "multiply_" : "reduce_";
    }

    private String kind(Kernel kernel) {
        if (kernel instanceof Kernel.Product product) {
            MatrixForm form = product.form();
            return MatrixForm.isRankOne(form.over(), sizes) ? "rank-1 update" : "matrix product";
        }
        if (kernel instanceof Kernel.Reduction reduction) {
            return reduction.reduce().of().space().rank() > 2 ? "fused loop over all axes" : "reduction";
        }
        if (kernel instanceof Kernel.Walk walk) {
            return Walks.kind(walk.route(), optimized.events());
        }
        if (kernel instanceof Kernel.Collection) {
            return "list of spikes";
        }
        return kernel instanceof Kernel.Memory ? "rows of earlier values" : "fused loop";
    }

    private StepInfo step(String name, Kernel kernel) {
        List<String> writes = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (Update update : kernel.updates()) {
            Integer slot = slots.get(update.target());
            if (slot != null && layouts.get(slot).stored() && !layouts.get(slot).internal()) {
                writes.add(update.target().name());
                places.add(update.span().toString());
            }
        }
        return new StepInfo(name, writes, places);
    }

    private String classText(String name, String bodies) {
        SourceText out = new SourceText();
        out.line("import java.util.Arrays;");
        if (!optimized.events().longest().isEmpty()) {
            out.line("import org.altdsl.runtime.kernel.Arrivals;");
        }
        out.line("import org.altdsl.runtime.kernel.Elementary;");
        if (!optimized.events().longest().isEmpty()) {
            out.line("import org.altdsl.runtime.kernel.Incidence;");
        }
        if (!events.lazy().isEmpty()) {
            out.line("import org.altdsl.runtime.kernel.LazyValues;");
        }
        out.line("import org.altdsl.runtime.kernel.KernelUnit;");
        out.line("import org.altdsl.runtime.kernel.Reductions;");
        out.line("import org.altdsl.runtime.kernel.Shard;");
        out.line("import org.altdsl.runtime.kernel.Slots;");
        if (!optimized.events().longest().isEmpty()) {
            out.line("import org.altdsl.runtime.kernel.SpikeRing;");
        }
        out.line("import org.altdsl.runtime.plan.Clocks;");
        out.line("import org.altdsl.runtime.random.CounterRandom;");
        out.line("import org.altdsl.runtime.tensor.Matrix;");
        out.line("import org.altdsl.runtime.tensor.MatrixProduct;");
        out.line("import org.altdsl.runtime.tensor.OffHeapMatrix;");
        out.blank();
        equations(out);
        out.open("public final class " + name + " implements KernelUnit {");
        Map<String, Integer> constants = new TreeMap<>();
        sizes.byExtent().forEach((extent, size) -> {
            if (!isWiring(extent)) {
                constants.put(JavaNames.constant(extent), size);
            }
        });
        // Assigned in the constructor, the extents are no constants to HotSpot, which under a large LoopUnrollLimit
        // would unroll loops of known length completely instead of vectorising them.
        constants.keySet().forEach(constant -> out.line("private final int " + constant + ";"));
        out.blank();
        out.open("public " + name + "() {");
        constants.forEach((constant, size) -> out.line(constant + " = " + size + ";"));
        out.close("}");
        out.blank();
        out.open("public int size() {");
        out.line("return " + infos.size() + ";");
        out.close("}");
        out.blank();
        shardCounts(out);
        out.open("public void run(int kernel, Slots arrays, Shard part, Clocks now) {");
        out.open("switch (kernel) {");
        for (int number = 0; number < infos.size(); number++) {
            out.open("case " + number + ":");
            String part = shards.get(number).isPresent() || walks.containsKey(number) ? "part, " : "";
            out.line(infos.get(number).step().name() + "(arrays, " + part + "now);");
            out.line("break;");
            out.outdent();
        }
        out.open("default:");
        out.line("throw new IllegalArgumentException(\"kernel \" + kernel);");
        out.outdent();
        out.close("}");
        out.close("}");
        return out + bodies + "}\n";
    }

    private void shardCounts(SourceText out) {
        out.open("public int shards(int kernel, int lanes) {");
        if (shards.stream().anyMatch(Optional::isPresent)) {
            out.open("switch (kernel) {");
            for (int number = 0; number < shards.size(); number++) {
                if (shards.get(number).isPresent()) {
                    out.open("case " + number + ":");
                    out.line("return " + shards.get(number).get() + ";");
                    out.outdent();
                }
            }
            out.open("default:");
            out.line("return 1;");
            out.outdent();
            out.close("}");
        } else {
            out.line("return 1;");
        }
        out.close("}");
        out.blank();
    }

    private void equations(SourceText out) {
        out.line("/**");
        out.line(" * The rule " + program.name() + ":");
        out.line(" *");
        out.line(" * <pre>");
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                out.comment(" * " + Equations.update(update).replace("*/", "* /"));
            }
        }
        out.line(" * </pre>");
        out.line(" */");
    }
}
