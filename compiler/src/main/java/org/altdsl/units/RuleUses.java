package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.names.Parts;
import org.altdsl.names.Symbol;
import org.altdsl.names.Symbols;
import org.altdsl.source.Span;

/**
 * Whether a learning rule suits the weights that it teaches. Alone a rule may teach a weight of any unit; at a use the
 * unit is known, and the rule's body is checked once more with it.
 *
 * <p>A parameter whose unit is not stated may be given in its own unit, or in that times the unit of the weight, as far as
 * the body still fits: {@code PairSTDP(w_max = 100 pA)} teaches a weight in pA.
 */
final class RuleUses {
    private static final int MOST_CHANGES = 4;
    private static final int MOST_CANDIDATES = 12;

    private final SymbolUnits symbols;
    private final UnitScope scope;
    private final DiagnosticSink sink;
    private final Inference inference;

    /**
     * @param scope what uses the rule: an experiment, a circuit or a test
     */
    RuleUses(SymbolUnits symbols, UnitScope scope, DiagnosticSink sink) {
        this.symbols = requireNonNull(symbols);
        this.scope = requireNonNull(scope);
        this.sink = requireNonNull(sink);
        this.inference = new Inference(symbols, scope, new DiagnosticSink());
    }

    /** A weight that is taught. */
    private record Taught(String words, Quantity unit, Span declared, Optional<Expr.Number> start) {}

    /** A use of a rule: where it is said, and what the rule is given there. */
    private record Use(Declaration rule, Expr at, Map<String, Expr> given, Optional<Expr> teaches) {}

    /** Checks the rule of a projection. */
    void check(Item.Projection projection) {
        projection.learns().ifPresent(rule -> check(rule, List.of(projection), projection.learnable()));
    }

    /** Checks the rule that several projections are taught by. */
    void check(Item.Learn learn) {
        List<Expr> names =
                learn.projections() instanceof Expr.ListLiteral list ? list.elements() : List.of(learn.projections());
        List<Item.Projection> projections = new ArrayList<>();
        for (Expr name : names) {
            if (Symbols.base(name) instanceof Expr.Reference reference) {
                symbols.catalogue()
                        .symbols(scope.declaration())
                        .find(reference.name())
                        .map(Symbol::node)
                        .filter(Item.Projection.class::isInstance)
                        .ifPresent(node -> projections.add((Item.Projection) node));
            }
        }
        check(learn.rule(), projections, learn.learnable());
    }

    /** Checks the rule that a test is for, with the weight that the test gives it. */
    void check(Expr tested, List<Item> test) {
        Optional<Taught> weight = given(test);
        for (Use use : uses(tested)) {
            if (weight.isPresent()) {
                taught(use, weight.get(), List.of());
            } else {
                new UseUnits(symbols, inference, sink).check(use.at(), scope.file());
            }
        }
    }

    private Optional<Taught> given(List<Item> test) {
        List<Taught> found = new ArrayList<>();
        for (Item item : test) {
            Parts.everyItem(item, inner -> {
                if (inner instanceof Item.Given given) {
                    for (Item.GivenValue value : given.values()) {
                        boolean weight = value.target() instanceof Expr.Reference reference
                                && reference.name().equals("w");
                        if (weight && value.value().isPresent()) {
                            Quantity unit = inference.of(value.value().get());
                            found.add(new Taught("'w' of this test", unit, value.span(), Optional.empty()));
                        }
                    }
                }
            });
        }
        return found.stream()
                .filter(weight -> !weight.unit().dimension().isAny())
                .findFirst();
    }

    /** Whether some projection learns by what a name stands for. */
    boolean teaches(Name variable) {
        boolean[] found = {false};
        for (Item item : scope.declaration().body()) {
            Parts.everyItem(item, inner -> {
                Optional<Expr> rule = inner instanceof Item.Projection projection
                        ? projection.learns()
                        : inner instanceof Item.Learn learn ? Optional.of(learn.rule()) : Optional.empty();
                found[0] |= rule.map(use -> use instanceof Expr.Call call ? call.function() : use)
                        .filter(Expr.Reference.class::isInstance)
                        .filter(head -> ((Expr.Reference) head).name().equals(variable.text()))
                        .isPresent();
            });
        }
        return found[0];
    }

