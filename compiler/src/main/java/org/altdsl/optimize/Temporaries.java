package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.DType;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/** Makes the variables that passes introduce, under names that nothing else in the program has. */
final class Temporaries {
    private final Set<String> taken = new HashSet<>();
    private final List<Var> made = new ArrayList<>();

    Temporaries(Program program) {
        program.variables().forEach(variable -> taken.add(variable.name()));
    }

    /**
     * A new temporary.
     *
     * @param user the update it is made for, after which it is named and at whose place errors are reported
     * @param what a word for what it holds, such as {@code mean}
     */
    Var make(Update user, String what, Space space) {
        String base = user.target().name() + "." + what;
        String name = base;
        for (int count = 2; !taken.add(name); count++) {
            name = base + count;
        }
        Var variable = new Var(
                name, space, DType.REAL, Scope.STEP, Owner.RULE, Matter.OTHER, Optional.empty(), user.span(), what);
        made.add(variable);
        return variable;
    }

    /** All that were made, in order. */
    List<Var> made() {
        return made;
    }
}
