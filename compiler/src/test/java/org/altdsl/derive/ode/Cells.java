package org.altdsl.derive.ode;

import static org.altdsl.ir.Sketch.number;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Op;
import org.altdsl.ir.Printer;
import org.altdsl.ir.Program;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Validator;
import org.altdsl.ir.Var;
import org.altdsl.ir.interp.InterpretedProgram;
import org.altdsl.janino.FusedBackend;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.KernelCache;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Executor;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;

/** A population with equations, discretised and run by the interpreter. */
final class Cells implements Workspace {
    static final Axis N = Axis.neurons("n");

    private final Sketch sketch = new Sketch();
    private final Set<Var> constants = new HashSet<>();
    private final Set<Var> noises = new HashSet<>();
    private final List<Equation> equations = new ArrayList<>();
    private final int neurons;
    int onceCount;
    int temporaryCount;
    private Executor executor;

    Cells(int neurons) {
        this.neurons = neurons;
    }

    /** A state that starts at a value. */
    Expr.Read state(String name, double start) {
        return state(name, number(start));
    }

    Expr.Read state(String name, Expr start) {
        return sketch.read(sketch.state(name, Space.of(N), start));
    }

    /** A parameter of each neuron: a value of the neuron's number. */
    Expr.Read parameter(String name, Expr value) {
        Var variable = sketch.state(name, Space.of(N), value);
        constants.add(variable);
        return sketch.read(variable);
    }

    /** Something that is not a state of the system and may change between steps. */
    Expr.Read input(String name, Expr value) {
        return sketch.read(sketch.state(name, Space.of(N), value));
    }

    Expr.Read noise(String name) {
        Var variable = sketch.temporary(name, N);
        noises.add(variable);
        sketch.set(variable, new Expr.Draw(Dist.NORMAL, List.of(number(0), number(1)), name, Space.of(N), false));
        return sketch.read(variable);
    }

    void equation(Expr.Read state, Expr rate) {
        equation(state, rate, Optional.empty());
    }

    void equation(Expr.Read state, Expr rate, Optional<Expr> frozen) {
        int line = equations.size();
        SourceFile file = new SourceFile("cells.rule", "\n".repeat(line + 1));
        equations.add(new Equation(state.variable(), state, rate, frozen, new Span(file, line, line)));
    }

    Outcome outcome(double dt) {
        return Integration.of(equations, Optional.empty(), new Setting(dt, noises, constants::contains, this));
    }

    Outcome outcome(Method method, double dt) {
        return Integration.of(equations, Optional.of(method), new Setting(dt, noises, constants::contains, this));
    }

    /** Discretises and starts. */
    Outcome start(Optional<Method> method, double dt) {
        Outcome outcome = method.isPresent() ? outcome(method.get(), dt) : outcome(dt);
        outcome.steps().forEach(step -> sketch.set(step.state(), step.value()));
        Program program = sketch.program();
        Validator.check(program, true);
        executor = started(new InterpretedProgram(program, Sketch.sizes(N, neurons)));
        return outcome;
    }

    private static Executor started(ProgramCode code) {
        Executor executor = code.executor(3, 1);
        executor.clocks().lanes = 1;
        executor.clocks().samples = new int[] {0};
        executor.enter(Scope.RUN);
        return executor;
    }

    /** Starts once more, as compiled kernels; only states can be read. */
    Cells compile(Precision precision) {
        Set<String> observed =
                equations.stream().map(equation -> equation.state().name()).collect(Collectors.toSet());
        FusedOptions options = FusedOptions.standard().withPrecision(precision);
        executor = started(new FusedBackend(new KernelCache(1))
                .compile(sketch.program(), Sketch.sizes(N, neurons), observed, options));
        return this;
    }

    Cells run(int steps) {
        for (int i = 0; i < steps; i++) {
            executor.clocks().batch++;
            executor.run(Scope.BATCH);
        }
        return this;
    }

    double[] values(Expr.Read state) {
        return executor.read(state.variable().name());
    }

    double value(Expr.Read state) {
        return values(state)[0];
    }

    static Map<String, Step> byName(Outcome outcome) {
        Map<String, Step> steps = new HashMap<>();
        outcome.steps().forEach(step -> steps.put(step.state().name(), step));
        return steps;
    }

    static String formula(Outcome outcome, String state) {
        return Printer.print(byName(outcome).get(state).value());
    }

    static List<Code> codes(Outcome outcome) {
        return outcome.diagnostics().stream().map(Diagnostic::code).toList();
    }

    @Override
    public Expr once(String name, Expr value) {
        onceCount++;
        Var variable = sketch.state(name + "#" + onceCount, value.space(), value);
        constants.add(variable);
        return sketch.read(variable);
    }

    @Override
    public Expr temporary(String name, Expr value) {
        temporaryCount++;
        return sketch.let(name + "#" + temporaryCount, value);
    }

    static Expr add(Expr a, Expr b) {
        return Expr.Prim.of(Op.ADD, a, b);
    }

    static Expr sub(Expr a, Expr b) {
        return Expr.Prim.of(Op.SUB, a, b);
    }

    static Expr mul(Expr a, Expr b) {
        return Expr.Prim.of(Op.MUL, a, b);
    }

    static Expr mul(double a, Expr b) {
        return mul(number(a), b);
    }

    static Expr div(Expr a, Expr b) {
        return Expr.Prim.of(Op.DIV, a, b);
    }

    static Expr div(Expr a, double b) {
        return div(a, number(b));
    }

    static Expr neg(Expr a) {
        return Expr.Prim.of(Op.NEG, a);
    }

    static Expr exp(Expr a) {
        return Expr.Prim.of(Op.EXP, a);
    }

    /** A value that grows linearly with the neuron's number. */
    static Expr ramp(double first, double step) {
        return add(number(first), mul(step, new Expr.Index(N)));
    }
}
