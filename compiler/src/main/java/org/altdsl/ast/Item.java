package org.altdsl.ast;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.altdsl.source.Span;

/** Anything that can stand in a body or a block: a member of a declaration or a statement. */
public sealed interface Item extends Node {
    <R> R accept(Visitor<R> visitor);

    /** One method a case, none with a default. */
    interface Visitor<R> {
        R parameters(Parameters item);

        R states(States item);

        R equation(Equation item);

        R lets(Lets item);

        R cases(Cases item);

        R located(Located item);

        R weight(Weight item);

        R input(Input item);

        R output(Output item);

        R compartment(Compartment item);

        R spike(Spike item);

        R surrogate(Surrogate item);

        R method(Method item);

        R hold(Hold item);

        R refractory(Refractory item);

        R handler(Handler item);

        R assign(Assign item);

        R feedback(Feedback item);

        R noise(Noise item);

        R inject(Inject item);

        R modulators(Modulators item);

        R adapts(Adapts item);

        R reads(Reads item);

        R phase(Phase item);

        R clamp(Clamp item);

        R redirect(Redirect item);

        R keep(Keep item);

        R signFixed(SignFixed item);

        R conserve(Conserve item);

        R prune(Prune item);

        R grow(Grow item);

        R report(Report item);

        R ifItem(If item);

        R matchItem(MatchItem item);

        R local(Local item);

        R use(Use item);

        R loss(Loss item);

        R optimize(Optimize item);

        R data(Data item);

        R network(Network item);

        R population(Population item);

        R projection(Projection item);

        R learn(Learn item);

        R draw(Draw item);

        R schedule(Schedule item);

        R compare(Compare item);

        R sweep(Sweep item);

        R train(Train item);

        R seeds(Seeds item);

        R measure(Measure item);

        R protocol(Protocol item);

        R step(Step item);

        R field(Field item);

        R split(Split item);

        R section(Section item);

        R given(Given item);

        R expect(Expect item);

        R forRow(ForRow item);
    }

    /** The operators that write. */
    enum AssignmentOperator {
        SET("="),
        ADD("+="),
        SUBTRACT("-="),
        MULTIPLY("*="),
        DIVIDE("/=");

        private final String symbol;

        AssignmentOperator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    /** What rules and optimizers may change. */
    enum LearnableKind {
        WEIGHT,
        BIAS,
        LEARNABLE
    }

    /** How the training samples of a field are changed whenever they are shown. */
    record Augmentation(Span span, Name field, List<Change> changes) {
        public Augmentation {
            requireNonNull(span);
            requireNonNull(field);
            changes = List.copyOf(changes);
        }
    }

    /** {@code shift(2)} or {@code flip} of an augmentation. */
    record Change(Span span, Name kind, Optional<Expr> amount) {
        public Change {
            requireNonNull(span);
            requireNonNull(kind);
            requireNonNull(amount);
        }
    }

    /** When a handler runs: {@code on}, {@code after}, {@code before}, {@code each}, {@code every}. */
    enum Trigger {
        ON,
        AFTER,
        BEFORE,
        EACH,
        EVERY
    }

    /** What is done with the quantities that a measuring statement names. */
    enum Action {
        MEASURE,
        RECORD,
        CHECKPOINT,
        LOG,
        PLOT,
        EXPORT
    }

    /** The statements of a protocol. */
    enum StepKind {
        RUN,
        PRESENT,
        REST,
        RESET,
        FREEZE,
        STIMULATE,
        REPEAT,
        FOR_EACH,
        TRIAL,
        PHASE,
        COLLECT
    }

    /** One case of a {@link Cases}; {@code at} is empty for {@code elsewhere}. */
    record Case(Span span, Optional<Name> at, Expr value) implements Node {
        public Case {
            requireNonNull(span);
            requireNonNull(at);
            requireNonNull(value);
        }
    }

    record MatchBranch(Span span, Expr pattern, List<Item> body) implements Node {
        public MatchBranch {
            requireNonNull(span);
            requireNonNull(pattern);
            body = List.copyOf(body);
        }
    }

