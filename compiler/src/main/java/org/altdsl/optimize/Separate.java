package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;

/**
 * Gives every reduction an update of its own, and turns sums over products into matrix products.
 *
 * <p>Afterwards an update is one of three: free of reductions; a reduction of an expression that is free of them, as
 * the whole value; or a matrix product {@code target = [target +] scale * sum(a * b)} of two stored matrices, see
 * {@link MatrixForm}. Equal reductions of equal versions are computed once.
 *
 * <p>Where an update adds a matrix product times a number to its target, the product is accumulated straight into it.
 */
final class Separate {
    private final Sizes sizes;
    private final Temporaries temporaries;
    private final Events events;
    private final List<Decision> decisions;
    private final boolean grouped;

    /** Keys of expressions as the input numbers their versions. */
    private final ExprKeys sourceKeys = new ExprKeys();

    /** Keys of expressions as the output numbers their versions. */
    private final ExprKeys keys = new ExprKeys();

    private final Versions versions = new Versions();
    private final Map<Integer, Expr> reductions = new HashMap<>();
    private final Map<Integer, Var> operands = new HashMap<>();
    private final List<Update> result = new ArrayList<>();
    private Map<Integer, Integer> uses = Map.of();
    private Set<Var> written = Set.of();

    /** The update being rewritten. */
    private Update user;

    /** The target of the update being rewritten, as long as it may serve as the home of an intermediate result. */
    private Var home;

    private Separate(Sizes sizes, Temporaries temporaries, Events events, List<Decision> decisions, boolean grouped) {
        this.sizes = sizes;
        this.temporaries = temporaries;
        this.events = events;
        this.decisions = decisions;
        this.grouped = grouped;
    }

    static List<Update> apply(
            List<Update> updates,
            Sizes sizes,
            Temporaries temporaries,
            Events events,
            List<Decision> decisions,
            boolean grouped) {
        Separate pass = new Separate(sizes, temporaries, events, decisions, grouped);
        List<Update> numbered = Versions.number(updates);
        if (grouped) {
            numbered = numbered.stream()
                    .map(update -> Updates.with(update, update.guard().orElse(null), pass.merged(update.value())))
                    .toList();
        }
        List<Expr> roots = new ArrayList<>();
        for (Update update : numbered) {
            roots.add(update.value());
            update.guard().ifPresent(roots::add);
        }
        pass.written = Updates.written(updates);
        pass.uses = Products.uses(roots, pass.sourceKeys);
        numbered.forEach(pass::rewrite);
        return pass.result;
    }

    /**
     * The expression with means and sums of sums over further axes as one sum, where all together may be a product: how
     * synapses that share a weight change it is summed over positions, then averaged over lanes.
     */
    private Expr merged(Expr expr) {
        Expr inner = Exprs.mapChildren(expr, this::merged);
        boolean isSum = inner instanceof Expr.Reduce outer
                && outer.along() instanceof IndexMap.Drop
                && (outer.fold() == Fold.SUM || outer.fold() == Fold.MEAN)
                && outer.of() instanceof Expr.Reduce sum
                && sum.along() instanceof IndexMap.Drop
                && sum.fold() == Fold.SUM
                && sum.of().space().rank() >= 4;
        if (!isSum) {
            return inner;
        }
        Expr.Reduce outer = (Expr.Reduce) inner;
        Expr.Reduce sum = (Expr.Reduce) outer.of();
        Space later = ((IndexMap.Drop) outer.along()).dropped();
        Space all = ((IndexMap.Drop) sum.along()).dropped().union(later);
        Expr whole = Expr.Reduce.over(all, Fold.SUM, sum.of());
        return outer.fold() == Fold.SUM ? whole : Algebra.product(Algebra.share(later, sizes), whole);
    }

    private void rewrite(Update update) {
        user = update;
        home = null;
        if (EventForm.of(update, events).isPresent()) {
            result.add(versions.next(update));
            return;
        }
        boolean free = update.guard().isEmpty() && update.target().type() == DType.REAL;
        if (free && accumulates(update)) {
            return;
        }
        Expr guard = update.guard().map(this::hoist).orElse(null);
        boolean readsItself = Exprs.reads(update.value()).contains(update.target());
        home = free && !readsItself ? update.target() : null;
        Expr value = hoist(update.value());
        store(guard, value);
    }

    /** Writes the target, by way of a temporary where the value reads it at other points. */
    private void store(Expr guard, Expr value) {
        Var target = user.target();
        if (value.equals(versions.read(target))) {
            return;
        }
        Update whole = Updates.with(user, guard, value);
        if (Updates.remoteReads(whole).contains(target)) {
            Expr chosen = guard == null ? value : Expr.Prim.of(Op.SELECT, guard, value, versions.read(target));
            Var copy = temporaries.make(user, "next", target.space());
            emit(copy, chosen);
            emit(target, versions.read(copy));
            return;
        }
        result.add(versions.next(whole));
    }

    private void emit(Var target, Expr value) {
        result.add(versions.next(new Update(target, 1, Optional.empty(), value, user.slot(), user.span())));
    }

