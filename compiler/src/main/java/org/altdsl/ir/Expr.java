package org.altdsl.ir;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;

/**
 * A pure expression: a value at every point of its space. A {@link Prim} lives on the union of its operands' spaces;
 * an operand on fewer axes is broadcast, which is unambiguous because axes have names.
 */
public sealed interface Expr {
    Space space();

    /** The direct operands, in order. */
    List<Expr> children();

    <R> R accept(Visitor<R> visitor);

    /** One method a case, none with a default. */
    interface Visitor<R> {
        R constant(Const expr);

        R sizeOf(SizeOf expr);

        R index(Index expr);

        R tick(Tick expr);

        R read(Read expr);

        R prim(Prim expr);

        R gather(Gather expr);

        R reduce(Reduce expr);

        R draw(Draw expr);

        R deriv(Deriv expr);
    }

    record Const(double value) implements Expr {
        @Override
        public Space space() {
            return Space.SCALAR;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.constant(this);
        }
    }

    /** The extent of an axis as a number; of the lane axis, the samples in this batch. */
    record SizeOf(Axis axis) implements Expr {
        public SizeOf {
            requireNonNull(axis);
        }

        @Override
        public Space space() {
            return Space.SCALAR;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sizeOf(this);
        }
    }

    /** Where along an axis one stands, from 0. */
    record Index(Axis axis) implements Expr {
        public Index {
            requireNonNull(axis);
        }

        @Override
        public Space space() {
            return Space.of(axis);
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.index(this);
        }
    }

    /** The present value of a clock. */
    record Tick(Clock clock) implements Expr {
        public Tick {
            requireNonNull(clock);
        }

        @Override
        public Space space() {
            return Space.SCALAR;
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.tick(this);
        }
    }

    /** A version of a variable: 0 is its value on entry of the block, n what its nth update in the block wrote. */
    record Read(Var variable, int version) implements Expr {
        public Read {
            requireNonNull(variable);
        }

        @Override
        public Space space() {
            return variable.space();
        }

        @Override
        public List<Expr> children() {
            return List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.read(this);
        }
    }

    /** An elementwise primitive. */
    record Prim(Op op, List<Expr> operands, Space space) implements Expr {
        public Prim {
            requireNonNull(op);
            operands = List.copyOf(operands);
            if (operands.size() != op.arity()) {
                throw new IllegalArgumentException(op + " takes " + op.arity() + " operands, not " + operands.size());
            }
        }

        public static Prim of(Op op, Expr... operands) {
            return of(op, Arrays.asList(operands));
        }

        public static Prim of(Op op, List<Expr> operands) {
            Space space = Space.SCALAR;
            for (Expr operand : operands) {
                space = space.union(operand.space());
            }
            return new Prim(op, operands, space);
        }

        @Override
        public List<Expr> children() {
            return operands;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.prim(this);
        }
    }

    /** The value of {@code of} at the image of each point; see {@link IndexMap}. */
    record Gather(IndexMap along, Expr of, Space space) implements Expr {
        public Gather {
            requireNonNull(along);
            requireNonNull(of);
            requireNonNull(space);
        }

        public static Gather of(IndexMap along, Expr of) {
            return new Gather(along, of, gathered(along, of.space()));
        }

        private static Space gathered(IndexMap along, Space space) {
            Axis gone = along.target();
            if (gone == null) {
                return along instanceof IndexMap.Delay ? space.union(along.sources()) : space;
            }
            if (!space.has(gone)) {
                throw new IllegalArgumentException("no axis " + gone + " in " + space);
            }
            return space.without(gone).union(along.sources());
        }

        @Override
        public List<Expr> children() {
            return along instanceof IndexMap.Pick pick ? List.of(of, pick.index()) : List.of(of);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.gather(this);
        }
    }

    /**
     * Values combined over the points that a map sends to the same place: with {@link IndexMap.Drop} over axes, with
     * {@link IndexMap.Table}, {@link IndexMap.Affine}, {@link IndexMap.Window} or {@link IndexMap.Rename} a scatter
     * from the axes that the map starts from to the one it leads to (SUM only; a point that nothing is sent to holds
     * 0).
     */
    record Reduce(IndexMap along, Fold fold, Expr of, Space space) implements Expr {
        public Reduce {
            requireNonNull(along);
            requireNonNull(fold);
            requireNonNull(of);
            requireNonNull(space);
        }

        /** Over axes, all of which the operand must have. */
        public static Reduce over(Space axes, Fold fold, Expr of) {
            if (!of.space().contains(axes)) {
                throw new IllegalArgumentException("no axes " + axes + " in " + of.space());
            }
            if (fold == Fold.ARGMAX && axes.rank() != 1) {
                throw new IllegalArgumentException("argmax over " + axes);
            }
            return new Reduce(new IndexMap.Drop(axes), fold, of, of.space().minus(axes));
        }

        /** Along a map from axes to another, summed. */
        public static Reduce scatter(IndexMap along, Expr of) {
            Space space = of.space().minus(along.sources()).with(along.target());
            return new Reduce(along, Fold.SUM, of, space);
        }

        @Override
        public List<Expr> children() {
            return List.of(of);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.reduce(this);
        }
    }

    /**
     * A random number at every point of a space, keyed by the seed, the stream, the counter of its block (unless it is drawn
     * {@code once}): of batches, or of steps of time, the identity of the sample and the point's own index; see {@code CounterRandom}.
     *
     * @param stream names the draw; equal names give equal numbers, in every program
     */
    record Draw(Dist dist, List<Expr> arguments, String stream, Space space, boolean once) implements Expr {
        public Draw {
            requireNonNull(dist);
            arguments = List.copyOf(arguments);
            requireNonNull(stream);
            requireNonNull(space);
            for (Expr argument : arguments) {
                if (!space.contains(argument.space())) {
                    throw new IllegalArgumentException("argument on " + argument.space() + " of a draw on " + space);
                }
            }
        }

        @Override
        public List<Expr> children() {
            return arguments;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.draw(this);
        }
    }

    /** What a {@link Deriv} asks for. */
    enum DerivKind {
        /** Of a value per sample by a variable that it was computed from, through all updates between them. */
        GRADIENT,
        /** Of a value by one number for all that it was computed from, forwards through all updates between them. */
        RATE,
        /** Of an expression by a variable it reads at the same point only. */
        SLOPE
    }

    /** A derivative; occurs only before the pass {@code Derivatives}. */
    record Deriv(DerivKind kind, Expr of, Var by) implements Expr {
        public Deriv {
            requireNonNull(kind);
            requireNonNull(of);
            requireNonNull(by);
        }

        @Override
        public Space space() {
            return kind == DerivKind.GRADIENT ? by.space() : of.space();
        }

        @Override
        public List<Expr> children() {
            return List.of(of);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.deriv(this);
        }
    }
}