    /** One entry of a {@code compare}: a value and what else is set where it is used. */
    record Alternative(Span span, Expr value, List<Expr.Argument> settings) implements Node {
        public Alternative {
            requireNonNull(span);
            requireNonNull(value);
            settings = List.copyOf(settings);
        }
    }

    /**
     * A clause of a measuring statement: {@code every epoch}, {@code for 64 samples}, {@code over last 1 s},
     * {@code during final}, {@code as n}, {@code keep latest, best(accuracy)}, {@code to csv}, {@code at start}.
     */
    record Clause(Span span, Name word, List<Expr> arguments) implements Node {
        public Clause {
            requireNonNull(span);
            requireNonNull(word);
            arguments = List.copyOf(arguments);
        }
    }

    /** {@code train 0.75} of a split. */
    record Part(Span span, Name name, Expr share) implements Node {
        public Part {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(share);
        }
    }

    /** How a given quantity gets its value. */
    enum GivenKind {
        /** {@code x = e}. */
        VALUE,
        /** {@code x in [a, b]}: one after the other, again and again. */
        CYCLE,
        /** {@code x ~ D}: drawn anew for every batch, or once, or held for a while. */
        DRAWN,
        /** {@code s at t}. */
        AT,
        /** {@code s every T from t repeat n}. */
        EVERY,
        /** {@code pre[6]}: only a size. */
        SIZE
    }

    /** One quantity of a {@link Given}; {@code clauses} are {@code once}, {@code held T}, {@code from t}, {@code repeat n}. */
    record GivenValue(Span span, GivenKind kind, Expr target, Optional<Expr> value, List<Clause> clauses)
            implements Node {
        public GivenValue {
            requireNonNull(span);
            requireNonNull(kind);
            requireNonNull(target);
            requireNonNull(value);
            clauses = List.copyOf(clauses);
        }
    }

    /** {@code param a = 1 ms, b : Pairing = nearest, c ~ normal(0, 1)}. */
    record Parameters(Span span, List<Binding> bindings) implements Item {
        public Parameters {
            requireNonNull(span);
            bindings = List.copyOf(bindings);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.parameters(this);
        }
    }

    /** {@code [shared] state [place] s : unit = e, …}: memory. */
    record States(Span span, boolean shared, Optional<Name> place, List<Binding> bindings) implements Item {
        public States {
            requireNonNull(span);
            requireNonNull(place);
            bindings = List.copyOf(bindings);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.states(this);
        }
    }

    /** {@code [place] x' = e}; the target may be qualified ({@code output.u'}), the operator is = or += or -=; {@code relaxing} where it was written {@code relax x' = e}. */
    record Equation(
            Span span, Optional<Name> place, boolean relaxing, Expr target, AssignmentOperator operator, Expr value)
            implements Item {
        public Equation {
            requireNonNull(span);
            requireNonNull(place);
            requireNonNull(target);
            requireNonNull(operator);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.equation(this);
        }
    }

    /** {@code let n = e}, {@code let n[axis] ~ D}, several with commas. */
    record Lets(Span span, List<Binding> bindings) implements Item {
        public Lets {
            requireNonNull(span);
            bindings = List.copyOf(bindings);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.lets(this);
        }
    }

    /** {@code signal s { at output: e; elsewhere: e }} and, with {@code signal} false, {@code let s { … }}. */
    record Cases(Span span, boolean signal, Name name, List<Case> cases) implements Item {
        public Cases {
            requireNonNull(span);
            requireNonNull(name);
            cases = List.copyOf(cases);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.cases(this);
        }
    }

    /** {@code at output: ITEM}, {@code elsewhere: ITEM}; {@code at} is empty for {@code elsewhere}. */
    record Located(Span span, Optional<Name> at, Item item) implements Item {
        public Located {
            requireNonNull(span);
            requireNonNull(at);
            requireNonNull(item);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.located(this);
        }
    }

