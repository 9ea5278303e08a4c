package org.altdsl.derive;

import java.util.ArrayList;
import java.util.List;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Exprs;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Op;
import org.altdsl.ir.Space;

/**
 * Builds the expressions of derivatives, simplified as they are built: zeros and ones fold, equal terms cancel and
 * factors that do not vary over the axes of a sum are taken out of it.
 *
 * <p>Cancelling {@code x / x} is not exact where {@code x} is 0; there the formula before simplification has no value
 * at all, so what remains is its continuous extension.
 */
public final class Algebra {
    public static final Expr ZERO = new Expr.Const(0);
    public static final Expr ONE = new Expr.Const(1);

    private final Expr value;
    private final Expr knownAs;
    private final Product known = new Product();

    public Algebra() {
        this(ONE, ONE);
    }

    /** An algebra that can write a value by a name for it; see {@link #renamed}. */
    Algebra(Expr value, Expr name) {
        this.value = value;
        this.knownAs = name;
        known.times(value, false);
    }

    public static boolean isZero(Expr expr) {
        return expr instanceof Expr.Const constant && constant.value() == 0;
    }

    public static Expr constant(double value) {
        return new Expr.Const(value);
    }

    public Expr add(Expr a, Expr b) {
        return isZero(a) ? b : isZero(b) ? a : combine(a, b, 1);
    }

    public Expr sub(Expr a, Expr b) {
        return isZero(b) ? a : combine(a, b, -1);
    }

    public Expr neg(Expr a) {
        return sub(ZERO, a);
    }

    public Expr mul(Expr a, Expr b) {
        if (isZero(a) || isZero(b)) {
            return ZERO;
        }
        Product product = new Product();
        product.times(a, false);
        product.times(b, false);
        return build(product);
    }

    public Expr div(Expr a, Expr b) {
        if (isZero(a)) {
            return ZERO;
        }
        Product product = new Product();
        product.times(a, false);
        product.times(b, true);
        return build(product);
    }

    public Expr select(Expr condition, Expr yes, Expr no) {
        if (condition instanceof Expr.Const constant) {
            return constant.value() != 0 ? yes : no;
        }
        if (yes.equals(no)) {
            return yes;
        }
        if (!isZero(yes) && !isZero(no)) {
            return Expr.Prim.of(Op.SELECT, condition, yes, no);
        }
        // A constant factor of the only branch comes out, so that two contributions under one mask can cancel.
        Product product = new Product();
        product.times(isZero(yes) ? no : yes, false);
        double coefficient = product.coefficient;
        product.coefficient = 1;
        Expr rest = build(product);
        Expr masked = isZero(yes)
                ? Expr.Prim.of(Op.SELECT, condition, ZERO, rest)
                : Expr.Prim.of(Op.SELECT, condition, rest, ZERO);
        return mul(constant(coefficient), masked);
    }

    /** A power by a constant exponent. */
    Expr power(Expr base, double exponent) {
        if (exponent == 0) {
            return ONE;
        }
        if (exponent == 1) {
            return base;
        }
        return exponent == 2 ? mul(base, base) : Expr.Prim.of(Op.POW, base, constant(exponent));
    }

    /** The sum over axes; an axis that the value does not vary over multiplies it by the extent. */
    Expr sum(Space axes, Expr value) {
        if (isZero(value)) {
            return ZERO;
        }
        Expr total = reduce(axes.intersect(value.space()), Fold.SUM, value);
        for (Axis axis : axes.minus(value.space()).axes()) {
            total = mul(total, new Expr.SizeOf(axis));
        }
        return total;
    }

    /** The mean over the lanes, which is the value itself where lanes do not differ. */
    Expr meanOverLanes(Expr value) {
        return reduce(Space.of(Axis.LANE).intersect(value.space()), Fold.MEAN, value);
    }

    /** An expression with the value of the constructor written by its name wherever it occurs. */
    Expr renamed(Expr expr) {
        if (expr.equals(value)) {
            return knownAs;
        }
        if (expr instanceof Expr.Prim prim && isArithmetic(prim.op())) {
            List<Product> terms = new ArrayList<>();
            collectTerms(expr, 1, terms);
            List<Product> changed = new ArrayList<>();
            for (Product term : terms) {
                term.rename(known, knownAs);
                Product product = new Product();
                product.coefficient = term.coefficient;
                term.numerators.forEach(factor -> product.times(renamed(factor), false));
                term.denominators.forEach(factor -> product.times(renamed(factor), true));
                changed.add(product);
            }
            return buildSum(changed);
        }
        return Exprs.mapChildren(expr, this::renamed);
    }

