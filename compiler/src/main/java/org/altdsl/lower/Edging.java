package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.plan.EdgeList;
import org.altdsl.runtime.plan.EdgeSource;
import org.altdsl.runtime.wiring.Connectivity;
import org.altdsl.runtime.wiring.DistanceProfile;
import org.altdsl.runtime.wiring.Edges;
import org.altdsl.runtime.wiring.Layout;
import org.altdsl.runtime.wiring.PairCondition;
import org.altdsl.runtime.wiring.Wiring;
import org.altdsl.runtime.wiring.WiringException;
import org.altdsl.source.Span;

/**
 * How synapses that wait for spikes are connected, as {@code connect} says it: {@code dense}, {@code one_to_one},
 * {@code sparse(p)}, {@code fixed_indegree(k)}, {@code fixed_outdegree(k)}, {@code fixed_number(n)},
 * {@code distance(gaussian, length = 5)}, each with {@code autapses = false}, {@code multapses = true} where it says so; or
 * as they are listed, {@code pairs([[0, 1], [2, 0]])}, in a file {@code from "edges.csv"}.
 * Each may say {@code where} a condition on the two ends holds.
 */
final class Edging {
    /** Every way to connect. */
    static final List<String> KINDS = List.of(
            "dense",
            "one_to_one",
            "sparse",
            "fixed_indegree",
            "fixed_outdegree",
            "fixed_number",
            "distance",
            "pairs",
            "from",
            "flatten");

    /** Synapses up to which a projection is drawn to see whether it can be. */
    private static final long DRAWN_AT_ONCE = 1_000_000;

    private static final List<String> PROFILES = Arrays.stream(DistanceProfile.values())
            .map(profile -> profile.name().toLowerCase(Locale.ROOT))
            .toList();

    /** What {@code distance} may be given by name. */
    private static final List<String> OF_DISTANCE =
            List.of("length", "peak", "extent", "height", "columns", "source_columns", "periodic", "autapses");

    /** What {@code sparse} says where synapses may grow between all pairs. */
    private static final String ROOM = "room";

    private final Expressions expressions;
    private final Scope scope;
    private final Optional<StartingValues> startingValues;

    /**
     * @param startingValues what may be taken from files; empty where nothing may
     */
    Edging(Expressions expressions, Scope scope, Optional<StartingValues> startingValues) {
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.startingValues = requireNonNull(startingValues);
    }

    /**
     * What the wiring of some sources is drawn over, and the part of it that one projection ends at.
     *
     * @param together the name of the stream of what is drawn for all of it at once
     */
    record Targets(List<Part> parts, Part own, String together) {
        Targets {
            parts = List.copyOf(parts);
            requireNonNull(own);
            requireNonNull(together);
        }

        int count() {
            return parts.stream().mapToInt(Part::count).sum();
        }

        /** How many targets stand before those of the own part. */
        int before() {
            return parts.stream()
                    .takeWhile(part -> part != own)
                    .mapToInt(Part::count)
                    .sum();
        }

        /** A condition on indices within populations, for targets that are counted through all parts. */
        PairCondition counted(PairCondition condition, Part source, boolean autapses) {
            return (from, to) -> {
                int before = 0;
                for (Part part : parts) {
                    if (to < before + part.count()) {
                        int index = part.first() + to - before;
                        boolean itself = part.population() == source.population() && index == from;
                        return (autapses || !itself) && condition.test(from, index);
                    }
                    before += part.count();
                }
                throw new IndexOutOfBoundsException(to);
            };
        }
    }

