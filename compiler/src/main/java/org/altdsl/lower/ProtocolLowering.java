package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Parts;
import org.altdsl.runtime.plan.Course;
import org.altdsl.runtime.plan.Protocol;

/**
 * Lowers what an experiment in time does: {@code run}, {@code freeze}, {@code repeat}, and what it shows: {@code for each
 * sample}, {@code present}, {@code rest}, {@code collect}.
 *
 * <p>What a protocol computes, such as the condition of a {@code repeat}, is a variable of a block of its own, which runs
 * whenever the protocol looks at one.
 */
final class ProtocolLowering {
    /** How often something is repeated that says no number, before it is given up. */
    private static final int OFTEN = 1_000_000;

    /** After how many steps a condition is asked for where nothing is measured at an interval. */
    private static final long OTHERWISE = 1000;

    private final Network network;
    private final Expressions expressions;
    private final Scope outer;
    private final Time time;
    private final Map<String, Integer> samples;
    private final Schedules schedules;
    private final Set<String> assigned = new LinkedHashSet<>();
    private final Map<Item.Step, Var> stimulates = new IdentityHashMap<>();
    private final List<Long> asks;
    private int lanes = 1;
    private final Map<String, Map<String, Expr>> atSamples = new LinkedHashMap<>();
    private String split = "train";
    private boolean inSample;

    /**
     * @param samples how many samples each split of the data has
     * @param measured the intervals in steps at which the experiment measures; conditions are asked for then
     */
    ProtocolLowering(
            Network network,
            Expressions expressions,
            Scope outer,
            Map<String, Integer> samples,
            Schedules schedules,
            List<Long> measured) {
        this.schedules = requireNonNull(schedules);
        this.asks = measured.isEmpty() ? List.of(OTHERWISE) : List.copyOf(measured);
        this.network = requireNonNull(network);
        this.expressions = requireNonNull(expressions);
        this.outer = requireNonNull(outer);
        this.samples = requireNonNull(samples);
        this.time = network.time().orElseThrow();
    }

    /** The acts; weights that are frozen at some time have a flag when this is done. */
    Protocol lower(Item.Protocol written) {
        split = split(written);
        return new Protocol(
                time.dt(), time.countsSteps() ? Course.STEPS : Course.SECONDS, acts(written.body(), Scope.over(outer)));
    }

    /** The split of the data that a protocol goes through. */
    static String split(Item.Protocol written) {
        return written.evaluate().map(name -> name.text()).orElse("train");
    }

    /** Says what is collected of each sample of a split when it has been shown, whatever the protocol says. */
    void collectAfterShowing(String ofSplit, String name, Expr value) {
        atSamples.computeIfAbsent(ofSplit, unused -> new LinkedHashMap<>()).put(name, value);
    }

    /** Says how many samples of the training split are shown side by side. */
    void lanes(int count) {
        lanes = count;
    }

    /** The names of the variables that it assigns, as far as it has been lowered. */
    Set<String> assigned() {
        return assigned;
    }

    /**
     * How many steps lie between the starts and ends of acts: the greatest number that all of them are multiples of. It is
     * known before the acts are, which may ask about the time that has passed.
     */
    long grid(List<Item> items) {
        Set<String> own = new HashSet<>();
        names(items, own);
        return grid(items, own);
    }

    /** The flag of a block that stimulates, which is 1 while its acts happen. */
    Var stimulates(Item.Step step) {
        return stimulates.computeIfAbsent(step, unused -> {
            Emission emission = expressions.emission();
            Var flag = emission.declare(new Var(
                    emission.freeName("protocol.stimulates"),
                    Space.SCALAR,
                    DType.FLAG,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.of(new org.altdsl.ir.Expr.Const(0)),
                    step.arguments().get(0).span(),
                    "stimulates"));
            assigned.add(flag.name());
            return flag;
        });
    }

    /** The amount of a block that stimulates is found in every step, so it knows nothing that the protocol itself defines. */
    void checkAmount(Expr amount, List<Item> protocol) {
        Set<String> own = new HashSet<>();
        names(protocol, own);
        Parts.everyExpression(amount, expr -> {
            if (expr instanceof Expr.Reference name
                    && own.contains(name.name())
                    && outer.find(name.name(), Section.INIT, name.span()).isEmpty()) {
                throw expressions.error(
                        Code.NOT_ALLOWED_HERE,
                        name.span(),
                        "'" + name.name()
                                + "' is found once, in the course of the protocol, and what neurons are stimulated"
                                + " with is computed in every step; let a state of the network keep it, state kept = 0, to"
                                + " which the protocol assigns it: kept = " + name.name());
            }
        });
    }

