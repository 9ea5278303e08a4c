package org.altdsl.names;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.Span;
import org.altdsl.units.Units;

/** Checks that every name of an expression means something where the expression stands. */
final class ExpressionNames implements Expr.Visitor<Void> {
    private static final Set<Declaration.Kind> VALUES =
            EnumSet.of(Declaration.Kind.FUNCTION, Declaration.Kind.ENUM, Declaration.Kind.UNIT);

    private final NameScope scope;
    private final DiagnosticSink sink;
    private final Uses uses;

    ExpressionNames(NameScope scope, DiagnosticSink sink) {
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
        this.uses = new Uses(scope, sink, this);
    }

    void check(Expr expr) {
        expr.accept(this);
    }

    void check(Optional<Expr> expr) {
        expr.ifPresent(this::check);
    }

    /** Where a function may stand as a value: arguments, defaults. */
    void argument(Expr expr) {
        if (expr instanceof Expr.Reference reference && isFunctionValue(reference.name())) {
            return;
        }
        check(expr);
    }

    /** Where a distribution must stand. */
    void distribution(Expr expr) {
        if (expr instanceof Expr.Reference reference
                && BuiltinFunctions.is(reference.name(), BuiltinFunction.Kind.DISTRIBUTION)) {
            return;
        }
        check(expr);
    }

    /** A type: a unit, an enum, a shape or {@code class(n)}. */
    void type(Expr expr) {
        Expr.Reference unknown = null;
        if (expr instanceof Expr.Reference reference) {
            LinkedProgram program = scope.catalogue().program();
            boolean known = reference.name().equals("class")
                    || Units.find(reference.name()).isPresent()
                    || program.find(scope.file(), Declaration.Kind.ENUM, reference.name())
                            .isPresent()
                    || program.find(scope.file(), Declaration.Kind.UNIT, reference.name())
                            .isPresent();
            unknown = known || scope.symbol(reference.name()).isPresent() ? null : reference;
        } else if (expr instanceof Expr.Binary binary) {
            type(binary.left());
            type(binary.right());
            return;
        } else {
            check(expr);
            return;
        }
        if (unknown != null) {
            Set<String> candidates = new LinkedHashSet<>(Units.symbols());
            candidates.addAll(scope.catalogue().program().names(scope.file(), Declaration.Kind.ENUM));
            sink.error(
                    Code.UNKNOWN_UNIT,
                    unknown.span(),
                    "unknown unit or enum '" + unknown.name() + "'"
                            + Suggestions.didYouMean(unknown.name(), candidates));
        }
    }

    private boolean isFunctionValue(String name) {
        Optional<BuiltinFunction> builtin = BuiltinFunctions.find(name);
        return builtin.filter(function -> function.kind() == BuiltinFunction.Kind.ELEMENTWISE
                        || function.kind() == BuiltinFunction.Kind.REDUCTION && function.fewest() == 1)
                .isPresent();
    }

    @Override
    public Void number(Expr.Number expr) {
        expr.unit().ifPresent(this::unit);
        return null;
    }

    private void unit(Name unit) {
        boolean known = Units.find(unit.text()).isPresent()
                || scope.catalogue()
                        .program()
                        .find(scope.file(), Declaration.Kind.UNIT, unit.text())
                        .isPresent();
        if (!known) {
            sink.error(
                    Code.UNKNOWN_UNIT,
                    unit.span(),
                    "unknown unit '" + unit + "'" + Suggestions.didYouMean(unit.text(), Units.symbols()));
        }
    }

    @Override
    public Void text(Expr.Text expr) {
        return null;
    }

    @Override
    public Void reference(Expr.Reference expr) {
        String name = expr.name();
        if (isValue(name)) {
            return null;
        }
        Optional<Declaration> declared = scope.catalogue().program().find(scope.file(), name);
        if (declared.isPresent()) {
            Declaration.Kind kind = declared.get().kind();
            if (!VALUES.contains(kind) && !scope.inNetwork()) {
                sink.error(
                        Code.UNKNOWN_NAME,
                        expr.span(),
                        "'" + name + "' is a " + kind.word() + ", not a value",
                        Note.at(declared.get().name().span(), "declared here"));
            }
            return null;
        }
        if (Units.find(name).isPresent()) {
            return null;
        }
        unknown(expr);
        return null;
    }

