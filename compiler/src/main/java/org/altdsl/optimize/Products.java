package org.altdsl.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;

/**
 * The algebra of sums over products: writes {@code sum over R of e} as a sum of terms
 * {@code scalars * outer * core}, where the core is all that still depends on the reduced axes R.
 *
 * <p>Products are distributed over a sum only where the sum itself ties kept axes together along R, as the bracket of
 * {@code sum over lane of y[lane, post] * (x[lane, pre] - y[lane, post] * w[pre, post])} does. A core whose factors
 * fall into two groups that share only R is a matrix product. Distribution is legal for finite values; where an
 * intermediate overflows or is not a number, so is the result, though not always in the same way.
 */
final class Products {
    /** Beyond this many terms one loop over all axes is the better program. */
    private static final int MAXIMUM_TERMS = 16;

    /** One term; see the class. */
    record Term(Expr scalar, List<Expr> outer, Core core) {}

    /** The part of a term below the reduction. */
    sealed interface Core permits Nothing, Vector, Matrix {}

    /** Nothing depends on the reduced axes. */
    record Nothing() implements Core {}

    /** A sum or mean over some of the reduced axes of something on at most one axis more. */
    record Vector(Space over, Fold fold, List<Expr> factors) implements Core {}

    /** A sum over axes of the product of something on them and some more, and something on them and some others. */
    record Matrix(Space over, List<Expr> left, List<Expr> right) implements Core {}

    /** A product with a number in front. */
    private record Monomial(double coefficient, List<Expr> factors) {}

    private final Space reduced;
    private final Fold fold;
    private final Sizes sizes;
    private final ExprKeys keys;
    private final boolean grouped;
    private boolean tooMany;

    private Products(Space reduced, Fold fold, Sizes sizes, ExprKeys keys, boolean grouped) {
        this.reduced = reduced;
        this.fold = fold;
        this.sizes = sizes;
        this.keys = keys;
        this.grouped = grouped;
    }

    /**
     * The terms, or null where some term has no cheaper form than the loop over all axes.
     *
     * @param grouped whether groups of axes may stand where a matrix has one
     */
    static List<Term> separate(Space reduced, Fold fold, Expr of, Sizes sizes, ExprKeys keys, boolean grouped) {
        if ((fold != Fold.SUM && fold != Fold.MEAN) || of.space().rank() < 3) {
            return null;
        }
        Products products = new Products(reduced, fold, sizes, keys, grouped);
        List<Monomial> monomials = products.merged(products.expand(of));
        List<Term> terms = new ArrayList<>();
        for (Monomial monomial : monomials) {
            Term term = products.tooMany ? null : products.term(monomial);
            if (term == null) {
                return null;
            }
            terms.add(term);
        }
        return terms;
    }