    /** {@code weight w : unit = e in [lo, hi]}, {@code bias b = e}, {@code learnable k[A, B] = e in log}. */
    record Weight(Span span, LearnableKind kind, Binding binding, Optional<Expr> bounds, boolean logarithmic)
            implements Item {
        public Weight {
            requireNonNull(span);
            requireNonNull(kind);
            requireNonNull(binding);
            requireNonNull(bounds);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.weight(this);
        }
    }

    /** {@code input drive : unit}: what synapses deliver. */
    record Input(Span span, Name name, Optional<Expr> type) implements Item {
        public Input {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(type);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.input(this);
        }
    }

    /** {@code out r = e}: what others may read. */
    record Output(Span span, Name name, Optional<Expr> type, Expr value) implements Item {
        public Output {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(type);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.output(this);
        }
    }

    /** {@code compartment basal { … }}: a scope of its own. */
    record Compartment(Span span, Name name, List<Item> body) implements Item {
        public Compartment {
            requireNonNull(span);
            requireNonNull(name);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.compartment(this);
        }
    }

    /**
     * {@code spike when c { } else { }}, {@code spike with probability p { }}; {@code event burst when c { }}.
     *
     * @param event the name of an event that is not the spike
     */
    record Spike(
            Span span,
            Optional<Name> event,
            boolean stochastic,
            Expr condition,
            List<Item> body,
            Optional<List<Item>> otherwise)
            implements Item {
        public Spike {
            requireNonNull(span);
            requireNonNull(event);
            requireNonNull(condition);
            body = List.copyOf(body);
            otherwise = otherwise.map(List::copyOf);
        }

        /** What {@code on pre.NAME} calls it. */
        public String name() {
            return event.map(Name::text).orElse("spike");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.spike(this);
        }
    }

    /** {@code surrogate spike by F(…)}. */
    record Surrogate(Span span, Expr function) implements Item {
        public Surrogate {
            requireNonNull(span);
            requireNonNull(function);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.surrogate(this);
        }
    }

    /** {@code method rk4}. */
    record Method(Span span, Name name) implements Item {
        public Method {
            requireNonNull(span);
            requireNonNull(name);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.method(this);
        }
    }

    /** {@code hold v, w for T}. */
    record Hold(Span span, List<Name> names, Expr duration) implements Item {
        public Hold {
            requireNonNull(span);
            names = List.copyOf(names);
            requireNonNull(duration);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.hold(this);
        }
    }

    /** {@code refractory T}. */
    record Refractory(Span span, Expr duration) implements Item {
        public Refractory {
            requireNonNull(span);
            requireNonNull(duration);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.refractory(this);
        }
    }

    /** A block that runs at some time: {@code after forward { }}, {@code on pre.spike after d { }}, {@code each step { }}, {@code every 10 trials { }}. */
    record Handler(
            Span span,
            boolean overriding,
            Trigger trigger,
            Optional<Expr> event,
            Optional<Expr> delay,
            Optional<Name> clause,
            List<Item> body)
            implements Item {
        public Handler {
            requireNonNull(span);
            requireNonNull(trigger);
            requireNonNull(event);
            requireNonNull(delay);
            requireNonNull(clause);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.handler(this);
        }
    }

    /** {@code target = e}, {@code target += e}, …; a proposal where the target is {@code dw}. */
    record Assign(Span span, Expr target, AssignmentOperator operator, Expr value) implements Item {
        public Assign {
            requireNonNull(span);
            requireNonNull(target);
            requireNonNull(operator);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.assign(this);
        }
    }

    /** {@code feedback B from output ~ D where c}. */
    record Feedback(Span span, Name name, boolean fromOutput, Expr value, boolean drawn, Optional<Expr> where)
            implements Item {
        public Feedback {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(value);
            requireNonNull(where);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.feedback(this);
        }
    }

    /** {@code [shared] noise [place] n ~ D} and {@code noise pop.I ~ D}. */
    record Noise(Span span, boolean shared, Optional<Name> place, Expr target, Expr distribution) implements Item {
        public Noise {
            requireNonNull(span);
            requireNonNull(place);
            requireNonNull(target);
            requireNonNull(distribution);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.noise(this);
        }
    }

