package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Edges;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Folding;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/** The variables and updates of a program under construction, with the version each variable has reached. */
final class Emission {
    private final Map<String, Var> variables = new LinkedHashMap<>();
    private final Map<Section.Block, List<Update>> updates = new HashMap<>();
    private final Map<Section.Block, Map<Var, Integer>> versions = new HashMap<>();
    private final Map<Temporary, Var> temporaries = new HashMap<>();
    private final Set<Var> constants = new HashSet<>();
    private final List<Edges> edges = new ArrayList<>();
    private final List<LoweredRule.Integrated> integrated = new ArrayList<>();
    private final Map<Var, Var> lanes = new LinkedHashMap<>();
    private Set<String> perTrial = Set.of();
    private Map<Var, Expr> seen = Map.of();

    private record Temporary(Section.Block section, Expr value) {}

    Collection<Var> variables() {
        return variables.values();
    }

    Optional<Var> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    List<Update> updates(Section section) {
        return updates.getOrDefault(section.block(), List.of());
    }

    /** Notes how an equation is integrated. */
    void integrated(LoweredRule.Integrated choice) {
        integrated.add(choice);
    }

    /** How equations are integrated, in the order in which they are. */
    List<LoweredRule.Integrated> integrated() {
        return integrated;
    }

    /** Adds a variable; its name must be new. */
    Var declare(Var variable) {
        if (variables.put(requireNonNull(variable).name(), variable) != null) {
            throw new AssertionError("two variables named " + variable.name());
        }
        return variable;
    }

    /** Replaces the declaration of a variable that nothing has read yet, such as one with another initial value. */
    void redeclare(Var variable) {
        variables.put(variable.name(), variable);
    }

    /** Says that a variable keeps its initial value. */
    void constant(Var variable) {
        constants.add(variable);
    }

    /** Whether a variable is known to keep its initial value. */
    boolean isConstant(Var variable) {
        return constants.contains(variable);
    }

    /** Adds the synapses of a sparse projection, whose tables are variables already. */
    void declare(Edges projection) {
        edges.add(projection);
    }

    List<Edges> edges() {
        return edges;
    }

    /** A name that no variable has: the wanted one, or that with a number. */
    String freeName(String wanted) {
        String name = wanted;
        for (int i = 2; variables.containsKey(name); i++) {
            name = wanted + "~" + i;
        }
        return name;
    }

    /**
     * From now on, what happens after trials sees several that ran side by side.
     *
     * @param names the variables that each of them has for itself
     */
    void inLanes(Set<String> names) {
        perTrial = Set.copyOf(names);
    }

    /** The variables that trials side by side have for themselves, with all of them together as what comes after sees them. */
    Map<Var, Var> lanes() {
        return lanes;
    }

    /** The variable that a name of the network means in a section: after trials side by side, that of all of them. */
    Var in(Section section, Var variable) {
        boolean after = section.is(Section.Kind.SETTLE) || section.is(Section.Kind.BODY);
        if (!after || !perTrial.contains(variable.name())) {
            return variable;
        }
        return lanes.computeIfAbsent(
                variable,
                one -> new Var(
                        one.name() + "@trials",
                        one.space().with(Axis.LANE),
                        one.type(),
                        Scope.BATCH,
                        one.owner(),
                        one.matter(),
                        Optional.empty(),
                        one.origin(),
                        one.label()));
    }

    /** From now on, reads of some variables see other values than those that they have reached. */
    void seeing(Map<Var, Expr> values) {
        seen = Map.copyOf(values);
    }

    /** The version of a variable that a read in a section sees now. */
    Expr read(Var named, Section section) {
        Var variable = in(section, named);
        Expr earlier = seen.get(variable);
        if (earlier != null && !section.is(Section.Kind.INIT)) {
            return earlier;
        }
        if (section.is(Section.Kind.INIT)) {
            return new Expr.Read(variable, 0);
        }
        if (variable.isTemporary() && section.is(Section.Kind.BODY) && !isWritten(variable, section)) {
            return new Expr.Read(variable, version(variable, Section.SETTLE));
        }
        return new Expr.Read(variable, version(variable, section));
    }

    private int version(Var variable, Section section) {
        return versions.getOrDefault(section.block(), Map.of()).getOrDefault(variable, 0);
    }

    boolean isWritten(Var variable, Section section) {
        return versions.getOrDefault(section.block(), Map.of()).containsKey(in(section, variable));
    }

    /** Appends an update; a guarded first write of a temporary starts from 0. */
    void update(Section section, Var named, Optional<Expr> guard, Expr value, Slot slot, Span span) {
        Var target = in(section, named);
        int next = version(target, section) + 1;
        if (target.isTemporary() && next == 1 && guard.isPresent()) {
            update(section, target, Optional.empty(), new Expr.Const(0), slot, span);
            next++;
        }
        updates.computeIfAbsent(section.block(), unused -> new ArrayList<>())
                .add(new Update(target, next, guard, value, slot, span));
        versions.computeIfAbsent(section.block(), unused -> new HashMap<>()).put(target, next);
    }

    /** A temporary that holds a value, or the one that holds it already. */
    Expr temporary(String name, Section section, Expr value, Slot slot, Owner owner, Matter matter, Span span) {
        boolean trivial = value instanceof Expr.Read || value instanceof Expr.Const || value instanceof Expr.SizeOf;
        if (trivial || section.is(Section.Kind.INIT)) {
            return value;
        }
        Temporary key = new Temporary(section.block(), value);
        Var known = temporaries.get(key);
        if (known == null) {
            String label = name.substring(name.lastIndexOf('.') + 1);
            known = declare(new Var(
                    freeName(name),
                    value.space(),
                    isFlag(value) ? DType.FLAG : DType.REAL,
                    Scope.STEP,
                    owner,
                    matter,
                    Optional.empty(),
                    span,
                    label));
            update(section, known, Optional.empty(), value, slot, span);
            temporaries.put(key, known);
        }
        return read(known, section);
    }

    static boolean isFlag(Expr value) {
        return value instanceof Expr.Prim prim && prim.op().isFlag();
    }

    /** The mean over the batch of a value that is per sample, the value itself otherwise. */
    static Expr laneMean(Expr value) {
        if (!value.space().has(Axis.LANE)) {
            return value;
        }
        return Expr.Reduce.over(Space.of(Axis.LANE), org.altdsl.ir.Fold.MEAN, value);
    }

    static Expr prim(Op op, Expr... operands) {
        return Folding.prim(op, operands);
    }
}
