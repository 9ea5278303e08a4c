package org.altdsl.ir;

import static org.altdsl.ir.Sketch.number;
import static org.altdsl.ir.Sketch.prim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.altdsl.runtime.plan.Scope;

/**
 * Networks in time from seeds: populations of up to some neurons, empty ones among them, with thresholds or spikes from
 * outside; sparse projections, also onto the population itself and with several synapses between two neurons; delays
 * of a projection and of each synapse; traces, deliveries, resets, changes of weights at events and at every step.
 * Values stay within some units whatever happens.
 */
public final class RandomNetworks {
    private final long seed;
    private final Random random;
    private final Sketch sketch = Sketch.inTime();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final List<Population> populations = new ArrayList<>();
    private final List<Projection> projections = new ArrayList<>();
    private final Map<Var, Double> played = new LinkedHashMap<>();
    private final List<Var> global = new ArrayList<>();
    private int names;

    /** Neurons and what is stored for each. */
    private static final class Population {
        final Axis axis;
        final List<Var> states = new ArrayList<>();

        /** For how many steps a neuron waits; perhaps null. */
        Var waits;

        /** How often a neuron has spiked; perhaps null. */
        Var count;

        Var spike;
        boolean decided;

        Population(Axis axis) {
            this.axis = axis;
        }
    }

    /** Synapses and what is stored for each. */
    private static final class Projection {
        final Edges edges;
        final Population pre;
        final Population post;
        final List<Var> states = new ArrayList<>();
        final List<Var> traces = new ArrayList<>();
        Var lags;
        int lag;

        Projection(Edges edges, Population pre, Population post) {
            this.edges = edges;
            this.pre = pre;
            this.post = post;
        }

        Space space() {
            return Space.of(edges.synapses());
        }
    }

    /** Whether spikes have so many synapses that threads share them. */
    private final boolean isLarge;

    private RandomNetworks(long seed, boolean isLarge) {
        this.isLarge = isLarge;
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    }

    /** The network of a seed. */
    public static RandomNetwork network(long seed) {
        return new RandomNetworks(seed, false).build();
    }

