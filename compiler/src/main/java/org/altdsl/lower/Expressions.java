package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Deriv;
import org.altdsl.ir.Expr.DerivKind;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Expr.Read;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Suggestions;
import org.altdsl.source.Span;
import org.altdsl.units.Units;

/**
 * Turns expressions as written into expressions of the IR: names become variables, definitions are put in, words
 * after {@code over} become axes, values become SI numbers.
 */
final class Expressions {
    private final LinkedProgram program;
    private final DiagnosticSink sink;
    private final Emission emission;
    private final Builtins builtins;
    private final Literals literals;
    private final Mask.Masks masks = new Mask.Masks();
    private ObjectiveLowering objectives;
    private Optional<Time> time = Optional.empty();
    private Optional<Watch> watch = Optional.empty();
    private Optional<Filters> filters = Optional.empty();
    private Optional<Processes> processes = Optional.empty();
    private final Map<String, Value> chosen = new HashMap<>();
    private final Map<Value.Model, Boolean> compared = new IdentityHashMap<>();
    private final Map<String, Map<Span, Integer>> draws = new HashMap<>();
    private int depth;

    Expressions(LinkedProgram program, DiagnosticSink sink, Emission emission) {
        this.program = requireNonNull(program);
        this.sink = requireNonNull(sink);
        this.emission = requireNonNull(emission);
        this.builtins = new Builtins(this);
        this.literals = new Literals(this);
    }

    /**
     * Which draw of a stream one is, by where it is written: the first one met is 0. So what is drawn does not change
     * when a comment is added above it, and a definition that is read twice draws the same.
     */
    int drawNumber(String stream, Span at) {
        Map<Span, Integer> known = draws.computeIfAbsent(stream, unused -> new HashMap<>());
        Integer number = known.putIfAbsent(at, known.size());
        return number == null ? known.size() - 1 : number;
    }

    /** Says that a model is one of several that are compared: of what it is given, it takes what it declares. */
    void compared(Value.Model model) {
        compared.put(model, true);
    }

    /** Whether a model takes an argument; one without a name is left to those who count them. */
    private boolean declares(Value.Model model, Expr.Argument argument) {
        if (argument.name().isEmpty()) {
            return true;
        }
        String name = argument.name().get().text();
        Flattened flattened = new Inheritance(program, sink).flatten(model.declaration());
        return flattened.parameters().containsKey(name)
                || flattened.items(Item.Feedback.class).stream()
                        .anyMatch(feedback -> feedback.name().text().equals(name))
                || flattened.items(Item.Modulators.class).stream()
                        .anyMatch(item -> item.bindings().get(0).name().text().equals(name));
    }

    /** From now on, {@code t} and {@code dt} are those of a network in time. */
    void runsIn(Time steps) {
        time = Optional.of(steps);
        watch = Optional.of(new Watch(this, steps));
        filters = Optional.of(new Filters(this, steps));
        processes = Optional.of(new Processes(this, steps));
    }

    /** The filters of a network in time, for what is written at {@code at}. */
    Filters filters(Span at) {
        time(at);
        return filters.orElseThrow();
    }

    /** The random processes of a network in time, for what is written at {@code at}. */
    Processes processes(Span at) {
        time(at);
        return processes.orElseThrow();
    }

    /** What watches quantities through time; empty in a network of rates. */
    Optional<Watch> watch() {
        return watch;
    }

    /** The time that a network runs in, for what is written at {@code at}. */
    Time time(Span at) {
        return time.orElseThrow(() ->
                error(Code.NOT_ALLOWED_HERE, at, "this takes time, and nothing here runs in time: say dt = 0.1 ms"));
    }

    /** From now on, the use of an objective stands for its value. */
    void objectives(ObjectiveLowering lowering) {
        objectives = requireNonNull(lowering);
    }

    Literals literals() {
        return literals;
    }

    /** Which synapses exist, of projections that do not have all. */
    Mask.Masks masks() {
        return masks;
    }

    Emission emission() {
        return emission;
    }

    LinkedProgram program() {
        return program;
    }

    DiagnosticSink sink() {
        return sink;
    }