    /**
     * The synapses between a part of one population and a part of another.
     *
     * @param written what {@code connect} says, absent for dense
     */
    EdgeSource between(Optional<Expr> written, Part source, Targets targets, String name, Span at) {
        Part target = targets.own();
        int all = targets.count();
        boolean whole = targets.parts().size() == 1;
        Expr expr = written.orElse(null);
        Expr.Call call = expr instanceof Expr.Call one ? one : null;
        Wiring wiring = expr == null ? new Wiring.Dense() : wiring(expr, source.count(), all);
        boolean same = source.population() == target.population();
        boolean autapses = flag(call, "autapses", true);
        boolean listed = wiring instanceof Wiring.Listed;
        boolean multapses = flag(call, "multapses", listed);
        boolean shared = wiring instanceof Wiring.FixedOutdegree || wiring instanceof Wiring.FixedNumber;
        Connectivity connectivity = new Connectivity(
                wiring,
                source.first(),
                source.count(),
                whole ? target.first() : 0,
                whole ? target.count() : all,
                same && whole,
                autapses || listed,
                multapses,
                shared ? targets.together() : name);
        PairCondition condition = call == null || call.where().isEmpty()
                ? PairCondition.ALWAYS
                : condition(call.where().get());
        if (listed && same && whole && !autapses) {
            // A list may hold loops; they are left out of it as what does not meet a condition is.
            PairCondition met = condition;
            condition = (from, to) -> from != to && met.test(from, to);
        }
        if (!whole && (condition != PairCondition.ALWAYS || !autapses)) {
            condition = targets.counted(condition, source, autapses);
        }
        long expected = expected(wiring, source.count(), whole ? target.count() : all);
        int before = targets.before();
        Drawn drawn = new Drawn(
                connectivity,
                condition,
                whole ? expected : expected * target.count() / Math.max(1, all),
                whole ? Integer.MIN_VALUE : before,
                whole ? Integer.MAX_VALUE : before + target.count() - 1,
                whole ? 0 : target.first() - before);
        boolean mayFail = wiring instanceof Wiring.OneToOne
                || wiring instanceof Wiring.FixedIndegree
                || wiring instanceof Wiring.FixedOutdegree
                || wiring instanceof Wiring.FixedNumber;
        if (listed || mayFail && expected <= DRAWN_AT_ONCE) {
            // Whether there are enough partners does not depend on the seed.
            try {
                drawn.edges(0);
            } catch (WiringException mistake) {
                throw expressions.error(listed ? Code.BAD_DATA : Code.BAD_SETTING, at, mistake.getMessage());
            }
        }
        startingValues.ifPresent(values -> order(drawn).ifPresent(order -> values.order(name, order)));
        return drawn;
    }

    /** The share of listed synapses that exist at first, where there is room for others: {@code sparse(0.1, room = true)}. */
    Optional<Double> share(Optional<Expr> written) {
        return written.filter(expr ->
                        kind(expr).equals("sparse") && expr instanceof Expr.Call call && flag(call, ROOM, false))
                .map(expr -> number(expr, "the share of synapses that exist"));
    }

    /** Which number of a file belongs to which synapse; empty where synapses are drawn. */
    private Optional<Supplier<StartingValues.Order>> order(Drawn drawn) {
        Wiring wiring = drawn.connectivity().wiring();
        if (wiring instanceof Wiring.Dense || wiring instanceof Wiring.OneToOne) {
            return Optional.of(() -> {
                int synapses = drawn.edges(0).count();
                return new StartingValues.Order(
                        synapses, IntStream.range(0, synapses).toArray());
            });
        }
        if (!(wiring instanceof Wiring.Listed listed)) {
            return Optional.empty();
        }
        return Optional.of(() -> order(drawn, listed.edges()));
    }

    private static StartingValues.Order order(Drawn drawn, Edges edges) {
        int[] source = edges.source();
        int[] target = edges.target();
        int[] rows = IntStream.range(0, source.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(row -> source[row]).thenComparingInt(row -> target[row]))
                .mapToInt(Integer::intValue)
                .filter(row -> drawn.keeps(source[row], target[row]))
                .toArray();
        return new StartingValues.Order(source.length, rows);
    }

    /** A part of a population: {@code c[0..99]}, or all of it. */
    record Part(Population population, int first, int count) {
        Part {
            requireNonNull(population);
        }
    }

