package org.altdsl.tensorcode;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.optimize.Equations;
import org.altdsl.optimize.Optimizer.Optimized;
import org.altdsl.optimize.Updates;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;
import org.altdsl.runtime.tensor.program.TensorKernel;
import org.altdsl.runtime.tensor.program.TensorLayout;

/** Writes an optimized program as one Java class, in which each update is a method that calls tensor operations. */
final class TensorEmitter {
    private static final int WIDTH = 118;

    private final Program program;
    private final Optimized optimized;
    private final Sizes sizes;
    private final Set<String> observed;
    private final List<TensorLayout> layouts = new ArrayList<>();
    private final Map<Var, Integer> slots = new HashMap<>();
    private final List<TensorKernel> kernels = new ArrayList<>();
    private final StringBuilder bodies = new StringBuilder();

    private TensorEmitter(Program program, Optimized optimized, Sizes sizes, Set<String> observed) {
        this.program = program;
        this.optimized = optimized;
        this.sizes = sizes;
        this.observed = observed;
    }

    /**
     * The class of a program.
     *
     * @param observed the temporaries that are read after a block ran
     * @throws UnsupportedConstruct if an update has no form as tensor operations
     */
    static TensorSource emit(Program program, Optimized optimized, Sizes sizes, Set<String> observed) {
        return new TensorEmitter(program, optimized, sizes, observed).emit();
    }

    private TensorSource emit() {
        layOut();
        Map<Scope, List<Integer>> initialisations = new EnumMap<>(Scope.class);
        Map<Scope, List<Integer>> blocks = new EnumMap<>(Scope.class);
        for (Scope scope : Scope.values()) {
            initialisations.put(scope, methods(optimized.initialisations().get(scope), "initialise"));
        }
        for (Scope scope : Scope.values()) {
            blocks.put(scope, methods(optimized.blocks().get(scope), "update"));
        }
        String name = className(program.name());
        return new TensorSource(name, classText(name), layouts, kernels, initialisations, blocks);
    }

    private void layOut() {
        Set<Var> own = new HashSet<>(program.variables());
        Set<Var> used = new LinkedHashSet<>();
        Set<Var> updated = new HashSet<>();
        for (Scope scope : Scope.values()) {
            program.block(scope).forEach(update -> updated.add(update.target()));
            for (List<Update> updates : List.of(
                    optimized.initialisations().get(scope), optimized.blocks().get(scope))) {
                for (Update update : updates) {
                    used.add(update.target());
                    used.addAll(Updates.reads(update));
                }
            }
        }
        for (Var variable : optimized.variables()) {
            boolean clamped = variable.isTemporary() && !updated.contains(variable);
            boolean stored =
                    used.contains(variable) || !variable.isTemporary() || clamped || observed.contains(variable.name());
            slot(variable, stored, !own.contains(variable));
        }
        for (Var variable : optimized.temporaries()) {
            if (used.contains(variable)) {
                slot(variable, true, true);
            }
        }
    }

    private void slot(Var variable, boolean stored, boolean internal) {
        List<Axis> axes = variable.space().axes();
        VariableInfo info = new VariableInfo(
                variable.name(),
                axes.stream().map(Axis::name).toList(),
                axes.stream()
                        .map(axis -> axis.equals(Axis.LANE) ? 0 : sizes.of(axis))
                        .toList(),
                variable.life(),
                variable.label());
        boolean persistent = stored && (variable.life() == Scope.EPOCH || variable.life() == Scope.RUN);
        slots.put(variable, layouts.size());
        layouts.add(new TensorLayout(info, variable.perSample(), stored, persistent, internal));
    }

    private List<Integer> methods(List<Update> updates, String verb) {
        List<Integer> numbers = new ArrayList<>();
        for (Update update : updates) {
            if (!isEmpty(update.target().space())) {
                numbers.add(kernels.size());
                method(update, verb);
            }
        }
        return numbers;
    }

    private boolean isEmpty(Space space) {
        return space.axes().stream().anyMatch(axis -> !axis.equals(Axis.LANE) && sizes.of(axis) == 0);
    }

    private void method(Update update, String verb) {
        String name = "kernel" + kernels.size() + "_" + verb + "_"
                + identifier(update.target().name());
        UpdateEmitter emitter = new UpdateEmitter(sizes, slots);
        List<String> statements = emitter.emit(update);
        bodies.append("\n    // ").append(comment(Equations.update(update))).append('\n');
        bodies.append("    private void ").append(name).append("(Tensors t, Clocks now) {\n");
        statements.forEach(
                statement -> bodies.append("        ").append(statement).append('\n'));
        bodies.append("    }\n");
        boolean listed = !layouts.get(slots.get(update.target())).internal();
        StepInfo step = new StepInfo(
                name,
                listed ? List.of(update.target().name()) : List.of(),
                listed ? List.of(update.span().toString()) : List.of());
        boolean readsLanes = readsLanes(update.value())
                || update.guard().map(TensorEmitter::readsLanes).orElse(false);
        kernels.add(new TensorKernel(step, readsLanes, update.target().perSample()));
    }

    private static boolean readsLanes(Expr expr) {
        return expr.space().has(Axis.LANE) || expr.children().stream().anyMatch(TensorEmitter::readsLanes);
    }

    private static String comment(String text) {
        // A backslash could begin an escape even in a comment.
        String line = text.replaceAll("\\s+", " ").replace('\\', '/');
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH) + "...";
    }

    private static String identifier(String name) {
        String plain =
                name.replace("@-", "_lag").replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
        return plain.isEmpty() ? "value" : plain;
    }

    private static String className(String name) {
        StringBuilder result = new StringBuilder("Tensors");
        for (String word : identifier(name).split("_")) {
            result.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return result.toString();
    }

    private String classText(String name) {
        StringBuilder out = new StringBuilder();
        out.append("import org.altdsl.runtime.plan.Clocks;\n");
        out.append("import org.altdsl.runtime.tensor.program.Elementwise;\n");
        out.append("import org.altdsl.runtime.tensor.program.TensorOps;\n");
        out.append("import org.altdsl.runtime.tensor.program.TensorUnit;\n");
        out.append("import org.altdsl.runtime.tensor.program.Tensors;\n");
        out.append("import org.altdsl.runtime.tensor.program.Transfers;\n");
        out.append("import org.nd4j.linalg.api.ndarray.INDArray;\n\n");
        out.append("public final class ").append(name).append(" implements TensorUnit {\n");
        out.append("    public int size() {\n        return ")
                .append(kernels.size())
                .append(";\n    }\n\n");
        out.append("    public void run(int kernel, Tensors t, Clocks now) {\n        switch (kernel) {\n");
        for (int number = 0; number < kernels.size(); number++) {
            out.append("            case ").append(number).append(":\n                ");
            out.append(kernels.get(number).step().name()).append("(t, now);\n                break;\n");
        }
        out.append("            default:\n");
        out.append("                throw new IllegalArgumentException(\"kernel \" + kernel);\n");
        out.append("        }\n    }\n");
        return out.append(bodies).append("}\n").toString();
    }
}
