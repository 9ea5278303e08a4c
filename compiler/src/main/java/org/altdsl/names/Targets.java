package org.altdsl.names;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;

/** Checks that what is written may be written where it is. */
final class Targets {
    private final NameScope scope;
    private final DiagnosticSink sink;
    private final ExpressionNames expressions;

    Targets(NameScope scope, DiagnosticSink sink, ExpressionNames expressions) {
        this.scope = scope;
        this.sink = sink;
        this.expressions = expressions;
    }

    void check(Item.Assign assign) {
        Expr base = Symbols.base(assign.target());
        indices(assign.target());
        if (base instanceof Expr.Reference reference) {
            name(reference);
        } else if (base instanceof Expr.Member member) {
            member(member);
        } else {
            refuse(assign.target(), "this cannot be assigned to");
        }
    }

    /** The left side of an equation: something with memory; in a relaxation or a phase any quantity of a neuron. */
    void check(Item.Equation equation) {
        Expr base = Symbols.base(equation.target());
        indices(equation.target());
        if (equation.place().isPresent()) {
            return;
        }
        if (base instanceof Expr.Member) {
            expressions.check(base);
            return;
        }
        if (!(base instanceof Expr.Reference reference)) {
            refuse(equation.target(), "this cannot have an equation");
            return;
        }
        if (equation.relaxing()) {
            if (!scope.ofNeuron().isNeuronName(reference.name())) {
                expressions.check(reference);
            }
            return;
        }
        name(reference);
    }

    private void indices(Expr target) {
        if (target instanceof Expr.Index index) {
            index.at().forEach(argument -> expressions.check(argument.value()));
            indices(index.of());
        } else if (target instanceof Expr.Prime prime) {
            indices(prime.of());
        }
    }

    private void name(Expr.Reference reference) {
        String name = reference.name();
        if (scope.isLocal(name)) {
            refuse(reference, "'" + name + "' is a local definition, which keeps its value");
            return;
        }
        Optional<Symbol> symbol = scope.symbol(name);
        if (symbol.isPresent()) {
            own(reference, symbol.get());
            return;
        }
        if (isWritable(name)) {
            return;
        }
        if (scope.isBuiltin(name) || scope.isLearnable(name)) {
            refuse(reference, "'" + name + "' cannot be assigned to");
            return;
        }
        if (scope.kind() == Declaration.Kind.EXPERIMENT) {
            sink.error(
                    Code.BAD_SETTING,
                    reference.span(),
                    "no setting '" + name + "'" + Suggestions.didYouMean(name, BuiltinNames.SETTINGS));
            return;
        }
        Set<String> known = new LinkedHashSet<>();
        scope.catalogue().symbols(scope.declaration()).all().stream()
                .filter(symbolOf -> isAssignable(symbolOf.kind()))
                .forEach(symbolOf -> known.add(symbolOf.name()));
        known.addAll(List.of("w", "dw", "b", "db"));
        sink.error(
                Code.UNKNOWN_NAME,
                reference.span(),
                "unknown name '" + name + "'" + Suggestions.didYouMean(name, known));
    }

    private boolean isWritable(String name) {
        return switch (scope.kind()) {
            case RULE -> name.equals("w") || name.equals("b") || scope.isLearnable(name) || isProposal(name);
            case OPTIMIZER -> name.equals("w") || name.equals("dw");
            case OBJECTIVE -> name.equals("loss");
            case DATASET -> name.equals("duration");
            case EXPERIMENT, CIRCUIT, TEST -> BuiltinNames.SETTINGS.contains(name);
            case NEURON, SYNAPSE, FUNCTION, UNIT, ENUM -> false;
        };
    }

    private boolean isProposal(String name) {
        return scope.isProposal(name);
    }

    private static boolean isAssignable(Symbol.Kind kind) {
        return kind == Symbol.Kind.STATE
                || kind == Symbol.Kind.TRACE
                || kind == Symbol.Kind.ADAPTED
                || kind == Symbol.Kind.FEEDBACK;
    }

    private void own(Expr.Reference reference, Symbol symbol) {
        boolean learnable = symbol.kind() == Symbol.Kind.LEARNABLE && scope.kind() == Declaration.Kind.RULE;
        boolean setting = scope.inNetwork() && BuiltinNames.SETTINGS.contains(symbol.name());
        if (isAssignable(symbol.kind()) || learnable || setting) {
            return;
        }
        String why = symbol.kind() == Symbol.Kind.LEARNABLE
                ? "'" + symbol.name() + "' is learnable; only rules and optimizers change it"
                : "'" + symbol.name() + "' is " + symbol.kind().words() + " and cannot be assigned to";
        sink.error(Code.NOT_ASSIGNABLE, reference.span(), why, Note.at(symbol.span(), "declared here"));
    }

    private void member(Expr.Member member) {
        if (scope.inNetwork()) {
            expressions.check(member);
            return;
        }
        int errors = sink.sorted().size();
        expressions.check(member);
        if (sink.sorted().size() != errors) {
            return;
        }
        boolean place = Symbols.base(member.of()) instanceof Expr.Reference reference
                && BuiltinNames.PLACES.contains(reference.name());
        if (!place) {
            refuse(member, "'" + member.span().text() + "' cannot be assigned to");
            return;
        }
        String name = member.name().text();
        Optional<Symbol> own = scope.symbol(name);
        if (own.isPresent() && isAssignable(own.get().kind())) {
            return;
        }
        List<Symbol> members = scope.catalogue().neuronMembers(scope.file()).getOrDefault(name, List.of());
        boolean port = members.stream().anyMatch(symbol -> symbol.kind() == Symbol.Kind.INPUT);
        boolean state = members.stream().anyMatch(Symbol::hasMemory);
        boolean unknown = members.isEmpty() && !BuiltinNames.NEURON_MEMBERS.contains(name);
        boolean allowed =
                switch (scope.kind()) {
                    case SYNAPSE -> port || state || unknown;
                    case RULE -> port && scope.allowsNeuronNames() || unknown && scope.allowsNeuronNames();
                    default -> false;
                };
        if (allowed) {
            return;
        }
        String written = member.span().text();
        if (scope.kind() == Declaration.Kind.RULE) {
            sink.error(
                    Code.NOT_ASSIGNABLE,
                    member.span(),
                    "a rule cannot assign '" + written + "', which belongs to the neuron",
                    Note.of("a rule writes w, b, its own states and what it 'adapts'"));
            return;
        }
        refuse(member, "'" + written + "' is neither an input nor a state of a neuron and cannot be assigned to");
    }

    private void refuse(Expr at, String message) {
        sink.error(Code.NOT_ASSIGNABLE, at.span(), message);
    }
}
