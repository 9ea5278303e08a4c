package org.altdsl.derive;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Expr.DerivKind;
import org.altdsl.ir.Expr.Read;
import org.altdsl.ir.Node;
import org.altdsl.ir.Program;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.Span;

/**
 * Replaces every {@link Expr.Deriv} by ordinary expressions and temporaries.
 *
 * <p>A SLOPE becomes the elementwise derivative in place. A GRADIENT becomes the read of a temporary that a reverse
 * sweep over the updates before it fills. The gradient by a variable with the lane axis is, in each lane, the
 * derivative of that lane's own value; by a variable without one it is the derivative of the mean over the lanes.
 * A variable with several versions in the block is differentiated by the last one that the value was computed from.
 * A RATE is the same derivative by one number for all, taken forwards: it keeps the lanes of the value.
 *
 * <p>An adjoint is computed as soon as what it reads has been written, so that states may be updated after the value
 * and before the update that asks for the gradient; a state that is updated before its adjoint is read is kept in a
 * temporary.
 */
public final class Derivatives {
    private final List<Update> asked;
    private final DiagnosticSink sink;
    private final Set<String> takenNames;
    private final List<Update> done = new ArrayList<>();
    private final List<Var> added = new ArrayList<>();
    private final Map<Read, Map<Var, Expr>> gradients = new HashMap<>();
    private final Map<Read, Read> kept = new HashMap<>();

    private Derivatives(List<Update> asked, DiagnosticSink sink, Set<String> takenNames) {
        this.asked = asked;
        this.sink = sink;
        this.takenNames = takenNames;
    }

    /** A block without derivatives, and the temporaries it has beyond those of the block it was made from. */
    public record Resolved(List<Update> updates, List<Var> temporaries) {
        public Resolved {
            updates = List.copyOf(updates);
            temporaries = List.copyOf(temporaries);
        }
    }

    /**
     * The program with all derivatives resolved; what has none is 0 and reported as NOT_ELEMENTWISE or NOT_YET
     * (errors), NO_GRADIENT or CUT_GRADIENT (warnings), at the update that asks for it.
     */
    public static Program resolve(Program program, DiagnosticSink sink) {
        List<Var> variables = new ArrayList<>(program.variables());
        Set<String> taken = new HashSet<>();
        variables.forEach(variable -> taken.add(variable.name()));
        Node.Loop root = resolve(program.root(), variables, taken, sink);
        return new Program(program.name(), variables, program.edges(), root);
    }

    private static Node.Loop resolve(Node.Loop loop, List<Var> variables, Set<String> taken, DiagnosticSink sink) {
        List<Node> body = new ArrayList<>();
        for (Node node : loop.body()) {
            if (node instanceof Node.Loop inner) {
                body.add(resolve(inner, variables, taken, sink));
            } else if (node instanceof Node.Block block) {
                Resolved resolved = resolve(block.updates(), taken, sink);
                variables.addAll(resolved.temporaries());
                body.add(new Node.Block(resolved.updates()));
            }
        }
        return new Node.Loop(loop.scope(), loop.name(), loop.count(), loop.until(), loop.reversed(), body);
    }

    /**
     * The updates of one block with all derivatives resolved.
     *
     * @param variables the variables of the program, whose names temporaries must not have
     */
    public static Resolved resolve(List<Update> block, Collection<Var> variables, DiagnosticSink sink) {
        Set<String> taken = new HashSet<>();
        variables.forEach(variable -> taken.add(variable.name()));
        return resolve(block, taken, sink);
    }

    private static Resolved resolve(List<Update> block, Set<String> taken, DiagnosticSink sink) {
        Derivatives derivatives = new Derivatives(block, sink, taken);
        for (Update update : block) {
            Expr value = derivatives.resolve(update.value(), update);
            Optional<Expr> guard = update.guard().map(condition -> derivatives.resolve(condition, update));
            derivatives.done.add(
                    new Update(update.target(), update.version(), guard, value, update.slot(), update.span()));
        }
        return new Resolved(derivatives.done, derivatives.added);
    }

