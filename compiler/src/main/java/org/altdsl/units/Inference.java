package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.BuiltinFunction;
import org.altdsl.names.BuiltinFunctions;
import org.altdsl.names.BuiltinNames;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;

/** Finds the unit of an expression and reports where units do not agree. */
final class Inference implements Expr.Visitor<Quantity> {
    private static final Set<String> TIMES = Set.of("t", "dt", "time");
    private static final Set<String> NUMBERS = Set.of(
            "pi",
            "true",
            "false",
            "progress",
            "epoch",
            "batch",
            "update",
            "step",
            "trial",
            "sample",
            "rank",
            "hops",
            "index",
            "output_index",
            "is_input",
            "is_output",
            "exists",
            "fan_in",
            "fan_out",
            "spike");
    private static final int DEEPEST = 100;

    private final SymbolUnits symbols;
    private final UnitScope scope;
    private final DiagnosticSink sink;

    Inference(SymbolUnits symbols, UnitScope scope, DiagnosticSink sink) {
        this.symbols = requireNonNull(symbols);
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
    }

    Quantity of(Expr expr) {
        return expr.accept(this);
    }

    /** The unit of an expression that must be a pure number; {@code why} completes the message. */
    void number(Expr expr, String why) {
        Quantity found = of(expr);
        if (!found.isNumber()) {
            sink.error(
                    Code.NOT_DIMENSIONLESS,
                    expr.span(),
                    why + ", but this is in " + found.words(),
                    notes(expr).toArray(Note[]::new));
        }
    }

    /** Where the names of the operands were declared, and in what. */
    List<Note> notes(Expr... operands) {
        List<Note> notes = new ArrayList<>();
        for (Expr operand : operands) {
            if (operand instanceof Expr.Reference reference
                    && scope.local(reference.name()).isEmpty()) {
                symbol(reference.name()).ifPresent(found -> {
                    Quantity quantity = of(operand);
                    if (!quantity.dimension().isAny()) {
                        notes.add(Note.at(found.span(), "'" + found.name() + "' is declared " + as(quantity)));
                    }
                });
            }
        }
        return notes;
    }

    private static String as(Quantity quantity) {
        return quantity.dimension().equals(Dimension.NONE) ? "as a pure number" : "in " + quantity.words();
    }

    @Override
    public Quantity number(Expr.Number expr) {
        if (expr.unit().isEmpty()) {
            return expr.value() == 0 ? Quantity.ANY : Quantity.NUMBER;
        }
        String unit = expr.unit().get().text();
        // A number of steps is a time where the network runs in seconds, and a number where it counts steps.
        return Units.isStep(unit)
                ? Quantity.ANY
                : symbols.unit(scope.file(), unit).orElse(Quantity.ANY);
    }

    @Override
    public Quantity text(Expr.Text expr) {
        return Quantity.ANY;
    }

    @Override
    public Quantity reference(Expr.Reference expr) {
        String name = expr.name();
        Optional<Quantity> local = scope.local(name);
        if (local.isPresent()) {
            return local.get();
        }
        if (symbols.catalogue().symbols(scope.declaration()).find(name).isPresent()) {
            return symbolQuantity(name);
        }
        if (scope.tested().isPresent() && symbol(name).isPresent()) {
            return symbolQuantity(name);
        }
        if (TIMES.contains(name)) {
            boolean ticks = isNetwork(scope.declaration().kind());
            return ticks ? Quantity.ANY : new Quantity(Dimension.base("s"), Optional.of("s"));
        }
        if (NUMBERS.contains(name)
                || symbols.catalogue().enumWords(scope.file()).contains(name)) {
            return Quantity.NUMBER;
        }
        boolean rule = scope.declaration().kind() == Declaration.Kind.RULE;
        if (rule && (name.equals("w") || name.equals("dw"))) {
            return symbols.weights(scope.file());
        }
        if (rule && symbols.catalogue().neuronMembers(scope.file()).containsKey(name)) {
            // A name such as s is a unit where the neuron at hand has no such member.
            boolean orUnit = symbols.unit(scope.file(), name).isPresent();
            return orUnit ? Quantity.ANY : symbols.members(scope.file(), name);
        }
        if (BuiltinNames.in(scope.declaration().kind()).contains(name)) {
            return Quantity.ANY;
        }
        return symbols.unit(scope.file(), name).orElse(Quantity.ANY);
    }

    private static boolean isNetwork(Declaration.Kind kind) {
        return kind == Declaration.Kind.CIRCUIT || kind == Declaration.Kind.EXPERIMENT || kind == Declaration.Kind.TEST;
    }

