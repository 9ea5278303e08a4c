package org.altdsl.ir.interp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.plan.EdgeList;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.altdsl.runtime.plan.SpikeListener;
import org.altdsl.runtime.plan.SpikeSource;
import org.altdsl.runtime.plan.StepInfo;
import org.altdsl.runtime.plan.VariableInfo;

/** Carries a program out update by update over arrays of doubles; every update is a step of its own. */
final class Interpreter implements Executor, Evaluator.Memory {
    private final Program program;
    private final Sizes sizes;
    private final int maximumLanes;
    private final Clocks clocks = new Clocks();
    private final Map<String, Var> variables = new LinkedHashMap<>();
    private final Map<Var, double[]> values = new HashMap<>();
    private final Map<Scope, List<Update>> blocks = new EnumMap<>(Scope.class);
    private final Map<Var, Integer> lags = new LinkedHashMap<>();
    private final Map<Scope, List<Var>> remembered = new EnumMap<>(Scope.class);
    private final Map<Var, Deque<double[]>> history = new HashMap<>();
    private final Map<Var, SpikeSource> played = new LinkedHashMap<>();
    private final List<Heard> heard = new ArrayList<>();
    /** Whether nothing has changed from outside since a stretch was entered. */
    private boolean stretched;

    private Layout layout;

    /** Spikes that somebody outside hears of. */
    private record Heard(Var flags, SpikeListener listener) {}

    /**
     * @param edges the synapses of the sparse projections, as this seed decides them; {@code sizes} counts them
     */
    Interpreter(Program program, Sizes sizes, Map<Edges, EdgeList> edges, long seed, int maximumLanes) {
        this.program = program;
        this.sizes = sizes;
        this.maximumLanes = maximumLanes;
        this.layout = new Layout(sizes, 0);
        clocks.seed = seed;
        Layout largest = new Layout(sizes, maximumLanes);
        for (Var variable : program.variables()) {
            variables.put(variable.name(), variable);
            values.put(variable, new double[largest.points(variable.space())]);
        }
        edges.forEach((projection, list) -> {
            fill(projection.source(), list.source());
            fill(projection.target(), list.target());
        });
        for (Scope scope : Scope.values()) {
            List<Update> block = program.block(scope);
            blocks.put(scope, block);
            Map<Var, Integer> here = new LinkedHashMap<>();
            for (Update update : block) {
                update.guard().ifPresent(guard -> collectLags(guard, 0, here));
                collectLags(update.value(), 0, here);
            }
            remembered.put(scope, List.copyOf(here.keySet()));
            here.forEach((variable, lag) -> lags.merge(variable, lag, Math::max));
        }
        lags.keySet().forEach(this::forget);
    }

    private void fill(Var table, int[] with) {
        double[] array = values.get(table);
        for (int i = 0; i < with.length; i++) {
            array[i] = with[i];
        }
    }

    private static void collectLags(Expr expr, int lag, Map<Var, Integer> found) {
        if (expr instanceof Expr.Read read && lag > 0) {
            found.merge(read.variable(), lag, Math::max);
        }
        int more = expr instanceof Expr.Gather gather ? lag(gather.along()) : 0;
        expr.children().forEach(child -> collectLags(child, lag + more, found));
    }

    private static int lag(IndexMap along) {
        if (along instanceof IndexMap.Delay delay) {
            return delay.longest();
        }
        return along instanceof IndexMap.Shift shift ? shift.lag() : 0;
    }

    /** Fills the past of a variable with its present value. */
    private void forget(Var variable) {
        Deque<double[]> past = new ArrayDeque<>();
        for (int i = 0; i < lags.get(variable); i++) {
            past.add(values.get(variable).clone());
        }
        history.put(variable, past);
    }

    @Override
    public Clocks clocks() {
        return clocks;
    }

    @Override
    public List<VariableInfo> variables() {
        List<VariableInfo> infos = new ArrayList<>();
        for (Var variable : program.variables()) {
            List<Axis> axes = variable.space().axes();
            infos.add(new VariableInfo(
                    variable.name(),
                    axes.stream().map(Axis::name).toList(),
                    axes.stream()
                            .map(axis -> axis.equals(Axis.LANE) ? 0 : sizes.of(axis))
                            .toList(),
                    variable.life(),
                    variable.label()));
        }
        return infos;
    }

    @Override
    public void enter(Scope scope) {
        stretched &= !scope.endsStretch();
        clocks.draw = scope == Scope.STRETCH ? clocks.step : clocks.batch;
        program.initialisations(scope).forEach(this::carryOut);
        for (Var variable : lags.keySet()) {
            if (variable.life() == scope) {
                forget(variable);
            }
            if (variable.isTemporary() && scope == Scope.RUN) {
                Arrays.fill(values.get(variable), 0);
                forget(variable);
            }
        }
    }

    @Override
    public void run(Scope scope) {
        if (scope == Scope.STEP) {
            stretch(Scope.isLongStretch(clocks.step));
            played.forEach(this::play);
        }
        for (int step = 0; step < blocks.get(scope).size(); step++) {
            runStep(scope, step);
        }
        if (scope == Scope.STEP) {
            heard.forEach(this::tell);
        }
    }

    /** Enters a stretch, if the one before has ended. */
    private void stretch(boolean anew) {
        if (anew || !stretched) {
            long draw = clocks.draw;
            enter(Scope.STRETCH);
            clocks.draw = draw;
            stretched = true;
        }
    }

    @Override
    public void listen(String variable, SpikeListener listener) {
        heard.add(new Heard(variable(variable), listener));
    }