    private boolean isValue(String name) {
        return scope.isLocal(name)
                || scope.symbol(name).isPresent()
                || scope.isBuiltin(name)
                || scope.isAxis(name)
                || scope.isProposal(name)
                || scope.isLearnable(name)
                || scope.isNeuronName(name)
                || scope.catalogue().enumWords(scope.file()).contains(name);
    }

    private void unknown(Expr.Reference expr) {
        String name = expr.name();
        if (BuiltinFunctions.find(name).isPresent()) {
            sink.error(Code.UNKNOWN_NAME, expr.span(), "'" + name + "' is a function; write " + name + "(...)");
            return;
        }
        boolean neuron = scope.catalogue().neuronMembers(scope.file()).containsKey(name);
        if (neuron && scope.kind() == Declaration.Kind.RULE) {
            sink.error(
                    Code.UNKNOWN_NAME,
                    expr.span(),
                    "unknown name '" + name + "'; a block of a rule says whose it is: 'pre." + name + "' or 'post."
                            + name + "'");
            return;
        }
        boolean blind = scope.allowsNeuronNames() && !scope.catalogue().seesNeurons(scope.file());
        if (blind && scope.kind() == Declaration.Kind.RULE) {
            sink.error(
                    Code.UNKNOWN_NAME,
                    expr.span(),
                    "unknown name '" + name + "'" + Suggestions.didYouMean(name, scope.known()),
                    Note.of("no neuron model is declared or imported here, so no quantity of a neuron is known"));
            return;
        }
        sink.error(Code.UNKNOWN_NAME, expr.span(), "unknown name '" + name + "'" + advice(VALUES, name, scope.known()));
    }

    private String advice(Collection<Declaration.Kind> kinds, String name, Collection<String> known) {
        return scope.catalogue().program().advice(scope.file(), List.copyOf(kinds), name, known);
    }

    @Override
    public Void member(Expr.Member expr) {
        String name = expr.name().text();
        Expr base = Symbols.base(expr.of());
        if (base instanceof Expr.Reference reference
                && BuiltinNames.PLACES.contains(reference.name())
                && !scope.isLocal(reference.name())
                && scope.symbol(reference.name()).isEmpty()) {
            indices(expr.of());
            place(reference, expr.name());
            return null;
        }
        check(expr.of());
        Model model = model(expr.of());
        if (model.names().isPresent() && !model.names().get().contains(name)) {
            sink.error(
                    Code.UNKNOWN_MEMBER,
                    expr.name().span(),
                    model.what() + " has no '" + name + "'"
                            + Suggestions.didYouMean(name, model.names().get()));
        }
        return null;
    }

    /** Without a neuron model in sight a member may be anything, except what is plainly a slip. */
    private boolean isBlind(String name) {
        return !scope.catalogue().seesNeurons(scope.file())
                && Suggestions.closest(name, BuiltinNames.NEURON_MEMBERS).isEmpty();
    }

    private void indices(Expr expr) {
        if (expr instanceof Expr.Index index) {
            index.at().forEach(argument -> check(argument.value()));
            indices(index.of());
        }
    }

