package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.SourceUnit;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Catalogue;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.NameResolver;
import org.altdsl.names.ResolvedProgram;
import org.altdsl.names.Symbol;

/** Checks that what is added, compared and assigned has one unit, and that functions of pure numbers get such. */
public final class UnitChecker {
    private final ResolvedProgram resolved;
    private final DiagnosticSink sink;
    private final SymbolUnits symbols;

    private UnitChecker(ResolvedProgram resolved, DiagnosticSink sink) {
        this.resolved = requireNonNull(resolved);
        this.sink = requireNonNull(sink);
        this.symbols = new SymbolUnits(new Catalogue(resolved));
    }

    /** Checks every declaration of every file; errors go to the sink, the result is there all the same. */
    public static TypedProgram check(ResolvedProgram resolved, DiagnosticSink sink) {
        return new UnitChecker(resolved, sink).check();
    }

    /**
     * Tells the unit in which an expression of a declaration is shown: as it is written where it is declared, else the
     * common one of its dimension. Absent for pure numbers and where nothing is known.
     */
    public static Function<Expr, Optional<Unit>> shown(LinkedProgram program, Declaration declaration) {
        DiagnosticSink unheard = new DiagnosticSink();
        ResolvedProgram resolved = NameResolver.resolve(program, unheard);
        SymbolUnits symbols = new SymbolUnits(new Catalogue(resolved));
        return expr -> {
            Quantity quantity = new Inference(symbols, UnitScope.of(declaration), unheard).of(expr);
            if (quantity.dimension().isAny() || quantity.isNumber()) {
                return Optional.empty();
            }
            return quantity.unit().flatMap(Units::find).or(() -> Units.common(quantity.dimension()));
        };
    }

    private TypedProgram check() {
        Map<Declaration, Map<String, Dimension>> dimensions = new IdentityHashMap<>();
        for (SourceUnit unit : resolved.program().units()) {
            for (Declaration declaration : unit.declarations()) {
                declaration(declaration);
                Map<String, Dimension> named = new LinkedHashMap<>();
                for (Symbol symbol : symbols.catalogue().symbols(declaration).all()) {
                    named.put(symbol.name(), symbols.of(declaration, symbol).dimension());
                }
                dimensions.put(declaration, named);
            }
        }
        return new TypedProgram(resolved, dimensions);
    }

    private void declaration(Declaration declaration) {
        Optional<Declaration> tested = declaration.tested().flatMap(use -> symbols.catalogue()
                .used(use, declaration.span().file()));
        UnitScope scope = UnitScope.ofTest(declaration, tested);
        ItemUnits items = new ItemUnits(symbols, scope, sink);
        if (declaration.kind() == Declaration.Kind.FUNCTION) {
            items.function(declaration);
            return;
        }
        declaration.formals().forEach(items::binding);
        Inference inference = new Inference(symbols, scope, sink);
        declaration.value().ifPresent(inference::of);
        UseUnits uses = new UseUnits(symbols, inference, sink);
        declaration
                .parent()
                .ifPresent(parent -> uses.check(parent, declaration.span().file()));
        if (tested.filter(found -> found.kind() == Declaration.Kind.RULE).isPresent()) {
            new RuleUses(symbols, scope, sink).check(declaration.tested().orElseThrow(), declaration.body());
        } else {
            declaration
                    .tested()
                    .ifPresent(use -> uses.check(use, declaration.span().file()));
        }
        inherited(declaration, items);
        for (Item item : declaration.body()) {
            items.check(item);
        }
    }

    /** A parameter that replaces the parent's keeps its unit. */
    private void inherited(Declaration declaration, ItemUnits items) {
        List<Declaration> ancestry = symbols.catalogue().flattened(declaration).ancestry();
        if (ancestry.size() < 2) {
            return;
        }
        Declaration parent = ancestry.get(ancestry.size() - 2);
        for (Item item : declaration.body()) {
            if (item instanceof Item.Parameters parameters) {
                for (Binding binding : parameters.bindings()) {
                    symbols.catalogue()
                            .symbols(parent)
                            .find(binding.name().text())
                            .filter(old -> old.kind() == Symbol.Kind.PARAMETER)
                            .ifPresent(old -> binding.value().ifPresent(value -> items.replaced(value, parent, old)));
                }
            }
        }
    }
}