    private void check(Expr rule, List<Item.Projection> projections, Optional<Name> learnable) {
        for (Use use : uses(rule)) {
            boolean said = false;
            boolean known = false;
            for (Item.Projection projection : projections) {
                Optional<Taught> weight = weight(projection, learnable);
                if (weight.isPresent() && !weight.get().unit().dimension().isAny()) {
                    known = true;
                    said = said || taught(use, weight.get(), projection.chain());
                }
            }
            if (!known) {
                new UseUnits(symbols, inference, sink).check(use.at(), scope.file());
            }
        }
    }

    private Optional<Taught> weight(Item.Projection projection, Optional<Name> learnable) {
        String name = learnable.map(Name::text).orElse("w");
        Optional<Declaration> synapse = projection
                .via()
                .flatMap(via -> symbols.catalogue().used(via, scope.file()))
                .filter(found -> found.kind() == Declaration.Kind.SYNAPSE);
        return synapse.flatMap(found -> symbols.catalogue()
                .symbols(found)
                .find(name)
                .filter(symbol -> symbol.kind() == Symbol.Kind.LEARNABLE)
                .map(symbol -> new Taught(
                        "'" + name + "' of synapse '" + found.name() + "'",
                        symbols.of(found, symbol),
                        symbol.span(),
                        start(projection, name))));
    }

    private static Optional<Expr.Number> start(Item.Projection projection, String name) {
        for (Item item : projection.settings()) {
            if (item instanceof Item.Assign assign
                    && assign.target() instanceof Expr.Reference reference
                    && reference.name().equals(name)
                    && assign.value() instanceof Expr.Number number
                    && number.unit().isPresent()) {
                return Optional.of(number);
            }
        }
        return Optional.empty();
    }

    /** The rule that is named; where a comparison chooses it, each that is compared. */
    private List<Use> uses(Expr rule) {
        Optional<Declaration> named = symbols.catalogue().used(rule, scope.file());
        if (named.isPresent()) {
            return named.get().kind() == Declaration.Kind.RULE
                    ? List.of(new Use(named.get(), rule, arguments(rule, named.get()), Optional.empty()))
                    : List.of();
        }
        Expr head = rule instanceof Expr.Call call ? call.function() : rule;
        if (!(head instanceof Expr.Reference variable)) {
            return List.of();
        }
        List<Expr> chosen = new ArrayList<>();
        for (Item item : scope.declaration().body()) {
            Parts.everyItem(item, inner -> {
                if (inner instanceof Item.Compare compare
                        && compare.variable().text().equals(variable.name())) {
                    compare.alternatives().forEach(alternative -> chosen.add(alternative.value()));
                }
            });
        }
        if (chosen.isEmpty()) {
            symbols.catalogue()
                    .symbols(scope.declaration())
                    .find(variable.name())
                    .filter(symbol -> symbol.kind() == Symbol.Kind.PARAMETER)
                    .flatMap(Symbol::value)
                    .ifPresent(chosen::add);
        }
        List<Use> uses = new ArrayList<>();
        for (Expr choice : chosen) {
            symbols.catalogue()
                    .used(choice, scope.file())
                    .filter(found -> found.kind() == Declaration.Kind.RULE)
                    .ifPresent(found -> {
                        Map<String, Expr> given = arguments(choice, found);
                        given.putAll(arguments(rule, found));
                        uses.add(new Use(found, choice, given, Optional.of(rule)));
                    });
        }
        return uses;
    }

    private Map<String, Expr> arguments(Expr use, Declaration rule) {
        Map<String, Expr> given = new LinkedHashMap<>();
        if (!(use instanceof Expr.Call call)) {
            return given;
        }
        List<String> order =
                List.copyOf(symbols.catalogue().flattened(rule).parameters().keySet());
        int position = 0;
        for (Expr.Argument argument : call.arguments()) {
            String name = argument.name().map(Name::text).orElse("");
            if (name.isEmpty() && position < order.size()) {
                name = order.get(position++);
            }
            if (symbols.catalogue().symbols(rule).find(name).isPresent()) {
                given.put(name, argument.value());
            }
        }
        return given;
    }