    /** {@code inject post.port += e}, {@code stimulate pop with e each step} (then {@code stimulation} is true). */
    record Inject(Span span, boolean stimulation, Expr target, Expr value) implements Item {
        public Inject {
            requireNonNull(span);
            requireNonNull(target);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.inject(this);
        }
    }

    /** {@code modulator m = default, …}. */
    record Modulators(Span span, List<Binding> bindings) implements Item {
        public Modulators {
            requireNonNull(span);
            bindings = List.copyOf(bindings);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.modulators(this);
        }
    }

    /** {@code adapts post.theta, …}. */
    record Adapts(Span span, List<Expr> targets) implements Item {
        public Adapts {
            requireNonNull(span);
            targets = List.copyOf(targets);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.adapts(this);
        }
    }

    /** {@code reads pre, post, feedback}: the contract of a rule. */
    record Reads(Span span, List<Expr> information) implements Item {
        public Reads {
            requireNonNull(span);
            information = List.copyOf(information);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.reads(this);
        }
    }

    /** {@code phase p for N of h from q { … }}. */
    record Phase(
            Span span, Name name, Optional<Expr> length, Optional<Expr> stepSize, Optional<Name> from, List<Item> body)
            implements Item {
        public Phase {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(length);
            requireNonNull(stepSize);
            requireNonNull(from);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.phase(this);
        }
    }

    /** {@code clamp x = e}. */
    record Clamp(Span span, Expr target, Expr value) implements Item {
        public Clamp {
            requireNonNull(span);
            requireNonNull(target);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.clamp(this);
        }
    }

    /** {@code redirect w -> e}. */
    record Redirect(Span span, Name from, Name to) implements Item {
        public Redirect {
            requireNonNull(span);
            requireNonNull(from);
            requireNonNull(to);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.redirect(this);
        }
    }

    /** {@code sign fixed}: weights never change their sign. */
    record SignFixed(Span span) implements Item {
        public SignFixed {
            requireNonNull(span);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.signFixed(this);
        }
    }

    /** {@code keep x in [lo, hi] hard}; {@code soft} is true only where it says so. */
    record Keep(Span span, Expr target, Expr low, Expr high, boolean soft) implements Item {
        public Keep {
            requireNonNull(span);
            requireNonNull(target);
            requireNonNull(low);
            requireNonNull(high);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.keep(this);
        }
    }

    /** {@code conserve e == c within t}. */
    record Conserve(Span span, Expr quantity, Optional<Expr> value, Optional<Expr> tolerance) implements Item {
        public Conserve {
            requireNonNull(span);
            requireNonNull(quantity);
            requireNonNull(value);
            requireNonNull(tolerance);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.conserve(this);
        }
    }

    /** {@code prune where c}. */
    record Prune(Span span, Expr condition) implements Item {
        public Prune {
            requireNonNull(span);
            requireNonNull(condition);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.prune(this);
        }
    }

    /** {@code grow n where c { w = … }}; without a number, all that meet the condition. */
    record Grow(Span span, Optional<Expr> count, Expr condition, List<Item> body) implements Item {
        public Grow {
            requireNonNull(span);
            requireNonNull(count);
            requireNonNull(condition);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.grow(this);
        }
    }

    /** {@code report n = e}. */
    record Report(Span span, Name name, Expr value) implements Item {
        public Report {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.report(this);
        }
    }

    /** {@code if c { } else { }} as a statement. */
    record If(Span span, Expr condition, List<Item> body, List<Item> otherwise) implements Item {
        public If {
            requireNonNull(span);
            requireNonNull(condition);
            body = List.copyOf(body);
            otherwise = List.copyOf(otherwise);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.ifItem(this);
        }
    }

    /** {@code match e { a: { } … }} as a statement. */
    record MatchItem(Span span, Expr subject, List<MatchBranch> branches) implements Item {
        public MatchItem {
            requireNonNull(span);
            requireNonNull(subject);
            branches = List.copyOf(branches);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.matchItem(this);
        }
    }