    /** The items of a kind, those that stand where a condition known now holds included. */
    <T extends Item> List<T> resolved(List<Item> items, Scope scope, Class<T> kind) {
        List<T> found = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof Item.If branch && branch.body().stream().anyMatch(kind::isInstance)) {
                boolean holds = number(branch.condition(), scope, Section.INIT, "a condition on equations") != 0;
                found.addAll(resolved(holds ? branch.body() : branch.otherwise(), scope, kind));
            } else if (kind.isInstance(item)) {
                found.add(kind.cast(item));
            }
        }
        return found;
    }

    /** Reports an error and leaves the statement. */
    Abandon error(Code code, Span at, String message, Note... notes) {
        sink.error(code, at, message, notes);
        return new Abandon();
    }

    /** The quantity an expression stands for; an error is reported if it stands for something else. */
    org.altdsl.ir.Expr real(Expr expr, Scope scope, Section section) {
        return real(value(expr, scope, section), expr.span(), scope, section, null);
    }

    /** As {@link #real}, where a list is a literal over the axes of {@code expected}. */
    org.altdsl.ir.Expr real(Expr expr, Scope scope, Section section, Space expected) {
        return real(value(expr, scope, section), expr.span(), scope, section, expected);
    }

    org.altdsl.ir.Expr real(Value value, Span at, Scope scope, Section section, Space expected) {
        if (value instanceof Value.Real real) {
            return real.expr();
        }
        if (value instanceof Value.Label label) {
            return label.index();
        }
        if (value instanceof Value.Sequence sequence) {
            Space space = expected != null ? expected : scope.drawSpace();
            return literals.literal(sequence, space, section);
        }
        if (value instanceof Value.Word word) {
            throw error(
                    Code.WRONG_TYPE,
                    at,
                    "'" + word.word() + "' is a constant of the enum " + word.enumeration() + ", not a quantity");
        }
        throw error(Code.WRONG_TYPE, at, "expected a quantity, found " + describe(value));
    }

    static String describe(Value value) {
        if (value instanceof Value.Function function) {
            return "the function '" + function.declaration().name() + "'; call it with its arguments";
        }
        if (value instanceof Value.Builtin builtin) {
            return "the function '" + builtin.name() + "'; call it with its arguments";
        }
        if (value instanceof Value.Text) {
            return "a text";
        }
        if (value instanceof Value.Model model) {
            return "the " + model.declaration().kind().word() + " '"
                    + model.declaration().name() + "'";
        }
        if (value instanceof Value.Place place) {
            return "'" + place.name() + "', which has several quantities; name one as in '" + place.name() + ".r'";
        }
        if (value instanceof Value.Group group) {
            return "'" + group.name() + "', which has several members; name one as in '" + group.name() + "[0]'";
        }
        return "something else";
    }

    Value value(Expr expr, Scope scope, Section section) {
        if (++depth > 2000) {
            depth = 0;
            throw error(Code.RECURSIVE_DEFINITION, expr.span(), "this definition refers to itself");
        }
        try {
            return expr.accept(new Walk(scope, section));
        } catch (IllegalArgumentException e) {
            throw new AssertionError("lowering '" + expr.span().text() + "' at " + expr.span(), e);
        } finally {
            depth--;
        }
    }

    static String words(Space space) {
        return words(space, null);
    }

    /** What a space has one value for, in a researcher's words; in a scope with {@code pre} and {@code post}, by those. */
    static String words(Space space, Scope scope) {
        if (space.isScalar()) {
            return "all together";
        }
        List<String> words = new ArrayList<>();
        for (Axis axis : space.axes()) {
            words.add(word(axis, scope));
        }
        return "each " + String.join(" and ", words);
    }

    private static String word(Axis axis, Scope scope) {
        if (axis.equals(Axis.LANE)) {
            return "sample";
        }
        if (scope != null && scope.axis("pre").map(pre -> pre.has(axis)).orElse(false)) {
            return "presynaptic neuron";
        }
        if (scope != null && scope.axis("post").map(post -> post.has(axis)).orElse(false)) {
            return "postsynaptic neuron";
        }
        return "neuron of '" + axis.name() + "'";
    }

    /** The value of a name of the whole program: a declaration, a function of the language, a constant or a unit. */
    private Optional<Value> global(String name, Span at, Scope scope) {
        Optional<Declaration> declared = program.find(at.file(), name);
        if (declared.isPresent()) {
            Declaration declaration = declared.get();
            return Optional.of(
                    declaration.kind() == Declaration.Kind.FUNCTION
                            ? new Value.Function(declaration, Optional.empty())
                            : new Value.Model(declaration, List.of(), scope));
        }
        for (Declaration enumeration : program.all(at.file(), Declaration.Kind.ENUM)) {
            for (Name word : enumeration.words()) {
                if (word.text().equals(name)) {
                    return Optional.of(new Value.Word(enumeration.name().text(), name));
                }
            }
        }
        switch (name) {
            case "true":
                return Optional.of(new Value.Real(new Const(1)));
            case "false":
                return Optional.of(new Value.Real(new Const(0)));
            case "inf":
                return Optional.of(new Value.Real(new Const(Double.POSITIVE_INFINITY)));
            case "pi":
                return Optional.of(new Value.Real(new Const(Math.PI)));
            case "training":
                return Optional.of(new Value.Real(Mode.training()));
            case "dt":
                if (time.isPresent()) {
                    return Optional.of(new Value.Real(new Const(time.get().dt())));
                }
                return Optional.empty();
            case "t", "time":
                if (time.isPresent()) {
                    return Optional.of(new Value.Real(time.get().now()));
                }
                return Optional.empty();
            case "progress":
                return Optional.of(new Value.Real(new org.altdsl.ir.Expr.Tick(org.altdsl.ir.Clock.PROGRESS)));
            case "epoch":
                return Optional.of(new Value.Real(new org.altdsl.ir.Expr.Tick(org.altdsl.ir.Clock.EPOCH)));
            case "batch":
                return Optional.of(new Value.Real(new org.altdsl.ir.Expr.Tick(org.altdsl.ir.Clock.BATCH)));
            case "update":
                return Optional.of(new Value.Real(new org.altdsl.ir.Expr.Tick(org.altdsl.ir.Clock.UPDATE)));
            default:
                if (Builtins.isFunction(name)) {
                    return Optional.of(new Value.Builtin(name));
                }
                return Units.find(name).map(unit -> new Value.Real(new Const(unit.scale())));
        }
    }

    /** The value of a function for given arguments, written at {@code at}. */
    Value apply(Value function, List<Value> arguments, Span at, Scope caller, Section section) {
        if (function instanceof Value.Builtin builtin) {
            return builtins.elementwise(builtin.name(), arguments, at, caller, section);
        }
        if (!(function instanceof Value.Function declared)) {
            throw error(Code.WRONG_TYPE, at, "expected a function, found " + describe(function));
        }
        Declaration declaration = declared.declaration();
        if (arguments.size() > declaration.formals().size()) {
            throw error(
                    Code.WRONG_ARGUMENTS,
                    at,
                    "'" + declaration.name() + "' takes "
                            + declaration.formals().size() + " argument(s), not " + arguments.size(),
                    Note.at(declaration.name().span(), "it is declared here"));
        }
        Scope.Local body =
                declared.home().isPresent() ? Scope.over(declared.home().get()) : Scope.Local.functionBody(caller);
        for (int i = 0; i < declaration.formals().size(); i++) {
            var formal = declaration.formals().get(i);
            Value argument;
            if (i < arguments.size()) {
                argument = arguments.get(i);
            } else if (formal.value().isPresent()) {
                argument = value(formal.value().get(), body, section);
            } else {
                throw error(
                        Code.WRONG_ARGUMENTS,
                        at,
                        "'" + declaration.name() + "' needs a value for '" + formal.name() + "'");
            }
            body.own().put(formal.name().text(), argument);
        }
        Expr result = declaration
                .value()
                .orElseThrow(() ->
                        error(Code.WRONG_TYPE, at, "the function '" + declaration.name() + "' has no expression"));
        return value(result, body, section);
    }

    /** The slope of a function of one argument at a quantity. */
    private org.altdsl.ir.Expr slope(Value function, Expr argument, Span at, Scope scope, Section section) {
        org.altdsl.ir.Expr x = real(argument, scope, section);
        if (x instanceof Const) {
            throw error(Code.NOT_DIFFERENTIABLE, argument.span(), "the argument of a derivative cannot be a constant");
        }
        Var by = variable(x, "argument", at, section);
        org.altdsl.ir.Expr of = real(
                apply(function, List.of(new Value.Real(emission.read(by, section))), at, scope, section),
                at,
                scope,
                section,
                null);
        return new Deriv(DerivKind.SLOPE, of, by);
    }

    private Var variable(org.altdsl.ir.Expr x, String name, Span at, Section section) {
        if (x instanceof Read read) {
            return read.variable();
        }
        org.altdsl.ir.Expr held = emission.temporary(name, section, x, Slot.SETTLE, Owner.RULE, Matter.OTHER, at);
        return ((Read) held).variable();
    }

    /** {@code d(of)/d(by)}. */
    private org.altdsl.ir.Expr derivative(Expr.Call of, Expr.Call by, Span at, Scope scope, Section section) {
        org.altdsl.ir.Expr below = real(by.arguments().get(0).value(), scope, section);
        if (!(below instanceof Read read)) {
            throw error(
                    Code.NOT_DIFFERENTIABLE,
                    by.arguments().get(0).span(),
                    "a derivative is taken by a variable such as 'h.u' or 'a.w', not by an expression");
        }
        org.altdsl.ir.Expr above = real(of.arguments().get(0).value(), scope, section.settle());
        if (!above.space().without(Axis.LANE).isScalar()) {
            Var along = read.variable();
            return new Deriv(DerivKind.SLOPE, above, along);
        }
        boolean byOneNumber = read.variable().space().isScalar();
        Section where = section.settle();
        return byOneNumber ? rate(above, read.variable(), at, where) : gradient(above, read.variable(), at, where);
    }

    /** The derivative of a value per sample by one number for all, taken forwards: a value per sample again. */
    private org.altdsl.ir.Expr rate(org.altdsl.ir.Expr of, Var by, Span at, Section where) {
        Var value = variable(of, "value", at, where);
        Deriv deriv = new Deriv(DerivKind.RATE, emission.read(value, where), by);
        return emission.temporary(value.name() + ".rate", where, deriv, Slot.SETTLE, value.owner(), value.matter(), at);
    }

    /** The gradient of a value per sample by a variable of the forward pass, or of a step of time. */
    org.altdsl.ir.Expr gradient(org.altdsl.ir.Expr of, Var by, Span at, Section where) {
        Var value = variable(of, "value", at, where);
        Deriv deriv = new Deriv(DerivKind.GRADIENT, emission.read(value, where), by);
        String name = by.name() + ".gradient";
        org.altdsl.ir.Expr slope =
                emission.temporary(name, where, deriv, Slot.SETTLE, Owner.RULE, Matter.OBJECTIVE, at);
        // A synapse that does not exist has no slope, even if the objective would have one by it.
        return emission.temporary(name, where, masks.held(by, slope), Slot.SETTLE, Owner.RULE, Matter.OBJECTIVE, at);
    }

    /** The axes that words after {@code over} name. */
    Space axes(List<Expr> words, Scope scope, Section section) {
        Space all = Space.SCALAR;
        for (Expr word : words) {
            all = all.union(axis(word, scope, section));
        }
        return all;
    }

    private Space axis(Expr word, Scope scope, Section section) {
        if (word instanceof Expr.Reference reference) {
            Optional<Space> known = scope.axis(reference.name());
            if (known.isPresent()) {
                return known.get();
            }
            throw error(
                    Code.UNKNOWN_AXIS,
                    reference.span(),
                    "'" + reference.name() + "' is no axis here"
                            + Suggestions.didYouMean(
                                    reference.name(),
                                    List.of("pre", "post", "batch", "population", "layers", "model")));
        }
        throw error(Code.UNKNOWN_AXIS, word.span(), "expected the name of an axis, such as pre, post or batch");
    }

    private final class Walk implements Expr.Visitor<Value> {
        private final Scope scope;
        private final Section section;

        Walk(Scope scope, Section section) {
            this.scope = scope;
            this.section = section;
        }

        private Value real(org.altdsl.ir.Expr expr) {
            return new Value.Real(expr);
        }

        private Abandon notYet(Expr expr, String what) {
            return error(
                    Code.NOT_YET, expr.span(), what + " is part of the language, but this version cannot run it yet");
        }

        @Override
        public Value number(Expr.Number expr) {
            double scale = 1;
            if (expr.unit().isPresent()) {
                Name unit = expr.unit().get();
                scale = Units.find(unit.text())
                        .orElseThrow(() -> error(
                                Code.UNKNOWN_UNIT,
                                unit.span(),
                                "no unit '" + unit + "'" + Suggestions.didYouMean(unit.text(), Units.symbols())))
                        .scale();
                if (Units.isStep(unit.text())) {
                    scale = time.map(Time::dt).orElse(1.0);
                }
            }
            return real(new Const(expr.value() * scale));
        }

        @Override
        public Value text(Expr.Text expr) {
            return new Value.Text(expr.value());
        }

        @Override
        public Value reference(Expr.Reference expr) {
            Optional<Value> local = scope.find(expr.name(), section, expr.span());
            if (local.isPresent()) {
                return local.get();
            }
            Optional<Value> global = global(expr.name(), expr.span(), scope);
            if (global.isPresent()) {
                return global.get();
            }
            throw error(
                    Code.UNKNOWN_NAME,
                    expr.span(),
                    "unknown name '" + expr.name() + "'" + Suggestions.didYouMean(expr.name(), scope.names()));
        }

        @Override
        public Value member(Expr.Member expr) {
            Value of = value(expr.of(), scope, section);
            if (of instanceof Value.Group group && group.values().size() == 1) {
                of = group.values().get(0);
            }
            if (of instanceof Value.Place place) {
                Optional<Value> member = place.members().member(expr.name().text(), section, expr.span());
                if (member.isPresent()) {
                    return member.get();
                }
                Optional<Value> proposal =
                        scope.proposalOf(place.members(), expr.name().text(), section);
                if (proposal.isPresent()) {
                    return proposal.get();
                }
                throw error(
                        Code.UNKNOWN_MEMBER,
                        expr.name().span(),
                        "'" + place.name() + "' has no '" + expr.name() + "'"
                                + Suggestions.didYouMean(
                                        expr.name().text(), place.members().names()));
            }
            throw error(
                    Code.WRONG_TYPE,
                    expr.span(),
                    "only a place such as 'pre' or a population has members; this is " + describe(of));
        }

        @Override
        public Value index(Expr.Index expr) {
            Value of = value(expr.of(), scope, section);
            if (of instanceof Value.Group group) {
                return element(expr, group);
            }
            if (of instanceof Value.Family family) {
                return member(expr, family);
            }
            if (of instanceof Value.Sequence sequence && expr.at().size() == 1) {
                return element(expr, sequence);
            }
            if (of instanceof Value.Place place && place.members() instanceof OneSynapse.OfSource synapses) {
                int number = whole(expr.at().get(0).value(), "the number of a synapse");
                return chosen.computeIfAbsent(
                        expr.span().file() + " " + expr.span().start(),
                        unused -> new Value.Place(expr.span().text(), synapses.at(number, expr.span())));
            }
            Optional<Value> neurons = neurons(expr, of);
            if (neurons.isPresent()) {
                return neurons.get();
            }
            org.altdsl.ir.Expr whole = Expressions.this.real(of, expr.of().span(), scope, section, null);
            Optional<org.altdsl.ir.Edges> listed = emission.edges().stream()
                    .filter(edges -> whole.space().has(edges.synapses()))
                    .findFirst();
            if (listed.isPresent() && expr.at().size() == 2) {
                return real(synapse(listed.get(), expr, whole));
            }
            org.altdsl.ir.Expr x = whole;
            List<Axis> order = literals.order(x.space().without(Axis.LANE));
            if (expr.at().size() > order.size()) {
                throw error(
                        Code.WRONG_SHAPE,
                        expr.span(),
                        "this has one value for " + words(x.space()) + ", so it takes at most " + order.size()
                                + " indices, not " + expr.at().size());
            }
            for (int i = 0; i < expr.at().size(); i++) {
                Expr at = expr.at().get(i).value();
                if (at instanceof Expr.Range range) {
                    x = slice(range, order.get(i), x);
                } else {
                    org.altdsl.ir.Expr position = Expressions.this.real(at, scope, section);
                    x = Gather.of(new IndexMap.Pick(order.get(i), position), x);
                }
            }
            return real(x);
        }

        /** Some neurons of a population, or one of them. */
        private Optional<Value> neurons(Expr.Index expr, Value of) {
            if (!(of instanceof Value.Place place) || expr.at().size() != 1) {
                return Optional.empty();
            }
            Population population;
            int start = 0;
            int size;
            if (place.members() instanceof PopulationPart part) {
                population = part.population();
                start = part.first();
                size = part.count();
            } else if (place.members() instanceof Population whole && literals.isSized(whole.axis())) {
                population = whole;
                size = literals.sizeOf(whole.axis());
            } else {
                return Optional.empty();
            }
            Expr at = expr.at().get(0).value();
            int first =
                    at instanceof Expr.Range range ? whole(range.first(), "the first index") : whole(at, "an index");
            int last = at instanceof Expr.Range range ? whole(range.last(), "the last index") : first;
            if (first < 0 || last < first || last >= size) {
                throw error(
                        Code.WRONG_SHAPE,
                        expr.span(),
                        "'" + place.name() + "' has " + size + " neurons, counted from 0");
            }
            boolean single = !(at instanceof Expr.Range);
            return Optional.of(new Value.Place(
                    expr.span().text(), new PopulationPart(population, start + first, last - first + 1, single)));
        }

        /** The value of one synapse, {@code w[post, pre]}; the sum of them where there are several, 0 where there is none. */
        private org.altdsl.ir.Expr synapse(org.altdsl.ir.Edges edges, Expr.Index expr, org.altdsl.ir.Expr x) {
            org.altdsl.ir.Expr post = Expressions.this.real(expr.at().get(0).value(), scope, section);
            org.altdsl.ir.Expr pre = Expressions.this.real(expr.at().get(1).value(), scope, section);
            org.altdsl.ir.Expr isIt = Emission.prim(
                    Op.AND,
                    Emission.prim(Op.EQ, new Read(edges.target(), 0), post),
                    Emission.prim(Op.EQ, new Read(edges.source(), 0), pre));
            return Builtins.reduce(
                    org.altdsl.ir.Fold.SUM,
                    Emission.prim(Op.SELECT, isIt, x, new Const(0)),
                    Space.of(edges.synapses()));
        }

        private org.altdsl.ir.Expr slice(Expr.Range range, Axis axis, org.altdsl.ir.Expr x) {
            int first = whole(range.first(), "the first index");
            int last = whole(range.last(), "the last index");
            if (last < first) {
                throw error(Code.WRONG_SHAPE, range.span(), "an empty range");
            }
            String name = axis.name() + "[" + first + ".." + last + "]";
            Axis part = new Axis(name, axis.role(), "#" + (last - first + 1));
            return Gather.of(new IndexMap.Affine(part, axis, 1, first), x);
        }

        private int whole(Expr expr, String what) {
            return Expressions.this.whole(expr, scope, section, what);
        }

        private Value element(Expr.Index expr, Value.Sequence sequence) {
            int at = whole(expr.at().get(0).value(), "an index");
            List<Expr> elements = sequence.list().elements();
            if (at < 0 || at >= elements.size()) {
                throw error(
                        Code.WRONG_SHAPE,
                        expr.span(),
                        "this list has " + elements.size() + " elements, counted from 0");
            }
            return value(elements.get(at), sequence.scope(), section);
        }

        private Value member(Expr.Index expr, Value.Family family) {
            int at = whole(expr.at().get(0).value(), "an index");
            Value member = family.members().get(at);
            if (member == null) {
                throw error(
                        Code.WRONG_SHAPE,
                        expr.span(),
                        "there is no '" + family.name() + "[" + at + "]'; there are those at "
                                + family.members().keySet());
            }
            return member;
        }

        private Value element(Expr.Index expr, Value.Group group) {
            int at = whole(expr.at().get(0).value(), "an index");
            if (at < 0 || at >= group.values().size()) {
                throw error(
                        Code.WRONG_SHAPE,
                        expr.span(),
                        "'" + group.name() + "' has " + group.values().size() + " members, counted from 0");
            }
            return group.values().get(at);
        }

        @Override
        public Value atPhase(Expr.AtPhase expr) {
            Optional<org.altdsl.ir.Expr> beforeEvent = watch.flatMap(watching -> watching.kept(expr, section));
            if (beforeEvent.isPresent()) {
                return real(beforeEvent.get());
            }
            String phase = expr.phase().size() == 1 ? expr.phase().get(0).text() : "";
            String pass = scope.pass(phase)
                    .orElseThrow(() -> error(
                            Code.UNKNOWN_NAME,
                            expr.span(),
                            "no phase '" + phase + "' here; x@phase is the value of x when that phase ended"));
            return value(expr.of(), scope, section.in(pass));
        }

        @Override
        public Value prime(Expr.Prime expr) {
            throw error(Code.WRONG_TYPE, expr.span(), "a derivative of a function is called, as in f'(u)");
        }

        @Override
        public Value unary(Expr.Unary expr) {
            org.altdsl.ir.Expr operand = Expressions.this.real(expr.operand(), scope, section);
            return real(Emission.prim(expr.operator() == Expr.UnaryOperator.NOT ? Op.NOT : Op.NEG, operand));
        }

        @Override
        public Value binary(Expr.Binary expr) {
            if (expr.operator() == Expr.BinaryOperator.DIVIDE && isDifferential(expr.right())) {
                return real(quotient(expr.left(), (Expr.Call) expr.right(), expr.span()));
            }
            Value left = value(expr.left(), scope, section);
            Value right = value(expr.right(), scope, section);
            if (left instanceof Value.Word a && right instanceof Value.Word b) {
                boolean same = a.equals(b);
                boolean result =
                        switch (expr.operator()) {
                            case EQUAL -> same;
                            case NOT_EQUAL -> !same;
                            default ->
                                throw error(
                                        Code.WRONG_TYPE,
                                        expr.span(),
                                        "constants of an enum are only compared with == and !=");
                        };
                return real(new Const(result ? 1 : 0));
            }
            org.altdsl.ir.Expr x;
            org.altdsl.ir.Expr y;
            if (left instanceof Value.Sequence) {
                y = Expressions.this.real(right, expr.right().span(), scope, section, null);
                x = Expressions.this.real(left, expr.left().span(), scope, section, literalSpace(y));
            } else {
                x = Expressions.this.real(left, expr.left().span(), scope, section, null);
                y = Expressions.this.real(right, expr.right().span(), scope, section, literalSpace(x));
            }
            return real(Emission.prim(operator(expr.operator()), x, y));
        }

        /** {@code d(a)/d(b)}, with what was written before it: a sign, or a factor. */
        private org.altdsl.ir.Expr quotient(Expr above, Expr.Call below, Span at) {
            if (isDifferential(above)) {
                return derivative((Expr.Call) above, below, at, scope, section);
            }
            if (above instanceof Expr.Unary unary && unary.operator() == Expr.UnaryOperator.MINUS) {
                return Emission.prim(Op.NEG, quotient(unary.operand(), below, at));
            }
            if (above instanceof Expr.Binary product && product.operator() == Expr.BinaryOperator.MULTIPLY) {
                org.altdsl.ir.Expr factor = Expressions.this.real(product.left(), scope, section);
                return Emission.prim(Op.MUL, factor, quotient(product.right(), below, at));
            }
            throw error(Code.NOT_DIFFERENTIABLE, at, "a derivative is written d(of)/d(by)");
        }

        private Space literalSpace(org.altdsl.ir.Expr beside) {
            return beside.space().without(Axis.LANE).isScalar() ? null : beside.space();
        }

        private boolean isDifferential(Expr expr) {
            return expr instanceof Expr.Call call
                    && call.function() instanceof Expr.Reference reference
                    && reference.name().equals("d")
                    && call.arguments().size() == 1;
        }

        private Op operator(Expr.BinaryOperator operator) {
            return switch (operator) {
                case OR -> Op.OR;
                case AND -> Op.AND;
                case EQUAL -> Op.EQ;
                case NOT_EQUAL -> Op.NE;
                case LESS -> Op.LT;
                case GREATER -> Op.GT;
                case LESS_EQUAL -> Op.LE;
                case GREATER_EQUAL -> Op.GE;
                case ADD -> Op.ADD;
                case SUBTRACT -> Op.SUB;
                case MULTIPLY -> Op.MUL;
                case DIVIDE -> Op.DIV;
                case POWER -> Op.POW;
            };
        }

        @Override
        public Value choose(Expr.Choose expr) {
            org.altdsl.ir.Expr condition = Expressions.this.real(expr.condition(), scope, section);
            if (condition instanceof Const constant) {
                return value(constant.value() != 0 ? expr.yes() : expr.no(), scope, section);
            }
            return real(Emission.prim(
                    Op.SELECT,
                    condition,
                    Expressions.this.real(expr.yes(), scope, section),
                    Expressions.this.real(expr.no(), scope, section)));
        }

        @Override
        public Value match(Expr.Match expr) {
            Value subject = value(expr.subject(), scope, section);
            if (subject instanceof Value.Word word) {
                for (Expr.MatchCase branch : expr.cases()) {
                    if (value(branch.pattern(), scope, section).equals(word)) {
                        return value(branch.value(), scope, section);
                    }
                }
                throw error(Code.MISSING_VALUE, expr.span(), "no case for '" + word.word() + "'");
            }
            org.altdsl.ir.Expr x = Expressions.this.real(subject, expr.subject().span(), scope, section, null);
            org.altdsl.ir.Expr result = new Const(0);
            for (int i = expr.cases().size() - 1; i >= 0; i--) {
                Expr.MatchCase branch = expr.cases().get(i);
                org.altdsl.ir.Expr is =
                        Emission.prim(Op.EQ, x, Expressions.this.real(branch.pattern(), scope, section));
                result = Emission.prim(Op.SELECT, is, Expressions.this.real(branch.value(), scope, section), result);
            }
            return real(result);
        }

        @Override
        public Value call(Expr.Call expr) {
            if (expr.function() instanceof Expr.Prime prime) {
                if (expr.arguments().size() != 1) {
                    throw error(Code.WRONG_ARGUMENTS, expr.span(), "the derivative of a function takes one argument");
                }
                Value function = value(prime.of(), scope, section);
                return real(slope(function, expr.arguments().get(0).value(), expr.span(), scope, section));
            }
            if (expr.function() instanceof Expr.Member member
                    && member.name().text().equals("synapses_of")
                    && expr.arguments().size() == 1) {
                return synapsesOf(
                        value(member.of(), scope, section),
                        expr.arguments().get(0).value(),
                        expr.span());
            }
            Value function = value(expr.function(), scope, section);
            if (function instanceof Value.Real
                    && expr.function() instanceof Expr.Reference reference
                    && Builtins.isFunction(reference.name())) {
                // A quantity may be called like a function of the language; what is called is the function.
                function = new Value.Builtin(reference.name());
            }
            if (function instanceof Value.Builtin builtin) {
                return builtins.call(builtin.name(), expr, scope, section);
            }
            if (function instanceof Value.Model model) {
                List<Expr.Argument> arguments = new ArrayList<>(model.arguments());
                expr.arguments().stream()
                        .filter(argument -> !compared.containsKey(model) || declares(model, argument))
                        .forEach(arguments::add);
                Value.Model use = new Value.Model(model.declaration(), arguments, scope);
                return model.declaration().kind() == Declaration.Kind.OBJECTIVE && objectives != null
                        ? real(objectives.value(use, section.settle(), expr.span()))
                        : use;
            }
            if (!expr.over().isEmpty()) {
                throw error(
                        Code.WRONG_ARGUMENTS,
                        expr.over().get(0).span(),
                        "only reductions of the language take 'over'; put it inside the function");
            }
            List<Value> arguments = new ArrayList<>();
            for (Expr.Argument argument : expr.arguments()) {
                arguments.add(value(argument.value(), scope, section));
            }
            if (function instanceof Value.Function declared) {
                arguments = ordered(declared.declaration(), expr, arguments);
            }
            return apply(function, arguments, expr.span(), scope, section);
        }

        /** The synapses of one source in a projection, or in the first of several that starts there. */
        private Value synapsesOf(Value projections, Expr source, Span at) {
            Value neuron = value(source, scope, section);
            if (!(neuron instanceof Value.Place place)
                    || !(place.members() instanceof PopulationPart one)
                    || !one.single()) {
                throw error(Code.WRONG_TYPE, source.span(), "synapses of which neuron? s.synapses_of(exc[0])");
            }
            List<Value> all = projections instanceof Value.Group group ? group.values() : List.of(projections);
            for (Value candidate : all) {
                if (candidate instanceof Value.Place found
                        && found.members() instanceof Projection projection
                        && projection.edges().isPresent()
                        && projection.pre() == one.population()) {
                    return new Value.Place(at.text(), new OneSynapse.OfSource(projection, one.first()));
                }
            }
            throw error(Code.WRONG_TYPE, at, "no synapses that are listed one by one start at this neuron here");
        }

        private List<Value> ordered(Declaration declaration, Expr.Call call, List<Value> values) {
            List<Value> ordered = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                Optional<Name> name = call.arguments().get(i).name();
                if (name.isEmpty()) {
                    ordered.add(values.get(i));
                    continue;
                }
                int at = -1;
                for (int k = 0; k < declaration.formals().size(); k++) {
                    at = declaration
                                    .formals()
                                    .get(k)
                                    .name()
                                    .text()
                                    .equals(name.get().text())
                            ? k
                            : at;
                }
                if (at != ordered.size()) {
                    throw error(
                            Code.WRONG_ARGUMENTS,
                            name.get().span(),
                            "give the arguments of '" + declaration.name() + "' in the order of its declaration");
                }
                ordered.add(values.get(i));
            }
            return ordered;
        }

        @Override
        public Value list(Expr.ListLiteral expr) {
            return new Value.Sequence(expr, scope);
        }

        @Override
        public Value table(Expr.TableLiteral expr) {
            throw notYet(expr, "a table by enum constants");
        }

        @Override
        public Value range(Expr.Range expr) {
            throw error(Code.WRONG_TYPE, expr.span(), "a range stands only between [ ] or after 'seeds'");
        }
    }

    /** A whole number known when the program is built. */
    int whole(Expr expr, Scope scope, Section section, String what) {
        double number = number(expr, scope, section, what);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw error(Code.WRONG_TYPE, expr.span(), what + " must be a whole number, not " + number);
        }
        return (int) number;
    }

    /** A number known when the program is built. */
    double number(Expr expr, Scope scope, Section section, String what) {
        org.altdsl.ir.Expr value = real(expr, scope, section);
        if (!(value instanceof Const constant)) {
            throw error(Code.WRONG_TYPE, expr.span(), what + " must be a constant");
        }
        return constant.value();
    }
}