    private Optional<Symbol> symbol(String name) {
        Optional<Symbol> own = symbols.catalogue().symbols(scope.declaration()).find(name);
        return own.or(() -> scope.tested()
                .flatMap(tested -> symbols.catalogue().symbols(tested).find(name)));
    }

    private Quantity symbolQuantity(String name) {
        Optional<Symbol> own = symbols.catalogue().symbols(scope.declaration()).find(name);
        if (own.isPresent()) {
            return symbols.of(scope.declaration(), own.get());
        }
        Declaration tested = scope.tested().orElseThrow();
        return symbols.of(tested, symbols.catalogue().symbols(tested).find(name).orElseThrow());
    }

    @Override
    public Quantity member(Expr.Member expr) {
        String name = expr.name().text();
        Expr base = Symbols.base(expr.of());
        if (!(base instanceof Expr.Reference reference)) {
            return Quantity.ANY;
        }
        boolean place = reference.name().equals("pre")
                || reference.name().equals("post")
                || reference.name().equals("output")
                || reference.name().equals("input");
        if (place
                && symbol(reference.name()).isEmpty()
                && scope.local(reference.name()).isEmpty()) {
            return atPlace(reference.name(), name);
        }
        Optional<Symbol> symbol = symbol(reference.name());
        if (reference.name().equals("data") && symbol.isEmpty() && expr.of() instanceof Expr.Reference) {
            return field(name);
        }
        if (symbol.isPresent() && symbol.get().node() instanceof Item.Compartment compartment) {
            return symbols.inner(compartment, name).orElse(Quantity.ANY);
        }
        if (symbol.isPresent() && symbol.get().node() instanceof Item.Population population) {
            Optional<Declaration> model = symbols.catalogue().used(population.model(), scope.file());
            return model.filter(found -> found.kind() == Declaration.Kind.NEURON)
                    .flatMap(found ->
                            symbols.catalogue().symbols(found).find(name).map(member -> symbols.of(found, member)))
                    .orElse(Quantity.ANY);
        }
        return Quantity.ANY;
    }

    /** A field of the data that the network is shown: a pure number, unless it is declared in a unit. */
    private Quantity field(String name) {
        for (Item item : scope.declaration().body()) {
            if (item instanceof Item.Data data) {
                Optional<Declaration> dataset = symbols.catalogue().used(data.dataset(), scope.file());
                Optional<Symbol> field = dataset.flatMap(
                        found -> symbols.catalogue().symbols(found).find(name));
                return field.map(found -> found.type().flatMap(symbols::stated).orElse(Quantity.NUMBER))
                        .orElse(Quantity.ANY);
            }
        }
        return Quantity.ANY;
    }

    private Quantity atPlace(String place, String name) {
        Optional<Symbol> own = symbol(name)
                .filter(found -> found.kind() != Symbol.Kind.PARAMETER && found.kind() != Symbol.Kind.MODULATOR);
        if (own.isPresent()) {
            return symbolQuantity(name);
        }
        boolean counted = !name.equals("target") && !name.equals("error") && BuiltinNames.NEURON_MEMBERS.contains(name);
        if (counted) {
            return Quantity.NUMBER;
        }
        Optional<Declaration> neuron = scope.neuron(place);
        if (neuron.isPresent()) {
            return symbols.catalogue()
                    .symbols(neuron.get())
                    .find(name)
                    .map(member -> symbols.of(neuron.get(), member))
                    .orElse(Quantity.ANY);
        }
        return isNetwork(scope.declaration().kind()) ? Quantity.ANY : symbols.members(scope.file(), name);
    }

    @Override
    public Quantity index(Expr.Index expr) {
        expr.at().forEach(argument -> of(argument.value()));
        return of(expr.of());
    }

    @Override
    public Quantity atPhase(Expr.AtPhase expr) {
        return of(expr.of());
    }

    @Override
    public Quantity prime(Expr.Prime expr) {
        return Quantity.ANY;
    }

    @Override
    public Quantity unary(Expr.Unary expr) {
        Quantity operand = of(expr.operand());
        return expr.operator() == Expr.UnaryOperator.NOT ? Quantity.NUMBER : operand;
    }

    @Override
    public Quantity binary(Expr.Binary expr) {
        if (expr.operator() == Expr.BinaryOperator.POWER) {
            return power(expr);
        }
        Quantity left = of(expr.left());
        Quantity right = of(expr.right());
        return switch (expr.operator()) {
            case ADD -> alike(expr, left, right, "cannot add " + left.words() + " to " + right.words());
            case SUBTRACT -> alike(expr, left, right, "cannot subtract " + right.words() + " from " + left.words());
            case EQUAL, NOT_EQUAL, LESS, GREATER, LESS_EQUAL, GREATER_EQUAL -> {
                alike(expr, left, right, "cannot compare " + left.words() + " with " + right.words());
                yield Quantity.NUMBER;
            }
            case MULTIPLY -> left.times(right);
            case DIVIDE -> left.over(right);
            case OR, AND -> Quantity.NUMBER;
            case POWER -> throw new AssertionError(expr.operator());
        };
    }