    /** Checks one use for one weight; whether something was said. */
    private boolean taught(Use use, Taught weight, List<Expr> chain) {
        Map<String, Quantity> given = new HashMap<>();
        for (Map.Entry<String, Expr> argument : use.given().entrySet()) {
            Symbol symbol = symbols.catalogue()
                    .symbols(use.rule())
                    .find(argument.getKey())
                    .orElseThrow();
            Quantity own = own(use.rule(), symbol, weight.unit());
            Quantity found = inference.of(argument.getValue());
            boolean stated = symbol.type().flatMap(symbols::stated).isPresent();
            boolean scaled = !stated && own.times(weight.unit()).fits(found);
            if (!own.fits(found) && !scaled) {
                misfit(use, weight, symbol, own, found, stated);
                return true;
            }
            given.put(symbol.name(), stated ? own : found);
        }
        List<UnitScope> meetings = meetings(use.rule(), chain);
        for (UnitScope meeting : meetings) {
            List<Diagnostic> wrong = wrong(use.rule(), weight.unit(), given, meeting);
            if (!wrong.isEmpty()) {
                say(use, weight, given, meeting, wrong);
                return true;
            }
        }
        return false;
    }

    private void misfit(Use use, Taught weight, Symbol symbol, Quantity own, Quantity found, boolean stated) {
        Expr value = use.given().get(symbol.name());
        Quantity scaled = own.times(weight.unit());
        UnitScope alone = UnitScope.of(use.rule());
        boolean ofWeight = !stated
                && !weight.unit().isNumber()
                && !wrong(use.rule(), weight.unit(), Map.of(symbol.name(), own), alone)
                        .isEmpty()
                && wrong(use.rule(), weight.unit(), Map.of(symbol.name(), scaled), alone)
                        .isEmpty();
        List<Note> notes = new ArrayList<>();
        notes.add(Note.at(symbol.span(), "declared here"));
        Map<String, Expr> others = new LinkedHashMap<>(use.given());
        others.remove(symbol.name());
        Use without = new Use(use.rule(), use.at(), others, use.teaches());
        List<String> remedy =
                ofWeight || weight.unit().isNumber() ? List.of() : remedy(without, weight, Map.of(), alone);
        if (!remedy.isEmpty()) {
            notes.add(Note.of(advice(without, weight, remedy)));
        }
        if (ofWeight) {
            notes.add(Note.at(
                    weight.declared(),
                    weight.words() + " is in " + weight.unit().words()));
            notes.add(Note.of(advice(use, weight, List.of(symbol.name()))));
        }
        sink.error(
                Code.UNIT_OF_PARAMETER,
                value.span(),
                "'" + symbol.name() + "' of rule '" + use.rule().name() + "' is "
                        + (ofWeight ? in(scaled) + " here, as the weight" : in(own)) + ", but this is " + in(found),
                notes.toArray(Note[]::new));
    }

    private List<UnitScope> meetings(Declaration rule, List<Expr> chain) {
        if (chain.isEmpty()) {
            return List.of(UnitScope.of(rule));
        }
        List<UnitScope> found = new ArrayList<>();
        Meetings meetings = new Meetings(symbols, scope, sink);
        for (int link = 0; link + 1 < chain.size(); link++) {
            for (Optional<Declaration> target : meetings.orUnknown(chain.get(link + 1))) {
                for (Optional<Declaration> source : meetings.orUnknown(chain.get(link))) {
                    found.add(UnitScope.between(rule, source, target));
                }
            }
        }
        return found;
    }

    /** The unit of a parameter as the rule alone has it. */
    private Quantity own(Declaration rule, Symbol symbol, Quantity weight) {
        return symbols.taught(rule, weight, Map.of()).of(rule, symbol);
    }