    /** {@code pre.name}: what some neuron has, or what this rule or synapse keeps there. */
    private void place(Expr.Reference place, Name member) {
        String name = member.text();
        if (scope.inNetwork() && !BuiltinNames.PLACES.contains(place.name())) {
            return;
        }
        boolean own = scope.symbol(name)
                .filter(symbol -> symbol.kind() != Symbol.Kind.PARAMETER && symbol.kind() != Symbol.Kind.MODULATOR)
                .isPresent();
        boolean known = own
                || BuiltinNames.NEURON_MEMBERS.contains(name)
                || scope.catalogue().neuronMembers(scope.file()).containsKey(name)
                || scope.catalogue().attributes(scope.file()).contains(name)
                || isBlind(name)
                || scope.inNetwork()
                        && scope.catalogue().ruleNames(scope.file()).contains(name)
                || scope.inNetwork()
                        && !place.name().equals("pre")
                        && !place.name().equals("post");
        if (known) {
            return;
        }
        Set<String> candidates = new LinkedHashSet<>(
                scope.catalogue().neuronMembers(scope.file()).keySet());
        candidates.addAll(BuiltinNames.NEURON_MEMBERS);
        scope.catalogue().symbols(scope.declaration()).all().stream()
                .filter(symbol -> symbol.kind() != Symbol.Kind.PARAMETER)
                .forEach(symbol -> candidates.add(symbol.name()));
        sink.error(
                Code.UNKNOWN_MEMBER,
                member.span(),
                "no neuron that is declared or imported here has '" + name + "'"
                        + Suggestions.didYouMean(name, candidates));
    }

    /** What the members of an expression can be. */
    Model model(Expr expr) {
        Expr base = Symbols.base(expr);
        if (base instanceof Expr.Reference reference) {
            if (scope.isLocal(reference.name())) {
                return Model.OPEN;
            }
            if (reference.name().equals("data") && scope.inNetwork()) {
                return uses.data();
            }
            return scope.symbol(reference.name())
                    .map(symbol -> Model.of(symbol, scope.catalogue(), scope.file()))
                    .orElse(Model.OPEN);
        }
        if (base instanceof Expr.Member member) {
            return model(member.of()).inner().apply(member.name().text());
        }
        return Model.OPEN;
    }

    @Override
    public Void index(Expr.Index expr) {
        check(expr.of());
        expr.at().forEach(argument -> check(argument.value()));
        return null;
    }

    @Override
    public Void atPhase(Expr.AtPhase expr) {
        check(expr.of());
        Name phase = expr.phase().get(0);
        boolean event = expr.phase().size() > 1 || phase.text().equals("spike");
        boolean known = event
                || scope.isPhase(phase.text())
                || phase.text().equals("end")
                || phase.text().equals("forward") && scope.phases().isEmpty();
        if (!known) {
            sink.error(
                    Code.UNKNOWN_HOOK,
                    phase.span(),
                    "no phase '" + phase + "' here" + Suggestions.didYouMean(phase.text(), scope.phases()));
        }
        return null;
    }

    @Override
    public Void prime(Expr.Prime expr) {
        argument(expr.of());
        return null;
    }

    @Override
    public Void unary(Expr.Unary expr) {
        check(expr.operand());
        return null;
    }

    @Override
    public Void binary(Expr.Binary expr) {
        check(expr.left());
        check(expr.right());
        return null;
    }

    @Override
    public Void choose(Expr.Choose expr) {
        check(expr.condition());
        check(expr.yes());
        check(expr.no());
        return null;
    }

    @Override
    public Void match(Expr.Match expr) {
        check(expr.subject());
        for (Expr.MatchCase branch : expr.cases()) {
            pattern(branch.pattern());
            check(branch.value());
        }
        return null;
    }

    /** A number, or a word of an enum. */
    void pattern(Expr pattern) {
        check(pattern);
    }

    @Override
    public Void call(Expr.Call expr) {
        function(expr);
        axes(expr.over());
        check(expr.where());
        check(expr.otherwise());
        check(expr.by());
        return null;
    }

    private void function(Expr.Call call) {
        if (!(call.function() instanceof Expr.Reference reference)) {
            if (call.function() instanceof Expr.Prime || call.function() instanceof Expr.Member) {
                check(call.function());
                arguments(call);
                return;
            }
            uses.any(call);
            return;
        }
        String name = reference.name();
        Optional<Symbol> symbol = scope.symbol(name);
        if (symbol.isPresent() && symbol.get().node() instanceof Declaration function) {
            arity(call, function);
            arguments(call);
            return;
        }
        boolean callable = symbol.map(Symbol::kind)
                .filter(kind -> kind == Symbol.Kind.PARAMETER || kind == Symbol.Kind.CHOICE)
                .isPresent();
        Optional<BuiltinFunction> builtin = BuiltinFunctions.find(name);
        boolean constant = symbol.flatMap(Symbol::value)
                .filter(value -> value instanceof Expr.Number)
                .isPresent();
        if (callable && !(builtin.isPresent() && constant)) {
            if (constant) {
                sink.error(Code.UNKNOWN_FUNCTION, reference.span(), "'" + name + "' is a number, not a function");
            }
            arguments(call);
            return;
        }
        Optional<Declaration> declared = scope.catalogue().program().find(scope.file(), name);
        if (declared.isPresent()) {
            declared(call, reference, declared.get());
            return;
        }
        if (builtin.isPresent()) {
            builtin(call, builtin.get());
            return;
        }
        arguments(call);
        if (scope.isNeuronName(name) || scope.isLocal(name) && scope.inNetwork()) {
            return;
        }
        unknownFunction(reference);
    }

