package org.altdsl.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks what every program must satisfy after every pass. What it finds is a mistake of the compiler, not of a user:
 * it throws an {@link AssertionError} that shows the update.
 */
public final class Validator {
    private final Program program;
    private final boolean resolved;
    private final Set<Var> declared = new HashSet<>();
    private final Map<Var, Integer> versions = new HashMap<>();
    private Object where = "";

    private Validator(Program program, boolean resolved) {
        this.program = program;
        this.resolved = resolved;
    }

    /**
     * Checks names, spaces, versions and expressions of a program.
     *
     * @param resolved whether derivatives must have been resolved
     */
    public static void check(Program program, boolean resolved) {
        new Validator(program, resolved).check();
    }

    private void check() {
        Set<String> names = new HashSet<>();
        for (Var variable : program.variables()) {
            where = variable;
            require(names.add(variable.name()), "two variables have this name");
            require(!variable.isTemporary() || variable.init().isEmpty(), "a temporary has no initial value");
            declared.add(variable);
        }
        for (Var variable : program.variables()) {
            where = variable;
            variable.init().ifPresent(init -> {
                require(variable.space().contains(init.space()), () -> "the initial value is on " + init.space());
                expression(init, false);
                Exprs.reads(init).forEach(read -> require(!read.isTemporary(), "is initialised from a temporary"));
            });
        }
        loop(program.root());
    }

    private void loop(Node.Loop loop) {
        List<Update> updates = new ArrayList<>();
        for (Node node : loop.body()) {
            if (node instanceof Node.Loop inner) {
                loop(inner);
            } else if (node instanceof Node.Block block) {
                updates.addAll(block.updates());
            }
        }
        versions.clear();
        updates.forEach(this::update);
    }

    private void update(Update update) {
        where = update;
        Var target = update.target();
        int before = versions.getOrDefault(target, 0);
        require(update.version() == before + 1, () -> "version " + update.version() + " follows version " + before);
        known(target);
        require(
                update.guard().isEmpty() || before > 0 || !target.isTemporary(),
                "the first write of a temporary has a guard");
        update.guard().ifPresent(guard -> expression(guard, false));
        expression(update.value(), false);
        versions.put(target, update.version());
    }

    private void expression(Expr expr, boolean past) {
        if (expr instanceof Expr.Read read) {
            known(read.variable());
            if (!past) {
                int present = versions.getOrDefault(read.variable(), 0);
                require(
                        read.version() == present,
                        () -> "reads " + Printer.print(read) + " where version is " + present);
                require(
                        present > 0 || !read.variable().isTemporary(),
                        () -> "reads " + read.variable() + " before it is set");
            }
        } else if (expr instanceof Expr.Prim prim) {
            Space union = Expr.Prim.of(prim.op(), prim.operands()).space();
            require(union.equals(prim.space()), () -> "a primitive on " + prim.space() + " of operands on " + union);
        } else if (expr instanceof Expr.Gather gather) {
            gather(gather);
        } else if (expr instanceof Expr.Reduce reduce) {
            reduce(reduce);
        } else if (expr instanceof Expr.Draw draw) {
            require(draw.arguments().size() == draw.dist().arity(), "a draw with wrong arguments");
        } else if (expr instanceof Expr.Deriv) {
            require(!resolved, "a derivative is left");
        }
        boolean below = past || expr instanceof Expr.Gather gather && gather.along() instanceof IndexMap.Shift;
        expr.children().forEach(child -> expression(child, below));
    }

    private void gather(Expr.Gather gather) {
        require(
                gather.space()
                        .equals(Expr.Gather.of(gather.along(), gather.of()).space()),
                () -> "a gather on " + gather.space());
        if (gather.along() instanceof IndexMap.Table map) {
            table(map);
        }
        if (gather.along() instanceof IndexMap.Window map) {
            window(map);
        }
        if (gather.along() instanceof IndexMap.Delay map) {
            known(map.lags());
            require(map.lags().type() == DType.INDEX, () -> "the lags " + map.lags());
        }
    }

    private void reduce(Expr.Reduce reduce) {
        Space of = reduce.of().space();
        if (reduce.along() instanceof IndexMap.Drop drop) {
            require(of.contains(drop.dropped()), () -> "reduces " + of + " over " + drop.dropped());
            require(reduce.space().equals(of.minus(drop.dropped())), () -> "a reduction on " + reduce.space());
            require(reduce.fold() != Fold.ARGMAX || drop.dropped().rank() == 1, "argmax over several axes");
            return;
        }
        require(reduce.fold() == Fold.SUM, "a scatter that does not sum");
        IndexMap along = reduce.along();
        boolean scatters = along.target() != null && !(along instanceof IndexMap.Pick);
        require(scatters, () -> "a reduction along " + along);
        Space from = along.sources();
        Axis to = along.target();
        require(
                of.contains(from) && !of.has(to),
                () -> "a scatter from " + from + " to " + to + " of a value on " + of);
        require(reduce.space().equals(of.minus(from).with(to)), () -> "a scatter on " + reduce.space());
        if (along instanceof IndexMap.Table map) {
            table(map);
        }
        if (along instanceof IndexMap.Window map) {
            window(map);
        }
    }

    private void window(IndexMap.Window map) {
        Set<Axis> axes = new HashSet<>(List.of(map.in()));
        axes.addAll(map.sources().axes());
        require(axes.size() == 3 && !axes.contains(Axis.LANE), () -> "a window of the axes " + axes);
    }

    private void table(IndexMap.Table map) {
        known(map.table());
        require(
                map.table().type() == DType.INDEX
                        && Space.of(map.from()).contains(map.table().space()),
                () -> "the table " + map.table() + " of a map from " + map.from());
    }

    private void known(Var variable) {
        require(declared.contains(variable), () -> variable + " is not a variable of the program");
    }

    private void require(boolean condition, String message) {
        require(condition, () -> message);
    }

    private void require(boolean condition, Supplier<String> message) {
        if (!condition) {
            String place = where instanceof Update update ? Printer.print(update) : where.toString();
            throw new AssertionError(place + ": " + message.get());
        }
    }
}
