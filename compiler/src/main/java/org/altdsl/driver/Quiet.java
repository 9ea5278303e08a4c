package org.altdsl.driver;

import java.util.List;
import java.util.stream.Stream;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.lower.LoweredRule;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.TimedPlan;

/** Finds networks in time in which nothing happens, since nothing comes into them. */
final class Quiet {
    /** How many steps are waited for a first spike. */
    private static final long PATIENCE = 5000;

    private Quiet() {}

    /**
     * Whether no neuron spikes within the first steps, of a network without sources, data, noise and drawn initial states.
     * Its steps are run; of a network with any of these none is.
     */
    static boolean isSilent(LoweredRule rule, RulePlan plan, int seed) {
        TimedPlan timed = plan.timed().orElseThrow();
        List<String> flags = rule.train().variables().stream()
                .filter(variable -> variable.label().equals("spike") && variable.owner() == Owner.NEURON)
                .map(Var::name)
                .toList();
        if (flags.isEmpty() || !timed.trains().isEmpty() || !plan.clamps().isEmpty() || isRandom(rule.train())) {
            return false;
        }
        Executor executor = plan.train().executor(seed, 1);
        executor.clocks().seed = seed;
        executor.clocks().lanes = 1;
        timed.tables().forEach(executor::write);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        Scope.WINDOWS.forEach(executor::enter);
        boolean[] spiked = {false};
        flags.forEach(flag -> executor.listen(flag, (step, neurons, count) -> spiked[0] = true));
        long steps = Math.min(timed.protocol().steps(), PATIENCE);
        for (long step = 0; step < steps && !spiked[0]; step++) {
            executor.advance(1);
        }
        return !spiked[0];
    }

    /** Whether neurons start at random, or anything is drawn as the network runs. */
    private static boolean isRandom(Program program) {
        Stream<Expr> starts = program.variables().stream()
                .filter(variable -> variable.owner() == Owner.NEURON)
                .flatMap(variable -> variable.init().stream());
        Stream<Expr> steps = program.block(Scope.STEP).stream().map(Update::value);
        return Stream.concat(starts, steps).anyMatch(Quiet::draws);
    }

    private static boolean draws(Expr expr) {
        return expr instanceof Expr.Draw || expr.children().stream().anyMatch(Quiet::draws);
    }
}