    private static void names(List<Item> items, Set<String> into) {
        for (Item item : items) {
            if (item instanceof Item.Lets lets) {
                lets.bindings().forEach(binding -> into.add(binding.name().text()));
            }
            names(Parts.of(item).items(), into);
        }
    }

    private long grid(List<Item> items, Set<String> own) {
        long grid = 0;
        for (Item item : items) {
            if (!(item instanceof Item.Step step)) {
                continue;
            }
            if (step.kind() == Item.StepKind.RUN
                    || step.kind() == Item.StepKind.PRESENT
                    || step.kind() == Item.StepKind.REST) {
                grid = Moments.divisor(grid, length(step.arguments().get(0), own));
                for (long every : step.until().isPresent() ? asks : List.<Long>of()) {
                    grid = Moments.divisor(grid, every);
                }
            }
            grid = Moments.divisor(grid, grid(step.body(), own));
        }
        return grid;
    }

    /** A duration that does not depend on what the protocol itself defines; of any other nothing is known. */
    private long length(Expr written, Set<String> own) {
        boolean[] depends = {false};
        Parts.everyExpression(
                written, expr -> depends[0] |= expr instanceof Expr.Reference name && own.contains(name.name()));
        return depends[0] ? 1 : steps(written, outer);
    }

    /** Whether acts may end before all their steps have been taken. */
    static boolean mayEndEarly(List<Protocol.Act> acts) {
        for (Protocol.Act act : acts) {
            boolean early = act instanceof Protocol.Run run && run.until().isPresent()
                    || act instanceof Protocol.Flagged flagged && mayEndEarly(flagged.acts())
                    || act instanceof Protocol.Phase phase && mayEndEarly(phase.acts())
                    || act instanceof Protocol.EachSample samples && mayEndEarly(samples.acts())
                    || act instanceof Protocol.Trial trial && mayEndEarly(trial.acts())
                    || act instanceof Protocol.Repeat repeat
                            && (repeat.until().isPresent() || mayEndEarly(repeat.acts()));
            if (early) {
                return true;
            }
        }
        return false;
    }

    private List<Protocol.Act> acts(List<Item> items, Scope.Local scope) {
        List<Protocol.Act> acts = new ArrayList<>();
        for (Item item : items) {
            if (item instanceof Item.Step step) {
                acts.addAll(acts(step, scope));
            } else if (item instanceof Item.Lets lets) {
                for (Binding binding : lets.bindings()) {
                    scope.own()
                            .put(
                                    binding.name().text(),
                                    expressions.value(binding.value().orElseThrow(), scope, Section.PROTOCOL));
                }
            } else if (item instanceof Item.Assign assign) {
                acts.add(assigned(assign, scope));
            } else {
                throw expressions.error(Code.NOT_YET, item.span(), "this statement of a protocol cannot be run yet");
            }
        }
        return acts;
    }