    /** One whose populations have hundreds of neurons. */
    public static RandomNetwork large(long seed) {
        return new RandomNetworks(seed, true).build();
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String name(String prefix) {
        return prefix + ++names;
    }

    private double constant() {
        return Math.rint(random.nextDouble() * 2000 - 1000) / 1000 + 0.00037;
    }

    private RandomNetwork build() {
        global.add(sketch.state("gain", Space.SCALAR, number(0.7)));
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            population("ab".substring(i, i + 1));
        }
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            projection("s" + i);
        }
        for (Population population : populations) {
            evolve(population);
        }
        for (Population population : populations) {
            if (!population.decided) {
                spike(population);
            }
            if (chance(0.3)) {
                evolve(population);
            }
        }
        for (Projection projection : projections) {
            projection.traces.forEach(trace -> sketch.set(trace, decayed(trace)));
        }
        for (int i = 0; i < 5 + random.nextInt(8); i++) {
            happen();
        }
        if (chance(0.3)) {
            sketch.beginBatch();
            Var state = any(any(projections).states);
            sketch.set(state, prim(Op.MUL, sketch.read(state), number(0.5)));
        }
        return new RandomNetwork(seed, sketch.program(), new Sizes(sizes), played);
    }

    private void population(String name) {
        Axis axis = Axis.neurons(name);
        sizes.put(
                name,
                isLarge
                        ? 150 + random.nextInt(90)
                        : chance(0.25) ? 20 + random.nextInt(30) : chance(0.08) ? 0 : 1 + random.nextInt(5));
        Population population = new Population(axis);
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            population.states.add(sketch.random(name("u"), -1, 1, axis));
        }
        if (chance(0.4)) {
            population.waits = sketch.state(name("k"), Space.of(axis), number(random.nextInt(3)));
        }
        if (chance(0.3)) {
            population.count = sketch.state(name("n"), Space.of(axis), number(0));
        }
        Scope life = chance(0.2) ? Scope.STEP : Scope.RUN;
        boolean fromOutside = chance(0.3);
        Optional<Expr> silent = life == Scope.STEP && !fromOutside ? Optional.empty() : Optional.of(number(0));
        population.spike = sketch.variable(
                name("z"), Space.of(axis), DType.FLAG, silent.isEmpty() ? Scope.STEP : Scope.RUN, silent);
        if (fromOutside) {
            played.put(population.spike, chance(0.3) ? 0.6 : 0.15);
            population.decided = true;
        }
        populations.add(population);
    }

    private void projection(String name) {
        Population pre = any(populations);
        Population post = any(populations);
        double probability = chance(0.1) ? 0 : 0.1 + 0.5 * random.nextDouble();
        Edges edges = sketch.connect(
                name,
                pre.axis,
                post.axis,
                RandomNetwork.wiring(
                        seed + names,
                        sizes.get(pre.axis.name()),
                        sizes.get(post.axis.name()),
                        probability,
                        chance(0.4)));
        Projection projection = new Projection(edges, pre, post);
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            Expr init = chance(0.3) ? number(constant()) : Sketch.uniform(name("init"), projection.space(), -1, 1);
            projection.states.add(sketch.state(name("w"), projection.space(), init));
        }
        for (int i = 0; i < random.nextInt(3); i++) {
            projection.traces.add(sketch.state(name("x"), projection.space(), number(0)));
        }
        if (chance(0.4)) {
            projection.lag = 1 + random.nextInt(6);
            Expr lag = prim(
                    Op.FLOOR, Sketch.uniform(name("lag"), projection.space(), chance(0.5) ? 0 : 1, projection.lag + 1));
            lag = prim(Op.MIN, lag, number(projection.lag));
            projection.lags = sketch.variable(name("d"), projection.space(), DType.INDEX, Scope.RUN, Optional.of(lag));
        } else if (chance(0.5)) {
            projection.lag = 1 + random.nextInt(6);
        }
        projections.add(projection);
    }

    /** A value within bounds, which moves by less than its operand does, so that roundings do not grow from step to step. */
    private Expr tame(Expr wild) {
        Expr value = prim(Op.MUL, number(0.4), wild);
        return switch (random.nextInt(3)) {
            case 0 -> prim(Op.TANH, value);
            case 1 -> prim(Op.MIN, prim(Op.MAX, value, number(-2)), number(2));
            default -> prim(Op.DIV, value, prim(Op.ADD, number(1), prim(Op.MUL, value, value)));
        };
    }

    /** States decay, or do anything else. */
    private void evolve(Population population) {
        if (population.waits != null) {
            Expr less = prim(Op.SUB, sketch.read(population.waits), number(1));
            sketch.set(population.waits, prim(Op.MAX, number(0), less));
        }
        for (Var state : population.states) {
            if (chance(0.5)) {
                sketch.set(state, unlessItWaits(population, state, decayed(state)));
            } else if (chance(0.6)) {
                Expr value = tame(prim(Op.ADD, sketch.read(state), onNeurons(population, 2)));
                sketch.set(state, unlessItWaits(population, state, value));
            }
        }
    }

    /** A neuron that has spiked may keep what it has for some steps. */
    private Expr unlessItWaits(Population population, Var state, Expr value) {
        if (population.waits == null || chance(0.3)) {
            return value;
        }
        Expr waits = prim(Op.GT, sketch.read(population.waits), number(0));
        return chance(0.5)
                ? prim(Op.SELECT, waits, sketch.read(state), value)
                : prim(Op.SELECT, prim(Op.NOT, waits), value, sketch.read(state));
    }

    private Expr decayed(Var state) {
        Expr decayed = prim(Op.MUL, number(0.5 + 0.49 * random.nextDouble()), sketch.read(state));
        return chance(0.3) ? prim(Op.ADD, decayed, number(0.1 * constant())) : decayed;
    }

    private void spike(Population population) {
        Expr above = prim(Op.GT, sketch.read(any(population.states)), number(0.2 + 0.6 * random.nextDouble()));
        if (chance(0.3)) {
            Expr silent = prim(Op.EQ, before(population, 1 + random.nextInt(3)), number(0));
            above = prim(Op.AND, above, silent);
        }
        sketch.set(population.spike, above);
        population.decided = true;
    }

    private Expr before(Population population, int lag) {
        return Expr.Gather.of(new IndexMap.Shift(lag), sketch.read(population.spike));
    }

    private void happen() {
        Projection projection = any(projections);
        Population population = any(populations);
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> deliver(projection);
            case 3, 4, 5 -> changeAtEvent(projection);
            case 6, 7 -> changeAtSpike(population);
            case 8 -> {
                Var state = any(projection.states);
                sketch.set(state, decayed(state));
            }
            case 9 -> {
                Var state = any(projection.states);
                Expr value = tame(prim(Op.ADD, sketch.read(state), onSynapses(projection, 2)));
                if (chance(0.5)) {
                    sketch.setWhere(condition(projection), state, value);
                } else {
                    sketch.set(state, value);
                }
            }
            case 10, 11 -> leaveTrace(projection);
            default -> {
                boolean back = chance(0.3);
                Expr sum = Expr.Reduce.scatter(
                        back ? projection.edges.toPre() : projection.edges.toPost(), onSynapses(projection, 1, true));
                Var state = any((back ? projection.pre : projection.post).states);
                sketch.set(state, tame(prim(Op.ADD, sketch.read(state), sum)));
            }
        }
    }

    /** The spikes of a population, of now or, where lagged, of some steps ago. */
    private Expr spikes(Population population, int lag) {
        return lag == 0 ? sketch.read(population.spike) : before(population, lag);
    }

    private Expr event(Projection projection) {
        if (chance(0.3)) {
            int lag = chance(0.2) ? 1 + random.nextInt(3) : 0;
            return Expr.Gather.of(projection.edges.toPost(), spikes(projection.post, lag));
        }
        if (projection.lags != null && chance(0.8)) {
            Expr spikes = Expr.Gather.of(projection.edges.toPre(), sketch.read(projection.pre.spike));
            return Expr.Gather.of(new IndexMap.Delay(projection.lags, projection.lag), spikes);
        }
        int lag = projection.lag;
        return lag > 0 && chance(0.3)
                ? Expr.Gather.of(
                        new IndexMap.Shift(lag),
                        Expr.Gather.of(projection.edges.toPre(), sketch.read(projection.pre.spike)))
                : Expr.Gather.of(projection.edges.toPre(), spikes(projection.pre, lag));
    }

    private Expr condition(Projection projection) {
        Expr other = prim(Op.GT, onSynapses(projection, 1), number(constant() / 2));
        return switch (random.nextInt(4)) {
            case 0 -> prim(Op.AND, event(projection), event(projection));
            case 1 -> prim(Op.OR, event(projection), other);
            case 2 -> prim(Op.NOT, event(projection));
            default -> other;
        };
    }

    private Expr when(Projection projection) {
        Expr event = event(projection);
        if (chance(0.25)) {
            Expr other =
                    chance(0.5) ? event(projection) : prim(Op.LT, onSynapses(projection, 1), number(constant() / 2));
            return chance(0.5) ? prim(Op.AND, event, other) : prim(Op.AND, other, event);
        }
        return event;
    }

    private void deliver(Projection projection) {
        boolean back = chance(0.15);
        Var target = any((back ? projection.pre : projection.post).states);
        Expr value = chance(0.2)
                ? number(1)
                : chance(0.5) ? onSynapses(projection, 0) : prim(Op.TANH, onSynapses(projection, 2));
        Expr sent = prim(Op.SELECT, when(projection), prim(Op.MUL, number(0.3), value), number(0));
        Expr sum = Expr.Reduce.scatter(back ? projection.edges.toPre() : projection.edges.toPost(), sent);
        sketch.set(target, prim(chance(0.3) ? Op.SUB : Op.ADD, sketch.read(target), sum));
        if (chance(0.7)) {
            sketch.set(target, prim(Op.MIN, prim(Op.MAX, sketch.read(target), number(-3)), number(3)));
        } else {
            sketch.set(target, prim(Op.MUL, number(0.3), sketch.read(target)));
        }
    }

    /** A trace jumps at an event, by what the neuron of the event knows, or the synapse. */
    private void leaveTrace(Projection projection) {
        if (projection.traces.isEmpty()) {
            return;
        }
        Var trace = any(projection.traces);
        Expr jump = chance(0.6) ? number(0.3 + random.nextDouble()) : onSynapses(projection, 0);
        Expr value = chance(0.7) ? prim(Op.ADD, sketch.read(trace), jump) : jump;
        sketch.setWhere(event(projection), trace, prim(Op.MIN, value, number(3)));
    }

    private void changeAtEvent(Projection projection) {
        Var state = any(projection.states);
        Expr value = chance(0.4) ? prim(Op.ADD, sketch.read(state), number(1)) : onSynapses(projection, 2);
        sketch.setWhere(when(projection), state, tame(value));
    }

    private void changeAtSpike(Population population) {
        if (population.count != null && chance(0.5)) {
            Expr more = prim(Op.ADD, sketch.read(population.count), sketch.read(population.spike));
            sketch.set(population.count, more);
            return;
        }
        Var state = any(population.states);
        Expr guard = spikes(population, chance(0.3) ? 1 + random.nextInt(4) : 0);
        if (population.waits != null && chance(0.4)) {
            sketch.setWhere(guard, population.waits, number(1 + random.nextInt(4)));
            return;
        }
        if (chance(0.2)) {
            guard = prim(Op.AND, guard, prim(Op.LT, onNeurons(population, 1), number(0.3)));
        }
        Expr value = chance(0.3) ? prim(Op.ADD, sketch.read(state), number(1)) : onNeurons(population, 1);
        sketch.setWhere(guard, state, chance(0.3) ? number(-1) : tame(value));
    }

    private Expr onNeurons(Population population, int depth) {
        if (depth == 0 || chance(0.2)) {
            return switch (random.nextInt(6)) {
                case 0 -> number(constant());
                case 1 -> sketch.read(global.get(0));
                case 2 ->
                    Expr.Gather.of(new IndexMap.Shift(1 + random.nextInt(6)), sketch.read(any(population.states)));
                case 3 -> prim(Op.SIN, prim(Op.MUL, number(0.3), new Expr.Tick(Clock.STEP)));
                default -> sketch.read(any(population.states));
            };
        }
        return mixed(onNeurons(population, depth - 1), onNeurons(population, depth - 1));
    }

    private Expr onSynapses(Projection projection, int depth) {
        return onSynapses(projection, depth, false);
    }

    /** @param varies whether the value must have the axis of the synapses */
    private Expr onSynapses(Projection projection, int depth, boolean varies) {
        if (depth == 0 || chance(0.2)) {
            return switch (varies ? 5 : random.nextInt(9)) {
                case 0 -> number(constant());
                case 1 -> sketch.read(global.get(0));
                case 2 -> Expr.Gather.of(projection.edges.toPre(), sketch.read(any(projection.pre.states)));
                case 3 ->
                    Expr.Gather.of(
                            projection.edges.toPost(),
                            onNeurons(projection.post, 1).space().isScalar()
                                    ? sketch.read(any(projection.post.states))
                                    : sketch.read(projection.post.states.get(0)));
                case 4 ->
                    projection.lags == null
                            ? number(0.3)
                            : Expr.Gather.of(
                                    new IndexMap.Delay(projection.lags, projection.lag),
                                    Expr.Gather.of(projection.edges.toPre(), sketch.read(any(projection.pre.states))));
                default ->
                    sketch.read(
                            any(projection.traces.isEmpty() || chance(0.6) ? projection.states : projection.traces));
            };
        }
        Expr other = onSynapses(projection, depth - 1, varies);
        return mixed(other, onSynapses(projection, depth - 1));
    }

    private Expr mixed(Expr x, Expr y) {
        return switch (random.nextInt(5)) {
            case 0 -> prim(Op.ADD, x, y);
            case 1 -> prim(Op.SUB, x, y);
            case 2 -> prim(Op.MUL, x, y);
            case 3 -> prim(Op.MAX, x, y);
            default -> prim(Op.SELECT, prim(Op.GT, y, number(0.1)), x, prim(Op.NEG, x));
        };
    }
}
