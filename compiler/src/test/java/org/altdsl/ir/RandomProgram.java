package org.altdsl.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.altdsl.runtime.plan.Scope;

/**
 * A program that a seed stands for.
 *
 * @param inputs the variables that the harness has to write before each batch
 */
public record RandomProgram(long seed, Program program, Sizes sizes, List<Var> inputs) {
    public RandomProgram {
        inputs = List.copyOf(inputs);
    }

    /** A program that still fails, with as many updates as possible set to 0 or to a part of their value. */
    public RandomProgram shrink(Predicate<RandomProgram> fails) {
        RandomProgram smallest = this;
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Scope scope : List.of(Scope.EPOCH, Scope.BATCH)) {
                for (int i = smallest.program.block(scope).size() - 1; i >= 0; i--) {
                    for (Update candidate :
                            simpler(smallest.program.block(scope).get(i))) {
                        RandomProgram smaller = smallest.with(scope, i, candidate);
                        if (fails.test(smaller)) {
                            smallest = smaller;
                            progress = true;
                            break;
                        }
                    }
                }
            }
        }
        return smallest;
    }

    private static List<Update> simpler(Update update) {
        List<Update> candidates = new ArrayList<>();
        if (!(update.value() instanceof Expr.Const)) {
            for (Expr value : simpler(update.value())) {
                if (update.target().space().contains(value.space())) {
                    candidates.add(with(update, update.guard(), value));
                }
            }
        }
        if (update.guard().isPresent()) {
            candidates.add(with(update, Optional.empty(), update.value()));
        }
        return candidates;
    }

    /** The expression with one node replaced by 0 or by one of its operands, largest nodes first. */
    private static List<Expr> simpler(Expr expr) {
        List<Expr> simpler = new ArrayList<>();
        if (!(expr instanceof Expr.Const)) {
            simpler.add(Sketch.number(0));
            simpler.addAll(expr.children());
        }
        for (Expr child : expr.children()) {
            for (Expr replacement : simpler(child)) {
                try {
                    simpler.add(Exprs.mapChildren(expr, each -> each == child ? replacement : each));
                } catch (IllegalArgumentException axisIsGone) {
                    continue;
                }
            }
        }
        return simpler;
    }

    private static Update with(Update update, Optional<Expr> guard, Expr value) {
        return new Update(update.target(), update.version(), guard, value, update.slot(), update.span());
    }

    private RandomProgram with(Scope scope, int index, Update update) {
        List<Update> batch = new ArrayList<>(program.block(Scope.BATCH));
        List<Update> epoch = new ArrayList<>(program.block(Scope.EPOCH));
        (scope == Scope.BATCH ? batch : epoch).set(index, update);
        Program changed = Program.of(program.name(), program.variables(), batch, epoch);
        return new RandomProgram(seed, changed, sizes, inputs);
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + sizes.byExtent() + "\n" + Printer.print(program);
    }
}