    private List<Protocol.Act> acts(Item.Step step, Scope.Local scope) {
        if (step.kind() == Item.StepKind.RESET && !step.arguments().isEmpty()) {
            return step.arguments().stream()
                    .flatMap(what -> resets(what, scope).stream())
                    .toList();
        }
        if (step.kind() != Item.StepKind.COLLECT) {
            return List.of(act(step, scope));
        }
        if (!inSample) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    step.span(),
                    "'collect' keeps something of each sample that is shown, and stands among the acts of for each sample {"
                            + " … }. What is no matter of samples is measured, as in measure mean(p.w) every 1 s");
        }
        List<Protocol.Act> acts = new ArrayList<>();
        for (Item item : step.body()) {
            Item.Assign kept = (Item.Assign) item;
            acts.add(new Protocol.Collect(
                    kept.target().span().text(),
                    held("collect " + kept.target().span().text(), kept.value(), scope)));
        }
        return acts;
    }

    private Protocol.Act act(Item.Step step, Scope.Local scope) {
        switch (step.kind()) {
            case RUN:
                return new Protocol.Run(
                        steps(step.arguments().get(0), scope), step.until().map(condition -> until(condition, scope)));
            case PRESENT:
                return new Protocol.Present(steps(step.arguments().get(0), scope));
            case REST:
                return new Protocol.Rest(steps(step.arguments().get(0), scope));
            case FREEZE:
                List<String> flags = new ArrayList<>();
                step.arguments().forEach(what -> flags.addAll(frozen(what, scope)));
                return new Protocol.Flagged(flags, acts(step.body(), scope));
            case STIMULATE:
                return new Protocol.Flagged(List.of(stimulates(step).name()), acts(step.body(), Scope.over(scope)));
            case REPEAT:
                int times = step.arguments().isEmpty()
                        ? (step.until().isPresent() ? OFTEN : 1)
                        : expressions.whole(step.arguments().get(0), scope, Section.INIT, "how often to repeat");
                Scope.Local inside = Scope.over(scope);
                List<Protocol.Act> acts = acts(step.body(), inside);
                // What the body defines can be read in its condition, and after it.
                scope.own().putAll(inside.own());
                return new Protocol.Repeat(
                        times, acts, step.until().map(condition -> held("until", condition, inside)));
            case PHASE:
                return new Protocol.Phase(step.arguments().get(0).span().text(), acts(step.body(), Scope.over(scope)));
            case TRIAL:
                return new Protocol.Trial(acts(step.body(), Scope.over(scope)));
            case RESET:
                return new Protocol.Reset();
            case FOR_EACH:
                return forEach(step, scope);
            default:
                throw expressions.error(Code.NOT_YET, step.span(), "this step of a protocol cannot be run yet");
        }
    }

    /** {@code for each sample { … }}, or {@code for each batch { trial { … } }}: the trials of a batch run side by side. */
    private Protocol.Act forEach(Item.Step step, Scope scope) {
        String what = step.arguments().get(0).span().text();
        List<Item> body = step.body();
        if (what.equals("batch")) {
            boolean isTrial =
                    body.size() == 1 && body.get(0) instanceof Item.Step trial && trial.kind() == Item.StepKind.TRIAL;
            if (!isTrial) {
                throw expressions.error(
                        Code.NOT_ALLOWED_HERE,
                        step.arguments().get(0).span(),
                        "a batch is a trial for each of its samples: for each batch { trial { … } }");
            }
            body = ((Item.Step) body.get(0)).body();
        } else if (!what.equals("sample")) {
            throw expressions.error(
                    Code.UNKNOWN_NAME,
                    step.arguments().get(0).span(),
                    "for each what? data have samples and batches: for each sample { … }");
        }
        Integer count = samples.get(split);
        if (count == null) {
            throw expressions.error(
                    Code.NO_DATA, step.span(), "there is no split '" + split + "' of data to go through");
        }
        boolean within = inSample;
        inSample = true;
        List<Protocol.Act> acts = acts(body, Scope.over(scope));
        inSample = within;
        if (!presents(acts)) {
            expressions
                    .sink()
                    .warning(
                            Code.NO_EFFECT,
                            step.arguments().get(0).span(),
                            "no sample is shown here: data reach the network in 'present' only, as in for each "
                                    + what + " { " + (what.equals("batch") ? "trial { present " : "present ")
                                    + (time.countsSteps() ? "100 steps" : "100 ms")
                                    + (what.equals("batch") ? " } }" : " }"));
        }
        return new Protocol.EachSample(split, count, split.equals("train") ? lanes : 1, comparing(acts));
    }

    private static boolean presents(List<Protocol.Act> acts) {
        return acts.stream().anyMatch(act -> act instanceof Protocol.Present || presents(inside(act)));
    }

    private static List<Protocol.Act> inside(Protocol.Act act) {
        if (act instanceof Protocol.Flagged flagged) {
            return flagged.acts();
        }
        if (act instanceof Protocol.Phase phase) {
            return phase.acts();
        }
        if (act instanceof Protocol.Trial trial) {
            return trial.acts();
        }
        return act instanceof Protocol.Repeat repeat ? repeat.acts() : List.of();
    }

    /** The acts with a sample, in which what is collected anyway is collected as soon as it has been shown for the last time. */
    private List<Protocol.Act> comparing(List<Protocol.Act> acts) {
        Map<String, Expr> wanted = atSamples.getOrDefault(split, Map.of());
        if (wanted.isEmpty()) {
            return acts;
        }
        List<Protocol.Act> collecting = new ArrayList<>();
        wanted.forEach((name, value) -> {
            String variable = held("collect " + name, value, outer);
            if (!isOneNumber(variable)) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        value.span(),
                        "a sample is of one class; this is not one number a sample. argmax(y.r) is the place of the largest");
            }
            collecting.add(new Protocol.Collect(name, variable));
        });
        return afterShowing(acts, collecting);
    }

    private boolean isOneNumber(String variable) {
        return expressions.emission().variables().stream()
                .filter(one -> one.name().equals(variable))
                .allMatch(one -> one.space().isScalar());
    }

    private static List<Protocol.Act> afterShowing(List<Protocol.Act> acts, List<Protocol.Act> more) {
        int last = acts.size() - 1;
        while (last >= 0 && !(acts.get(last) instanceof Protocol.Present) && !presents(inside(acts.get(last)))) {
            last--;
        }
        List<Protocol.Act> all = new ArrayList<>(acts);
        if (last < 0 || acts.get(last) instanceof Protocol.Present || acts.get(last) instanceof Protocol.Repeat) {
            all.addAll(last < 0 ? acts.size() : last + 1, more);
        } else {
            List<Protocol.Act> inside = afterShowing(inside(acts.get(last)), more);
            all.set(last, with(acts.get(last), inside));
        }
        return all;
    }

    private static Protocol.Act with(Protocol.Act act, List<Protocol.Act> inside) {
        if (act instanceof Protocol.Flagged flagged) {
            return new Protocol.Flagged(flagged.flags(), inside);
        }
        return act instanceof Protocol.Phase phase
                ? new Protocol.Phase(phase.name(), inside)
                : new Protocol.Trial(inside);
    }

    /**
     * What a population or some of its neurons, a projection or a circuit keeps, and what rules keep there, takes its
     * initial values again.
     */
    private List<Protocol.Act> resets(Expr what, Scope scope) {
        List<Value.Members> owners = new ArrayList<>();
        owners(expressions.value(what, scope, Section.INIT), owners);
        if (owners.isEmpty()) {
            throw expressions.error(
                    Code.WRONG_TYPE,
                    what.span(),
                    "expected a population, a projection or a circuit to reset; 'reset' alone resets all");
        }
        List<Protocol.Act> acts = new ArrayList<>();
        for (Var variable : List.copyOf(expressions.emission().variables())) {
            if (variable.life() != network.lifeOfSpikes() || variable.init().isEmpty()) {
                continue;
            }
            for (Value.Members owner : owners) {
                Optional<org.altdsl.ir.Expr> anew = anew(variable, owner);
                if (anew.isPresent()) {
                    String initial =
                            hold("initial " + variable.name(), anew.get(), variable.space(), Section.PROTOCOL, what);
                    assigned.add(variable.name());
                    acts.add(new Protocol.Set(variable.name(), initial));
                }
            }
        }
        return acts;
    }

    /** What a variable is once one of those it may belong to is reset; absent where it does not belong there. */
    private Optional<org.altdsl.ir.Expr> anew(Var variable, Value.Members owner) {
        org.altdsl.ir.Expr initial = variable.init().orElseThrow();
        if (owner instanceof PopulationPart part) {
            boolean ofNeurons = variable.name().startsWith(part.population().name() + ".")
                    && variable.space().has(part.population().axis());
            return ofNeurons
                    ? Optional.of(Emission.prim(
                            org.altdsl.ir.Op.SELECT,
                            part.within(),
                            initial,
                            expressions.emission().read(variable, Section.PROTOCOL)))
                    : Optional.empty();
        }
        return variable.name().startsWith(name(owner) + ".") ? Optional.of(initial) : Optional.empty();
    }

    private static void owners(Value value, List<Value.Members> found) {
        if (value instanceof Value.Group group) {
            group.values().forEach(member -> owners(member, found));
        } else if (value instanceof Value.Place place && !name(place.members()).isEmpty()) {
            found.add(place.members());
        }
    }

    /** The name of what can be reset; empty for everything else. */
    private static String name(Value.Members members) {
        if (members instanceof Population population) {
            return population.name();
        }
        if (members instanceof PopulationPart part) {
            return part.population().name();
        }
        if (members instanceof Projection projection) {
            return projection.name();
        }
        return members instanceof Circuit circuit ? circuit.name() : "";
    }

    private long steps(Expr length, Scope scope) {
        double seconds = expressions.number(length, scope, Section.INIT, "a duration");
        long steps = time.nearest(seconds);
        if (steps < 0) {
            throw expressions.error(Code.BAD_SETTING, length.span(), "a duration is not negative");
        }
        return steps;
    }

    /** A state of the network takes a value. */
    private Protocol.Act assigned(Item.Assign assign, Scope scope) {
        org.altdsl.ir.Expr target = expressions.real(assign.target(), scope, Section.PROTOCOL);
        if (!(target instanceof org.altdsl.ir.Expr.Read read)) {
            throw expressions.error(
                    Code.NOT_ASSIGNABLE,
                    assign.target().span(),
                    "a protocol assigns states of the network only, as in state gain = 1");
        }
        org.altdsl.ir.Expr value = expressions.real(assign.value(), scope, Section.PROTOCOL);
        org.altdsl.ir.Expr next =
                switch (assign.operator()) {
                    case SET -> value;
                    case ADD -> Emission.prim(org.altdsl.ir.Op.ADD, target, value);
                    case SUBTRACT -> Emission.prim(org.altdsl.ir.Op.SUB, target, value);
                    case MULTIPLY -> Emission.prim(org.altdsl.ir.Op.MUL, target, value);
                    case DIVIDE -> Emission.prim(org.altdsl.ir.Op.DIV, target, value);
                };
        String held = hold("next " + read.variable().label(), next, Section.PROTOCOL, assign.value());
        assigned.add(read.variable().name());
        return new Protocol.Set(read.variable().name(), held);
    }

    private String held(String name, Expr written, Scope scope) {
        return hold(name, expressions.real(written, scope, Section.PROTOCOL), Section.PROTOCOL, written);
    }

    private Protocol.Until until(Expr condition, Scope scope) {
        long grid = asks.stream().reduce(0L, Moments::divisor);
        Section section = schedules.fresh(Moments.some(grid, Long.MAX_VALUE), condition.span());
        String flag = hold("until", expressions.real(condition, scope, section), section, condition);
        return new Protocol.Until(section.window(), flag, asks);
    }

    private String hold(String name, org.altdsl.ir.Expr value, Section section, Expr at) {
        return hold(name, value, value.space(), section, at);
    }

    private String hold(String name, org.altdsl.ir.Expr value, Space space, Section section, Expr at) {
        Emission emission = expressions.emission();
        Var variable = emission.declare(new Var(
                emission.freeName("protocol." + name),
                space,
                Emission.isFlag(value) ? DType.FLAG : DType.REAL,
                org.altdsl.runtime.plan.Scope.RUN,
                Owner.HARNESS,
                Matter.OTHER,
                Optional.of(new org.altdsl.ir.Expr.Const(0)),
                at.span(),
                name));
        emission.update(section, variable, Optional.empty(), value, Slot.MEASURE, at.span());
        return variable.name();
    }

    /** The flags of what {@code freeze} names: a projection, those that a rule teaches, or all that changes slowly. */
    List<String> frozen(Expr what, Scope scope) {
        List<String> flags = new ArrayList<>();
        if (what.span().text().equals("all")) {
            network.projections().stream()
                    .filter(projection -> projection.rule().isPresent())
                    .forEach(projection -> flags.add(projection.freezable().name()));
            network.populations().forEach(population -> population
                    .inTime()
                    .flatMap(TimedNeurons::freezable)
                    .ifPresent(flag -> flags.add(flag.name())));
            return flags;
        }
        collect(expressions.value(what, scope, Section.INIT), flags);
        if (flags.isEmpty()) {
            throw expressions.error(Code.WRONG_TYPE, what.span(), "expected a projection, a rule or 'all' to freeze");
        }
        return flags;
    }

    private void collect(Value value, List<String> flags) {
        if (value instanceof Value.Place place && place.members() instanceof Projection projection) {
            flags.add(projection.freezable().name());
        } else if (value instanceof Value.Group group) {
            group.values().forEach(member -> collect(member, flags));
        } else if (value instanceof Value.Model model) {
            for (Projection projection : network.projections()) {
                projection
                        .rule()
                        .filter(rule -> rule.model().declaration().equals(model.declaration()))
                        .ifPresent(rule -> flags.add(projection.freezable().name()));
            }
        }
    }
}
