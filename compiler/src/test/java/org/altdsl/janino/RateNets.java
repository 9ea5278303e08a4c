package org.altdsl.janino;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;
import static org.altdsl.ir.Sketch.sum;

import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Op;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Sketch;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.plan.Scope;

/** Small dense networks written directly in the intermediate representation. */
final class RateNets {
    static final Axis X = Axis.neurons("x");
    static final Axis H = Axis.neurons("h");
    static final Axis Y = Axis.neurons("y");
    static final Sizes SIZES = Sketch.sizes(X, 7, H, 5, Y, 3);

    /** A network under construction. */
    final Sketch sketch = new Sketch();

    final Var input = sketch.variable("x.r", Space.of(Axis.LANE, X), DType.REAL, Scope.BATCH, Optional.empty());

    static Expr mul(Expr a, Expr b) {
        return prim(Op.MUL, a, b);
    }

    static Expr add(Expr a, Expr b) {
        return prim(Op.ADD, a, b);
    }

    static Expr sub(Expr a, Expr b) {
        return prim(Op.SUB, a, b);
    }

    static Expr meanOverLanes(Expr of) {
        return Expr.Reduce.over(Space.of(Axis.LANE), Fold.MEAN, of);
    }

    static Expr max(Expr of, Axis axis) {
        return Expr.Reduce.over(Space.of(axis), Fold.MAX, of);
    }

    Expr input() {
        return sketch.read(input);
    }

    /** {@code y = sum(w * x)} and Oja's rule for all units, each by itself. */
    static RateNets oja() {
        RateNets net = new RateNets();
        Var w = net.sketch.random("x->h.w", -0.5, 0.5, X, H);
        Expr y = net.sketch.let("h.r", sum(mul(net.sketch.read(w), net.input()), X));
        Expr change = mul(y, sub(net.input(), mul(y, net.sketch.read(w))));
        net.sketch.set(w, add(net.sketch.read(w), mul(number(0.1), meanOverLanes(change))));
        return net;
    }

    /** A rule that clips and saturates, with no matrix product in it. */
    static RateNets saturating() {
        RateNets net = new RateNets();
        Var w = net.sketch.random("x->h.w", -0.5, 0.5, X, H);
        Expr y = net.sketch.let("h.r", sum(mul(net.sketch.read(w), net.input()), X));
        Expr change = meanOverLanes(prim(Op.TANH, mul(y, net.input())));
        Expr moved = add(net.sketch.read(w), mul(number(0.1), change));
        net.sketch.set(w, prim(Op.MAX, number(-1), prim(Op.MIN, number(1), moved)));
        return net;
    }

    /** Three layers, softmax, cross entropy and plain descent by hand-written backpropagation. */
    static RateNets perceptron() {
        RateNets net = new RateNets();
        Sketch s = net.sketch;
        Var label = s.variable("label", Space.of(Axis.LANE), DType.REAL, Scope.BATCH, Optional.empty());
        Var w1 = s.random("x->h.w", -1, 1, X, H);
        Var w2 = s.random("h->y.w", -1, 1, H, Y);
        Var b1 = s.state("h.b", Space.of(H), number(0.1));
        Var b2 = s.state("y.b", Space.of(Y), number(0));
        Expr u1 = s.let("h.u", add(sum(mul(s.read(w1), net.input()), X), s.read(b1)));
        Expr r1 = s.let("h.r", prim(Op.TANH, u1));
        Expr u2 = s.let("y.u", add(sum(mul(s.read(w2), r1), H), s.read(b2)));
        Expr e = prim(Op.EXP, sub(u2, max(u2, Y)));
        Expr r2 = s.let("y.r", prim(Op.DIV, e, sum(e, Y)));
        Expr chosen = s.let("chosen", prim(Op.SELECT, prim(Op.GT, s.read(label), number(0)), number(1), number(2)));
        Expr delta2 = s.let("y.delta", sub(prim(Op.EQ, new Expr.Index(Y), chosen), r2));
        Expr slope = sub(number(1), mul(prim(Op.TANH, u1), prim(Op.TANH, u1)));
        Expr delta1 = s.let("h.delta", mul(sum(mul(s.read(w2), delta2), Y), slope));
        Expr dw1 = s.let("x->h.dw", meanOverLanes(mul(net.input(), delta1)));
        Expr dw2 = s.let("h->y.dw", meanOverLanes(mul(r1, delta2)));
        s.set(w1, add(s.read(w1), mul(number(0.1), dw1)));
        s.set(w2, add(s.read(w2), mul(number(0.1), dw2)));
        s.set(b1, add(s.read(b1), mul(number(0.1), meanOverLanes(delta1))));
        s.set(b2, add(s.read(b2), mul(number(0.1), meanOverLanes(delta2))));
        Expr likelihood = Expr.Gather.of(new IndexMap.Pick(Y, chosen), r2);
        s.let("loss", meanOverLanes(prim(Op.NEG, prim(Op.LOG, likelihood))));
        return net;
    }
}