    private Quantity alike(Expr.Binary expr, Quantity left, Quantity right, String message) {
        if (!left.fits(right)) {
            sink.error(
                    Code.UNIT_MISMATCH,
                    expr.span(),
                    message,
                    notes(expr.left(), expr.right()).toArray(Note[]::new));
            return Quantity.ANY;
        }
        return left.or(right);
    }

    private Quantity power(Expr.Binary expr) {
        Quantity base = of(expr.left());
        Quantity exponent = of(expr.right());
        if (!exponent.isNumber()) {
            sink.error(
                    Code.NOT_DIMENSIONLESS,
                    expr.right().span(),
                    "an exponent is a pure number, but this is in " + exponent.words(),
                    notes(expr.right()).toArray(Note[]::new));
            return Quantity.ANY;
        }
        if (base.isNumber()) {
            return base;
        }
        Optional<Double> constant = constant(expr.right());
        if (constant.isEmpty()) {
            sink.error(
                    Code.BAD_EXPONENT,
                    expr.right().span(),
                    "a quantity in " + base.words() + " can only be raised to a constant power",
                    notes(expr.left()).toArray(Note[]::new));
            return Quantity.ANY;
        }
        boolean plain = base.unit().isPresent() && base.unit().get().chars().allMatch(Character::isLetter);
        return new Quantity(
                base.dimension().power(constant.get()),
                plain
                        ? Optional.of(
                                base.unit().get() + "^" + expr.right().span().text())
                        : Optional.empty());
    }

    private static Optional<Double> constant(Expr expr) {
        if (expr instanceof Expr.Number number && number.unit().isEmpty()) {
            return Optional.of(number.value());
        }
        if (expr instanceof Expr.Unary unary && unary.operator() == Expr.UnaryOperator.MINUS) {
            return constant(unary.operand()).map(value -> -value);
        }
        if (expr instanceof Expr.Binary binary && binary.operator() == Expr.BinaryOperator.DIVIDE) {
            Optional<Double> left = constant(binary.left());
            Optional<Double> right = constant(binary.right());
            return left.isPresent() && right.isPresent() ? Optional.of(left.get() / right.get()) : Optional.empty();
        }
        return Optional.empty();
    }

    @Override
    public Quantity choose(Expr.Choose expr) {
        of(expr.condition());
        return branches(expr, List.of(expr.yes(), expr.no()));
    }

    @Override
    public Quantity match(Expr.Match expr) {
        of(expr.subject());
        return branches(expr, expr.cases().stream().map(Expr.MatchCase::value).toList());
    }

    private Quantity branches(Expr whole, List<Expr> values) {
        Quantity common = Quantity.ANY;
        for (Expr value : values) {
            Quantity found = of(value);
            if (!common.fits(found)) {
                sink.error(
                        Code.UNIT_MISMATCH,
                        whole.span(),
                        "one branch is in " + common.words() + ", another in " + found.words());
                return Quantity.ANY;
            }
            common = common.or(found);
        }
        return common;
    }

    @Override
    public Quantity call(Expr.Call expr) {
        expr.where().ifPresent(this::of);
        expr.by().ifPresent(this::of);
        if (expr.function() instanceof Expr.Reference reference) {
            return named(expr, reference.name());
        }
        if (!(expr.function() instanceof Expr.Prime) && !(expr.function() instanceof Expr.Member)) {
            new UseUnits(symbols, this, sink).check(expr, scope.file());
        }
        arguments(expr);
        return Quantity.ANY;
    }

    private List<Quantity> arguments(Expr.Call expr) {
        List<Quantity> found = new ArrayList<>();
        expr.arguments().forEach(argument -> found.add(of(argument.value())));
        return found;
    }