    private void decide(Decision.Method method, Var target, Expr value) {
        String equation = Equations.update(target, value);
        decisions.add(new Decision(user.target().name(), user.span(), method, equation));
    }

    /** The expression with reductions replaced by what holds their values, and versions as the output numbers them. */
    private Expr hoist(Expr expr) {
        if (expr instanceof Expr.Read read) {
            return versions.read(read.variable());
        }
        if (!(expr instanceof Expr.Reduce reduce)) {
            return Exprs.mapChildren(expr, this::hoist);
        }
        int key = sourceKeys.of(reduce);
        Expr known = reductions.get(key);
        if (known == null) {
            // The key of a scatter says nothing of the version of its table.
            boolean moving = reduce.along() instanceof IndexMap.Table table && written.contains(table.table());
            boolean shared = uses.getOrDefault(key, 0) > 1 && !moving;
            Var kept = home;
            if (shared) {
                home = null;
            }
            known = reduction(reduce);
            if (shared) {
                home = kept;
                reductions.put(key, known);
            }
        }
        return known;
    }

    private Expr reduction(Expr.Reduce reduce) {
        Var outerHome = home;
        home = null;
        Expr of = hoist(reduce.of());
        home = outerHome;
        if (!(reduce.along() instanceof IndexMap.Drop drop)) {
            Expr value = Expr.Reduce.scatter(reduce.along(), of);
            Var target = place("scatter", value.space());
            decide(Decision.Method.SCATTER, target, value);
            emit(target, value);
            return versions.read(target);
        }
        return overAxes(drop.dropped(), reduce.fold(), of);
    }

    private Expr overAxes(Space over, Fold fold, Expr of) {
        List<Products.Term> terms = Products.separate(over, fold, of, sizes, keys, grouped);
        if (terms != null) {
            return combined(terms);
        }
        // Several axes at once may not separate where they do one after the other, best without a matrix product.
        List<Products.Term> possible = null;
        Axis first = null;
        for (Axis axis : over.rank() > 1 ? over.axes() : List.<Axis>of()) {
            List<Products.Term> single = Products.separate(Space.of(axis), fold, of, sizes, keys, grouped);
            if (single != null && (possible == null || !hasMatrix(single))) {
                possible = single;
                first = axis;
            }
        }
        return possible == null ? whole(over, fold, of) : overAxes(over.without(first), fold, combined(possible));
    }

    private static boolean hasMatrix(List<Products.Term> terms) {
        return terms.stream().anyMatch(term -> term.core() instanceof Products.Matrix);
    }

    private Expr whole(Space over, Fold fold, Expr of) {
        Expr value = Expr.Reduce.over(over, fold, of);
        Var target = place(word(fold), value.space());
        boolean manyAxes = of.space().rank() > 2;
        decide(manyAxes ? Decision.Method.FUSED_REDUCTION : Decision.Method.REDUCTION, target, value);
        emit(target, value);
        return versions.read(target);
    }

    private static String word(Fold fold) {
        return switch (fold) {
            case SUM -> "sum";
            case MEAN -> "mean";
            case MAX -> "max";
            case MIN -> "min";
            case ARGMAX -> "argmax";
        };
    }

    /** The target itself where it can hold the intermediate result, otherwise a temporary. */
    private Var place(String what, Space space) {
        if (home != null && home.space().equals(space)) {
            Var taken = home;
            home = null;
            return taken;
        }
        return temporaries.make(user, what, space);
    }

    private Expr combined(List<Products.Term> terms) {
        Expr sum = null;
        List<Product> plain = new ArrayList<>();
        for (Products.Term term : terms) {
            if (term.core() instanceof Products.Matrix matrix && term.outer().isEmpty()) {
                plain.add(product(term.scalar(), matrix));
            }
        }
        if (!plain.isEmpty()) {
            Var target = place("product", plain.get(0).space());
            accumulate(target, plain, false);
            sum = versions.read(target);
        }
        for (Products.Term term : terms) {
            if (!(term.core() instanceof Products.Matrix) || !term.outer().isEmpty()) {
                sum = Algebra.sum(sum, value(term));
            }
        }
        return sum == null ? Algebra.ZERO : sum;
    }

    /** The value of one term; what is below its reduction gets an update of its own. */
    private Expr value(Products.Term term) {
        Expr core = Algebra.ONE;
        if (term.core() instanceof Products.Matrix matrix) {
            Product product = product(Algebra.ONE, matrix);
            Var target = place("product", product.space());
            accumulate(target, List.of(product), false);
            core = versions.read(target);
        } else if (term.core() instanceof Products.Vector vector) {
            Expr of = Algebra.product(vector.factors());
            Expr.Reduce reduce = Expr.Reduce.over(vector.over(), vector.fold(), of);
            Var known = operands.get(keys.of(reduce));
            if (known == null) {
                known = temporaries.make(user, word(vector.fold()), reduce.space());
                decide(Decision.Method.REDUCTION, known, reduce);
                emit(known, reduce);
                operands.put(keys.of(reduce), known);
            }
            core = versions.read(known);
        }
        // The factors on few axes are multiplied first, so that they leave the inner loop together.
        Expr scaled = Algebra.product(term.scalar(), core.space().rank() < 2 ? core : Algebra.ONE);
        for (Expr factor : term.outer()) {
            scaled = factor.space().rank() < 2 ? Algebra.product(scaled, factor) : scaled;
        }
        for (Expr factor : term.outer()) {
            scaled = factor.space().rank() < 2 ? scaled : Algebra.product(scaled, factor);
        }
        return core.space().rank() < 2 ? scaled : Algebra.product(scaled, core);
    }