    /** A {@code function} or other declaration inside a body. */
    record Local(Span span, Declaration declaration) implements Item {
        public Local {
            requireNonNull(span);
            requireNonNull(declaration);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.local(this);
        }
    }

    /** A statement that is only a call or a name, such as {@code sign fixed} or {@code reset}. */
    record Use(Span span, Expr expr) implements Item {
        public Use {
            requireNonNull(span);
            requireNonNull(expr);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.use(this);
        }
    }

    /** {@code loss = e} of an objective is an {@link Assign}; {@code objective e} of an experiment or test is this. */
    record Loss(Span span, Expr value) implements Item {
        public Loss {
            requireNonNull(span);
            requireNonNull(value);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.loss(this);
        }
    }

    /** {@code optimizer A(…) then B(…) every N}. */
    record Optimize(Span span, List<Expr> stages, Optional<Expr> every) implements Item {
        public Optimize {
            requireNonNull(span);
            stages = List.copyOf(stages);
            requireNonNull(every);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.optimize(this);
        }
    }

    /** {@code data D(…) batch n augment image by shift(2), flip}. */
    record Data(Span span, Expr dataset, Optional<Expr> batch, Optional<Augmentation> augmentation) implements Item {
        public Data {
            requireNonNull(span);
            requireNonNull(dataset);
            requireNonNull(batch);
            requireNonNull(augmentation);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.data(this);
        }
    }

    /** {@code network { … }}, {@code network n = C(…) frozen}. */
    record Network(Span span, Optional<Name> name, Optional<Expr> circuit, boolean frozen, List<Item> body)
            implements Item {
        public Network {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(circuit);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.network(this);
        }
    }

    /** {@code x : Input(data.image)}, {@code h : [A[256], B[128]](f = relu)}, with values set in { }. The name may be indexed ({@code P[k]}) in a circuit. */
    record Population(Span span, Expr name, Expr model, List<Item> settings) implements Item {
        public Population {
            requireNonNull(span);
            requireNonNull(name);
            requireNonNull(model);
            settings = List.copyOf(settings);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.population(this);
        }
    }

    /** {@code name : A -> B -> C connect E via S(…) { w ~ D } partner P learns R(…) for k}. */
    record Projection(
            Span span,
            Optional<Expr> name,
            List<Expr> chain,
            Optional<Expr> connect,
            Optional<Expr> via,
            List<Item> settings,
            Optional<Expr> partner,
            Optional<Expr> learns,
            Optional<Name> learnable)
            implements Item {
        public Projection {
            requireNonNull(span);
            requireNonNull(name);
            chain = List.copyOf(chain);
            requireNonNull(connect);
            requireNonNull(via);
            settings = List.copyOf(settings);
            requireNonNull(partner);
            requireNonNull(learns);
            requireNonNull(learnable);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.projection(this);
        }
    }

    /** {@code learn P by R for k}. */
    record Learn(Span span, Expr projections, Expr rule, Optional<Name> learnable) implements Item {
        public Learn {
            requireNonNull(span);
            requireNonNull(projections);
            requireNonNull(rule);
            requireNonNull(learnable);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.learn(this);
        }
    }

    /** {@code name ~ D} as a setting, in the { } of a projection or in a {@code given}. */
    record Draw(Span span, Expr target, Expr distribution) implements Item {
        public Draw {
            requireNonNull(span);
            requireNonNull(target);
            requireNonNull(distribution);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.draw(this);
        }
    }

    /** {@code schedule E after T}. */
    record Schedule(Span span, Name event, Expr delay) implements Item {
        public Schedule {
            requireNonNull(span);
            requireNonNull(event);
            requireNonNull(delay);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.schedule(this);
        }
    }

    /** {@code compare v in [A, B with u = e, …]}. */
    record Compare(Span span, Name variable, List<Alternative> alternatives) implements Item {
        public Compare {
            requireNonNull(span);
            requireNonNull(variable);
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.compare(this);
        }
    }