    private Quantity named(Expr.Call call, String name) {
        Optional<Symbol> symbol = symbol(name);
        if (symbol.isPresent() && symbol.get().node() instanceof Declaration function) {
            return function(call, function, true);
        }
        Optional<Declaration> declared = symbols.catalogue().program().find(scope.file(), name);
        Optional<String> standsFor = symbol.filter(found -> found.kind() == Symbol.Kind.PARAMETER)
                .flatMap(Symbol::value)
                .filter(Expr.Reference.class::isInstance)
                .map(value -> ((Expr.Reference) value).name())
                .filter(other -> !other.equals(name));
        if (standsFor.isPresent()) {
            // A function as a parameter, such as f = relu: its default tells what becomes of units.
            return named(call, standsFor.get());
        }
        if (symbol.isPresent() && symbol.get().kind() == Symbol.Kind.PARAMETER) {
            boolean constant = symbol.get()
                    .value()
                    .filter(value -> !(value instanceof Expr.Reference))
                    .isPresent();
            if (!constant || declared.isEmpty() && BuiltinFunctions.find(name).isEmpty()) {
                arguments(call);
                return Quantity.ANY;
            }
        }
        if (declared.isPresent()) {
            if (declared.get().kind() == Declaration.Kind.FUNCTION) {
                return function(call, declared.get(), false);
            }
            new UseUnits(symbols, this, sink).check(call, scope.file());
            return Quantity.ANY;
        }
        Optional<BuiltinFunction> builtin = BuiltinFunctions.find(name);
        if (builtin.isPresent()) {
            return builtin(call, builtin.get());
        }
        arguments(call);
        return Quantity.ANY;
    }

    /** The body of a function, with the units of these arguments; what is wrong with them is said at the call. */
    private Quantity function(Expr.Call call, Declaration function, boolean seesCaller) {
        List<Quantity> given = arguments(call);
        if (function.value().isEmpty() || scope.depth() > DEEPEST) {
            return Quantity.ANY;
        }
        UnitScope inner = scope.function(function, seesCaller);
        int position = 0;
        for (int i = 0; i < call.arguments().size(); i++) {
            Optional<Name> name = call.arguments().get(i).name();
            if (name.isPresent()) {
                inner.define(name.get().text(), given.get(i));
            } else if (position < function.formals().size()) {
                inner.define(function.formals().get(position++).name().text(), given.get(i));
            }
        }
        for (var formal : function.formals()) {
            if (inner.local(formal.name().text()).isEmpty()) {
                inner.define(formal.name().text(), formal.value().map(this::of).orElse(Quantity.ANY));
            }
        }
        DiagnosticSink inside = new DiagnosticSink();
        Quantity result =
                new Inference(symbols, inner, inside).of(function.value().get());
        List<Diagnostic> wrong = inside.sorted();
        if (!wrong.isEmpty() && given.stream().anyMatch(argument -> !argument.isNumber())) {
            Diagnostic first = wrong.get(0);
            sink.error(
                    first.code(),
                    call.span(),
                    "'" + function.name() + "' cannot take "
                            + String.join(
                                    ", ", given.stream().map(Quantity::words).toList()) + ": "
                            + first.message(),
                    Note.at(first.at(), "inside '" + function.name() + "'"));
            return Quantity.ANY;
        }
        return result;
    }

    private Quantity builtin(Expr.Call call, BuiltinFunction function) {
        times(call);
        if (call.arguments().isEmpty()) {
            return Quantity.ANY;
        }
        Expr first = call.arguments().get(0).value();
        switch (function.law()) {
            case NUMBER -> {
                for (Expr.Argument argument : call.arguments()) {
                    number(argument.value(), "'" + function.name() + "' takes a pure number");
                }
                return Quantity.NUMBER;
            }
            case ALIKE -> {
                return alikeArguments(call, function);
            }
            case POWER -> {
                return call.arguments().size() == 2
                        ? power(new Expr.Binary(
                                call.span(),
                                Expr.BinaryOperator.POWER,
                                first,
                                call.arguments().get(1).value()))
                        : Quantity.ANY;
            }
            default -> {
                return derived(function, of(first), call, arguments(call));
            }
        }
    }

    private Quantity derived(BuiltinFunction function, Quantity first, Expr.Call call, List<Quantity> given) {
        return switch (function.law()) {
            case SAME -> first;
            case PURE -> Quantity.NUMBER;
            case ROOT ->
                first.isNumber() ? first : Quantity.of(first.dimension().power(0.5));
            case SQUARE ->
                first.isNumber() ? first : Quantity.of(first.dimension().power(2));
            case INVERSE -> Quantity.NUMBER.over(first);
            case FILTER -> {
                if (given.size() > 1) {
                    duration(call.arguments().get(1).value(), "the time constant of '" + function.name() + "'");
                }
                yield first;
            }
            case RATE -> new Quantity(Dimension.NONE.over(Dimension.base("s")), Optional.of("Hz"));
            case TIME -> new Quantity(Dimension.base("s"), Optional.of("s"));
            case FREE -> Quantity.ANY;
            case NUMBER, ALIKE, POWER -> throw new AssertionError(function.law());
        };
    }