    /** A matrix product with stored operands. */
    private record Product(Expr scale, Space over, Expr left, Expr right) {
        Space space() {
            return left.space().union(right.space()).minus(over);
        }

        boolean reads(Var variable) {
            return IndexMaps.stored(left).variable().equals(variable)
                    || IndexMaps.stored(right).variable().equals(variable);
        }

        Expr value() {
            Expr sum = Expr.Reduce.over(over, Fold.SUM, Expr.Prim.of(Op.MUL, left, right));
            return Algebra.isOne(scale) ? sum : Expr.Prim.of(Op.MUL, scale, sum);
        }
    }

    private Product product(Expr scale, Products.Matrix matrix) {
        return new Product(scale, matrix.over(), operand(matrix.left()), operand(matrix.right()));
    }

    private Expr operand(List<Expr> factors) {
        Expr value = Algebra.product(factors);
        if (IndexMaps.isStored(value)) {
            return value;
        }
        Var known = operands.get(keys.of(value));
        if (known == null) {
            known = temporaries.make(user, "factor", value.space());
            emit(known, value);
            operands.put(keys.of(value), known);
        }
        return versions.read(known);
    }

    private void accumulate(Var target, List<Product> products, boolean add) {
        boolean first = !add;
        for (Product product : products) {
            Expr value = product.value();
            Expr whole = first ? value : Expr.Prim.of(Op.ADD, versions.read(target), value);
            boolean rankOne = MatrixForm.isRankOne(product.over(), sizes);
            decide(rankOne ? Decision.Method.RANK_ONE : Decision.Method.MATRIX_PRODUCT, target, whole);
            emit(target, whole);
            first = false;
        }
    }

    /**
     * Rewrites an update whose value is a sum with matrix products in it, such that these accumulate into the target;
     * does nothing and returns false where there are none.
     */
    private boolean accumulates(Update update) {
        List<LinearSum.Part> parts = LinearSum.parts(update.value(), LinearSum::containsMatrix);
        if (parts.stream().noneMatch(part -> mayAccumulate(part.expr(), update.target()))) {
            return false;
        }
        Var target = update.target();
        List<Product> products = new ArrayList<>();
        Expr rest = null;
        for (LinearSum.Part part : parts) {
            Expr scale = hoist(part.scale());
            List<Products.Term> terms = mayAccumulate(part.expr(), target) ? terms(part.expr()) : null;
            if (terms == null) {
                rest = Algebra.sum(rest, Algebra.product(scale, hoist(part.expr())));
                continue;
            }
            for (Products.Term term : terms) {
                Products.Term scaled =
                        new Products.Term(Algebra.product(scale, term.scalar()), term.outer(), term.core());
                Product product = term.core() instanceof Products.Matrix matrix
                                && term.outer().isEmpty()
                        ? product(scaled.scalar(), matrix)
                        : null;
                if (product != null && !product.reads(target)) {
                    products.add(product);
                } else {
                    rest = Algebra.sum(rest, value(scaled));
                }
            }
        }
        storeSum(products, rest);
        return true;
    }

    private void storeSum(List<Product> products, Expr rest) {
        Var target = user.target();
        boolean restFirst =
                rest != null && (products.isEmpty() || Exprs.reads(rest).contains(target));
        if (restFirst) {
            if (!rest.equals(versions.read(target))) {
                boolean scaling = rest instanceof Expr.Prim prim && prim.op() != Op.SELECT;
                decide(scaling ? Decision.Method.SCALING : Decision.Method.FUSED_LOOP, target, rest);
            }
            store(null, rest);
        }
        accumulate(target, products, restFirst);
        if (rest != null && !restFirst) {
            store(null, Expr.Prim.of(Op.ADD, versions.read(target), rest));
        }
    }

    private boolean mayAccumulate(Expr expr, Var target) {
        return expr instanceof Expr.Reduce reduce
                && reduce.along() instanceof IndexMap.Drop
                && (reduce.fold() == Fold.SUM || reduce.fold() == Fold.MEAN)
                && reduce.of().space().rank() >= 3
                && reduce.space().equals(target.space())
                && uses.getOrDefault(sourceKeys.of(reduce), 0) == 1;
    }

    private List<Products.Term> terms(Expr expr) {
        Expr.Reduce reduce = (Expr.Reduce) expr;
        Space over = ((IndexMap.Drop) reduce.along()).dropped();
        return Products.separate(over, reduce.fold(), hoist(reduce.of()), sizes, keys, grouped);
    }
}
