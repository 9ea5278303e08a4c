package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.altdsl.runtime.plan.Scope;

/**
 * Valid programs from seeds: every map and fold, every primitive, all lives, guards, draws, clocks and both blocks.
 * Values stay below 6 in size whatever is written to the inputs within that range.
 */
public final class RandomPrograms {
    /** Which programs to draw. */
    private enum Kind {
        /** Anything. */
        ANY,
        /** No value jumps with another one that is computed, and no sum is long, so that rounding has little effect. */
        CONTINUOUS,
        /** Continuous, nothing of an earlier batch, and no axis without points, over which means have no derivative. */
        DIFFERENTIABLE
    }

    private static final double BOUND = 6;
    private static final int MOST_POINTS = 6000;

    private final long seed;
    private final Kind kind;
    private final Random random;
    private final Sketch sketch = new Sketch();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final List<Axis> axes = new ArrayList<>();
    private final List<Var> inputs = new ArrayList<>();
    private final List<Var> readable = new ArrayList<>();
    private boolean inBlock;
    private boolean inEpoch;
    private int names;

    private RandomPrograms(long seed, Kind kind) {
        this.seed = seed;
        this.kind = kind;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + kind.ordinal());
    }

    /** Any program. */
    public static RandomProgram program(long seed) {
        return new RandomPrograms(seed, Kind.ANY).build();
    }

    /** A program whose result in single precision is near that in double precision. */
    public static RandomProgram continuous(long seed) {
        return new RandomPrograms(seed, Kind.CONTINUOUS).build();
    }

    /** A program that {@code Derivatives} can differentiate. */
    public static RandomProgram differentiable(long seed) {
        return new RandomPrograms(seed, Kind.DIFFERENTIABLE).build();
    }

    private RandomProgram build() {
        axes();
        states();
        inBlock = true;
        updates(3 + random.nextInt(8));
        if (kind == Kind.DIFFERENTIABLE) {
            return new RandomProgram(seed, sketch.program(), new Sizes(sizes), inputs);
        }
        sketch.beginEpoch();
        inEpoch = true;
        axes.remove(Axis.LANE);
        readable.removeIf(variable -> variable.isTemporary() || variable.life() == Scope.BATCH);
        updates(random.nextInt(4));
        return new RandomProgram(seed, sketch.program(), new Sizes(sizes), inputs);
    }

    private void axes() {
        boolean large = chance(0.1) && kind != Kind.CONTINUOUS;
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            String name = "abc".substring(i, i + 1);
            Axis axis = i == 2 && chance(0.5) ? new Axis(name, Role.COORD, name) : Axis.neurons(name);
            boolean empty = chance(0.05) && kind != Kind.DIFFERENTIABLE;
            sizes.put(name, large && i < 2 ? 9 + random.nextInt(60) : empty ? 0 : 1 + random.nextInt(5));
            axes.add(axis);
            if (chance(0.5)) {
                axes.add(axis.as(name + "@pre"));
            }
        }
        axes.add(Axis.LANE);
    }

    private int size(Axis axis) {
        return axis.equals(Axis.LANE) ? 4 : sizes.get(axis.extent());
    }

    private boolean fits(Space space) {
        long points = 1;
        for (Axis axis : space.axes()) {
            points *= size(axis);
        }
        return points <= MOST_POINTS && space.rank() <= 4;
    }

    private void states() {
        // There is no batch yet when a run or an epoch begins, so nothing of them can depend on lanes.
        axes.remove(Axis.LANE);
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
            Space space = space(2);
            Expr init = chance(0.7) || readable.isEmpty()
                    ? Sketch.uniform(stream(), space, -1, 1)
                    : expression(space, 1).expr();
            Scope life = chance(0.8) ? Scope.RUN : Scope.EPOCH;
            add(name("w"), space, DType.REAL, life, Optional.of(init));
        }
        axes.add(Axis.LANE);
        Space perSample = space(1).with(Axis.LANE);
        inputs.add(add(name("x"), perSample, DType.REAL, Scope.BATCH, Optional.empty()));
        if (chance(0.7)) {
            Space space = space(1).with(Axis.LANE);
            add(
                    name("s"),
                    space,
                    DType.REAL,
                    Scope.BATCH,
                    Optional.of(expression(space, 2).expr()));
        }
        if (chance(0.5)) {
            add(name("m"), space(1).without(Axis.LANE), DType.REAL, Scope.BATCH, Optional.of(number(0.5)));
        }
    }

    private Var add(String name, Space space, DType type, Scope life, Optional<Expr> init) {
        Var variable = sketch.variable(name, space, type, life, init);
        readable.add(variable);
        return variable;
    }

    private String name(String prefix) {
        return prefix + ++names;
    }

    /** Sometimes the name of a stream that exists already, which is then the same numbers. */
    private String stream() {
        return chance(0.2) ? "shared" : name("stream");
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private double constant() {
        return Math.rint(random.nextDouble() * 4000 - 2000) / 1000 + 0.00037;
    }

    private Space space(int most) {
        Space space = Space.SCALAR;
        for (int i = random.nextInt(most + 2); i > 0; i--) {
            Space larger = space.with(any(axes));
            space = fits(larger) && larger.without(Axis.LANE).rank() <= most + 1 ? larger : space;
        }
        return space;
    }

    private void updates(int count) {
        for (int i = 0; i < count; i++) {
            List<Var> states = readable.stream()
                    .filter(variable -> variable.type() == DType.REAL && !variable.isTemporary())
                    .filter(variable -> !inEpoch || variable.life() != Scope.BATCH)
                    .toList();
            if (chance(0.4) && !states.isEmpty()) {
                assign(any(states));
            } else if (chance(0.12) && kind == Kind.ANY) {
                discrete();
            } else {
                temporary();
            }
        }
        List<Var> weights = readable.stream()
                .filter(variable -> variable.life() == Scope.RUN)
                .filter(variable -> variable.type() == DType.REAL)
                .toList();
        if (!weights.isEmpty()) {
            assign(any(weights));
        }
    }

    private void temporary() {
        Space space = space(2);
        Expr value = expression(space, 3).expr();
        Var variable = sketch.variable(name("t"), space, DType.REAL, Scope.STEP, Optional.empty());
        boolean past = kind != Kind.DIFFERENTIABLE && !inEpoch && !variable.perSample() && chance(0.3);
        if (past) {
            Expr before = Expr.Gather.of(new IndexMap.Shift(1 + random.nextInt(3)), new Expr.Read(variable, 0));
            value = bounded(new Bounded(prim(Op.ADD, value, prim(Op.MUL, number(0.5), before)), 2 * BOUND))
                    .expr();
        }
        sketch.set(variable, value);
        readable.add(variable);
        if (chance(0.25)) {
            assign(variable);
        }
    }

    private void assign(Var variable) {
        Expr step = expression(variable.space(), 3).expr();
        Expr value = chance(0.5)
                ? bounded(new Bounded(prim(Op.ADD, sketch.read(variable), step), 2 * BOUND))
                        .expr()
                : step;
        if (chance(0.3)) {
            sketch.setWhere(condition(variable.space(), 1), variable, value);
        } else {
            sketch.set(variable, value);
        }
    }

    /** A flag or an index, computed and stored. */
    private void discrete() {
        Space space = space(1);
        if (chance(0.5)) {
            Expr value = condition(space, 2);
            sketch.set(add(name("f"), space, DType.FLAG, Scope.STEP, Optional.empty()), value);
            return;
        }
        List<Axis> axis =
                axes.stream().filter(each -> !space.has(each) && size(each) > 0).toList();
        if (!axis.isEmpty()) {
            Expr value = winner(space, any(axis));
            sketch.set(add(name("i"), space, DType.INDEX, Scope.STEP, Optional.empty()), value);
        }
    }

    /** An expression and a bound on the size of its values. */
    private record Bounded(Expr expr, double bound) {}

    private Bounded bounded(Bounded value) {
        Expr x = value.expr();
        if (value.bound() <= BOUND) {
            return value;
        }
        return switch (random.nextInt(4)) {
            case 0 -> new Bounded(prim(Op.TANH, x), 1);
            case 1 -> new Bounded(prim(Op.SIN, x), 1);
            case 2 -> new Bounded(prim(Op.MIN, prim(Op.MAX, x, number(-2)), number(2)), 2);
            default -> new Bounded(prim(Op.DIV, x, prim(Op.ADD, number(1), prim(Op.MUL, x, x))), 0.5);
        };
    }

    /** A value on a space or on fewer axes. */
    private Bounded expression(Space space, int depth) {
        if (depth == 0 || chance(0.1)) {
            return leaf(space);
        }
        Bounded value =
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> binary(space, depth);
                    case 3, 4 -> unary(space, depth);
                    case 5 -> select(space, depth);
                    case 6, 7 -> product(space, depth);
                    case 8 -> reduction(space, depth);
                    case 9, 10 -> chance(0.7) ? gather(space, depth) : scatter(space, depth);
                    default -> draw(space, depth);
                };
        return bounded(value);
    }

    private Bounded leaf(Space space) {
        if (chance(0.65)) {
            List<Var> possible = readable.stream()
                    .filter(variable -> variable.type() == DType.REAL && space.contains(variable.space()))
                    .filter(variable -> inBlock || !inputs.contains(variable))
                    .toList();
            if (!possible.isEmpty()) {
                return new Bounded(sketch.read(any(possible)), BOUND);
            }
        }
        return switch (random.nextInt(space.isScalar() ? 3 : 5)) {
            case 0 -> new Bounded(number(constant()), 2.1);
            case 1 -> clock();
            case 2 -> {
                Axis axis = any(axes);
                yield new Bounded(prim(Op.DIV, number(1), prim(Op.ADD, number(1), new Expr.SizeOf(axis))), 1);
            }
            default -> new Bounded(position(any(space.axes())), 1);
        };
    }

    private static Expr position(Axis axis) {
        return prim(Op.SIN, prim(Op.MUL, number(1.7), new Expr.Index(axis)));
    }

    private Bounded clock() {
        Expr.Tick tick = new Expr.Tick(any(List.of(Clock.values())));
        return new Bounded(prim(Op.COS, prim(Op.MUL, number(0.31), tick)), 1);
    }

    private Bounded unary(Space space, int depth) {
        Bounded value = expression(space, depth - 1);
        Expr x = value.expr();
        Expr small = prim(Op.TANH, x);
        List<Op> jumps = List.of(Op.SIGN, Op.FLOOR, Op.CEIL, Op.ROUND);
        if (kind == Kind.ANY && chance(0.2)) {
            return new Bounded(prim(any(jumps), prim(Op.ADD, x, number(constant()))), value.bound() + 4);
        }
        return switch (random.nextInt(14)) {
            case 0 -> new Bounded(prim(Op.NEG, x), value.bound());
            case 1 -> new Bounded(prim(Op.ABS, x), value.bound());
            case 2 -> new Bounded(prim(Op.EXP, small), 3);
            case 3 -> new Bounded(prim(Op.LOG, prim(Op.ADD, number(1.5), small)), 2);
            case 4 -> new Bounded(prim(Op.SQRT, prim(Op.ADD, number(1.25), small)), 2);
            case 5 -> new Bounded(prim(Op.COS, x), 1);
            case 6 -> new Bounded(prim(Op.TAN, small), 2);
            case 7 -> new Bounded(prim(Op.ASIN, prim(Op.MUL, number(0.9), small)), 2);
            case 8 -> new Bounded(prim(Op.ACOS, prim(Op.MUL, number(0.9), small)), 4);
            case 9 -> new Bounded(prim(Op.ATAN, x), 2);
            case 10 -> new Bounded(prim(Op.SIGMOID, x), 1);
            case 11 -> new Bounded(prim(Op.SOFTPLUS, x), value.bound() + 1);
            case 12 -> new Bounded(prim(Op.STOP, x), value.bound());
            default -> new Bounded(small, 1);
        };
    }

    private Bounded binary(Space space, int depth) {
        Bounded a = expression(space, depth - 1);
        Bounded b = expression(space, depth - 1);
        Expr x = a.expr();
        Expr y = b.expr();
        double sum = a.bound() + b.bound();
        Expr positive = prim(Op.ADD, number(1), prim(Op.MUL, y, y));
        return switch (random.nextInt(9)) {
            case 0, 1 -> new Bounded(prim(Op.ADD, x, y), sum);
            case 2 -> new Bounded(prim(Op.SUB, x, y), sum);
            case 3, 4 -> new Bounded(prim(Op.MUL, x, y), a.bound() * b.bound());
            case 5 -> new Bounded(prim(Op.DIV, x, positive), a.bound());
            case 6 -> new Bounded(prim(Op.MIN, x, y), sum);
            case 7 -> new Bounded(prim(Op.MAX, x, y), sum);
            default ->
                chance(0.5) || kind != Kind.ANY
                        ? new Bounded(prim(Op.POW, positive, chance(0.5) ? number(-0.5) : prim(Op.TANH, x)), 40)
                        : new Bounded(prim(Op.MOD, prim(Op.ADD, x, number(constant())), number(1.3)), 2);
        };
    }

    private Bounded select(Space space, int depth) {
        Bounded yes = expression(space, depth - 1);
        Bounded no = expression(space, depth - 1);
        Expr value = prim(Op.SELECT, condition(space, 1), yes.expr(), no.expr());
        return new Bounded(value, Math.max(yes.bound(), no.bound()));
    }

    /** A flag; of a computed value only where jumps are allowed. */
    private Expr condition(Space space, int depth) {
        if (depth > 0 && chance(0.3)) {
            Expr first = condition(space, depth - 1);
            Op op = any(List.of(Op.AND, Op.OR, Op.NOT));
            return op == Op.NOT ? prim(op, first) : prim(op, first, condition(space, depth - 1));
        }
        if (kind == Kind.ANY) {
            List<Var> flags = readable.stream()
                    .filter(variable -> variable.type() == DType.FLAG && space.contains(variable.space()))
                    .toList();
            if (!flags.isEmpty() && chance(0.4)) {
                return sketch.read(any(flags));
            }
            if (chance(0.6)) {
                Op op = any(List.of(Op.LT, Op.LE, Op.GT, Op.GE));
                return prim(op, expression(space, depth).expr(), number(constant() / 2));
            }
        }
        if (space.isScalar() || chance(0.3)) {
            return prim(Op.LT, clock().expr(), number(constant() / 2));
        }
        Op op = any(List.of(Op.EQ, Op.NE, Op.LE, Op.GE));
        Expr modulus = prim(Op.MOD, new Expr.Index(any(space.axes())), number(2 + random.nextInt(2)));
        return prim(op, modulus, number(random.nextInt(2)));
    }

    /** A value that really varies over an axis. */
    private Expr varying(Space space, Axis axis, int depth) {
        Expr value = bounded(expression(space.with(axis), depth)).expr();
        if (value.space().has(axis)) {
            return value;
        }
        List<Var> possible = readable.stream()
                .filter(variable ->
                        variable.type() == DType.REAL && variable.space().has(axis))
                .filter(variable -> space.with(axis).contains(variable.space()))
                .filter(variable -> inBlock || !inputs.contains(variable))
                .toList();
        Expr other = possible.isEmpty() || chance(0.2) ? position(axis) : sketch.read(any(possible));
        return chance(0.5) ? prim(Op.MUL, value, other) : prim(Op.SUB, other, value);
    }

    private List<Axis> outside(Space space) {
        return axes.stream()
                .filter(axis -> !space.has(axis) && fits(space.with(axis)))
                .toList();
    }

    /** A sum, or over lanes a mean, of products of factors on different spaces: the shape of a matrix product. */
    private Bounded product(Space space, int depth) {
        List<Axis> outside = outside(space);
        if (outside.isEmpty()) {
            return binary(space, depth);
        }
        Axis axis = chance(0.3) && outside.contains(Axis.LANE) ? Axis.LANE : any(outside);
        Expr x = varying(part(space), axis, depth - 1);
        Expr y = varying(part(space), axis, depth - 1);
        Fold fold = axis.equals(Axis.LANE) || chance(0.2) ? Fold.MEAN : Fold.SUM;
        Expr value = Expr.Reduce.over(Space.of(axis), fold, prim(Op.MUL, x, y));
        return new Bounded(value, Double.POSITIVE_INFINITY);
    }

    private Space part(Space space) {
        return Space.of(space.axes().stream().filter(axis -> chance(0.7)).toList());
    }

    private Bounded reduction(Space space, int depth) {
        List<Axis> outside = outside(space);
        if (outside.isEmpty()) {
            return unary(space, depth);
        }
        Axis axis = any(outside);
        Space over = Space.of(axis);
        Expr value = varying(space, axis, depth - 1);
        List<Axis> more = outside(space.with(axis));
        if (!more.isEmpty() && chance(0.3)) {
            Axis second = any(more);
            over = over.with(second);
            value = prim(Op.ADD, value, varying(space, second, depth - 1));
        }
        Fold fold = any(List.of(Fold.SUM, Fold.MEAN, Fold.MAX, Fold.MIN));
        Expr reduced = Expr.Reduce.over(over, fold, value);
        if (fold == Fold.MAX || fold == Fold.MIN) {
            // Over no points the extrema are infinite.
            return new Bounded(prim(Op.MIN, prim(Op.MAX, reduced, number(-BOUND)), number(BOUND)), BOUND);
        }
        return new Bounded(reduced, Double.POSITIVE_INFINITY);
    }

    /** The first largest point of an axis, of a value without ties. */
    private Expr winner(Space space, Axis axis) {
        Expr value = prim(Op.ADD, varying(space, axis, 1), prim(Op.MUL, number(0.013), position(axis)));
        return Expr.Reduce.over(Space.of(axis), Fold.ARGMAX, value);
    }

    private Bounded gather(Space space, int depth) {
        List<Axis> inside =
                space.axes().stream().filter(axis -> !axis.equals(Axis.LANE)).toList();
        List<Axis> targets = axes.stream()
                .filter(axis -> !axis.equals(Axis.LANE) && size(axis) > 0)
                .toList();
        int choice = random.nextInt(5);
        if (choice == 4 && !inEpoch && kind != Kind.DIFFERENTIABLE && inBlock) {
            return past(space, depth);
        }
        if (targets.isEmpty()) {
            return unary(space, depth);
        }
        Axis to = any(targets);
        if (choice == 2 && inside.size() > 1) {
            return seen(space, inside, to, depth);
        }
        if (choice == 3 || inside.isEmpty()) {
            Expr of = varying(space.without(to), to, depth - 1);
            return new Bounded(Expr.Gather.of(new IndexMap.Pick(to, pointOf(to, space)), of), BOUND);
        }
        Axis from = any(inside);
        Optional<IndexMap> map = map(from, to);
        if (map.isEmpty()) {
            return binary(space, depth);
        }
        // Where the value has both axes, the gather takes a diagonal.
        Space of = chance(0.3) ? space : space.without(from);
        if (!fits(of.with(to))) {
            return binary(space, depth);
        }
        return new Bounded(Expr.Gather.of(map.get(), varying(of.without(to), to, depth - 1)), BOUND);
    }

    private Expr pointOf(Axis to, Space space) {
        List<Var> indices = readable.stream()
                .filter(variable -> variable.type() == DType.INDEX && space.contains(variable.space()))
                .filter(variable -> inBlock)
                .toList();
        if (kind == Kind.ANY && chance(0.3) && !space.has(to)) {
            return winner(space, to);
        }
        if (!indices.isEmpty() && chance(0.4)) {
            return prim(Op.MOD, sketch.read(any(indices)), number(size(to)));
        }
        if (space.isScalar() || chance(0.3)) {
            return number(random.nextInt(size(to)));
        }
        return prim(Op.MOD, new Expr.Index(any(space.axes())), number(size(to)));
    }

    /** A map from one axis to another that has points. */
    private Optional<IndexMap> map(Axis from, Axis to) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        if (from.extent().equals(to.extent()) && chance(0.7)) {
            return Optional.of(new IndexMap.Rename(from, to));
        }
        if (chance(0.5)) {
            int scale = any(List.of(1, 1, 2, -1));
            int last = Math.max(size(from) - 1, 0) * scale;
            int room = size(to) - 1 - Math.abs(last);
            if (room >= 0) {
                int offset = random.nextInt(room + 1) - Math.min(last, 0);
                return Optional.of(new IndexMap.Affine(from, to, scale, offset));
            }
        }
        Expr stride = prim(Op.MUL, number(1 + random.nextInt(3)), new Expr.Index(from));
        Expr entry = prim(Op.MOD, prim(Op.ADD, stride, number(random.nextInt(5))), number(size(to)));
        Var table = sketch.variable(name("table"), Space.of(from), DType.INDEX, Scope.RUN, Optional.of(entry));
        return Optional.of(new IndexMap.Table(from, to, table));
    }

    /** What a window sees, perhaps past the ends of an axis, perhaps on a diagonal. */
    private Bounded seen(Space space, List<Axis> inside, Axis to, int depth) {
        Axis out = any(inside);
        Axis kernel = any(inside);
        if (out.equals(kernel) || out.equals(to) || kernel.equals(to)) {
            return binary(space, depth);
        }
        Space of = chance(0.8) ? space.without(out).without(kernel) : space.without(out);
        if (!fits(of.with(to))) {
            return binary(space, depth);
        }
        Expr value = varying(of.without(to), to, depth - 1);
        return new Bounded(Expr.Gather.of(window(out, kernel, to), value), BOUND);
    }

    private IndexMap window(Axis out, Axis kernel, Axis in) {
        return new IndexMap.Window(out, kernel, in, 1 + random.nextInt(2), random.nextInt(3));
    }

    /** The way back through a window. */
    private Bounded sentBack(Space space, Axis to, List<Axis> sources, int depth) {
        Axis out = any(sources);
        Axis kernel = any(sources);
        Space of = space.without(to).with(out).with(kernel);
        if (out.equals(kernel) || !fits(of)) {
            return unary(space, depth);
        }
        Expr varies = prim(Op.ADD, position(out), position(kernel));
        Expr value = prim(Op.MUL, varies, expression(of, depth - 1).expr());
        return new Bounded(Expr.Reduce.scatter(window(out, kernel, to), value), Double.POSITIVE_INFINITY);
    }

    private Bounded scatter(Space space, int depth) {
        List<Axis> targets = space.axes().stream()
                .filter(axis -> !axis.equals(Axis.LANE) && size(axis) > 0)
                .toList();
        List<Axis> sources = axes.stream()
                .filter(axis -> !axis.equals(Axis.LANE) && !space.has(axis))
                .toList();
        if (targets.isEmpty() || sources.isEmpty()) {
            return unary(space, depth);
        }
        Axis from = any(sources);
        Axis to = any(targets);
        if (chance(0.3)) {
            return sentBack(space, to, sources, depth);
        }
        Optional<IndexMap> map = map(from, to);
        if (map.isEmpty() || !fits(space.without(to).with(from))) {
            return unary(space, depth);
        }
        Expr of = varying(space.without(to), from, depth - 1);
        return new Bounded(Expr.Reduce.scatter(map.get(), of), Double.POSITIVE_INFINITY);
    }

    private Bounded past(Space space, int depth) {
        List<Var> possible = readable.stream()
                .filter(variable -> variable.type() == DType.REAL && !variable.perSample())
                .filter(variable -> variable.life() == Scope.RUN || variable.isTemporary())
                .filter(variable -> space.contains(variable.space()))
                .toList();
        if (possible.isEmpty()) {
            return unary(space, depth);
        }
        IndexMap shift = new IndexMap.Shift(1 + random.nextInt(3));
        return new Bounded(Expr.Gather.of(shift, new Expr.Read(any(possible), 0)), BOUND);
    }

    private Bounded draw(Space space, int depth) {
        Space on = part(space);
        boolean once = chance(0.3);
        Expr argument = expression(on, Math.min(depth - 1, 1)).expr();
        return switch (random.nextInt(kind == Kind.DIFFERENTIABLE ? 2 : 7)) {
            case 0 -> random(Dist.NORMAL, on, once, argument, number(0.3));
            case 1 -> random(Dist.UNIFORM, on, once, argument, number(1));
            case 2 -> random(Dist.BERNOULLI, on, once, number(0.4));
            case 3 -> random(Dist.POISSON, on, once, number(chance(0.5) ? 1.5 : 12));
            case 4 -> random(Dist.LOGNORMAL, on, once, number(1.1), number(0.2));
            case 5 -> random(Dist.GEOMETRIC, on, once, number(0.3));
            default -> random(Dist.EXPONENTIAL, on, once, prim(Op.ADD, number(1.5), prim(Op.TANH, argument)));
        };
    }

    private Bounded random(Dist dist, Space space, boolean once, Expr... arguments) {
        Expr value = new Expr.Draw(dist, List.of(arguments), stream(), space, once);
        return new Bounded(value, Double.POSITIVE_INFINITY);
    }
}