    /** The arguments of something built in that are times, such as when spikes are sent. */
    void times(Expr.Call call) {
        Expr head = Symbols.base(call.function());
        Optional<BuiltinFunction> function = head instanceof Expr.Reference reference
                        && symbols.catalogue()
                                .program()
                                .find(scope.file(), reference.name())
                                .isEmpty()
                ? BuiltinFunctions.find(reference.name())
                : Optional.empty();
        if (function.isEmpty() || function.get().times().isEmpty()) {
            return;
        }
        List<String> times = function.get().times();
        for (int i = 0; i < call.arguments().size(); i++) {
            Expr.Argument argument = call.arguments().get(i);
            boolean first = i == 0 && function.get().kind() == BuiltinFunction.Kind.POPULATION;
            String name = argument.name().map(Name::text).orElse(first ? times.get(0) : "");
            if (times.contains(name)) {
                time(argument.value(), "'" + name + "' of '" + function.get().name() + "'");
            }
        }
    }

    private void time(Expr expr, String what) {
        if (expr instanceof Expr.ListLiteral list) {
            list.elements().forEach(element -> time(element, what));
            return;
        }
        Quantity found = of(expr);
        if (!found.dimension().fits(Dimension.base("s"))) {
            String wanted = expr instanceof Expr.Number number ? "; write " + asTime(number.value()) : "";
            sink.error(
                    Code.UNIT_MISMATCH,
                    expr.span(),
                    what + " is a time, but this is "
                            + (found.dimension().equals(Dimension.NONE)
                                    ? "a pure number" + wanted
                                    : "in " + found.words()),
                    notes(expr).toArray(Note[]::new));
        }
    }

    /** Fractions are taken for seconds, whole numbers for milliseconds or steps. */
    private static String asTime(double value) {
        if (value != Math.rint(value) || Math.abs(value) > 1e9) {
            return value + " s";
        }
        return (long) value + " ms, or " + (long) value + (value == 1 ? " step" : " steps");
    }

    /** A time or a number of ticks; not a number whose unit was forgotten. */
    void span(Expr expr, String what, String example) {
        boolean bare = !(expr instanceof Expr.Number number && number.unit().isPresent())
                && of(expr).dimension().equals(Dimension.NONE);
        if (bare) {
            sink.error(
                    Code.UNIT_MISMATCH, expr.span(), what + " is a time, but this is a pure number; write " + example);
            return;
        }
        duration(expr, what);
    }

    /** A time, or a number of ticks. */
    void duration(Expr expr, String what) {
        Quantity found = of(expr);
        boolean time = found.dimension().fits(Dimension.base("s")) || found.isNumber();
        if (!time) {
            sink.error(
                    Code.UNIT_MISMATCH,
                    expr.span(),
                    what + " is a time, but this is in " + found.words(),
                    notes(expr).toArray(Note[]::new));
        }
    }

    private Quantity alikeArguments(Expr.Call call, BuiltinFunction function) {
        Quantity common = Quantity.ANY;
        for (Expr.Argument argument : call.arguments()) {
            Quantity found = of(argument.value());
            if (!common.fits(found)) {
                sink.error(
                        Code.UNIT_MISMATCH,
                        call.span(),
                        "'" + function.name() + "' takes arguments of one unit, not " + common.words() + " and "
                                + found.words(),
                        notes(call.arguments().stream()
                                        .map(Expr.Argument::value)
                                        .toArray(Expr[]::new))
                                .toArray(Note[]::new));
                return Quantity.ANY;
            }
            common = common.or(found);
        }
        return common;
    }

    @Override
    public Quantity list(Expr.ListLiteral expr) {
        return common(expr.elements());
    }

    @Override
    public Quantity table(Expr.TableLiteral expr) {
        return common(expr.entries().stream().map(Expr.TableEntry::value).toList());
    }

    /** Rows of a table of a test may mix units; then nothing is known of the whole. */
    private Quantity common(List<Expr> values) {
        Quantity common = Quantity.ANY;
        for (Expr value : values) {
            Quantity found = of(value);
            if (!common.fits(found)) {
                return Quantity.ANY;
            }
            common = common.or(found);
        }
        return common;
    }

    @Override
    public Quantity range(Expr.Range expr) {
        Quantity first = of(expr.first());
        Quantity last = of(expr.last());
        if (!first.fits(last)) {
            sink.error(
                    Code.UNIT_MISMATCH,
                    expr.span(),
                    "a range has one unit, not " + first.words() + " and " + last.words());
        }
        return first.or(last);
    }
}
