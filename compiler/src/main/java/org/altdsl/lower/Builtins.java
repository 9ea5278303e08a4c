package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Dist;
import org.altdsl.ir.Expr.Const;
import org.altdsl.ir.Expr.Draw;
import org.altdsl.ir.Expr.Gather;
import org.altdsl.ir.Expr.Index;
import org.altdsl.ir.Expr.Reduce;
import org.altdsl.ir.Expr.SizeOf;
import org.altdsl.ir.Fold;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.names.Parts;
import org.altdsl.source.Span;

/** The functions of the language: what each becomes in the IR. */
final class Builtins {
    private static final Map<String, Op> UNARY = Map.ofEntries(
            Map.entry("abs", Op.ABS),
            Map.entry("sign", Op.SIGN),
            Map.entry("exp", Op.EXP),
            Map.entry("log", Op.LOG),
            Map.entry("sqrt", Op.SQRT),
            Map.entry("tanh", Op.TANH),
            Map.entry("sin", Op.SIN),
            Map.entry("cos", Op.COS),
            Map.entry("tan", Op.TAN),
            Map.entry("asin", Op.ASIN),
            Map.entry("acos", Op.ACOS),
            Map.entry("atan", Op.ATAN),
            Map.entry("floor", Op.FLOOR),
            Map.entry("ceil", Op.CEIL),
            Map.entry("round", Op.ROUND),
            Map.entry("sigmoid", Op.SIGMOID),
            Map.entry("softplus", Op.SOFTPLUS),
            Map.entry("stop_gradient", Op.STOP));

    private static final Map<String, Dist> DISTRIBUTIONS = Map.of(
            "uniform", Dist.UNIFORM,
            "normal", Dist.NORMAL,
            "bernoulli", Dist.BERNOULLI,
            "poisson", Dist.POISSON,
            "lognormal", Dist.LOGNORMAL,
            "exponential", Dist.EXPONENTIAL);

    /** What can be taken of several together, each of which has some. */
    private static final Set<String> OVER_MEMBERS = Set.of("sum", "mean", "max", "min", "norm");

    private static final Set<String> REDUCTIONS = Set.of(
            "sum",
            "mean",
            "max",
            "min",
            "norm",
            "normalize",
            "softmax",
            "logsoftmax",
            "winner",
            "argmax",
            "cumsum",
            "std",
            "var",
            "count",
            "fraction",
            "angle",
            "onehot",
            "rank");

    private static final Set<String> OTHERS = Set.of(
            "clip",
            "mod",
            "pow",
            "exprel",
            "size",
            "length",
            "transpose",
            "through",
            "d",
            "class",
            "own_index",
            "prev",
            "delayed",
            "rate",
            "change",
            "isi",
            "cv",
            "synchrony");

    private static final Set<String> READERS = Set.of("csv", "idx", "npy", "npz", "records");

    /** The scales of common initial weights, by the numbers of sources and targets. */
    private static final Set<String> INITIALIZERS =
            Set.of("kaiming", "kaiming_uniform", "xavier", "xavier_uniform", "lecun");

    private final Expressions expressions;

    Builtins(Expressions expressions) {
        this.expressions = requireNonNull(expressions);
    }

    static boolean isFunction(String name) {
        return UNARY.containsKey(name)
                || DISTRIBUTIONS.containsKey(name)
                || REDUCTIONS.contains(name)
                || OTHERS.contains(name)
                || Filters.isFilter(name)
                || READERS.contains(name)
                || INITIALIZERS.contains(name);
    }

    /** A function given as a value ({@code f = tanh}) and applied to its arguments. */
    Value elementwise(String name, List<Value> arguments, Span at, Scope scope, Section section) {
        List<org.altdsl.ir.Expr> operands = new ArrayList<>();
        for (Value argument : arguments) {
            operands.add(expressions.real(argument, at, scope, section, null));
        }
        return new Value.Real(apply(name, operands, Optional.empty(), at, scope, section));
    }