    private void declared(Expr.Call call, Expr.Reference reference, Declaration declared) {
        if (declared.kind() == Declaration.Kind.FUNCTION) {
            arity(call, declared);
            arguments(call);
            return;
        }
        boolean allowed = scope.inNetwork()
                || declared.kind() == Declaration.Kind.OBJECTIVE && scope.kind() == Declaration.Kind.OBJECTIVE;
        if (!allowed) {
            sink.error(
                    Code.UNKNOWN_FUNCTION,
                    reference.span(),
                    "'" + reference.name() + "' is a " + declared.kind().word() + ", not a function");
            arguments(call);
            return;
        }
        uses.arguments(call, declared);
    }

    private void unknownFunction(Expr.Reference reference) {
        String name = reference.name();
        Set<String> candidates = new LinkedHashSet<>(BuiltinFunctions.names());
        candidates.addAll(scope.catalogue().program().names(scope.file(), Declaration.Kind.FUNCTION));
        scope.catalogue()
                .symbols(scope.declaration())
                .names(Symbol.Kind.FUNCTION)
                .forEach(candidates::add);
        Optional<Symbol> symbol = scope.symbol(name);
        if (symbol.isPresent() || scope.isLocal(name)) {
            String what = symbol.map(Symbol::kind).map(Symbol.Kind::words).orElse("a local definition");
            sink.error(Code.UNKNOWN_FUNCTION, reference.span(), "'" + name + "' is " + what + ", not a function");
            return;
        }
        sink.error(
                Code.UNKNOWN_FUNCTION,
                reference.span(),
                "unknown function '" + name + "'" + advice(List.of(Declaration.Kind.FUNCTION), name, candidates));
    }

    private void builtin(Expr.Call call, BuiltinFunction function) {
        int count = call.arguments().size();
        if (count < function.fewest() || count > function.most()) {
            sink.error(
                    Code.WRONG_ARGUMENTS,
                    call.span(),
                    "'" + function.name() + "' takes " + function.arity() + ", not " + count);
        }
        if (function.kind() == BuiltinFunction.Kind.PATHWAY && function.name().equals("through")) {
            pathway(call);
            return;
        }
        if (function.name().equals("respond")) {
            call.arguments().stream().limit(3).forEach(argument -> argument(argument.value()));
            return;
        }
        if (Set.of("size", "length", "own_index").contains(function.name())) {
            axisOrValue(call);
            return;
        }
        arguments(call);
    }

    /** {@code through(B, x)}: a feedback pathway of this rule, and what comes over it. */
    private void pathway(Expr.Call call) {
        if (call.arguments().isEmpty()) {
            return;
        }
        Expr first = call.arguments().get(0).value();
        if (first instanceof Expr.Reference reference) {
            boolean pathway = scope.symbol(reference.name())
                    .filter(symbol -> symbol.kind() == Symbol.Kind.FEEDBACK)
                    .isPresent();
            if (!pathway && scope.kind() == Declaration.Kind.RULE) {
                List<String> known =
                        scope.catalogue().symbols(scope.declaration()).names(Symbol.Kind.FEEDBACK);
                sink.error(
                        Code.UNKNOWN_NAME,
                        reference.span(),
                        "no feedback pathway '" + reference.name() + "' is declared in this rule"
                                + Suggestions.didYouMean(reference.name(), known));
            }
        } else {
            check(first);
        }
        call.arguments().stream().skip(1).forEach(argument -> argument(argument.value()));
    }