    /** {@code sweep v in log(a .. b, n)}. */
    record Sweep(Span span, Name variable, Expr values) implements Item {
        public Sweep {
            requireNonNull(span);
            requireNonNull(variable);
            requireNonNull(values);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sweep(this);
        }
    }

    /** {@code train 5 epochs}. */
    record Train(Span span, Expr length) implements Item {
        public Train {
            requireNonNull(span);
            requireNonNull(length);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.train(this);
        }
    }

    /** {@code seeds 1..5}, {@code seeds 123, 456}. */
    record Seeds(Span span, List<Expr> seeds) implements Item {
        public Seeds {
            requireNonNull(span);
            seeds = List.copyOf(seeds);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.seeds(this);
        }
    }

    /** {@code measure a, b every epoch}, and {@code record}, {@code plot}, {@code log to}, {@code checkpoint}, {@code export}: {@code action} says which; clauses in the order written. */
    record Measure(Span span, Action action, List<Expr> what, List<Clause> clauses) implements Item {
        public Measure {
            requireNonNull(span);
            requireNonNull(action);
            what = List.copyOf(what);
            clauses = List.copyOf(clauses);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.measure(this);
        }
    }

    /** {@code protocol { … }} and {@code evaluate on test { … }}. */
    record Protocol(Span span, Optional<Name> evaluate, List<Item> body) implements Item {
        public Protocol {
            requireNonNull(span);
            requireNonNull(evaluate);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.protocol(this);
        }
    }

    /** A statement of a protocol: {@code run 1 s until c}, {@code present T}, {@code rest T}, {@code reset}, {@code freeze R { }}, {@code repeat n { } until c}, {@code for each sample { }}, {@code trial { }}, {@code collect n = e}; also {@code run 3 batches of n} of a test. */
    record Step(
            Span span, StepKind kind, List<Expr> arguments, Optional<Expr> of, Optional<Expr> until, List<Item> body)
            implements Item {
        public Step {
            requireNonNull(span);
            requireNonNull(kind);
            arguments = List.copyOf(arguments);
            requireNonNull(of);
            requireNonNull(until);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.step(this);
        }
    }

    /** {@code field n : shape = e} of a data set. */
    record Field(Span span, Binding binding) implements Item {
        public Field {
            requireNonNull(span);
            requireNonNull(binding);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.field(this);
        }
    }

    /** {@code split train 0.75, test 0.25 stratified by label seed 0} and {@code generate train 4096, test 1024 balanced by label seed key}. */
    record Split(
            Span span, boolean generated, List<Part> parts, boolean balanced, Optional<Name> by, Optional<Expr> seed)
            implements Item {
        public Split {
            requireNonNull(span);
            parts = List.copyOf(parts);
            requireNonNull(by);
            requireNonNull(seed);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.split(this);
        }
    }

    /** {@code train { … }}, {@code test { … }} of a data set. */
    record Section(Span span, Name name, List<Item> body) implements Item {
        public Section {
            requireNonNull(span);
            requireNonNull(name);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.section(this);
        }
    }

    /** {@code given a = 1, pre.r in [..] in order, x ~ D once, s at t, pre[6]} of a test. */
    record Given(Span span, List<GivenValue> values) implements Item {
        public Given {
            requireNonNull(span);
            values = List.copyOf(values);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.given(this);
        }
    }

    /** {@code expect a == b within tol % for R}. */
    record Expect(Span span, Expr actual, Optional<Expr> tolerance, boolean percent, Optional<Expr> rule)
            implements Item {
        public Expect {
            requireNonNull(span);
            requireNonNull(actual);
            requireNonNull(tolerance);
            requireNonNull(rule);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.expect(this);
        }
    }

    /** {@code for row in [..] { }} of a test, {@code for k in 1..L { }} of a circuit. */
    record ForRow(Span span, Name variable, Expr values, List<Item> body) implements Item {
        public ForRow {
            requireNonNull(span);
            requireNonNull(variable);
            requireNonNull(values);
            body = List.copyOf(body);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.forRow(this);
        }
    }
}
