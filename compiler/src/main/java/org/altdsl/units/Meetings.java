package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Symbol;

/**
 * Whether a synapse model suits the neurons that it connects. Alone it may deliver to an input of any unit, and read a
 * potential of any; between two populations the units are known.
 *
 * <p>Allowed: a current to an input in pA. Not allowed: a conductance to an input in pA, a current to one in mV.
 */
final class Meetings {
    private final SymbolUnits symbols;
    private final UnitScope scope;
    private final DiagnosticSink sink;

    /**
     * @param scope the network that connects
     */
    Meetings(SymbolUnits symbols, UnitScope scope, DiagnosticSink sink) {
        this.symbols = requireNonNull(symbols);
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
    }

    /** Checks the synapse model of a projection at each pair of neuron models that it connects. */
    void check(Item.Projection projection) {
        Optional<Declaration> synapse = projection
                .via()
                .flatMap(via -> symbols.catalogue().used(via, scope.file()))
                .filter(found -> found.kind() == Declaration.Kind.SYNAPSE);
        if (synapse.isEmpty()) {
            return;
        }
        Set<String> said = new LinkedHashSet<>();
        for (int link = 0; link + 1 < projection.chain().size(); link++) {
            List<Optional<Declaration>> sources = orUnknown(projection.chain().get(link));
            for (Optional<Declaration> target : orUnknown(projection.chain().get(link + 1))) {
                for (Optional<Declaration> source : sources) {
                    check(projection.via().get(), synapse.get(), source, target, said);
                }
            }
        }
    }

    /** The neuron models of a population, or one that is not known. */
    List<Optional<Declaration>> orUnknown(Expr population) {
        List<Declaration> found = models(population);
        return found.isEmpty()
                ? List.of(Optional.empty())
                : found.stream().map(Optional::of).toList();
    }

    private void check(
            Expr via,
            Declaration synapse,
            Optional<Declaration> source,
            Optional<Declaration> target,
            Set<String> said) {
        if (source.isEmpty() && target.isEmpty()) {
            return;
        }
        Set<Diagnostic> alone = new LinkedHashSet<>(found(synapse, UnitScope.of(synapse)));
        for (Diagnostic diagnostic : found(synapse, UnitScope.between(synapse, source, target))) {
            String neurons = target.or(() -> source).orElseThrow().name().text();
            if (!alone.contains(diagnostic) && said.add(neurons + diagnostic.at())) {
                List<Note> notes = new ArrayList<>();
                notes.add(Note.at(diagnostic.at(), "it is '" + diagnostic.at().text() + "' that does not fit"));
                sink.error(
                        Code.UNIT_MISMATCH,
                        via.span(),
                        "synapse '" + synapse.name() + "' does not suit neuron '" + neurons + "': "
                                + diagnostic.message(),
                        notes.toArray(Note[]::new));
            }
        }
    }

    private List<Diagnostic> found(Declaration synapse, UnitScope meeting) {
        DiagnosticSink quiet = new DiagnosticSink();
        ItemUnits items = new ItemUnits(symbols, meeting, quiet);
        symbols.catalogue().flattened(synapse).items().forEach(items::check);
        return quiet.sorted();
    }

    /** Checks that neurons are stimulated with what their input takes: the one that is named, or their only one. */
    void check(Expr target, Expr value, Quantity found) {
        Optional<String> named =
                target instanceof Expr.Member member ? Optional.of(member.name().text()) : Optional.empty();
        for (Declaration neuron : models(target instanceof Expr.Member member ? member.of() : target)) {
            List<Symbol> inputs = symbols.catalogue().symbols(neuron).all().stream()
                    .filter(symbol ->
                            named.isPresent() ? symbol.name().equals(named.get()) : symbol.kind() == Symbol.Kind.INPUT)
                    .toList();
            if (inputs.size() != 1) {
                return;
            }
            Quantity wanted = symbols.of(neuron, inputs.get(0));
            if (!wanted.fits(found)) {
                sink.error(
                        Code.UNIT_MISMATCH,
                        value.span(),
                        "'" + inputs.get(0).name() + "' of neuron '" + neuron.name() + "' is " + in(wanted)
                                + ", but this is " + in(found),
                        Note.at(inputs.get(0).span(), "declared here"));
                return;
            }
        }
    }

    private static String in(Quantity quantity) {
        return quantity.dimension().equals(Dimension.NONE) ? "a pure number" : "in " + quantity.words();
    }

    /** The neuron models of a population, a part of one or a list of them; none where that is not to be seen here. */
    private List<Declaration> models(Expr population) {
        return models(population, 0);
    }

    private List<Declaration> models(Expr population, int depth) {
        if (population instanceof Expr.Index index) {
            return models(index.of(), depth);
        }
        if (population instanceof Expr.ListLiteral list) {
            return list.elements().stream()
                    .flatMap(element -> models(element, depth).stream())
                    .toList();
        }
        if (!(population instanceof Expr.Reference reference) || depth > 20) {
            return List.of();
        }
        Optional<Symbol> symbol =
                symbols.catalogue().symbols(scope.declaration()).find(reference.name());
        if (symbol.isPresent() && symbol.get().node() instanceof Item.Population declared) {
            return symbols.catalogue()
                    .used(declared.model(), scope.file())
                    .filter(model -> model.kind() == Declaration.Kind.NEURON)
                    .map(List::of)
                    .orElse(List.of());
        }
        return symbol.filter(found -> found.kind() == Symbol.Kind.LET)
                .flatMap(Symbol::value)
                .map(value -> models(value, depth + 1))
                .orElse(List.of());
    }
}