    /** Synapses that a seed decides; of those, the ones that end in a range. */
    private record Drawn(
            Connectivity connectivity, PairCondition condition, long expected, int first, int last, int shift)
            implements EdgeSource {
        /** Whether a synapse of a list is among them; neurons count from 0 within their slices. */
        boolean keeps(int source, int target) {
            int to = connectivity.targetFirst() + target;
            return to >= first && to <= last && condition.test(connectivity.sourceFirst() + source, to);
        }

        @Override
        public EdgeList edges(long seed) {
            Edges drawn = connectivity.edges(seed, condition);
            int[] source = drawn.source();
            int[] target = drawn.target();
            if (first == Integer.MIN_VALUE) {
                return new EdgeList(source, target);
            }
            int kept = 0;
            for (int one : target) {
                kept += one >= first && one <= last ? 1 : 0;
            }
            int[] from = new int[kept];
            int[] to = new int[kept];
            int next = 0;
            for (int i = 0; i < source.length; i++) {
                if (target[i] >= first && target[i] <= last) {
                    from[next] = source[i];
                    to[next++] = target[i] + shift;
                }
            }
            return new EdgeList(from, to);
        }
    }

    private static long expected(Wiring wiring, long sources, long targets) {
        if (wiring instanceof Wiring.Sparse sparse) {
            return (long) (sparse.probability() * sources * targets);
        }
        if (wiring instanceof Wiring.FixedIndegree fixed) {
            return fixed.count() * targets;
        }
        if (wiring instanceof Wiring.FixedOutdegree fixed) {
            return fixed.count() * sources;
        }
        if (wiring instanceof Wiring.FixedNumber fixed) {
            return fixed.count();
        }
        if (wiring instanceof Wiring.Listed listed) {
            return listed.edges().size();
        }
        if (wiring instanceof Wiring.Distance distance) {
            double total = 0;
            for (int target = 0; target < targets; target++) {
                // Neurons in the middle have as many partners as any.
                total += distance.probability((int) sources / 2, target, (int) sources, (int) targets);
            }
            return (long) Math.ceil(total * sources);
        }
        return wiring instanceof Wiring.OneToOne ? Math.min(sources, targets) : sources * targets;
    }

