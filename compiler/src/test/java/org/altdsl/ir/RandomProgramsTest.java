package org.altdsl.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.Snapshot;
import org.junit.jupiter.api.Test;

class RandomProgramsTest {
    private static final int PROGRAMS = 150;
    private static final int[] LANES = {3, 1, 4};

    private static List<RandomProgram> programs() {
        List<RandomProgram> programs = new ArrayList<>();
        for (long seed = 0; seed < PROGRAMS; seed++) {
            programs.add(RandomPrograms.program(seed));
            programs.add(RandomPrograms.continuous(seed));
            programs.add(RandomPrograms.differentiable(seed));
        }
        return programs;
    }

    /** Prepares a batch the same way each time. */
    static void begin(RandomProgram program, Executor executor, int batch) {
        Random random = new Random(batch);
        executor.clocks().batch = batch;
        executor.clocks().update = batch + 1;
        executor.clocks().progress = batch / 8.0;
        executor.clocks().lanes = LANES[batch % LANES.length];
        executor.clocks().samples =
                random.ints(executor.clocks().lanes, 0, 1000).toArray();
        executor.enter(Scope.BATCH);
        for (Var input : program.inputs()) {
            double[] values = executor.read(input.name());
            Arrays.setAll(values, i -> 2 * random.nextDouble() - 1);
            executor.write(input.name(), values);
        }
    }

    static Executor start(RandomProgram program) {
        Executor executor = new InterpretedProgram(program.program(), program.sizes()).executor(7, 4);
        executor.enter(Scope.RUN);
        executor.enter(Scope.EPOCH);
        return executor;
    }

    @Test
    void everyProgramIsValidAndEqualSeedsGiveEqualPrograms() {
        List<RandomProgram> again = programs();
        int at = 0;
        for (RandomProgram program : programs()) {
            Validator.check(program.program(), true);
            assertEquals(
                    Printer.print(program.program()),
                    Printer.print(again.get(at++).program()));
        }
    }

    @Test
    void everyValueStaysFinite() {
        for (RandomProgram program : programs()) {
            Executor executor = start(program);
            for (int batch = 0; batch < 3; batch++) {
                begin(program, executor, batch);
                executor.run(Scope.BATCH);
            }
            executor.run(Scope.EPOCH);
            for (Var variable : program.program().variables()) {
                assertTrue(executor.isFinite(variable.name()), () -> variable + " of " + program);
            }
        }
    }

    @Test
    void theProgramsUseEveryPartOfTheLanguage() {
        Set<String> seen = new TreeSet<>();
        for (RandomProgram program : programs()) {
            for (Scope scope : List.of(Scope.BATCH, Scope.EPOCH)) {
                for (Update update : program.program().block(scope)) {
                    update.guard().ifPresent(guard -> seen.add("guard"));
                    collect(update.value(), seen);
                    update.guard().ifPresent(guard -> collect(guard, seen));
                }
            }
        }
        for (long seed = 0; seed < 20; seed++) {
            for (Update update : RandomNetworks.network(seed).program().block(Scope.STEP)) {
                collect(update.value(), seen);
            }
        }
        Set<String> wanted = new TreeSet<>(List.of("guard", "scatter Table", "scatter Affine", "scatter Rename"));
        for (Op op : Op.values()) {
            wanted.add(op.name());
        }
        // Only the optimizer knows where a choice may be a blend.
        wanted.remove(Op.BLEND.name());
        for (Fold fold : Fold.values()) {
            wanted.add(fold.name());
        }
        for (Dist dist : Dist.values()) {
            wanted.add(dist.name());
        }
        for (Class<?> map : IndexMap.class.getPermittedSubclasses()) {
            if (map != IndexMap.Drop.class) {
                wanted.add("gather " + map.getSimpleName());
            }
        }
        wanted.removeAll(seen);
        assertEquals(Set.of(), wanted);
    }

    private static void collect(Expr expr, Set<String> seen) {
        if (expr instanceof Expr.Prim prim) {
            seen.add(prim.op().name());
        } else if (expr instanceof Expr.Gather gather) {
            seen.add("gather " + gather.along().getClass().getSimpleName());
        } else if (expr instanceof Expr.Reduce reduce) {
            seen.add(
                    reduce.along() instanceof IndexMap.Drop
                            ? reduce.fold().name()
                            : "scatter " + reduce.along().getClass().getSimpleName());
        } else if (expr instanceof Expr.Draw draw) {
            seen.add(draw.dist().name());
        }
        expr.children().forEach(child -> collect(child, seen));
    }

    @Test
    void aRunThatIsStoppedAndResumedIsTheSameRun() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            RandomProgram program = RandomPrograms.program(seed);
            Executor whole = start(program);
            Snapshot middle = null;
            for (int batch = 0; batch < 4; batch++) {
                if (batch == 2) {
                    middle = whole.snapshot();
                }
                begin(program, whole, batch);
                whole.run(Scope.BATCH);
            }
            Executor resumed = start(program);
            resumed.restore(middle);
            for (int batch = 2; batch < 4; batch++) {
                begin(program, resumed, batch);
                resumed.run(Scope.BATCH);
            }
            for (Var variable : program.program().variables()) {
                String name = variable.name();
                assertTrue(Arrays.equals(whole.read(name), resumed.read(name)), () -> name + " of " + program);
            }
        }
    }

    @Test
    void shrinkingKeepsTheFailureAndRemovesTheRest() {
        RandomProgram program = RandomPrograms.program(3);
        String name = program.program().block(Scope.BATCH).get(0).target().name();
        RandomProgram small =
                program.shrink(each -> each.program().variable(name).isPresent());
        Validator.check(small.program(), true);
        for (Update update : small.program().block(Scope.BATCH)) {
            assertTrue(update.value() instanceof Expr.Const && update.guard().isEmpty());
        }
    }
}