    Value call(String name, Expr.Call call, Scope scope, Section section) {
        if (name.equals("through")) {
            return new Value.Real(through(call, scope, section));
        }
        if (READERS.contains(name)) {
            return scope.external(name, call, scope.drawSpace(), section)
                    .orElseThrow(() -> expressions.error(
                            Code.NOT_ALLOWED_HERE,
                            call.span(),
                            "'" + name + "' reads a file; it stands in a data set, or for the values that a network in"
                                    + " time starts with"));
        }
        Optional<org.altdsl.ir.Expr> statistic = scope.statistic(name, call, section);
        if (statistic.isPresent()) {
            return new Value.Real(statistic.get());
        }
        Optional<org.altdsl.ir.Expr> watched =
                expressions.watch().flatMap(watch -> watch.call(name, call, scope, section));
        if (watched.isPresent()) {
            return new Value.Real(watched.get());
        }
        if (name.equals("own_index")) {
            List<Expr> words =
                    call.arguments().stream().map(Expr.Argument::value).toList();
            Space axis = single(name, expressions.axes(words, scope, section), call.span());
            return new Value.Real(new Index(axis.axes().get(0)));
        }
        if (name.equals("size")) {
            return new Value.Real(size(call, scope, section));
        }
        if (name.equals("d")) {
            throw expressions.error(Code.NOT_DIFFERENTIABLE, call.span(), "a derivative is written d(of)/d(by)");
        }
        if (Filters.isFilter(name)) {
            return new Value.Real(expressions.filters(call.span()).call(name, call, scope, section));
        }
        if (name.equals("prev") || name.equals("delayed")) {
            return new Value.Real(past(name, call, scope, section));
        }
        if (DISTRIBUTIONS.containsKey(name) || INITIALIZERS.contains(name) || name.equals("class")) {
            return new Value.Real(draw(call, scope, section, scope.drawSpace(), scope.stream(), false));
        }
        for (Expr.Argument argument : call.arguments()) {
            if (argument.name().isPresent()) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS, argument.span(), "'" + name + "' takes its arguments by position");
            }
        }
        Optional<List<Scope>> several = several(name, call, scope, section);
        if (several.isPresent()) {
            return new Value.Real(overMembers(name, call, several.get(), section));
        }
        Optional<List<Scope>> members = members(call, scope);
        if (members.isPresent()) {
            Supplier<org.altdsl.ir.Expr> make = () -> expressions
                    .emission()
                    .temporary(
                            scope.stream() + "." + name,
                            section,
                            overMembers(name, call, members.get(), section),
                            Slot.PROPOSE,
                            Owner.RULE,
                            Matter.OTHER,
                            call.span());
            return new Value.Real(scope.overMembers(call.span().start(), make).orElseGet(make));
        }
        List<org.altdsl.ir.Expr> operands = operands(call, scope, section);
        boolean everyone = call.over().size() == 1
                && call.over().get(0).span().text().equals("population")
                && scope.axis("population").isEmpty();
        Optional<Space> over = call.over().isEmpty() || everyone
                ? Optional.empty()
                : Optional.of(expressions.axes(call.over(), scope, section));
        if (over.isPresent() && !REDUCTIONS.contains(name)) {
            throw expressions.error(Code.WRONG_ARGUMENTS, call.over().get(0).span(), "'" + name + "' takes no axes");
        }
        if (call.where().isPresent()) {
            org.altdsl.ir.Expr condition = expressions.real(call.where().get(), scope, section);
            operands = List.of(masked(name, operands, condition, over, call));
        }
        return new Value.Real(apply(name, operands, over, call.span(), scope, section));
    }

    /** {@code prev(x)} and {@code delayed(x, d)}: what x was at the end of an earlier step. */
    private org.altdsl.ir.Expr past(String name, Expr.Call call, Scope scope, Section section) {
        if (call.arguments().size() != (name.equals("prev") ? 1 : 2)) {
            throw expressions.error(Code.WRONG_ARGUMENTS, call.span(), "written prev(x), or delayed(x, 4 ms)");
        }
        Expr what = call.arguments().get(0).value();
        long lag = 1;
        if (name.equals("delayed")) {
            Expr by = call.arguments().get(1).value();
            double delay = expressions.number(by, scope, section, "a delay");
            lag = expressions.time(call.span()).nearest(delay);
            if (lag < 0 || lag > Integer.MAX_VALUE) {
                throw expressions.error(Code.BAD_SETTING, by.span(), "a delay is not negative");
            }
        }
        boolean isPresent = section.is(Section.Kind.INIT) || lag == 0;
        boolean isBetweenSteps = !section.is(Section.Kind.TICK) && !section.is(Section.Kind.START);
        if (!isPresent && isBetweenSteps && expressions.watch().isPresent()) {
            return expressions.watch().get().past(what, (int) lag, scope, section);
        }
        org.altdsl.ir.Expr of = expressions.real(what, scope, section);
        return isPresent ? of : Gather.of(new IndexMap.Shift((int) lag), of);
    }

    private org.altdsl.ir.Expr masked(
            String name,
            List<org.altdsl.ir.Expr> operands,
            org.altdsl.ir.Expr condition,
            Optional<Space> over,
            Expr.Call call) {
        double neutral =
                switch (name) {
                    case "sum", "norm", "count" -> 0;
                    case "max" -> Double.NEGATIVE_INFINITY;
                    case "min" -> Double.POSITIVE_INFINITY;
                    default ->
                        throw expressions.error(
                                Code.NOT_YET,
                                call.span(),
                                "'where' in '" + name + "' is part of the language, but this"
                                        + " version knows it only in sum, norm, count, max and min");
                };
        return Emission.prim(Op.SELECT, condition, operands.get(0), new Const(neutral));
    }

    private List<org.altdsl.ir.Expr> operands(Expr.Call call, Scope scope, Section section) {
        List<org.altdsl.ir.Expr> operands = new ArrayList<>();
        Space known = null;
        for (Expr.Argument argument : call.arguments()) {
            if (!(argument.value() instanceof Expr.ListLiteral)) {
                org.altdsl.ir.Expr operand = expressions.real(argument.value(), scope, section);
                known = known == null ? operand.space() : known.union(operand.space());
            }
        }
        for (Expr.Argument argument : call.arguments()) {
            Space expected = known == null || known.isScalar() ? null : known;
            operands.add(expressions.real(argument.value(), scope, section, expected));
        }
        return operands;
    }

    /** The scopes behind {@code over layers} and {@code over model}. */
    private Optional<List<Scope>> members(Expr.Call call, Scope scope) {
        if (call.over().size() == 1 && call.over().get(0) instanceof Expr.Reference axis) {
            return scope.each(axis.name());
        }
        return Optional.empty();
    }

    /**
     * For a reduction over all of something whose name stands for several, such as a projection onto a list of populations:
     * the scopes in which it is each of them.
     */
    private Optional<List<Scope>> several(String name, Expr.Call call, Scope scope, Section section) {
        if (!OVER_MEMBERS.contains(name)
                || !call.over().isEmpty()
                || call.arguments().size() != 1) {
            return Optional.empty();
        }
        Map<String, Value.Group> groups = new LinkedHashMap<>();
        Parts.everyExpression(call.arguments().get(0).value(), expr -> {
            if (expr instanceof Expr.Member member && member.of() instanceof Expr.Reference reference) {
                scope.find(reference.name(), section, reference.span())
                        .filter(value -> value instanceof Value.Group group
                                && group.values().size() > 1)
                        .ifPresent(value -> groups.put(reference.name(), (Value.Group) value));
            }
        });
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        int count = groups.values().iterator().next().values().size();
        if (groups.values().stream().anyMatch(group -> group.values().size() != count)) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    call.span(),
                    "'" + String.join("' and '", groups.keySet()) + "' do not stand for equally many");
        }
        List<Scope> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i;
            Scope.Local one = Scope.over(scope);
            groups.forEach((word, group) -> one.own().put(word, group.values().get(at)));
            members.add(one);
        }
        return Optional.of(members);
    }

    private org.altdsl.ir.Expr overMembers(String name, Expr.Call call, List<Scope> members, Section section) {
        org.altdsl.ir.Expr total = null;
        org.altdsl.ir.Expr count = new Const(0);
        boolean squared = name.equals("norm");
        Fold fold = name.equals("max") ? Fold.MAX : name.equals("min") ? Fold.MIN : Fold.SUM;
        for (Scope member : members) {
            org.altdsl.ir.Expr x = expressions.real(call.arguments().get(0).value(), member, section);
            Space axes = x.space().without(Axis.LANE);
            Optional<Mask> mask = expressions.masks().of(member, x, axes);
            org.altdsl.ir.Expr part = reduce(fold, squared ? Emission.prim(Op.MUL, x, x) : x, axes, mask);
            count = Emission.prim(
                    Op.ADD, count, mask.map(known -> known.number(axes)).orElseGet(() -> size(axes)));
            Op combine = fold == Fold.MAX ? Op.MAX : fold == Fold.MIN ? Op.MIN : Op.ADD;
            total = total == null ? part : Emission.prim(combine, total, part);
        }
        if (total == null) {
            throw expressions.error(Code.UNKNOWN_AXIS, call.span(), "there is nothing to reduce over here");
        }
        return switch (name) {
            case "sum", "max", "min" -> total;
            case "mean" -> Emission.prim(Op.DIV, total, count);
            case "norm" -> Emission.prim(Op.SQRT, total);
            default ->
                throw expressions.error(
                        Code.WRONG_ARGUMENTS, call.span(), "over layers or model: sum, mean, max, min and norm");
        };
    }

    static org.altdsl.ir.Expr size(Space axes) {
        org.altdsl.ir.Expr size = new Const(1);
        for (Axis axis : axes.axes()) {
            SizeOf extent = new SizeOf(axis);
            size = size instanceof Const one && one.value() == 1 ? extent : Emission.prim(Op.MUL, size, extent);
        }
        return size;
    }

    private org.altdsl.ir.Expr size(Expr.Call call, Scope scope, Section section) {
        List<Expr> words = call.arguments().stream().map(Expr.Argument::value).toList();
        return size(expressions.axes(words, scope, section));
    }

    private org.altdsl.ir.Expr through(Expr.Call call, Scope scope, Section section) {
        if (call.arguments().size() != 2 || !(call.arguments().get(0).value() instanceof Expr.Reference pathway)) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS, call.span(), "written through(B, x): a feedback pathway and what it carries");
        }
        if (!(scope instanceof RuleScopes.AtNeuron at)) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    call.span(),
                    "through(B, x) stands in a signal: it is what arrives at a neuron");
        }
        return at.through(pathway, call.arguments().get(1).value(), section, call.span());
    }

    /** A draw from a distribution at every point of a space. */
    org.altdsl.ir.Expr draw(Expr distribution, Scope scope, Section section, Space space, String stream, boolean once) {
        if (distribution instanceof Expr.Binary binary
                && (binary.operator() == Expr.BinaryOperator.MULTIPLY
                        || binary.operator() == Expr.BinaryOperator.DIVIDE)) {
            return scaledDraw(binary, scope, section, space, stream, once);
        }
        String name;
        List<Expr.Argument> arguments = List.of();
        if (distribution instanceof Expr.Call call && call.function() instanceof Expr.Reference reference) {
            name = reference.name();
            arguments = call.arguments();
        } else if (distribution instanceof Expr.Reference reference) {
            name = reference.name();
        } else {
            throw expressions.error(
                    Code.WRONG_TYPE,
                    distribution.span(),
                    "expected a distribution such as normal(0, 1), or one times a constant, such as lognormal(3, 1) * 1 pA");
        }
        String key = once ? stream : stream + "#" + expressions.drawNumber(stream, distribution.span());
        if (INITIALIZERS.contains(name)) {
            return initializer(name, distribution, scope, section, space, key, once);
        }
        List<org.altdsl.ir.Expr> operands = new ArrayList<>();
        Space shared = space.without(Axis.LANE);
        for (Expr.Argument argument : arguments) {
            operands.add(expressions.real(argument.value(), Scope.over(scope).drawing(shared), section, shared));
        }
        if (name.equals("class") && operands.size() == 1) {
            Draw u = new Draw(Dist.UNIFORM, List.of(new Const(0), new Const(1)), key, space, once);
            return Emission.prim(Op.FLOOR, Emission.prim(Op.MUL, u, operands.get(0)));
        }
        Dist dist = DISTRIBUTIONS.get(name);
        if (dist == null) {
            throw expressions.error(
                    Code.UNKNOWN_FUNCTION,
                    distribution.span(),
                    "'" + name + "' is no distribution that this version knows");
        }
        if (operands.size() != dist.arity()) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS, distribution.span(), "'" + name + "' takes " + dist.arity() + " argument(s)");
        }
        Space whole = space;
        for (org.altdsl.ir.Expr operand : operands) {
            whole = whole.union(operand.space());
        }
        return new Draw(dist, operands, key, whole, once);
    }

    /** {@code lognormal(3, 1) * 1 pA}: what is drawn, times or over something that is not. */
    private org.altdsl.ir.Expr scaledDraw(
            Expr.Binary product, Scope scope, Section section, Space space, String stream, boolean once) {
        boolean divided = product.operator() == Expr.BinaryOperator.DIVIDE;
        boolean drawnFirst = divided || draws(product.left());
        Expr drawn = drawnFirst ? product.left() : product.right();
        Expr factor = drawnFirst ? product.right() : product.left();
        if (draws(factor)) {
            throw expressions.error(
                    Code.WRONG_TYPE,
                    factor.span(),
                    "one distribution is drawn from here, and what it is multiplied with is not drawn");
        }
        org.altdsl.ir.Expr value = draw(drawn, scope, section, space, stream, once);
        Space shared = space.without(Axis.LANE);
        org.altdsl.ir.Expr by = expressions.real(factor, Scope.over(scope).drawing(shared), section, shared);
        return Emission.prim(divided ? Op.DIV : Op.MUL, value, by);
    }

    private static boolean draws(Expr expr) {
        boolean[] found = {false};
        Parts.everyExpression(
                expr,
                part -> found[0] |= part instanceof Expr.Reference reference
                        && (DISTRIBUTIONS.containsKey(reference.name()) || INITIALIZERS.contains(reference.name())));
        return found[0];
    }

    private org.altdsl.ir.Expr initializer(
            String name, Expr at, Scope scope, Section section, Space space, String key, boolean once) {
        org.altdsl.ir.Expr in = named("fan_in", at, scope, section);
        org.altdsl.ir.Expr out = named("fan_out", at, scope, section);
        org.altdsl.ir.Expr variance =
                switch (name) {
                    case "kaiming", "kaiming_uniform" -> Emission.prim(Op.DIV, new Const(2), in);
                    case "lecun" -> Emission.prim(Op.DIV, new Const(1), in);
                    default -> Emission.prim(Op.DIV, new Const(2), Emission.prim(Op.ADD, in, out));
                };
        if (name.endsWith("uniform")) {
            org.altdsl.ir.Expr bound = Emission.prim(Op.SQRT, Emission.prim(Op.MUL, new Const(3), variance));
            return new Draw(Dist.UNIFORM, List.of(Emission.prim(Op.NEG, bound), bound), key, space, once);
        }
        return new Draw(Dist.NORMAL, List.of(new Const(0), Emission.prim(Op.SQRT, variance)), key, space, once);
    }

    private org.altdsl.ir.Expr named(String name, Expr at, Scope scope, Section section) {
        Value value = scope.find(name, section, at.span())
                .orElseThrow(() -> expressions.error(
                        Code.NOT_ALLOWED_HERE,
                        at.span(),
                        "this initialiser needs '" + name + "', which means nothing here"));
        return expressions.real(value, at.span(), scope, section, null);
    }

    private org.altdsl.ir.Expr apply(
            String name, List<org.altdsl.ir.Expr> x, Optional<Space> over, Span at, Scope scope, Section section) {
        if (UNARY.containsKey(name)) {
            need(name, x, 1, at);
            return Emission.prim(UNARY.get(name), x.get(0));
        }
        switch (name) {
            case "clip":
                need(name, x, 3, at);
                return Emission.prim(Op.MIN, Emission.prim(Op.MAX, x.get(0), x.get(1)), x.get(2));
            case "mod":
                need(name, x, 2, at);
                return Emission.prim(Op.MOD, x.get(0), x.get(1));
            case "pow":
                need(name, x, 2, at);
                return Emission.prim(Op.POW, x.get(0), x.get(1));
            case "exprel":
                need(name, x, 1, at);
                return exprel(x.get(0));
            case "transpose":
                need(name, x, 1, at);
                return x.get(0);
            case "max":
            case "min":
                if (over.isEmpty() && x.size() >= 2) {
                    Op op = name.equals("max") ? Op.MAX : Op.MIN;
                    org.altdsl.ir.Expr result = x.get(0);
                    for (org.altdsl.ir.Expr operand : x.subList(1, x.size())) {
                        result = Emission.prim(op, result, operand);
                    }
                    return result;
                }
                break;
            case "angle":
                need(name, x, 2, at);
                return angle(x.get(0), x.get(1), over, scope);
            default:
                break;
        }
        if (REDUCTIONS.contains(name)) {
            need(name, x, 1, at);
            return reduction(name, x.get(0), over, at, scope);
        }
        throw expressions.error(Code.NOT_YET, at, "'" + name + "' is part of the language, but not of this version");
    }

    private void need(String name, List<org.altdsl.ir.Expr> x, int count, Span at) {
        if (x.size() != count) {
            throw expressions.error(
                    Code.WRONG_ARGUMENTS, at, "'" + name + "' takes " + count + " argument(s), not " + x.size());
        }
    }

    private static org.altdsl.ir.Expr exprel(org.altdsl.ir.Expr x) {
        org.altdsl.ir.Expr small = Emission.prim(Op.LT, Emission.prim(Op.ABS, x), new Const(1e-5));
        org.altdsl.ir.Expr near = Emission.prim(Op.SELECT, small, x, new Const(0));
        org.altdsl.ir.Expr series = Emission.prim(Op.ADD, new Const(1), Emission.prim(Op.MUL, new Const(0.5), near));
        org.altdsl.ir.Expr safe = Emission.prim(Op.SELECT, small, new Const(1), x);
        org.altdsl.ir.Expr exact =
                Emission.prim(Op.DIV, Emission.prim(Op.SUB, Emission.prim(Op.EXP, safe), new Const(1)), safe);
        return Emission.prim(Op.SELECT, small, series, exact);
    }

    private org.altdsl.ir.Expr reduction(
            String name, org.altdsl.ir.Expr x, Optional<Space> over, Span at, Scope scope) {
        Space axes = over.orElseGet(() -> implied(name, x, scope));
        Optional<org.altdsl.ir.Expr> ofSynapses = overSynapses(name, x, axes, at, scope);
        if (ofSynapses.isPresent()) {
            return ofSynapses.get();
        }
        Optional<Mask> mask = expressions.masks().of(scope, x, axes);
        return switch (name) {
            case "sum" -> reduce(Fold.SUM, x, axes, mask);
            case "mean" -> mean(x, axes, scope);
            case "fraction" -> reduce(Fold.MEAN, x, axes, mask);
            case "max" -> reduce(Fold.MAX, x, axes, mask);
            case "min" -> reduce(Fold.MIN, x, axes, mask);
            case "count" -> count(x, axes, mask);
            case "norm" -> Emission.prim(Op.SQRT, reduce(Fold.SUM, Emission.prim(Op.MUL, x, x), axes, mask));
            case "var" -> variance(x, axes, mask);
            case "std" -> Emission.prim(Op.SQRT, variance(x, axes, mask));
            case "normalize" -> normalize(x, axes, mask);
            case "softmax" -> softmax(x, axes, mask);
            case "logsoftmax" -> logsoftmax(x, axes, mask);
            case "argmax" -> reduce(Fold.ARGMAX, x, single(name, axes, at), mask);
            case "winner" -> winner(x, axes, mask);
            case "onehot" ->
                Emission.prim(Op.EQ, new Index(single(name, axes, at).axes().get(0)), x);
            case "rank" -> rank(x, single(name, axes, at), mask);
            case "cumsum" -> cumulative(x, single(name, axes, at), mask);
            default -> throw new AssertionError(name);
        };
    }

    /** A reduction over the sources or the targets of synapses that are listed one by one. */
    private Optional<org.altdsl.ir.Expr> overSynapses(
            String name, org.altdsl.ir.Expr x, Space axes, Span at, Scope scope) {
        for (org.altdsl.ir.Edges edges : expressions.emission().edges()) {
            Space sources = Space.of(edges.end(true));
            Space targets = Space.of(edges.end(false));
            if (axes.equals(sources.union(targets))) {
                return Optional.of(reduction(name, x, Optional.of(Space.of(edges.synapses())), at, scope));
            }
            if (!axes.equals(sources) && !axes.equals(targets)) {
                continue;
            }
            boolean atTargets = axes.equals(sources);
            IndexMap along = atTargets ? edges.toPost() : edges.toPre();
            org.altdsl.ir.Expr result =
                    switch (name) {
                        case "sum" -> scattered(along, edges, x);
                        case "count" -> scattered(along, edges, Emission.isFlag(x) ? x : new Const(1));
                        case "mean" ->
                            Emission.prim(
                                    Op.DIV,
                                    scattered(along, edges, x),
                                    Emission.prim(Op.MAX, new Const(1), scattered(along, edges, new Const(1))));
                        case "norm" -> Emission.prim(Op.SQRT, scattered(along, edges, Emission.prim(Op.MUL, x, x)));
                        case "normalize" ->
                            Emission.prim(Op.DIV, x, unlessZero(Gather.of(along, scattered(along, edges, x))));
                        default ->
                            throw expressions.error(
                                    Code.NOT_YET,
                                    at,
                                    "over the synapses of a sparse projection, this version knows sum, mean, count, norm"
                                            + " and normalize");
                    };
            if (name.equals("normalize")) {
                return Optional.of(result);
            }
            Value seen = atTargets ? scope.atTargets(new Value.Real(result)) : scope.atSynapses(new Value.Real(result));
            return Optional.of(((Value.Real) seen).expr());
        }
        return Optional.empty();
    }

    private static org.altdsl.ir.Expr scattered(IndexMap along, org.altdsl.ir.Edges edges, org.altdsl.ir.Expr x) {
        org.altdsl.ir.Expr each = x;
        if (!x.space().has(edges.synapses())) {
            org.altdsl.ir.Expr is = org.altdsl.ir.Expr.Prim.of(Op.GE, new Index(edges.synapses()), new Const(0));
            each = org.altdsl.ir.Expr.Prim.of(Op.SELECT, is, x, new Const(0));
        }
        return Reduce.scatter(along, each);
    }

    private static org.altdsl.ir.Expr count(org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        if (Emission.isFlag(x)) {
            return reduce(Fold.SUM, x, axes, mask);
        }
        return mask.map(known -> known.number(axes)).orElseGet(() -> Emission.prim(Op.MUL, size(axes), new Const(1)));
    }

    /** The mean of a value over axes, over the synapses that exist where it has one for each. */
    org.altdsl.ir.Expr mean(org.altdsl.ir.Expr x, Space axes, Scope scope) {
        Optional<org.altdsl.ir.Expr> enough = expressions.watch().flatMap(watch -> watch.enough(x));
        if (enough.isPresent()) {
            org.altdsl.ir.Expr sum = reduce(Fold.SUM, Emission.prim(Op.SELECT, enough.get(), x, new Const(0)), axes);
            org.altdsl.ir.Expr count =
                    reduce(Fold.SUM, Emission.prim(Op.SELECT, enough.get(), new Const(1), new Const(0)), axes);
            return Emission.prim(Op.DIV, sum, count);
        }
        return reduce(Fold.MEAN, x, axes, expressions.masks().of(scope, x, axes));
    }

    /** The axes of a reduction written without {@code over}: the population in a neuron model, else all but the batch. */
    private static Space implied(String name, org.altdsl.ir.Expr x, Scope scope) {
        boolean keepsShape =
                Set.of("softmax", "logsoftmax", "normalize", "winner", "cumsum").contains(name);
        Optional<Space> population = scope.axis("population");
        if (keepsShape && population.isPresent()) {
            return population.get();
        }
        return x.space().without(Axis.LANE);
    }

    private Space single(String name, Space axes, Span at) {
        if (axes.rank() != 1) {
            throw expressions.error(Code.WRONG_ARGUMENTS, at, "'" + name + "' goes over exactly one axis");
        }
        return axes;
    }

    /** A reduction over axes, some of which the operand may lack: it is then the same at all their points. */
    static org.altdsl.ir.Expr reduce(Fold fold, org.altdsl.ir.Expr x, Space axes) {
        Space present = axes.intersect(x.space());
        Space absent = axes.minus(x.space());
        if (fold == Fold.ARGMAX) {
            return present.isScalar() ? new Const(0) : Reduce.over(present, fold, x);
        }
        org.altdsl.ir.Expr reduced = present.isScalar() ? x : Reduce.over(present, fold, x);
        return fold == Fold.SUM && !absent.isScalar() ? Emission.prim(Op.MUL, reduced, size(absent)) : reduced;
    }

    /** The same over the synapses that exist, where the operand has a value for each. */
    static org.altdsl.ir.Expr reduce(Fold fold, org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        return mask.filter(known -> known.concerns(x, axes))
                .map(known -> known.reduce(fold, x, axes))
                .orElseGet(() -> reduce(fold, x, axes));
    }

    private static org.altdsl.ir.Expr variance(org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        org.altdsl.ir.Expr deviation = Emission.prim(Op.SUB, x, reduce(Fold.MEAN, x, axes, mask));
        return reduce(Fold.MEAN, Emission.prim(Op.MUL, deviation, deviation), axes, mask);
    }

    /** Divided by its sum; what sums to 0 stays 0. */
    private static org.altdsl.ir.Expr normalize(org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        return Emission.prim(Op.DIV, x, unlessZero(reduce(Fold.SUM, x, axes, mask)));
    }

    private static org.altdsl.ir.Expr unlessZero(org.altdsl.ir.Expr sum) {
        return Emission.prim(Op.SELECT, Emission.prim(Op.EQ, sum, new Const(0)), new Const(1), sum);
    }

    private static org.altdsl.ir.Expr softmax(org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        org.altdsl.ir.Expr top = Emission.prim(Op.STOP, reduce(Fold.MAX, x, axes, mask));
        org.altdsl.ir.Expr e = Emission.prim(Op.EXP, Emission.prim(Op.SUB, x, top));
        if (mask.isEmpty()) {
            return Emission.prim(Op.DIV, e, reduce(Fold.SUM, e, axes));
        }
        org.altdsl.ir.Expr shares = mask.get().filled(e, 0);
        return Emission.prim(Op.DIV, shares, unlessZero(reduce(Fold.SUM, shares, axes)));
    }

    private static org.altdsl.ir.Expr logsoftmax(org.altdsl.ir.Expr x, Space axes, Optional<Mask> mask) {
        org.altdsl.ir.Expr shifted = Emission.prim(Op.SUB, x, Emission.prim(Op.STOP, reduce(Fold.MAX, x, axes, mask)));
        org.altdsl.ir.Expr total = reduce(Fold.SUM, Emission.prim(Op.EXP, shifted), axes, mask);
        return Emission.prim(Op.SUB, shifted, Emission.prim(Op.LOG, total));
    }

    /** 1 at the first largest point, in the order of the axes; for all points of an axis that the value does not have. */
    private static org.altdsl.ir.Expr winner(org.altdsl.ir.Expr x, Space over, Optional<Mask> mask) {
        if (over.isScalar()) {
            return new Const(1);
        }
        List<Axis> axes = over.intersect(x.space()).axes();
        if (axes.size() <= 1) {
            Axis axis = axes.isEmpty() ? over.axes().get(0) : axes.get(0);
            return alive(Emission.prim(Op.EQ, new Index(axis), reduce(Fold.ARGMAX, x, Space.of(axis), mask)), mask);
        }
        org.altdsl.ir.Expr number = new Const(0);
        org.altdsl.ir.Expr count = new Const(1);
        for (Axis axis : axes) {
            number = Emission.prim(Op.ADD, Emission.prim(Op.MUL, number, new SizeOf(axis)), new Index(axis));
            count = Emission.prim(Op.MUL, count, new SizeOf(axis));
        }
        org.altdsl.ir.Expr isLargest = alive(Emission.prim(Op.EQ, x, reduce(Fold.MAX, x, over, mask)), mask);
        org.altdsl.ir.Expr candidate = Emission.prim(Op.SELECT, isLargest, number, count);
        return alive(Emission.prim(Op.EQ, number, reduce(Fold.MIN, candidate, over.intersect(x.space()))), mask);
    }

    private static org.altdsl.ir.Expr alive(org.altdsl.ir.Expr flag, Optional<Mask> mask) {
        return mask.map(known -> known.and(flag)).orElse(flag);
    }

    /** The sum of this point and those before it, by a second axis over the same points. */
    private org.altdsl.ir.Expr cumulative(org.altdsl.ir.Expr x, Space over, Optional<Mask> mask) {
        Axis axis = over.axes().get(0);
        if (!x.space().has(axis)) {
            return Emission.prim(Op.MUL, x, Emission.prim(Op.ADD, new Index(axis), new Const(1)));
        }
        Axis before = axis.as(axis.name() + "'");
        org.altdsl.ir.Expr there = Gather.of(new IndexMap.Rename(before, axis), x);
        org.altdsl.ir.Expr counts = Emission.prim(Op.LE, new Index(before), new Index(axis));
        if (mask.isPresent()) {
            counts = Emission.prim(Op.AND, counts, mask.get().liveAt(before, axis));
        }
        return Reduce.over(Space.of(before), Fold.SUM, Emission.prim(Op.SELECT, counts, there, new Const(0)));
    }

    /** How many points have a larger value, or the same and stand before: 0 for the first largest. */
    private static org.altdsl.ir.Expr rank(org.altdsl.ir.Expr x, Space over, Optional<Mask> mask) {
        Axis axis = over.axes().get(0);
        if (!x.space().has(axis)) {
            return new Index(axis);
        }
        Axis other = axis.as(axis.name() + "'");
        org.altdsl.ir.Expr there = Gather.of(new IndexMap.Rename(other, axis), x);
        org.altdsl.ir.Expr larger = Emission.prim(Op.GT, there, x);
        org.altdsl.ir.Expr tied = Emission.prim(
                Op.AND, Emission.prim(Op.EQ, there, x), Emission.prim(Op.LT, new Index(other), new Index(axis)));
        org.altdsl.ir.Expr ahead = Emission.prim(Op.OR, larger, tied);
        if (mask.isPresent()) {
            ahead = Emission.prim(Op.AND, ahead, mask.get().liveAt(other, axis));
        }
        return Reduce.over(Space.of(other), Fold.SUM, ahead);
    }

    private org.altdsl.ir.Expr angle(org.altdsl.ir.Expr a, org.altdsl.ir.Expr b, Optional<Space> over, Scope scope) {
        Space axes = over.orElse(a.space().union(b.space()).without(Axis.LANE));
        org.altdsl.ir.Expr products = Emission.prim(Op.MUL, a, b);
        Optional<Mask> mask = expressions.masks().of(scope, products, axes);
        org.altdsl.ir.Expr dot = reduce(Fold.SUM, products, axes, mask);
        org.altdsl.ir.Expr lengths = Emission.prim(
                Op.SQRT,
                Emission.prim(
                        Op.MUL,
                        reduce(Fold.SUM, Emission.prim(Op.MUL, a, a), axes, mask),
                        reduce(Fold.SUM, Emission.prim(Op.MUL, b, b), axes, mask)));
        org.altdsl.ir.Expr cosine = Emission.prim(Op.DIV, dot, lengths);
        org.altdsl.ir.Expr bounded = Emission.prim(Op.MAX, new Const(-1), Emission.prim(Op.MIN, new Const(1), cosine));
        return Emission.prim(Op.ACOS, bounded);
    }
}