    /**
     * Synapses whose probability falls with the distance of their ends, {@code distance(gaussian, length = 5, peak = 0.8)}:
     * on a line as long as there are targets, so that neighbours among them are 1 apart; {@code periodic = true} closes it
     * to a ring, {@code columns = 10} makes it a grid of so many columns.
     */
    private Wiring distance(Expr expr, int sources, int targets) {
        List<Expr.Argument> arguments = expr instanceof Expr.Call call ? call.arguments() : List.of();
        Map<String, Expr> given = new LinkedHashMap<>();
        Optional<DistanceProfile> profile = Optional.empty();
        for (Expr.Argument argument : arguments) {
            String name = argument.name().map(Name::text).orElse("");
            if (name.isEmpty() && profile.isEmpty()) {
                profile = Optional.of(profile(argument.value()));
            } else if (!OF_DISTANCE.contains(name)) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.span(),
                        name.isEmpty()
                                ? "what is this number? write its name: length = 5, peak = 0.8"
                                : "'distance' has no parameter '" + name + "'"
                                        + Suggestions.didYouMean(name, OF_DISTANCE));
            } else {
                given.put(name, argument.value());
            }
        }
        if (profile.isEmpty() || !given.containsKey("length")) {
            throw expressions.error(
                    Code.MISSING_VALUE,
                    expr.span(),
                    "how does the probability fall, and over which length? write distance(gaussian, length = 5); there are "
                            + String.join(", ", PROFILES));
        }
        int columns = whole(given, "columns", 0);
        double width = value(given, "extent", columns > 0 ? columns : targets);
        boolean periodic = value(given, "periodic", 0) != 0;
        try {
            Layout layout = columns == 0
                    ? periodic ? new Layout.Ring(width) : new Layout.Line(width)
                    : new Layout.Grid(
                            width,
                            value(given, "height", (double) targets / columns),
                            whole(given, "source_columns", columns),
                            columns,
                            periodic);
            Wiring.Distance wiring =
                    new Wiring.Distance(layout, profile.get(), value(given, "peak", 1), value(given, "length", 1));
            wiring.probability(0, 0, sources, targets);
            return wiring;
        } catch (WiringException mistake) {
            throw expressions.error(Code.BAD_SETTING, expr.span(), mistake.getMessage());
        }
    }

    /** Synapses that are written down, source and target of each, in any order. */
    private Edges pairs(Expr expr) {
        List<Expr.Argument> arguments = expr instanceof Expr.Call call ? call.arguments() : List.of();
        Expr list = arguments.isEmpty() ? expr : arguments.get(0).value();
        if (!(list instanceof Expr.ListLiteral pairs)) {
            throw expressions.error(
                    Code.WRONG_TYPE,
                    list.span(),
                    "synapses are listed as [source, target], as in pairs([[0, 1], [2, 0]])");
        }
        int[] source = new int[pairs.elements().size()];
        int[] target = new int[source.length];
        for (int k = 0; k < source.length; k++) {
            Expr pair = pairs.elements().get(k);
            if (!(pair instanceof Expr.ListLiteral both) || both.elements().size() != 2) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        pair.span(),
                        "a synapse is [source, target], counted from 0 within the two ends");
            }
            source[k] = neuron(both.elements().get(0));
            target[k] = neuron(both.elements().get(1));
        }
        return new Edges(source, target);
    }

    private int neuron(Expr written) {
        return expressions.whole(written, scope, Section.INIT, "the number of a neuron");
    }

    private DistanceProfile profile(Expr written) {
        String word = written.span().text();
        if (!PROFILES.contains(word)) {
            throw expressions.error(
                    Code.UNKNOWN_NAME,
                    written.span(),
                    "the probability of a synapse falls with its distance as " + String.join(", ", PROFILES)
                            + ", not as '" + word + "'" + Suggestions.didYouMean(word, PROFILES));
        }
        return DistanceProfile.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private double value(Map<String, Expr> given, String name, double otherwise) {
        return given.containsKey(name)
                ? expressions.number(given.get(name), scope, Section.INIT, "'" + name + "'")
                : otherwise;
    }

    private int whole(Map<String, Expr> given, String name, int otherwise) {
        return given.containsKey(name)
                ? expressions.whole(given.get(name), scope, Section.INIT, "'" + name + "'")
                : otherwise;
    }

    private Wiring wiring(Expr expr, int sources, int targets) {
        String kind = kind(expr);
        switch (kind) {
            case "dense", "flatten":
                ConnectionArguments.quantity(kind, expr, switches(kind), expressions);
                return new Wiring.Dense();
            case "one_to_one":
                ConnectionArguments.quantity(kind, expr, switches(kind), expressions);
                return new Wiring.OneToOne();
            case "sparse":
                double p = number(expr, "the share of synapses that exist");
                if (!(p >= 0 && p <= 1)) {
                    throw expressions.error(
                            Code.BAD_SETTING,
                            expr.span(),
                            "the share of synapses that exist is between 0 and 1, not " + p);
                }
                return flag((Expr.Call) expr, ROOM, false) ? new Wiring.Dense() : new Wiring.Sparse(p);
            case "fixed_indegree":
                return new Wiring.FixedIndegree(count(expr, "the number of sources of each target"));
            case "fixed_outdegree":
                int k = count(expr, "the number of targets of each source");
                if (k > targets) {
                    throw expressions.error(
                            Code.WRONG_SHAPE,
                            expr.span(),
                            "each source is to have " + k + " targets, and there are only " + targets);
                }
                return new Wiring.FixedOutdegree(k);
            case "pairs":
                return new Wiring.Listed(pairs(expr));
            case "distance":
                return distance(expr, sources, targets);
            case "from":
                ConnectionArguments.quantity(kind, withoutFile((Expr.Call) expr), switches(kind), expressions);
                return new Wiring.Listed(startingValues
                        .orElseThrow(() -> expressions.error(
                                Code.NOT_ALLOWED_HERE, expr.span(), "an experiment lists synapses in a file"))
                        .edges((Expr.Text) ((Expr.Call) expr).arguments().get(0).value()));
            case "fixed_number":
                return new Wiring.FixedNumber(count(expr, "the number of synapses"));
            default:
                throw expressions.error(
                        Code.NOT_YET,
                        expr.span(),
                        "no way to connect '" + kind + "'" + Suggestions.didYouMean(kind, KINDS));
        }
    }

    /** What {@code from "edges.csv"} says besides its file. */
    private static Expr withoutFile(Expr.Call from) {
        List<Expr.Argument> more = from.arguments().subList(1, from.arguments().size());
        return new Expr.Call(
                from.span(), from.function(), more, from.over(), from.where(), from.otherwise(), from.by());
    }

    static String kind(Expr written) {
        Expr head = written instanceof Expr.Call call ? call.function() : written;
        return head instanceof Expr.Reference reference ? reference.name() : "";
    }

    private int count(Expr expr, String what) {
        double number = number(expr, what);
        if (number != Math.rint(number) || number < 0 || number > Integer.MAX_VALUE) {
            throw expressions.error(Code.BAD_SETTING, expr.span(), what + " is a whole number, not " + number);
        }
        return (int) number;
    }

    private double number(Expr expr, String what) {
        Expr quantity = ConnectionArguments.quantity(kind(expr), expr, switches(kind(expr)), expressions)
                .orElseThrow(() -> new AssertionError("no quantity of " + kind(expr)));
        return expressions.number(quantity, scope, Section.INIT, what);
    }

    /** What a way to connect may be told by name. */
    private static List<String> switches(String kind) {
        return switch (kind) {
            case "sparse" -> List.of("autapses", ROOM);
            case "fixed_indegree", "fixed_outdegree", "fixed_number" -> List.of("autapses", "multapses");
            default -> List.of("autapses");
        };
    }

    private boolean flag(Expr.Call call, String name, boolean otherwise) {
        if (call == null) {
            return otherwise;
        }
        return call.arguments().stream()
                .filter(argument ->
                        argument.name().map(n -> n.text().equals(name)).orElse(false))
                .findFirst()
                .map(argument -> expressions.number(argument.value(), scope, Section.INIT, "'" + name + "'") != 0)
                .orElse(otherwise);
    }

    /** A condition on the indices of both ends, asked for each pair. */
    private PairCondition condition(Expr written) {
        Axis pre = new Axis("pre", Role.NEURON, "pre");
        Axis post = new Axis("post", Role.NEURON, "post");
        org.altdsl.ir.Expr value = expressions.real(written, new Pair(pre, post), Section.INIT);
        return (source, target) -> PairValue.of(value, Map.of(pre, source, post, target)) != 0;
    }

    /** The names of a condition on a pair. */
    private final class Pair implements Scope {
        private final Axis pre;
        private final Axis post;

        Pair(Axis pre, Axis post) {
            this.pre = pre;
            this.post = post;
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            if (name.equals("pre") || name.equals("post")) {
                return Optional.of(new Value.Place(name, new End(name.equals("pre") ? pre : post)));
            }
            return scope.find(name, section, at);
        }

        @Override
        public List<String> names() {
            return scope.names();
        }

        @Override
        public Optional<Space> axis(String name) {
            return Optional.empty();
        }

        @Override
        public Space drawSpace() {
            return Space.SCALAR;
        }

        @Override
        public String stream() {
            return scope.stream();
        }
    }

    private record End(Axis axis) implements Value.Members {
        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            return name.equals("index")
                    ? Optional.of(new Value.Real(new org.altdsl.ir.Expr.Index(axis)))
                    : Optional.empty();
        }

        @Override
        public List<String> names() {
            return List.of("index");
        }
    }
}