    /** What does not fit in the body of a rule, and does where nothing is known of its weight. */
    private List<Diagnostic> wrong(Declaration rule, Quantity weight, Map<String, Quantity> given, UnitScope meeting) {
        Set<Span> alone = new HashSet<>();
        body(rule, symbols, UnitScope.of(rule)).forEach(diagnostic -> alone.add(diagnostic.at()));
        List<Diagnostic> found = new ArrayList<>(body(rule, symbols.taught(rule, weight, given), meeting));
        found.removeIf(diagnostic -> alone.contains(diagnostic.at()));
        return found;
    }

    private List<Diagnostic> body(Declaration rule, SymbolUnits with, UnitScope meeting) {
        DiagnosticSink quiet = new DiagnosticSink();
        ItemUnits items = new ItemUnits(with, meeting, quiet);
        // What is redirected is no longer said of the weight: a change in an inherited block fits what it goes to.
        boolean redirected =
                !symbols.catalogue().flattened(rule).items(Item.Redirect.class).isEmpty();
        UnitScope elsewhere = meeting.block();
        elsewhere.define("w", Quantity.ANY);
        ItemUnits inherited = new ItemUnits(with, elsewhere, quiet);
        for (Item item : symbols.catalogue().flattened(rule).items()) {
            boolean moved =
                    redirected && item instanceof Item.Handler && !rule.body().contains(item);
            (moved ? inherited : items).check(item);
        }
        return quiet.sorted();
    }

    private void say(Use use, Taught weight, Map<String, Quantity> given, UnitScope meeting, List<Diagnostic> wrong) {
        Diagnostic first = plainest(use.rule(), wrong);
        List<String> changes = remedy(use, weight, given, meeting);
        Optional<String> argument =
                changes.stream().filter(use.given()::containsKey).findFirst();
        Span at = argument.map(name -> use.given().get(name).span())
                .orElse(use.at().span());
        List<Note> notes = new ArrayList<>();
        notes.add(Note.at(first.at(), "in rule '" + use.rule().name() + "'"));
        use.teaches()
                .filter(rule -> !at.equals(rule.span()))
                .ifPresent(rule -> notes.add(Note.at(rule.span(), "it teaches here")));
        if (!weight.unit().isNumber()) {
            notes.add(Note.at(
                    weight.declared(),
                    weight.words() + " is in " + weight.unit().words()));
        }
        notes.add(Note.of(advice(use, weight, changes)));
        sink.error(
                Code.UNIT_OF_PARAMETER,
                at,
                "rule '" + use.rule().name() + "' does not suit " + weight.words() + ", which is " + in(weight.unit())
                        + ": " + first.message(),
                notes.toArray(Note[]::new));
    }

    /** Of all that does not fit, what says most of the weight: a bound, else what is added to it. */
    private Diagnostic plainest(Declaration rule, List<Diagnostic> wrong) {
        for (Item.Keep keep : symbols.catalogue().flattened(rule).items(Item.Keep.class)) {
            for (Diagnostic diagnostic : wrong) {
                Span at = diagnostic.at();
                if (at.equals(keep.low().span()) || at.equals(keep.high().span())) {
                    return diagnostic;
                }
            }
        }
        return wrong.stream()
                .filter(diagnostic -> diagnostic.code() == Code.UNIT_MISMATCH)
                .findFirst()
                .orElse(wrong.get(0));
    }

    private String advice(Use use, Taught weight, List<String> changes) {
        if (changes.isEmpty()) {
            return weight.unit().isNumber()
                    ? "what the rule does to 'w', and its bounds, are to be pure numbers here"
                    : "what the rule adds to 'w', and its bounds, are to be in "
                            + weight.unit().words() + " here";
        }
        Map<String, String> texts = new LinkedHashMap<>();
        use.given().forEach((name, value) -> texts.put(name, value.span().text()));
        Set<String> units = new LinkedHashSet<>();
        for (String name : changes) {
            Symbol symbol = symbols.catalogue().symbols(use.rule()).find(name).orElseThrow();
            Quantity own = own(use.rule(), symbol, weight.unit());
            Expr before = use.given().get(name);
            boolean already = before != null
                    && !own.fits(inference.of(before))
                    && own.times(weight.unit()).fits(inference.of(before));
            if (already) {
                units.add(own.isNumber() ? "as a pure number" : "in " + own.words());
                texts.put(name, before instanceof Expr.Number number && own.isNumber() ? plain(number.value()) : "…");
                continue;
            }
            Quantity wanted = own.times(weight.unit());
            units.add(wanted.isNumber() ? "a pure number" : "in " + wanted.words());
            Expr value = Optional.ofNullable(before).or(symbol::value).orElseThrow();
            texts.put(name, scaled(value, weight));
        }
        String give = changes.size() == 1
                ? changes.get(0)
                : String.join(", ", changes.subList(0, changes.size() - 1)) + " and " + changes.get(changes.size() - 1);
        List<String> arguments = new ArrayList<>();
        texts.forEach((name, text) -> arguments.add(name + " = " + text));
        return "give " + give + " " + String.join(" and ", units) + ": "
                + use.rule().name() + "(" + String.join(", ", arguments) + ")";
    }