    private Expr resolve(Expr expr, Update update) {
        if (expr instanceof Expr.Deriv deriv && deriv.kind() == DerivKind.GRADIENT) {
            if (!(deriv.of() instanceof Read objective)) {
                throw new IllegalArgumentException("the gradient of " + deriv.of() + ", which is not a variable");
            }
            return gradient(objective, deriv.by(), update.span());
        }
        if (expr instanceof Expr.Deriv deriv && deriv.kind() == DerivKind.RATE) {
            if (!(deriv.of() instanceof Read moved)) {
                throw new IllegalArgumentException("the rate of " + deriv.of() + ", which is not a variable");
            }
            return rate(moved, deriv.by(), update.span());
        }
        if (expr instanceof Expr.Deriv deriv) {
            return slope(resolve(deriv.of(), update), deriv.by(), update.span());
        }
        return Rebuild.children(expr, child -> resolve(child, update));
    }

    private Expr slope(Expr of, Var by, Span span) {
        Slope slope = new Slope(by);
        Expr result = slope.of(of);
        if (slope.mixes()) {
            sink.error(
                    Code.NOT_ELEMENTWISE,
                    span,
                    "f' needs a function of one value at a time; here " + by.label()
                            + " is mixed over a population, as softmax does");
            return Algebra.ZERO;
        }
        return result;
    }

    private Expr gradient(Read objective, Var by, Span span) {
        if (!gradients.containsKey(objective)) {
            Adjoint adjoint = new Adjoint(done, objective, span, sink, takenNames);
            Map<Var, Span> wanted = new LinkedHashMap<>();
            for (Update update : asked) {
                collect(update.value(), objective, update.span(), wanted);
                update.guard().ifPresent(guard -> collect(guard, objective, update.span(), wanted));
            }
            gradients.put(objective, adjoint.of(wanted));
            place(adjoint.made());
        }
        return gradients.get(objective).get(by);
    }

    private Expr rate(Read moved, Var by, Span span) {
        Forward forward = new Forward(List.copyOf(done), moved, by, span, sink, takenNames);
        place(forward.made());
        return forward.of(moved);
    }

    private static void collect(Expr expr, Read objective, Span span, Map<Var, Span> wanted) {
        if (expr instanceof Expr.Deriv deriv
                && deriv.kind() == DerivKind.GRADIENT
                && deriv.of().equals(objective)) {
            wanted.putIfAbsent(deriv.by(), span);
        }
        expr.children().forEach(child -> collect(child, objective, span, wanted));
    }

    /** Inserts new updates, each directly after the last update that it reads. */
    private void place(List<Update> made) {
        for (Update update : made) {
            Set<Read> reads = new LinkedHashSet<>();
            Dependence.collectReads(update.value(), reads);
            int after = -1;
            for (Read read : reads) {
                after = Math.max(after, writerOf(read));
            }
            Expr value = update.value();
            for (Read read : reads) {
                int overwritten = writerOf(new Read(read.variable(), read.version() + 1));
                if (overwritten >= 0 && overwritten <= after) {
                    if (!kept.containsKey(read)) {
                        keep(read, overwritten, update.span());
                        after++;
                    }
                    value = replace(value, read, kept.get(read));
                }
            }
            insert(
                    after + 1,
                    new Update(update.target(), update.version(), update.guard(), value, update.slot(), update.span()));
        }
    }

    private void keep(Read read, int before, Span span) {
        Var variable = read.variable();
        String wanted = variable.name() + "." + read.version() + "~kept";
        String name = wanted;
        for (int n = 2; !takenNames.add(name); n++) {
            name = wanted + "#" + n;
        }
        Var temporary = new Var(
                name,
                variable.space(),
                variable.type(),
                Scope.STEP,
                variable.owner(),
                variable.matter(),
                Optional.empty(),
                span,
                variable.label());
        insert(
                before,
                new Update(
                        temporary, 1, Optional.empty(), read, done.get(before).slot(), span));
        kept.put(read, new Read(temporary, 1));
    }

    private static Expr replace(Expr expr, Read old, Read by) {
        return expr.equals(old) ? by : Rebuild.children(expr, child -> replace(child, old, by));
    }

    private void insert(int at, Update update) {
        added.add(update.target());
        done.add(
                at,
                new Update(
                        update.target(),
                        update.version(),
                        update.guard(),
                        update.value(),
                        done.get(Math.max(at - 1, 0)).slot(),
                        update.span()));
    }

    private int writerOf(Read read) {
        for (int i = 0; i < done.size(); i++) {
            if (done.get(i).target().equals(read.variable()) && done.get(i).version() == read.version()) {
                return i;
            }
        }
        return -1;
    }
}