    private void tell(Heard one) {
        double[] flags = values.get(one.flags());
        int[] spiking =
                IntStream.range(0, flags.length).filter(i -> flags[i] != 0).toArray();
        if (spiking.length > 0) {
            one.listener().spiked(clocks.step, spiking, spiking.length);
        }
    }

    @Override
    public List<StepInfo> steps(Scope scope) {
        return blocks.get(scope).stream()
                .map(update -> new StepInfo(
                        update.target().name() + "." + update.version(),
                        List.of(update.target().name()),
                        List.of(update.span().toString())))
                .toList();
    }

    @Override
    public void play(String variable, SpikeSource source) {
        played.put(variable(variable), source);
    }

    private void play(Var variable, SpikeSource source) {
        double[] flags = values.get(variable);
        int[] spiking = new int[flags.length];
        int count = source.spikes(clocks.step, spiking);
        Arrays.fill(flags, 0);
        for (int i = 0; i < count; i++) {
            flags[spiking[i]] = 1;
        }
    }

    @Override
    public void runStep(Scope scope, int step) {
        clocks.draw = scope == Scope.STEP ? clocks.ofStep() : clocks.batch;
        List<Update> block = blocks.get(scope);
        carryOut(block.get(step));
        if (step == block.size() - 1) {
            for (Var variable : remembered.get(scope)) {
                Deque<double[]> past = history.get(variable);
                past.addFirst(values.get(variable).clone());
                past.removeLast();
            }
        }
    }

    private void carryOut(Update update) {
        Space space = update.target().space();
        Evaluator evaluator = new Evaluator(layout(), clocks, this);
        double[] value = evaluator.evaluateOn(space, update.value());
        double[] target = values.get(update.target());
        if (update.guard().isEmpty()) {
            System.arraycopy(value, 0, target, 0, value.length);
            return;
        }
        double[] guard = evaluator.evaluateOn(space, update.guard().get());
        for (int i = 0; i < value.length; i++) {
            if (guard[i] != 0) {
                target[i] = value[i];
            }
        }
    }

    private Layout layout() {
        if (clocks.lanes > maximumLanes) {
            throw new IllegalStateException(clocks.lanes + " lanes; at most " + maximumLanes + " were announced");
        }
        if (layout.lanes() != clocks.lanes) {
            layout = new Layout(sizes, clocks.lanes);
        }
        return layout;
    }

    @Override
    public double[] now(Var variable) {
        return values.get(variable);
    }

    @Override
    public double[] before(Var variable, int lag) {
        Iterator<double[]> past = history.get(variable).iterator();
        double[] found = past.next();
        for (int i = 1; i < lag; i++) {
            found = past.next();
        }
        return found;
    }

    private Var variable(String name) {
        Var variable = variables.get(name);
        if (variable == null) {
            throw new IllegalArgumentException("no variable " + name);
        }
        return variable;
    }

    @Override
    public double[] read(String name) {
        Var variable = variable(name);
        return Arrays.copyOf(values.get(variable), layout().points(variable.space()));
    }

    @Override
    public void write(String name, double[] from) {
        Var variable = variable(name);
        int points = layout().points(variable.space());
        if (from.length != points) {
            throw new IllegalArgumentException(name + " has " + points + " values, not " + from.length);
        }
        System.arraycopy(from, 0, values.get(variable), 0, points);
        stretched = false;
    }

    @Override
    public void load(String name, float[] rows, int width, int[] samples, int count) {
        Var variable = variable(name);
        int points = layout().points(variable.space().without(Axis.LANE));
        if (!variable.perSample() || points != width || count > maximumLanes) {
            throw new IllegalArgumentException(variable + " cannot hold " + count + " rows of " + width + " values");
        }
        double[] target = values.get(variable);
        for (int lane = 0; lane < count; lane++) {
            for (int i = 0; i < width; i++) {
                target[lane * width + i] = rows[samples[lane] * width + i];
            }
        }
        stretched = false;
    }

    @Override
    public void share(String name, Executor other) {
        if (!(other instanceof Interpreter same) || same.program != program) {
            throw new IllegalArgumentException("an executor of another program");
        }
        values.put(variable(name), same.values.get(variable(name)));
    }

    @Override
    public boolean isFinite(String name) {
        return Arrays.stream(read(name)).allMatch(Double::isFinite);
    }

    @Override
    public Snapshot snapshot() {
        stretch(false);
        Map<String, double[]> kept = new HashMap<>();
        for (Var variable : program.variables()) {
            if (variable.life().lasts()) {
                kept.put(variable.name(), values.get(variable).clone());
            }
        }
        history.forEach((variable, past) -> {
            int lag = 1;
            for (double[] old : past) {
                kept.put(pastName(variable, lag++), old.clone());
            }
        });
        Clocks copy = new Clocks();
        copy.set(clocks);
        return new Snapshot(kept, copy);
    }

    @Override
    public void restore(Snapshot snapshot) {
        clocks.set(snapshot.clocks());
        stretched = true;
        for (Var variable : program.variables()) {
            double[] kept = snapshot.values().get(variable.name());
            if (kept != null) {
                System.arraycopy(kept, 0, values.get(variable), 0, kept.length);
            }
        }
        for (Map.Entry<Var, Deque<double[]>> entry : history.entrySet()) {
            Deque<double[]> past = new ArrayDeque<>();
            for (int lag = 1; lag <= entry.getValue().size(); lag++) {
                past.add(snapshot.values().get(pastName(entry.getKey(), lag)).clone());
            }
            entry.setValue(past);
        }
    }

    /** The name under which a snapshot keeps an earlier value. */
    private static String pastName(Var variable, int lag) {
        return variable.name() + "@-" + lag;
    }
}