    /** A value of a parameter as it would be in the unit of the weight: a part of the weight to start with, where that is told. */
    private static String scaled(Expr value, Taught weight) {
        double scale = weight.start()
                .map(Expr.Number::value)
                .filter(start -> start != 0)
                .orElse(1.0);
        String unit = weight.start()
                .filter(start -> start.value() != 0)
                .flatMap(start -> start.unit().map(Name::text))
                .orElse(weight.unit().words());
        if (weight.unit().isNumber()) {
            return value instanceof Expr.Number number ? plain(number.value()) : "…";
        }
        if (!(value instanceof Expr.Number number)) {
            return value.span().text() + " * 1 " + unit;
        }
        boolean bare = number.unit().isEmpty();
        return plain(bare ? number.value() * scale : number.value()) + " " + unit;
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.6g", value);
        if (Math.abs(value) < 1e-3 && value != 0) {
            return new BigDecimal(value)
                    .round(new MathContext(6))
                    .stripTrailingZeros()
                    .toString()
                    .replace("E", "e");
        }
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** The fewest parameters with which the rule would fit, were they given in the unit of the weight; none where there are no such. */
    private List<String> remedy(Use use, Taught weight, Map<String, Quantity> given, UnitScope meeting) {
        Map<String, Quantity> other = new LinkedHashMap<>();
        for (Binding binding :
                symbols.catalogue().flattened(use.rule()).parameters().values()) {
            String name = binding.name().text();
            Symbol symbol = symbols.catalogue().symbols(use.rule()).find(name).orElseThrow();
            Quantity own = own(use.rule(), symbol, weight.unit());
            boolean open = binding.type().isEmpty()
                    && !own.dimension().isAny()
                    && binding.value()
                            .filter(value -> !(value instanceof Expr.Reference))
                            .isPresent();
            Quantity wanted = own.times(weight.unit());
            boolean already = given.containsKey(name) && wanted.fits(given.get(name));
            if (already && !weight.unit().isNumber()) {
                other.put(name, own);
            }
            if (open && !already && other.size() < MOST_CANDIDATES) {
                other.put(name, wanted);
            }
        }
        List<String> names = List.copyOf(other.keySet());
        for (int size = 1; size <= Math.min(MOST_CHANGES, names.size()); size++) {
            Optional<List<String>> found = choose(names, 0, size, List.of(), use, weight, given, other, meeting);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return List.of();
    }

    private Optional<List<String>> choose(
            List<String> names,
            int from,
            int size,
            List<String> chosen,
            Use use,
            Taught weight,
            Map<String, Quantity> given,
            Map<String, Quantity> other,
            UnitScope meeting) {
        if (chosen.size() == size) {
            Map<String, Quantity> changed = new HashMap<>(given);
            chosen.forEach(name -> changed.put(name, other.get(name)));
            return wrong(use.rule(), weight.unit(), changed, meeting).isEmpty()
                    ? Optional.of(chosen)
                    : Optional.empty();
        }
        for (int i = from; i < names.size(); i++) {
            List<String> more = new ArrayList<>(chosen);
            more.add(names.get(i));
            Optional<List<String>> found = choose(names, i + 1, size, more, use, weight, given, other, meeting);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static String in(Quantity quantity) {
        return quantity.dimension().equals(Dimension.NONE) ? "a pure number" : "in " + quantity.words();
    }
}
