package org.altdsl.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.runtime.plan.EdgeSource;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/** A program under construction: numbers the versions as updates are written down. */
public final class Sketch {
    private static final SourceFile FILE = new SourceFile("sketch", "");
    public static final Span SPAN = new Span(FILE, 0, 0);

    private final List<Var> variables = new ArrayList<>();
    private final List<Update> batch = new ArrayList<>();
    private final List<Update> epoch = new ArrayList<>();
    private final List<Update> step = new ArrayList<>();
    private final List<Edges> edges = new ArrayList<>();
    private final Map<Var, Integer> versions = new LinkedHashMap<>();
    private boolean inEpoch;
    private boolean inStep;

    public static Expr number(double value) {
        return new Expr.Const(value);
    }

    public static Expr prim(Op op, Expr... operands) {
        return Expr.Prim.of(op, operands);
    }

    public static Expr sum(Expr of, Axis... axes) {
        return Expr.Reduce.over(Space.of(axes), Fold.SUM, of);
    }

    /** A uniform draw that depends on the stream's name only. */
    public static Expr uniform(String stream, Space space, double low, double high) {
        return new Expr.Draw(Dist.UNIFORM, List.of(number(low), number(high)), stream, space, true);
    }

    public Var add(Var variable) {
        variables.add(variable);
        return variable;
    }

    public Var variable(String name, Space space, DType type, Scope life, Optional<Expr> init) {
        return add(new Var(name, space, type, life, Owner.RULE, Matter.OTHER, init, SPAN, name));
    }

    /** A state that lives as long as the run. */
    public Var state(String name, Space space, Expr init) {
        return variable(name, space, DType.REAL, Scope.RUN, Optional.of(init));
    }

    /** A state that starts at random values between two bounds, the same for the same name. */
    public Var random(String name, double low, double high, Axis... axes) {
        return state(name, Space.of(axes), uniform(name, Space.of(axes), low, high));
    }

    public Var temporary(String name, Axis... axes) {
        return variable(name, Space.of(axes), DType.REAL, Scope.STEP, Optional.empty());
    }

    /** A network in time: updates belong to the block of a step until those of a batch begin. */
    public static Sketch inTime() {
        Sketch sketch = new Sketch();
        sketch.inStep = true;
        return sketch;
    }

    /** From here on updates belong to the block of a batch. */
    public void beginBatch() {
        inStep = false;
        versions.clear();
    }

    /** A sparse projection between two populations. */
    public Edges connect(String name, Axis pre, Axis post, EdgeSource wiring) {
        Axis synapses = new Axis(name, Role.SYNAPSE, name);
        Var source = variable(name + ".source", Space.of(synapses), DType.INDEX, Scope.RUN, Optional.empty());
        Var target = variable(name + ".target", Space.of(synapses), DType.INDEX, Scope.RUN, Optional.empty());
        Edges projection = new Edges(synapses, pre, post, source, target, wiring);
        edges.add(projection);
        return projection;
    }

    /** From here on updates belong to the block of a finished epoch. */
    public void beginEpoch() {
        inEpoch = true;
        versions.clear();
    }

    public Expr.Read read(Var variable) {
        return new Expr.Read(variable, versions.getOrDefault(variable, 0));
    }

    public void set(Var variable, Expr value) {
        update(variable, Optional.empty(), value);
    }

    public void setWhere(Expr guard, Var variable, Expr value) {
        update(variable, Optional.of(guard), value);
    }

    private void update(Var variable, Optional<Expr> guard, Expr value) {
        int version = versions.merge(variable, 1, Integer::sum);
        (inStep ? step : inEpoch ? epoch : batch).add(new Update(variable, version, guard, value, Slot.SETTLE, SPAN));
    }

    /** A new temporary that holds a value, read. */
    public Expr.Read let(String name, Expr value) {
        Var variable = variable(name, value.space(), DType.REAL, Scope.STEP, Optional.empty());
        set(variable, value);
        return read(variable);
    }

    public Program program() {
        return step.isEmpty() && edges.isEmpty()
                ? Program.of("sketch", variables, batch, epoch)
                : Program.timed(
                        "sketch",
                        variables,
                        edges,
                        java.util.Map.of(Scope.STEP, step, Scope.BATCH, batch, Scope.EPOCH, epoch));
    }

    public List<Var> variables() {
        return variables;
    }

    /** Extents by axis. */
    public static Sizes sizes(Object... axesAndSizes) {
        Map<String, Integer> sizes = new HashMap<>();
        for (int i = 0; i < axesAndSizes.length; i += 2) {
            sizes.put(((Axis) axesAndSizes[i]).extent(), (Integer) axesAndSizes[i + 1]);
        }
        return new Sizes(sizes);
    }
}