    private static boolean isArithmetic(Op op) {
        return switch (op) {
            case ADD, SUB, NEG, MUL, DIV -> true;
            default -> false;
        };
    }

    private Expr reduce(Space axes, Fold fold, Expr value) {
        if (axes.isScalar() || isZero(value)) {
            return value;
        }
        List<Product> terms = new ArrayList<>();
        collectTerms(value, 1, terms);
        if (terms.size() > 1) {
            if (terms.stream().noneMatch(term -> term.hasFactorWithout(axes))) {
                return Expr.Reduce.over(axes, fold, value);
            }
            Expr total = ZERO;
            for (Product term : terms) {
                total = add(total, fold == Fold.SUM ? sum(axes, build(term)) : meanOverLanes(build(term)));
            }
            return total;
        }
        Product outer = new Product();
        Product inner = new Product();
        for (Product term : terms) {
            term.split(axes, outer, inner);
        }
        Expr within = build(inner);
        Space present = axes.intersect(within.space());
        Expr reduced = present.isScalar() ? within : Expr.Reduce.over(present, fold, within);
        outer.times(reduced, false);
        if (fold == Fold.SUM) {
            for (Axis axis : axes.minus(present).axes()) {
                outer.times(new Expr.SizeOf(axis), false);
            }
        }
        return build(outer);
    }

    private Expr combine(Expr a, Expr b, double sign) {
        List<Product> terms = new ArrayList<>();
        collectTerms(a, 1, terms);
        collectTerms(b, sign, terms);
        return buildSum(terms);
    }

    private static void collectTerms(Expr expr, double sign, List<Product> terms) {
        if (expr instanceof Expr.Prim prim) {
            List<Expr> operands = prim.operands();
            if (prim.op() == Op.ADD || prim.op() == Op.SUB) {
                collectTerms(operands.get(0), sign, terms);
                collectTerms(operands.get(1), prim.op() == Op.ADD ? sign : -sign, terms);
                return;
            }
            if (prim.op() == Op.NEG) {
                collectTerms(operands.get(0), -sign, terms);
                return;
            }
        }
        Product product = new Product();
        product.times(expr, false);
        product.coefficient *= sign;
        for (Product term : terms) {
            if (term.sameFactors(product)) {
                term.coefficient += product.coefficient;
                return;
            }
        }
        terms.add(product);
    }

    private Expr buildSum(List<Product> all) {
        List<Product> terms = new ArrayList<>(all);
        terms.removeIf(term -> term.coefficient == 0);
        if (terms.isEmpty()) {
            return ZERO;
        }
        for (int i = 0; i < terms.size(); i++) {
            if (terms.get(i).coefficient > 0) {
                terms.add(0, terms.remove(i));
                break;
            }
        }
        Expr total = build(terms.get(0));
        for (Product term : terms.subList(1, terms.size())) {
            boolean negative = term.coefficient < 0;
            term.coefficient = Math.abs(term.coefficient);
            total = Expr.Prim.of(negative ? Op.SUB : Op.ADD, total, build(term));
        }
        return total;
    }

    private Expr build(Product product) {
        distribute(product);
        return product.build();
    }

    /** Multiplies a sum out where a factor beside it cancels a divisor in it: (a/x + b) x = a + b x. */
    private void distribute(Product product) {
        for (int i = 0; i < product.numerators.size(); i++) {
            Expr factor = product.numerators.get(i);
            if (!(factor instanceof Expr.Prim prim) || prim.op() != Op.ADD && prim.op() != Op.SUB) {
                continue;
            }
            List<Product> terms = new ArrayList<>();
            collectTerms(factor, 1, terms);
            for (int j = 0; j < product.numerators.size(); j++) {
                Expr other = product.numerators.get(j);
                if (j == i || terms.stream().noneMatch(term -> term.denominators.contains(other))) {
                    continue;
                }
                product.numerators.remove(Math.max(i, j));
                product.numerators.remove(Math.min(i, j));
                for (Product term : terms) {
                    term.times(other, false);
                }
                product.times(buildSum(terms), false);
                distribute(product);
                return;
            }
        }
    }

    /** A coefficient, the factors above and those below the line; equal ones above and below have cancelled. */
    private static final class Product {
        private double coefficient = 1;
        private final List<Expr> numerators = new ArrayList<>();
        private final List<Expr> denominators = new ArrayList<>();