    private void axisOrValue(Expr.Call call) {
        for (Expr.Argument argument : call.arguments()) {
            boolean axis = argument.value() instanceof Expr.Reference reference && isAxis(reference.name());
            if (!axis) {
                check(argument.value());
            }
        }
    }

    private void arguments(Expr.Call call) {
        call.arguments().forEach(argument -> argument(argument.value()));
    }

    private void arity(Expr.Call call, Declaration function) {
        List<String> formals = new ArrayList<>();
        function.formals().forEach(formal -> formals.add(formal.name().text()));
        Set<String> given = new LinkedHashSet<>();
        int position = 0;
        for (Expr.Argument argument : call.arguments()) {
            String name = argument.name().map(Name::text).orElse("");
            if (name.isEmpty()) {
                if (position < formals.size()) {
                    given.add(formals.get(position));
                }
                position++;
            } else if (formals.contains(name)) {
                given.add(name);
            } else {
                sink.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.name().get().span(),
                        "function '" + function.name() + "' has no parameter '" + name + "'"
                                + Suggestions.didYouMean(name, formals));
                return;
            }
        }
        boolean missing = function.formals().stream()
                .anyMatch(formal -> formal.value().isEmpty()
                        && !given.contains(formal.name().text()));
        if (position > formals.size() || missing) {
            sink.error(
                    Code.WRONG_ARGUMENTS,
                    call.span(),
                    "function '" + function.name() + "' takes " + formals.size()
                            + (formals.size() == 1 ? " argument" : " arguments") + ", not "
                            + call.arguments().size(),
                    Note.at(function.name().span(), "declared here"));
        }
    }

    private void axes(List<Expr> axes) {
        for (Expr axis : axes) {
            if (axis instanceof Expr.Reference reference) {
                if (!isAxis(reference.name())) {
                    unknownAxis(reference.span(), reference.name());
                }
            } else if (axis instanceof Expr.Call edge
                    && edge.function() instanceof Expr.Reference word
                    && Arrays.asList("last", "first").contains(word.name())) {
                edge.arguments().forEach(argument -> check(argument.value()));
                check(edge.where());
            } else {
                check(axis);
            }
        }
    }

    private boolean isAxis(String name) {
        return BuiltinNames.AXES.contains(name)
                || scope.isAxis(name)
                || scope.catalogue()
                        .program()
                        .find(scope.file(), Declaration.Kind.ENUM, name)
                        .isPresent()
                || scope.symbol(name)
                        .filter(symbol -> scope.inNetwork()
                                || symbol.kind() == Symbol.Kind.PARAMETER
                                || symbol.kind() == Symbol.Kind.MODULATOR)
                        .isPresent();
    }

    private void unknownAxis(Span span, String name) {
        Set<String> candidates = new LinkedHashSet<>(BuiltinNames.AXES);
        candidates.addAll(scope.catalogue().symbols(scope.declaration()).axes());
        candidates.addAll(scope.catalogue().program().names(scope.file(), Declaration.Kind.ENUM));
        sink.error(Code.UNKNOWN_AXIS, span, "unknown axis '" + name + "'" + Suggestions.didYouMean(name, candidates));
    }

    @Override
    public Void list(Expr.ListLiteral expr) {
        expr.elements().forEach(this::argument);
        return null;
    }

    @Override
    public Void table(Expr.TableLiteral expr) {
        for (Expr.TableEntry entry : expr.entries()) {
            for (Name key : entry.key()) {
                Set<String> words = scope.catalogue().enumWords(scope.file());
                if (!words.contains(key.text())) {
                    sink.error(
                            Code.UNKNOWN_NAME,
                            key.span(),
                            "no enum that is declared or imported here has the word '" + key + "'"
                                    + Suggestions.didYouMean(key.text(), words));
                }
            }
            check(entry.value());
        }
        return null;
    }

    @Override
    public Void range(Expr.Range expr) {
        check(expr.first());
        check(expr.last());
        return null;
    }
}
