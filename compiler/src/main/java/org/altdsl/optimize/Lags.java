package org.altdsl.optimize;

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
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Node;
import org.altdsl.ir.Op;
import org.altdsl.ir.Program;
import org.altdsl.ir.Role;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/**
 * Replaces reads of the past by variables: a read of {@code v} k ticks ago becomes a read of {@code v@-k}.
 *
 * <p>Of ordinary variables the near past is copied: at the end of each block each lag takes over the value of the one
 * before it. In steps of time, what reaches further back, or back by a delay for each point, becomes a read of
 * {@code v@past}, all earlier values in rows that take turns. Flags that are set at most once a step are events: lists
 * of spikes hold their past, and nothing is copied at all; see {@link Events}.
 *
 * <p>The history starts with the value at the start of the variable's life; a temporary's with 0, when the run starts.
 */
public final class Lags {
    /** Copies are cheaper than rows up to here. */
    private static final int MOST_COPIES = 2;

    private final Program program;
    private final List<Var> variables;
    private final Map<Var, List<Var>> lags = new LinkedHashMap<>();
    private final Map<Var, Integer> furthest = new HashMap<>();
    private final Map<Var, Var> pasts = new LinkedHashMap<>();
    private final Map<Var, Var> histories = new LinkedHashMap<>();
    private final Map<Var, Events.View> views = new LinkedHashMap<>();
    private final Map<Var, Events.Arrival> arrivals = new LinkedHashMap<>();
    private final Set<Var> events = new HashSet<>();
    private final Set<Var> writtenInStep = new HashSet<>();

    /** The variables that the updates before the present one have written. */
    private final Set<Var> written = new HashSet<>();

    private boolean inStep;

    private Lags(Program program) {
        this.program = program;
        this.variables = new ArrayList<>(program.variables());
        Set<Var> elsewhere = new HashSet<>();
        for (Scope scope : Scope.values()) {
            for (Update update : program.block(scope)) {
                boolean isLast = scope == Scope.STEP && update.guard().isEmpty() && writtenInStep.add(update.target());
                if (!isLast) {
                    elsewhere.add(update.target());
                }
            }
        }
        for (Update update : program.block(Scope.STEP)) {
            writtenInStep.add(update.target());
        }
        for (Var variable : program.variables()) {
            boolean isFlag = variable.type() == DType.FLAG && variable.space().rank() == 1 && !variable.perSample();
            if (isFlag && !elsewhere.contains(variable)) {
                events.add(variable);
            }
        }
        measure(program.block(Scope.STEP));
    }

    /**
     * What became of a program.
     *
     * @param program the program without maps into time
     */
    public record Result(Program program, Events events) {}

    /** The program without maps into time, and its events. */
    public static Result apply(Program program) {
        Lags pass = new Lags(program);
        Node.Loop root = pass.loop(program.root());
        pass.lags.values().forEach(pass.variables::addAll);
        pass.variables.addAll(pass.pasts.values());
        Program changed = new Program(program.name(), pass.variables, program.edges(), root);
        return new Result(changed, new Events(pass.views, pass.arrivals, pass.histories, program.edges()));
    }

    /** Finds how far back each variable is read in steps of time. */
    private void measure(List<Update> updates) {
        for (Update update : updates) {
            measure(update.value(), 0);
            update.guard().ifPresent(guard -> measure(guard, 0));
        }
    }