    private List<Monomial> expand(Expr expr) {
        if (expr instanceof Expr.Const constant) {
            return List.of(new Monomial(constant.value(), List.of()));
        }
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = prim.operands();
            switch (prim.op()) {
                case MUL:
                    return crossed(expand(operands.get(0)), expand(operands.get(1)));
                case NEG:
                    return scaled(-1, expand(operands.get(0)));
                case DIV:
                    Expr inverse = Expr.Prim.of(Op.DIV, Algebra.ONE, operands.get(1));
                    return Algebra.isOne(operands.get(0))
                            ? List.of(new Monomial(1, List.of(inverse)))
                            : crossed(expand(operands.get(0)), List.of(new Monomial(1, List.of(inverse))));
                case ADD:
                case SUB:
                    if (tiesAxes(expr)) {
                        List<Monomial> both = new ArrayList<>(expand(operands.get(0)));
                        both.addAll(scaled(prim.op() == Op.ADD ? 1 : -1, expand(operands.get(1))));
                        return limited(both);
                    }
                    break;
                default:
                    break;
            }
        }
        return List.of(new Monomial(1, List.of(expr)));
    }

    private boolean tiesAxes(Expr expr) {
        Space space = expr.space();
        return space.rank() >= 3
                && space.minus(reduced).rank() >= 2
                && !space.intersect(reduced).isScalar();
    }

    private List<Monomial> limited(List<Monomial> terms) {
        if (terms.size() > MAXIMUM_TERMS) {
            tooMany = true;
            return terms.subList(0, 1);
        }
        return terms;
    }

    private List<Monomial> crossed(List<Monomial> first, List<Monomial> second) {
        List<Monomial> result = new ArrayList<>();
        for (Monomial a : first) {
            for (Monomial b : second) {
                List<Expr> factors = new ArrayList<>(a.factors());
                factors.addAll(b.factors());
                result.add(new Monomial(a.coefficient() * b.coefficient(), factors));
            }
        }
        return limited(result);
    }

    private static List<Monomial> scaled(double by, List<Monomial> terms) {
        return terms.stream()
                .map(term -> new Monomial(by * term.coefficient(), term.factors()))
                .toList();
    }

    /** Terms of equal factors are one. */
    private List<Monomial> merged(List<Monomial> terms) {
        Map<List<Integer>, Monomial> byFactors = new LinkedHashMap<>();
        for (Monomial term : terms) {
            List<Integer> key = term.factors().stream().map(keys::of).sorted().toList();
            byFactors.merge(key, term, (a, b) -> new Monomial(a.coefficient() + b.coefficient(), a.factors()));
        }
        return List.copyOf(byFactors.values());
    }

    private Term term(Monomial monomial) {
        List<Expr> scalars = new ArrayList<>();
        List<Expr> outer = new ArrayList<>();
        List<Expr> inner = new ArrayList<>();
        Space touched = Space.SCALAR;
        for (Expr factor : monomial.factors()) {
            if (factor.space().isScalar()) {
                scalars.add(factor);
            } else if (factor.space().intersect(reduced).isScalar()) {
                outer.add(factor);
            } else {
                inner.add(factor);
                touched = touched.union(factor.space());
            }
        }
        Core core = core(inner, touched);
        if (core == null) {
            return null;
        }
        Space over = touched.intersect(reduced);
        boolean isShare = fold == Fold.MEAN && core instanceof Matrix;
        Expr repeats = fold == Fold.MEAN ? Algebra.ONE : count(reduced.minus(over));
        Expr scale = isShare ? Algebra.share(over, sizes) : repeats;
        Expr coefficient = Algebra.product(Algebra.number(monomial.coefficient()), scale);
        return new Term(Algebra.product(coefficient, Algebra.product(scalars)), outer, core);
    }

    private Expr count(Space axes) {
        Expr count = Algebra.ONE;
        for (Axis axis : axes.axes()) {
            Expr size = !axis.isFixed() ? new Expr.SizeOf(axis) : Algebra.number(sizes.of(axis));
            count = Algebra.product(count, size);
        }
        return count;
    }

    private Core core(List<Expr> inner, Space touched) {
        if (inner.isEmpty()) {
            return new Nothing();
        }
        if (touched.rank() <= 2) {
            return new Vector(touched.intersect(reduced), fold, inner);
        }
        Space over = touched.intersect(reduced);
        Space kept = touched.minus(reduced);
        if (kept.rank() < 2 || !grouped && (over.rank() != 1 || kept.rank() != 2)) {
            return null;
        }
        Space first = connected(inner, kept, kept.axes().get(0));
        Space second = kept.minus(first);
        if (second.isScalar()) {
            return null;
        }
        List<Expr> left = new ArrayList<>();
        List<Expr> right = new ArrayList<>();
        List<Expr> shared = new ArrayList<>();
        for (Expr factor : inner) {
            boolean onFirst = !factor.space().intersect(first).isScalar();
            boolean onSecond = !factor.space().intersect(second).isScalar();
            (onFirst ? left : onSecond ? right : shared).add(factor);
        }
        if (grouped
                && (!connected(right, kept, second.axes().get(0)).contains(second)
                        || !isOnAll(over, left)
                        || !isOnAll(over, right))) {
            return null;
        }
        // A factor on the reduced axes alone goes where a temporary is needed anyway.
        boolean leftIsPlain = left.size() == 1 && IndexMaps.isStored(left.get(0));
        (leftIsPlain ? right : left).addAll(shared);
        return new Matrix(over, left, right);
    }

    /** A kept axis with those that factors tie to it. */
    private static Space connected(List<Expr> factors, Space kept, Axis start) {
        Space reached = Space.of(start);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Expr factor : factors) {
                Space own = factor.space().intersect(kept);
                if (!own.intersect(reached).isScalar() && !reached.contains(own)) {
                    reached = reached.union(own);
                    grows = true;
                }
            }
        }
        return reached;
    }

    private static boolean isOnAll(Space axes, List<Expr> factors) {
        Space all = Space.SCALAR;
        for (Expr factor : factors) {
            all = all.union(factor.space());
        }
        return all.contains(axes);
    }

    /** How often each reduction is needed, by key, counted up to a few; what is below a reduction is needed once. */
    static Map<Integer, Integer> uses(List<Expr> roots, ExprKeys keys) {
        Map<Integer, Integer> visits = new HashMap<>();
        roots.forEach(root -> visit(root, keys, visits));
        return visits;
    }

    private static void visit(Expr expr, ExprKeys keys, Map<Integer, Integer> visits) {
        int visit = visits.merge(keys.of(expr), 1, Integer::sum);
        // Two visits tell that something is shared; more would take time exponential in the depth of sharing.
        if (visit == 1 || visit == 2 && !(expr instanceof Expr.Reduce)) {
            expr.children().forEach(child -> visit(child, keys, visits));
        }
    }
}