        void times(Expr expr, boolean inverse) {
            if (expr instanceof Expr.Const constant && (constant.value() != 0 || !inverse)) {
                coefficient = inverse ? coefficient / constant.value() : coefficient * constant.value();
                return;
            }
            if (expr instanceof Expr.Prim prim) {
                if (prim.op() == Op.NEG) {
                    coefficient = -coefficient;
                    times(prim.operands().get(0), inverse);
                    return;
                }
                if (prim.op() == Op.MUL || prim.op() == Op.DIV) {
                    times(prim.operands().get(0), inverse);
                    times(prim.operands().get(1), inverse != (prim.op() == Op.DIV));
                    return;
                }
            }
            if (!(inverse ? numerators : denominators).remove(expr)) {
                (inverse ? denominators : numerators).add(expr);
            }
        }

        boolean isConstant() {
            return numerators.isEmpty() && denominators.isEmpty();
        }

        boolean hasFactorWithout(Space axes) {
            return isConstant()
                    || numerators.stream().anyMatch(factor -> free(factor, axes))
                    || denominators.stream().anyMatch(factor -> free(factor, axes));
        }

        private static boolean free(Expr factor, Space axes) {
            return factor.space().intersect(axes).isScalar();
        }

        void split(Space axes, Product outer, Product inner) {
            outer.coefficient *= coefficient;
            for (Expr factor : numerators) {
                (free(factor, axes) ? outer : inner).times(factor, false);
            }
            for (Expr factor : denominators) {
                (free(factor, axes) ? outer : inner).times(factor, true);
            }
        }

        boolean sameFactors(Product other) {
            return same(numerators, other.numerators) && same(denominators, other.denominators);
        }

        private static boolean same(List<Expr> a, List<Expr> b) {
            return a.size() == b.size() && without(a, b).isEmpty();
        }

        private static List<Expr> without(List<Expr> all, List<Expr> gone) {
            List<Expr> rest = new ArrayList<>(all);
            gone.forEach(rest::remove);
            return rest;
        }

        void rename(Product value, Expr name) {
            List<Expr> above = without(numerators, value.numerators);
            List<Expr> below = without(denominators, value.denominators);
            if (above.size() == numerators.size() - value.numerators.size()
                    && below.size() == denominators.size() - value.denominators.size()) {
                numerators.clear();
                numerators.addAll(above);
                denominators.clear();
                denominators.addAll(below);
                coefficient /= value.coefficient;
                times(name, false);
            }
        }

        /** Factors on fewer axes first, so that a back end can take them out of its inner loops. */
        Expr build() {
            if (coefficient == 0) {
                return ZERO;
            }
            List<Space> spaces = new ArrayList<>();
            for (Expr factor : numerators) {
                if (!spaces.contains(factor.space())) {
                    spaces.add(factor.space());
                }
            }
            spaces.sort((a, b) -> Integer.compare(a.rank(), b.rank()));
            Expr result = coefficient == 1 || coefficient == -1 ? null : constant(coefficient);
            List<Expr> below = new ArrayList<>(denominators);
            for (Space space : spaces) {
                Expr above = multiply(numerators, space);
                if (denominators.stream().anyMatch(factor -> factor.space().equals(space))) {
                    above = Expr.Prim.of(Op.DIV, above, multiply(denominators, space));
                    below.removeIf(factor -> factor.space().equals(space));
                }
                result = result == null ? above : Expr.Prim.of(Op.MUL, result, above);
            }
            if (!below.isEmpty()) {
                Expr divisor = below.get(0);
                for (Expr factor : below.subList(1, below.size())) {
                    divisor = Expr.Prim.of(Op.MUL, divisor, factor);
                }
                result = Expr.Prim.of(Op.DIV, result == null ? constant(coefficient) : result, divisor);
                if (numerators.isEmpty()) {
                    return result;
                }
            }
            if (result == null) {
                return constant(coefficient);
            }
            return coefficient == -1 ? Expr.Prim.of(Op.NEG, result) : result;
        }

        private static Expr multiply(List<Expr> factors, Space space) {
            Expr result = null;
            for (Expr factor : factors) {
                if (factor.space().equals(space)) {
                    result = result == null ? factor : Expr.Prim.of(Op.MUL, result, factor);
                }
            }
            return result;
        }
    }
}