    private void measure(Expr expr, int lag) {
        if (expr instanceof Expr.Read read) {
            furthest.merge(read.variable(), lag, Math::max);
        }
        int more = 0;
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift shift) {
            more = shift.lag();
        } else if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Delay delay) {
            more = delay.longest();
        }
        for (Expr child : expr.children()) {
            measure(child, lag + more);
        }
    }

    private Node.Loop loop(Node.Loop loop) {
        List<Node> body = new ArrayList<>();
        for (Node node : loop.body()) {
            inStep = loop.scope() == Scope.STEP;
            body.add(node instanceof Node.Loop inner ? loop(inner) : block((Node.Block) node));
        }
        return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
    }

    private Node.Block block(Node.Block block) {
        Map<Var, Integer> used = new LinkedHashMap<>();
        Set<Var> remembered = new LinkedHashSet<>();
        List<Update> updates = new ArrayList<>();
        written.clear();
        for (Update update : block.updates()) {
            Expr guard = update.guard()
                    .map(expr -> condition(expr, used, remembered))
                    .orElse(null);
            updates.add(Updates.with(update, guard, rewrite(update.value(), used, remembered)));
            written.add(update.target());
        }
        if (inStep) {
            collect(updates);
        }
        used.forEach((variable, longest) -> {
            List<Var> chain = lags.get(variable);
            for (int lag = longest; lag >= 1; lag--) {
                Var from = lag == 1 ? variable : chain.get(lag - 2);
                updates.add(keep(chain.get(lag - 1), from, variable));
            }
        });
        remembered.forEach(variable -> updates.add(keep(pasts.get(variable), variable, variable)));
        return new Node.Block(updates);
    }

    private static Update keep(Var past, Var from, Var variable) {
        return new Update(past, 1, Optional.empty(), new Expr.Read(from, 0), Slot.MEASURE, variable.origin());
    }

    /** Lists spikes right after they are decided. */
    private void collect(List<Update> updates) {
        Set<Var> listed = new HashSet<>();
        views.values().forEach(view -> listed.add(view.flags()));
        arrivals.values().forEach(arrival -> listed.add(arrival.flags()));
        for (int i = 0; i < updates.size(); i++) {
            Var target = updates.get(i).target();
            if (listed.contains(target)) {
                Expr flags = new Expr.Read(target, 1);
                Update update = updates.get(i);
                updates.add(++i, new Update(view(target, 0), 1, Optional.empty(), flags, update.slot(), update.span()));
            }
        }
    }

    private Expr rewrite(Expr expr, Map<Var, Integer> used, Set<Var> remembered) {
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift shift) {
            return past(gather.of(), shift.lag(), used, remembered);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Delay delay) {
            Optional<Var> arrival = arrival(gather, delay);
            return arrival.isPresent()
                    ? new Expr.Read(arrival.get(), 0)
                    : delayed(gather.of(), delay, 0, used, remembered);
        }
        if (expr instanceof Expr.Reduce reduce && reduce.along() instanceof IndexMap.Table) {
            return Expr.Reduce.scatter(reduce.along(), sent(reduce.of(), used, remembered));
        }
        return Exprs.mapChildren(expr, child -> rewrite(child, used, remembered));
    }

    /** What is sent along synapses: nothing but where an event is. */
    private Expr sent(Expr expr, Map<Var, Integer> used, Set<Var> remembered) {
        if (expr instanceof Expr.Prim prim && prim.op() == Op.SELECT) {
            return Expr.Prim.of(
                    Op.SELECT,
                    condition(prim.operands().get(0), used, remembered),
                    rewrite(prim.operands().get(1), used, remembered),
                    rewrite(prim.operands().get(2), used, remembered));
        }
        return condition(expr, used, remembered);
    }

    /** A condition, in which flags that events depend on are read as events. */
    private Expr condition(Expr expr, Map<Var, Integer> used, Set<Var> remembered) {
        if (expr instanceof Expr.Prim prim && prim.op() == Op.AND) {
            return Exprs.mapChildren(prim, child -> condition(child, used, remembered));
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Table) {
            return Exprs.mapChildren(gather, child -> condition(child, used, remembered));
        }
        if (expr instanceof Expr.Read read && inStep && events.contains(read.variable())) {
            // Before they are decided, the flags are those of the step before.
            boolean decided = written.contains(read.variable()) || !writtenInStep.contains(read.variable());
            return new Expr.Read(view(read.variable(), decided ? 0 : 1), 0);
        }
        return rewrite(expr, used, remembered);
    }

    /** The flag on synapses that says where spikes arrive after the synapses' own delays. */
    private Optional<Var> arrival(Expr.Gather gather, IndexMap.Delay delay) {
        if (!inStep
                || !(gather.of() instanceof Expr.Gather source)
                || !(source.along() instanceof IndexMap.Table table)
                || !(source.of() instanceof Expr.Read read)
                || !events.contains(read.variable())) {
            return Optional.empty();
        }
        Events.End end = Events.end(table.table(), program.edges()).orElse(null);
        boolean decided = written.contains(read.variable()) || !writtenInStep.contains(read.variable());
        boolean fits = end != null
                && end.isPre()
                && decided
                && delay.lags().space().equals(Space.of(end.edges().synapses()))
                && read.variable().space().equals(Space.of(table.to()))
                && !writtenInStep.contains(delay.lags());
        if (!fits) {
            return Optional.empty();
        }
        Events.Arrival wanted = new Events.Arrival(read.variable(), end.edges(), delay.lags(), delay.longest());
        for (Map.Entry<Var, Events.Arrival> known : arrivals.entrySet()) {
            if (known.getValue().equals(wanted)) {
                return Optional.of(known.getKey());
            }
        }
        String name =
                fresh(read.variable().name() + "@" + end.edges().synapses().name());
        Var arrival = temporary(name, delay.lags().space(), read.variable());
        arrivals.put(arrival, wanted);
        return Optional.of(arrival);
    }

    private String fresh(String wanted) {
        String name = wanted;
        for (int count = 2; isTaken(name); count++) {
            name = wanted + count;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return arrivals.keySet().stream().anyMatch(variable -> variable.name().equals(name));
    }

    private static Var temporary(String name, Space space, Var of) {
        return new Var(
                name,
                space,
                DType.FLAG,
                Scope.STEP,
                of.owner(),
                of.matter(),
                Optional.empty(),
                of.origin(),
                of.label());
    }

    /** The spikes of some steps ago; flags that no update writes are themselves those of this step. */
    private Var view(Var flags, int lag) {
        Var view = lag == 0 && !writtenInStep.contains(flags)
                ? flags
                : temporary(flags.name() + "@-" + lag, flags.space(), flags);
        views.put(view, new Events.View(flags, lag));
        return view;
    }

    /** Moves a shift down to the reads: everything between is the same function of the values of that time. */
    private Expr past(Expr expr, int lag, Map<Var, Integer> used, Set<Var> remembered) {
        if (expr instanceof Expr.Read read) {
            return before(read.variable(), lag, used, remembered);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift shift) {
            return past(gather.of(), lag + shift.lag(), used, remembered);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Delay delay) {
            return delayed(gather.of(), delay, lag, used, remembered);
        }
        return Exprs.mapChildren(expr, child -> past(child, lag, used, remembered));
    }

    private Expr before(Var variable, int lag, Map<Var, Integer> used, Set<Var> remembered) {
        if (inStep && events.contains(variable)) {
            return new Expr.Read(view(variable, lag), 0);
        }
        if (inStep && hasRows(variable) && furthest.get(variable) > MOST_COPIES) {
            Expr.Read past = new Expr.Read(rows(variable, remembered), 0);
            return Expr.Gather.of(new IndexMap.Pick(axis(variable), Algebra.number(lag)), past);
        }
        used.merge(variable, lag, Math::max);
        List<Var> chain = lags.computeIfAbsent(variable, key -> new ArrayList<>());
        while (chain.size() < lag) {
            String suffix = "@-" + (chain.size() + 1);
            chain.add(lagged(variable, suffix, variable.space()));
        }
        return new Expr.Read(chain.get(lag - 1), 0);
    }

    /** Moves a delay for each point down to the reads. */
    private Expr delayed(Expr expr, IndexMap.Delay delay, int lag, Map<Var, Integer> used, Set<Var> remembered) {
        if (expr instanceof Expr.Read read) {
            Var variable = read.variable();
            if (!inStep || !hasRows(variable)) {
                throw new UnsupportedOperationException(
                        "delays for each point of " + variable + ", which is not on one axis in steps of time");
            }
            Expr steps = new Expr.Read(delay.lags(), 0);
            Expr earlier = lag == 0 ? steps : Expr.Prim.of(Op.ADD, steps, Algebra.number(lag));
            Expr.Read past = new Expr.Read(rows(variable, remembered), 0);
            Expr then = Expr.Gather.of(new IndexMap.Pick(axis(variable), earlier), past);
            return lag > 0 ? then : Expr.Prim.of(Op.SELECT, Expr.Prim.of(Op.EQ, steps, Algebra.ZERO), read, then);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift shift) {
            return delayed(gather.of(), delay, lag + shift.lag(), used, remembered);
        }
        if (expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Delay) {
            throw new UnsupportedOperationException("a delay of a delay");
        }
        return Exprs.mapChildren(expr, child -> delayed(child, delay, lag, used, remembered));
    }

    private static boolean hasRows(Var variable) {
        return variable.space().rank() <= 1 && !variable.perSample();
    }

    private Axis axis(Var variable) {
        // Row 0 would be the present, and stays empty.
        return new Axis(variable.name() + "@past", Role.STEP, "#" + (furthest.get(variable) + 1));
    }

    private Var rows(Var variable, Set<Var> remembered) {
        remembered.add(variable);
        return pasts.computeIfAbsent(variable, key -> {
            Var rows = lagged(key, "@past", key.space().with(axis(key)));
            histories.put(rows, key);
            return rows;
        });
    }

    private static Var lagged(Var variable, String suffix, Space space) {
        Scope life = variable.isTemporary() ? Scope.RUN : variable.life();
        Expr start = variable.isTemporary() ? Algebra.ZERO : new Expr.Read(variable, 0);
        return new Var(
                variable.name() + suffix,
                space,
                variable.type(),
                life,
                variable.owner(),
                variable.matter(),
                Optional.of(start),
                variable.origin(),
                variable.label());
    }
}
