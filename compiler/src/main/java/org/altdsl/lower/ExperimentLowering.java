package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.derive.Derivatives;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.diag.Severity;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Program;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.data.Augmentation;
import org.altdsl.runtime.data.DataSetRecipe;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Invariant;
import org.altdsl.runtime.plan.Measured;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.TimedPlan;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.source.Span;
import org.altdsl.units.Unit;
import org.altdsl.units.UnitChecker;

/** Lowers an experiment: its data set to a recipe, and each entry of its comparison to IR. */
public final class ExperimentLowering {
    private final LinkedProgram program;
    private final Experiment experiment;
    private final DiagnosticSink sink;
    private final Map<String, Expr> set;
    private final Optional<DataSource> files;
    private final Inheritance inheritance;

    /** The units in which quantities are shown; found once somebody asks. */
    private Function<Expr, Optional<Unit>> declaredUnits;

    /** How many samples the splits have; while nothing is run, any number stands for it. */
    private Map<String, Integer> samples;

    /** How many numbers a sample has in each field; of those that were read. */
    private Map<String, Integer> widths = Map.of();

    /**
     * An experiment that is only checked: what it takes from files is not looked at.
     *
     * @param set parameter values given from outside ({@code --set eta=0.1})
     */
    public ExperimentLowering(
            LinkedProgram program, Experiment experiment, DiagnosticSink sink, Map<String, Expr> set) {
        this(program, experiment, sink, set, Optional.empty());
    }

    /**
     * @param set parameter values given from outside ({@code --set eta=0.1})
     * @param files where the files are that a network in time starts from
     */
    public ExperimentLowering(
            LinkedProgram program,
            Experiment experiment,
            DiagnosticSink sink,
            Map<String, Expr> set,
            Optional<DataSource> files) {
        this.files = requireNonNull(files);
        this.program = requireNonNull(program);
        this.experiment = requireNonNull(experiment);
        this.sink = requireNonNull(sink);
        this.set = requireNonNull(set);
        this.inheritance = new Inheritance(program, sink);
        this.samples = experiment.data().isEmpty() ? Map.of() : Map.of("train", 1, "validation", 1, "test", 1);
        for (String name : set.keySet()) {
            if (!experiment.parameters().containsKey(name)) {
                sink.error(
                        Code.UNKNOWN_PARAMETER,
                        experiment.declaration().name().span(),
                        "this experiment has no parameter '" + name + "' to set"
                                + Suggestions.didYouMean(
                                        name, experiment.parameters().keySet()),
                        Note.of(settable()));
            }
        }
    }

    private String settable() {
        List<String> names = List.copyOf(experiment.parameters().keySet());
        return names.isEmpty()
                ? "it declares none; param eta = 0.1 in the experiment would be one"
                : "what can be set: " + String.join(", ", names);
    }

    /** The entries of the comparison; one without a name where nothing is compared. */
    public List<Entry> entries() {
        if (experiment.compare().isEmpty()) {
            return List.of(new Entry(Optional.empty(), Optional.empty()));
        }
        List<Entry> entries = new ArrayList<>();
        Item.Compare compare = experiment.compare().get();
        for (Item.Alternative alternative : compare.alternatives()) {
            entries.add(new Entry(Optional.of(compare.variable()), Optional.of(alternative)));
        }
        return entries;
    }

    /** One entry of the comparison: the variable and what it stands for. */
    public record Entry(Optional<Name> variable, Optional<Item.Alternative> alternative) {}

    private Function<Expr, Optional<Unit>> declaredUnits() {
        if (declaredUnits == null) {
            declaredUnits = UnitChecker.shown(program, experiment.declaration());
        }
        return declaredUnits;
    }

    /** Says how many samples each split of the data has, for what goes through them. */
    public void samples(Map<String, Integer> counts) {
        samples = Map.copyOf(counts);
    }

    /** Says how many numbers a sample has in each field of the data, for those fields whose text does not. */
    public void widths(Map<String, Integer> numbers) {
        widths = Map.copyOf(numbers);
    }

    /** The recipe of the experiment's data; nothing where an error was reported. */
    public Optional<DataSetRecipe> data(DatasetLowering lowering) {
        try {
            Emission emission = new Emission();
            Expressions expressions = new Expressions(program, sink, emission);
            Names names =
                    new Names(expressions, new Network(expressions), new Entry(Optional.empty(), Optional.empty()));
            if (experiment.data().isEmpty()) {
                throw expressions.error(
                        Code.BAD_EXPERIMENT, experiment.declaration().name().span(), "an experiment needs data");
            }
            Expr use = experiment.data().get().dataset();
            Value value = expressions.value(use, names, Section.INIT);
            if (!(value instanceof Value.Model model) || model.declaration().kind() != Declaration.Kind.DATASET) {
                throw expressions.error(
                        Code.WRONG_TYPE, use.span(), "expected a data set, found " + Expressions.describe(value));
            }
            return Optional.of(lowering.recipe(inheritance.flatten(model.declaration()), model));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    /** How the experiment changes its training samples; nothing where it does not, or where an error was reported. */
    public Optional<Augmentation> augmentation() {
        Optional<Item.Augmentation> written = experiment.data().flatMap(Item.Data::augmentation);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        try {
            Expressions expressions = new Expressions(program, sink, new Emission());
            Names names =
                    new Names(expressions, new Network(expressions), new Entry(Optional.empty(), Optional.empty()));
            return Optional.of(new AugmentationLowering(expressions, names)
                    .lower(written.get(), names.quantity(written.get().field())));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    /** A whole number of the experiment that is known without its network: {@code batch}, {@code epochs}. */
    public Optional<Integer> number(Expr expr, String what) {
        try {
            Expressions expressions = new Expressions(program, sink, new Emission());
            Names names =
                    new Names(expressions, new Network(expressions), new Entry(Optional.empty(), Optional.empty()));
            return Optional.of(expressions.whole(expr, names, Section.INIT, what));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    /**
     * One entry as IR; nothing where an error was reported.
     *
     * @param gradients whether the gradient of each weight is to be had from the evaluation program
     */
    public Optional<LoweredRule> rule(Entry entry, boolean gradients) {
        return rule(entry, gradients, false);
    }

    /** One entry as IR, with whether trials could run side by side, asked for or not; nothing where an error was reported. */
    public Optional<LoweredRule> explained(Entry entry) {
        return rule(entry, false, true);
    }

    private Optional<LoweredRule> rule(Entry entry, boolean gradients, boolean explained) {
        try {
            Lowering lowering = new Lowering(entry);
            LoweredRule lowered = lowering.run(gradients);
            boolean asked = !sink.hasErrors() && lowered.timed().isPresent() && (explained || lowering.lanes() > 1);
            if (!asked) {
                return sink.hasErrors() ? Optional.empty() : Optional.of(lowered);
            }
            Lanes lanes = lanes(entry, lowering, lowered.train());
            lanes.obstacle().filter(unused -> lanes.isWanted()).ifPresent(reason -> sink.add(refused(reason)));
            return sink.hasErrors() ? Optional.empty() : Optional.of(lowered.in(lanes));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    /** How trials run side by side, if they can: found by lowering the network again with what each of them has for itself. */
    private Lanes lanes(Entry entry, Lowering first, Program train) {
        int count = first.lanes();
        Optional<Diagnostic> obstacle = first.obstacle(train);
        if (obstacle.isPresent()) {
            return Lanes.impossible(count, obstacle.get());
        }
        DiagnosticSink aside = new DiagnosticSink();
        ExperimentLowering again = new ExperimentLowering(program, experiment, aside, set);
        again.samples(samples);
        again.widths(widths);
        Optional<Lanes> lanes = again.afterTrials(entry, first.perTrial(train), count);
        Optional<Diagnostic> error = aside.sorted().stream()
                .filter(one -> one.severity() == Severity.ERROR)
                .findFirst();
        if (error.isPresent() || lanes.isEmpty()) {
            return Lanes.impossible(
                    count, error.orElseThrow(() -> new AssertionError("nothing says why there are no lanes")));
        }
        return lanes.get();
    }

    /** Says what a reason not to run trials side by side is a reason for. */
    private Diagnostic refused(Diagnostic reason) {
        List<Note> notes = new ArrayList<>(reason.notes());
        experiment
                .data()
                .flatMap(Item.Data::batch)
                .ifPresent(batch -> notes.add(
                        Note.at(batch.span(), "asked for here; with batch 1, trials run one after the other")));
        return new Diagnostic(
                Code.NOT_IN_LANES,
                Severity.ERROR,
                reason.at(),
                "the trials of a batch cannot run side by side: " + reason.message(),
                notes);
    }

    private Optional<Lanes> afterTrials(Entry entry, Set<String> perTrial, int count) {
        try {
            return Optional.of(new Lowering(entry).afterTrials(perTrial, count));
        } catch (Abandon reported) {
            return Optional.empty();
        }
    }

    /** The names of an experiment: its parameters, what is compared, the network, the data. */
    private final class Names implements Scope, Value.Members {
        private final Expressions expressions;
        private final Network network;
        private final Map<String, Binding> parameters = new LinkedHashMap<>(experiment.parameters());
        private final Optional<Name> variable;
        private final Optional<Item.Alternative> alternative;
        private final Map<String, Expr> dataFields = new LinkedHashMap<>();
        private final Map<String, Clamp> clamps = new LinkedHashMap<>();
        private final Map<String, String> sizesFromData = new LinkedHashMap<>();

        Names(Expressions expressions, Network network, Entry entry) {
            this.expressions = expressions;
            this.network = network;
            this.variable = entry.variable();
            this.alternative = entry.alternative();
            set.forEach((name, value) -> override(name, value));
            alternative.ifPresent(choice -> choice.settings().forEach(setting -> {
                String name = setting.name().map(Name::text).orElse("");
                if (!name.equals("optimizer")) {
                    if (!parameters.containsKey(name)) {
                        throw expressions.error(
                                Code.UNKNOWN_PARAMETER,
                                setting.span(),
                                "this experiment has no parameter '" + name + "'"
                                        + Suggestions.didYouMean(name, parameters.keySet()));
                    }
                    override(name, setting.value());
                }
            }));
        }

        private void override(String name, Expr value) {
            Binding old = parameters.get(name);
            if (old != null) {
                parameters.put(name, Inheritance.withValue(old, value, false));
            }
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            if (variable.isPresent() && variable.get().text().equals(name)) {
                Value chosen = expressions.value(alternative.get().value(), this, section);
                if (chosen instanceof Value.Model model) {
                    expressions.compared(model);
                }
                return Optional.of(chosen);
            }
            Binding parameter = parameters.get(name);
            if (parameter != null) {
                return Optional.of(new Parameter(parameter, this).value(expressions, section));
            }
            if (name.equals("data")) {
                return Optional.of(new Value.Place("data", this));
            }
            Optional<Value> known = network.named(name, section, at);
            if (known.isPresent()) {
                return known;
            }
            Binding defined = experiment.lets().get(name);
            if (defined != null && defined.value().isPresent()) {
                return Optional.of(expressions.value(defined.value().get(), this, section));
            }
            return network.atOutput(name, null, section, at);
        }

        @Override
        public Optional<Value> external(String function, Expr.Call call, Space space, Section section) {
            return network.startingValues().map(values -> values.read(function, call, this, space, section));
        }

        /** The fields of the data, as variables that the harness clamps. */
        @Override
        public Optional<Value> member(String field, Section section, Span at) {
            Declaration declaration = used(at).declaration();
            for (Item.Field item : inheritance.flatten(declaration).items(Item.Field.class)) {
                Binding binding = item.binding();
                if (!binding.name().text().equals(field)) {
                    continue;
                }
                String name = "data." + field;
                clamps.put(name, new Clamp(name, field));
                boolean alone = network.time().isPresent();
                if (isClass(binding)) {
                    Space one = alone ? Space.SCALAR : Space.of(Axis.LANE);
                    return Optional.of(new Value.Label(network.clamped(name, one, Matter.OBJECTIVE, section, at)));
                }
                if (alone) {
                    Axis axis = Axis.neurons("data." + field);
                    sizesFromData.put(axis.extent(), field);
                    width(binding).ifPresent(numbers -> expressions.literals().size(axis, numbers));
                    return Optional.of(
                            new Value.Real(network.clamped(name, Space.of(axis), Matter.OBJECTIVE, section, at)));
                }
                Space space = space(field);
                return Optional.of(new Value.Real(network.clamped(name, space, Matter.OBJECTIVE, section, at)));
            }
            return Optional.empty();
        }

        /** How many numbers a sample has in a field: as its text says, or as the data that were read have. */
        private Optional<Integer> width(Binding field) {
            List<Integer> shape = shape(field);
            return shape.isEmpty()
                    ? Optional.ofNullable(widths.get(field.name().text()))
                    : Optional.of(shape.stream().reduce(1, (a, b) -> a * b));
        }

        /** A target lies over the neurons of the output; any other field over an axis of its own. */
        private Space space(String field) {
            Optional<Population> output = network.output();
            if (output.isPresent()) {
                return output.get().space().with(Axis.LANE);
            }
            Axis axis = Axis.neurons("data." + field);
            sizesFromData.put(axis.extent(), field);
            return Space.of(Axis.LANE, axis);
        }

        @Override
        public List<Integer> shapeShown(Expr shown) {
            return shape(shown(shown));
        }

        private List<Integer> shape(Binding field) {
            Value.Model use = used(field.span());
            return FieldShapes.of(inheritance.flatten(use.declaration()), use, field, expressions);
        }

        /** The field that an input shows. */
        Binding shown(Expr shown) {
            if (shown instanceof Expr.Member member
                    && member.of() instanceof Expr.Reference reference
                    && reference.name().equals("data")) {
                return field(member.name());
            }
            throw expressions.error(
                    Code.WRONG_TYPE, shown.span(), "an input shows a field of the data, as in Input(data.image)");
        }

        private Binding field(Name name) {
            Declaration dataset = used(name.span()).declaration();
            List<Binding> fields = inheritance.flatten(dataset).items(Item.Field.class).stream()
                    .map(Item.Field::binding)
                    .toList();
            return fields.stream()
                    .filter(binding -> binding.name().text().equals(name.text()))
                    .findFirst()
                    .orElseThrow(() -> expressions.error(
                            Code.UNKNOWN_MEMBER,
                            name.span(),
                            "the data set '" + dataset.name() + "' has no field '" + name + "'"
                                    + Suggestions.didYouMean(
                                            name.text(),
                                            fields.stream()
                                                    .map(binding ->
                                                            binding.name().text())
                                                    .toList())));
        }

        /** The shape of a field that is a quantity, not a class. */
        List<Integer> quantity(Name name) {
            Binding field = field(name);
            if (isClass(field)) {
                throw expressions.error(
                        Code.WRONG_TYPE, name.span(), "'" + name + "' is a class, which no augmentation changes");
            }
            return shape(field);
        }

        private static boolean isClass(Binding field) {
            return field.type()
                    .map(type -> type.span().text().startsWith("class"))
                    .orElse(false);
        }

        private Value.Model used(Span at) {
            Expr use = experiment
                    .data()
                    .orElseThrow(() ->
                            expressions.error(Code.BAD_EXPERIMENT, at, "'data' needs a data set: data Digits batch 32"))
                    .dataset();
            Value value = expressions.value(use, this, Section.INIT);
            if (value instanceof Value.Model model && model.declaration().kind() == Declaration.Kind.DATASET) {
                return model;
            }
            throw expressions.error(Code.WRONG_TYPE, use.span(), "expected a data set");
        }

        @Override
        public List<String> names() {
            List<String> all = new ArrayList<>(parameters.keySet());
            variable.ifPresent(name -> all.add(name.text()));
            all.addAll(network.names());
            experiment.data().ifPresent(use -> all.addAll(fieldNames()));
            all.addAll(List.of("data", "loss", "correct"));
            return all;
        }

        private List<String> fieldNames() {
            try {
                return inheritance
                        .flatten(used(experiment.declaration().span()).declaration())
                        .items(Item.Field.class)
                        .stream()
                        .map(item -> item.binding().name().text())
                        .toList();
            } catch (Abandon reported) {
                return List.of();
            }
        }

        @Override
        public Optional<Space> axis(String name) {
            if (name.equals("batch")) {
                return Optional.of(Space.of(Axis.LANE));
            }
            return network.population(name).map(Population::space);
        }

        @Override
        public Space drawSpace() {
            return Space.SCALAR;
        }

        @Override
        public String stream() {
            return "experiment";
        }
    }

    /** The lowering of one entry. */
    private final class Lowering {
        private final Entry entry;
        private final Emission emission = new Emission();
        private final Expressions expressions = new Expressions(program, sink, emission);
        private final Network network = new Network(expressions);
        private final List<Metric> metrics = new ArrayList<>();
        private Set<String> assigned = Set.of();
        private Names names;
        private Readouts readouts;

        Lowering(Entry entry) {
            this.entry = entry;
        }

        LoweredRule run(boolean gradients) {
            names = new Names(expressions, network, entry);
            NetworkLowering builder = new NetworkLowering(program, sink, expressions, network, names);
            if (experiment.runsInTime()) {
                return inTime(builder);
            }
            builder.build(experiment.network());
            Map<String, String> sizesFromData = new LinkedHashMap<>();
            List<Clamp> clamps = new ArrayList<>();
            builder.inputData().forEach((population, source) -> {
                String field = names.shown(source).name().text();
                if (population.grid().isEmpty()) {
                    sizesFromData.put(population.axis().extent(), field);
                }
                clamps.add(new Clamp(population.name() + ".r", field));
            });
            ObjectiveLowering objectives = new ObjectiveLowering(expressions, network);
            expressions.objectives(objectives);
            experiment.objective().ifPresent(this::objective);
            network.rules().forEach(RuleInstance::watchModulators);
            RuleLowering rules = new RuleLowering(network);
            rules.beforeOptimizer();
            optimizer(rules);
            rules.afterOptimizer();
            new NeuronBlocks(network, rules.statements()).lower();
            Measures measures = new Measures(network, expressions, names, metrics);
            measures.standard(experiment.declaration().span());
            experiment.measures().forEach(measures::measure);
            for (RuleLowering.Reported report : rules.reports()) {
                metrics.add(new Metric(
                        report.name() + "[" + report.layer() + "]",
                        Metric.Source.TRAIN,
                        report.variable().name(),
                        Metric.Combine.MEAN));
            }
            // What a rule reports is of one batch by itself: it goes wherever values of batches go.
            if (metrics.stream().anyMatch(metric -> metric.source() == Metric.Source.BATCH)) {
                for (RuleLowering.Reported report : rules.reports()) {
                    metrics.add(new Metric(
                            report.name() + "[" + report.layer() + "]",
                            Metric.Source.BATCH,
                            report.variable().name(),
                            Metric.Combine.MEAN));
                }
            }
            List<LoweredRule.Learnable> learnables = learnables(rules, Set.of());
            Map<Var, Var> slopes = gradients || measures.wantsGradients() ? gradients(learnables) : Map.of();
            clamps.addAll(names.clamps.values());
            sizesFromData.putAll(names.sizesFromData);
            if (sink.hasErrors()) {
                throw new Abandon();
            }
            return new LoweredRule(
                    name(),
                    parameters(),
                    models(),
                    derived("train", true, true),
                    derived("evaluate", false, false),
                    slopes.isEmpty() ? Optional.empty() : Optional.of(derived("gradient", false, true)),
                    builder.sizes(),
                    sizesFromData,
                    clamps,
                    metrics,
                    invariants(rules),
                    learnables,
                    rules.proposals(),
                    slopes,
                    measures.wantsGradients(),
                    measures.alignedWith(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }

        /** What is known of a network in time when its steps are lowered, and what happens after samples. */
        private record Stepped(
                StartingValues startingValues,
                Schedules schedules,
                TimeLowering steps,
                RuleLowering rules,
                org.altdsl.runtime.plan.Protocol protocol,
                Optional<org.altdsl.runtime.plan.Protocol> evaluation,
                long grid) {}

        /** The steps of a network in time, its protocol, and what happens after samples. */
        private Stepped stepped(NetworkLowering builder) {
            network.runsIn(Timing.step(expressions, experiment.settings().get("dt"), names));
            StartingValues startingValues = new StartingValues(expressions, files);
            network.startsWith(startingValues);
            boolean resets = experiment.protocol().stream().anyMatch(one -> resets(one.body()))
                    || experiment.evaluation().stream().anyMatch(one -> resets(one.body()));
            if (resets) {
                network.resets();
            }
            builder.build(experiment.network());
            network.rules().forEach(RuleInstance::watchModulators);
            Schedules schedules = new Schedules(expressions);
            Item.Protocol written = experiment
                    .protocol()
                    .orElseThrow(() -> expressions.error(
                            Code.BAD_EXPERIMENT,
                            experiment.declaration().name().span(),
                            "say how long the network runs, as in: protocol { run 10 s }"));
            List<Long> intervals = new ArrayList<>();
            for (Experiment.Measured measured : experiment.measures()) {
                measured.every().map(this::interval).ifPresent(intervals::add);
            }
            ProtocolLowering protocol =
                    new ProtocolLowering(network, expressions, names, samples, schedules, intervals);
            for (Item.Protocol one : both(written)) {
                prepare(one.body(), one.body(), protocol, builder);
            }
            TimeLowering steps = new TimeLowering(network);
            RuleLowering rules = new RuleLowering(network);
            expressions.objectives(new ObjectiveLowering(expressions, network));
            experiment.objective().ifPresent(this::objective);
            rules.beforeSample();
            steps.lower(unused -> {});
            assigned = protocol.assigned();
            protocol.lanes(lanes());
            readouts = readouts();
            for (Experiment.Measured measured : experiment.measures()) {
                readouts.comparison(measured.what()).ifPresent(comparison -> {
                    String split = readouts.split(comparison, measured.what());
                    protocol.collectAfterShowing(split, comparison.foundAs(), comparison.found());
                    protocol.collectAfterShowing(split, comparison.labelAs(), comparison.label());
                });
            }
            Watch watch = expressions.watch().orElseThrow();
            long grid = protocol.grid(written.body());
            long later = experiment
                    .evaluation()
                    .map(one -> protocol.grid(one.body()))
                    .orElse(0L);
            watch.moments(Moments.some(Moments.divisor(grid, later), Long.MAX_VALUE));
            org.altdsl.runtime.plan.Protocol acts = protocol.lower(written);
            Optional<org.altdsl.runtime.plan.Protocol> evaluation =
                    experiment.evaluation().map(protocol::lower);
            rules.afterSample(() -> optimizer(rules));
            return new Stepped(startingValues, schedules, steps, rules, acts, evaluation, grid);
        }

        private Readouts readouts() {
            List<Item.Protocol> protocols = new ArrayList<>();
            experiment.protocol().ifPresent(protocols::add);
            experiment.evaluation().ifPresent(protocols::add);
            return new Readouts(expressions, experiment.lets(), protocols);
        }

        /** What happens after trials that ran side by side. */
        Lanes afterTrials(Set<String> perTrial, int count) {
            names = new Names(expressions, network, entry);
            emission.inLanes(perTrial);
            stepped(new NetworkLowering(program, sink, expressions, network, names));
            if (sink.hasErrors()) {
                throw new Abandon();
            }
            List<Var> variables = new ArrayList<>(emission.variables());
            variables.addAll(emission.lanes().values());
            org.altdsl.ir.Node.Loop batch = org.altdsl.ir.Node.Loop.of(
                    org.altdsl.runtime.plan.Scope.BATCH, List.of(new org.altdsl.ir.Node.Block(afterSample())));
            Program made = new Program(
                    name() + " after trials",
                    variables,
                    emission.edges(),
                    org.altdsl.ir.Node.Loop.of(org.altdsl.runtime.plan.Scope.RUN, List.of(batch)));
            Program after = used(Derivatives.resolve(Mode.in(made, true), sink));
            if (sink.hasErrors()) {
                throw new Abandon();
            }
            Map<String, String> each = new LinkedHashMap<>();
            emission.lanes().forEach((variable, all) -> {
                if (after.variables().contains(all)) {
                    each.put(all.name(), variable.name());
                }
            });
            Set<String> changed = new LinkedHashSet<>();
            for (Update update : after.block(org.altdsl.runtime.plan.Scope.BATCH)) {
                if (!update.target().isTemporary()) {
                    changed.add(update.target().name());
                }
            }
            return new Lanes(count, Optional.of(after), each, changed, Optional.empty());
        }

        /** How many trials are to run side by side: the samples of a batch, where the protocol goes through samples. */
        int lanes() {
            Optional<Expr> written = experiment.data().flatMap(Item.Data::batch);
            boolean shows = experiment
                    .protocol()
                    .map(protocol -> goesThroughSamples(protocol.body()))
                    .orElse(false);
            return shows && written.isPresent()
                    ? expressions.whole(written.get(), names, Section.INIT, "a batch size")
                    : 1;
        }

        private static boolean goesThroughSamples(List<Item> items) {
            return items.stream()
                    .anyMatch(item -> item instanceof Item.Step step
                            && (step.kind() == Item.StepKind.FOR_EACH || goesThroughSamples(step.body())));
        }

        /** The variables that change in the course of a trial, and those that are shown: each trial has its own. */
        Set<String> perTrial(Program train) {
            Set<String> own = new LinkedHashSet<>(names.clamps.keySet());
            for (Update update : inTrial(train)) {
                if (!update.target().isTemporary()) {
                    own.add(update.target().name());
                }
            }
            network.played()
                    .keySet()
                    .forEach(population ->
                            own.add(population.flag().orElseThrow().name()));
            own.addAll(assigned);
            return own;
        }

        private List<Update> inTrial(Program train) {
            List<Update> updates = new ArrayList<>();
            for (org.altdsl.runtime.plan.Scope scope : List.of(
                    org.altdsl.runtime.plan.Scope.TRIAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    org.altdsl.runtime.plan.Scope.PHASE)) {
                updates.addAll(train.block(scope));
            }
            return updates;
        }

        /** What all trials share and one of them changes while it runs, if there is such a thing. */
        Optional<Diagnostic> obstacle(Program train) {
            Map<Var, String> common = new LinkedHashMap<>();
            for (Projection projection : network.projections()) {
                projection
                        .weights()
                        .values()
                        .forEach(weight ->
                                common.put(weight, "'" + weight.label() + "' of '" + projection.name() + "'"));
                projection
                        .post()
                        .biases()
                        .values()
                        .forEach(bias -> common.put(
                                bias,
                                "'" + bias.label() + "' of '"
                                        + projection.post().name() + "'"));
            }
            network.populations().forEach(population -> population.inTime().ifPresent(neurons -> neurons.sharedStates()
                    .forEach(state -> common.put(
                            state,
                            "'" + state.label() + "' of '" + population.name() + "', which all samples share,"))));
            network.rules().forEach(rule -> rule.sharedStates()
                    .forEach(state -> common.put(
                            state, "'" + state.label() + "' of '" + rule.name() + "', which all samples share,")));
            List<Update> updates = inTrial(train);
            for (Update update : updates) {
                String what = common.get(update.target());
                if (what == null) {
                    continue;
                }
                List<Note> notes = new ArrayList<>();
                updates.stream()
                        .filter(other -> !other.target().equals(update.target())
                                && org.altdsl.ir.Exprs.reads(other.value()).contains(update.target()))
                        .findFirst()
                        .ifPresent(reader ->
                                notes.add(Note.at(reader.span(), "the rest of the trial depends on it here")));
                return Optional.of(new Diagnostic(
                        Code.NOT_IN_LANES,
                        Severity.ERROR,
                        update.span(),
                        what + " changes in the course of a trial, and trials beside it would see the changes",
                        notes));
            }
            return untilInTrials(experiment.protocol().map(Item.Protocol::body).orElse(List.of()), false)
                    .map(at -> Diagnostic.error(
                            Code.NOT_IN_LANES,
                            at,
                            "each trial would end at a time of its own, by what is measured of another"));
        }

        /** Where a protocol lets what is measured end a run in a trial. */
        private static Optional<Span> untilInTrials(List<Item> items, boolean inTrial) {
            for (Item item : items) {
                if (item instanceof Item.Step step) {
                    if (inTrial
                            && step.kind() == Item.StepKind.RUN
                            && step.until().isPresent()) {
                        return Optional.of(step.until().get().span());
                    }
                    Optional<Span> inside =
                            untilInTrials(step.body(), inTrial || step.kind() == Item.StepKind.FOR_EACH);
                    if (inside.isPresent()) {
                        return inside;
                    }
                }
            }
            return Optional.empty();
        }

        /** A network in time, with its protocol. */
        private LoweredRule inTime(NetworkLowering builder) {
            Stepped stepped = stepped(builder);
            TimeLowering steps = stepped.steps();
            RuleLowering rules = stepped.rules();
            Schedules schedules = stepped.schedules();
            StartingValues startingValues = stepped.startingValues();
            org.altdsl.runtime.plan.Protocol acts = stepped.protocol();
            Optional<org.altdsl.runtime.plan.Protocol> evaluation = stepped.evaluation();
            long grid = stepped.grid();
            schedules.endsAt(
                    ProtocolLowering.mayEndEarly(acts.acts())
                            ? Moments.some(grid, acts.steps())
                            : Moments.once(acts.steps()));
            Measures measures = new Measures(network, expressions, names, metrics);
            Map<String, org.altdsl.runtime.plan.Collected.Reading> ofSamples = new LinkedHashMap<>();
            for (Experiment.Measured measured : experiment.measures()) {
                Optional<org.altdsl.runtime.plan.Collected.Reading> readout = readouts.of(measured.what());
                if (readout.isPresent()) {
                    measured.every().ifPresent(every -> {
                        throw expressions.error(
                                Code.NOT_YET,
                                every.span(),
                                "'" + Records.text(measured.what())
                                        + "' is of all samples together, and known when the run"
                                        + " is over: measure it in a line of its own, without 'every'");
                    });
                    ofSamples.put(Records.text(measured.what()), readout.get());
                    continue;
                }
                Section section = schedules.of(
                        measured.every().map(this::interval), measured.what().span());
                measures.inTime(measured.what(), section, schedules.metrics(section));
            }
            Records records = new Records(expressions, names, schedules, builder.sizes(), acts);
            experiment.records().forEach(records::record);
            ShownUnits units = new ShownUnits(expressions, names, experiment.lets(), declaredUnits());
            Map<String, Measured> measured = measured(units);
            Plots plots = new Plots(expressions, names, records, acts, measured.keySet(), network, readouts, units);
            experiment.plots().forEach(plots::plot);
            List<LoweredRule.Learnable> learnables = learnables(rules, steps.direct());
            if (sink.hasErrors()) {
                throw new Abandon();
            }
            long length = acts.steps();
            Map<String, SpikeTrain> trains = new LinkedHashMap<>();
            network.played()
                    .forEach((population, one) -> trains.put(
                            population.flag().orElseThrow().name(),
                            one.of(builder.sizes().get(population.name()), length)));
            if (!ProtocolLowering.mayEndEarly(acts.acts())) {
                network.played()
                        .keySet()
                        .forEach(population -> warnOfSilence(
                                population,
                                trains.get(population.flag().orElseThrow().name()),
                                acts));
            }
            Program made = used(Waits.apply(Derivatives.resolve(
                    Mode.in(
                            Program.timed(
                                    name(),
                                    List.copyOf(emission.variables()),
                                    emission.edges(),
                                    Map.of(
                                            org.altdsl.runtime.plan.Scope.TRIAL,
                                            emission.updates(Section.START),
                                            org.altdsl.runtime.plan.Scope.STEP,
                                            emission.updates(Section.TICK),
                                            org.altdsl.runtime.plan.Scope.PHASE,
                                            emission.updates(Section.PROTOCOL),
                                            org.altdsl.runtime.plan.Scope.BATCH,
                                            afterSample(),
                                            org.altdsl.runtime.plan.Scope.EPOCH,
                                            emission.updates(Section.EPOCH)),
                                    schedules.blocks()),
                            true),
                    sink)));
            Set<String> lives = made.variables().stream().map(Var::name).collect(Collectors.toSet());
            return new LoweredRule(
                    name(),
                    parameters(),
                    models(),
                    made,
                    made,
                    Optional.empty(),
                    builder.sizes(),
                    names.sizesFromData,
                    names.clamps.values().stream()
                            .filter(clamp -> lives.contains(clamp.variable()))
                            .toList(),
                    List.of(),
                    List.of(),
                    learnables,
                    rules.proposals(),
                    Map.of(),
                    false,
                    Optional.empty(),
                    Optional.of(new TimedPlan(
                            acts.freezingOnly(lives),
                            evaluation.map(one -> one.freezingOnly(lives)),
                            trains,
                            tables(startingValues, made),
                            schedules.all(),
                            records.all(),
                            plots.all(),
                            ofSamples,
                            List.copyOf(measured.values()))),
                    Optional.empty(),
                    emission.integrated());
        }

        /** A source that does not spike in the run may have its times in another unit than was meant. */
        private void warnOfSilence(Population population, SpikeTrain train, org.altdsl.runtime.plan.Protocol acts) {
            boolean none = train.size() == 0;
            // What is only checked reads no files, so that their spikes are not there.
            boolean isUnread = none && files.isEmpty();
            if (acts.steps() == 0 || isUnread || !none && train.firstStep() < acts.steps()) {
                return;
            }
            String end = acts.course().at(acts.time(acts.steps()));
            sink.warning(
                    Code.NO_EFFECT,
                    population.span(),
                    "'" + population.name() + "' does not spike in this run: "
                            + (none
                                    ? "there are no spikes before its end at " + end
                                    : "its first spike is at " + acts.course().at(acts.time(train.firstStep()))
                                            + ", and the run ends at " + end)
                            + "; times in a file are in seconds, unless unit = 1 ms says otherwise");
        }

        /** What is measured, by its text, in the order of the experiment. */
        private Map<String, Measured> measured(ShownUnits units) {
            Ranges ranges = new Ranges(experiment.lets());
            Map<String, Measured> measured = new LinkedHashMap<>();
            for (Experiment.Measured one : experiment.measures()) {
                String text = Records.text(one.what());
                Optional<Unit> unit = units.of(one.what());
                measured.put(
                        text,
                        new Measured(
                                text,
                                unit.map(Unit::symbol).orElse(""),
                                unit.map(Unit::scale).orElse(1.0),
                                ranges.of(one.what())));
            }
            return measured;
        }

        /** What happens after a sample: signals and objectives are of the network as its last step left it. */
        private List<Update> afterSample() {
            List<Update> updates = new ArrayList<>(emission.updates(Section.SETTLE));
            updates.addAll(emission.updates(Section.BODY));
            return updates;
        }

        private static Map<String, double[]> tables(StartingValues startingValues, Program made) {
            Map<String, double[]> tables = new LinkedHashMap<>();
            startingValues.values().forEach((variable, values) -> {
                if (made.variables().contains(variable)) {
                    tables.put(variable.name(), values);
                }
            });
            return tables;
        }

        private boolean resets(List<Item> items) {
            return items.stream()
                    .anyMatch(item -> item instanceof Item.Step step
                            && (step.kind() == Item.StepKind.RESET || resets(step.body())));
        }

        private List<Item.Protocol> both(Item.Protocol protocol) {
            return Stream.concat(Stream.of(protocol), experiment.evaluation().stream())
                    .toList();
        }

        /** What a protocol freezes, and where it stimulates, has a flag before anything is lowered that heeds it. */
        private void prepare(List<Item> items, List<Item> all, ProtocolLowering protocol, NetworkLowering builder) {
            for (Item item : items) {
                if (item instanceof Item.Step step) {
                    if (step.kind() == Item.StepKind.FREEZE) {
                        step.arguments().forEach(what -> protocol.frozen(what, names));
                    } else if (step.kind() == Item.StepKind.STIMULATE) {
                        Expr amount = step.arguments().get(1);
                        protocol.checkAmount(amount, all);
                        builder.stimulate(step.arguments().get(0), amount, Optional.of(protocol.stimulates(step)));
                    }
                    prepare(step.body(), all, protocol, builder);
                }
            }
        }

        private long interval(Expr written) {
            double seconds = expressions.number(written, names, Section.INIT, "an interval");
            long steps = expressions.time(written.span()).nearest(seconds);
            if (steps < 1) {
                throw expressions.error(Code.BAD_SETTING, written.span(), "an interval is at least one step");
            }
            return steps;
        }

        private void objective(Expr expr) {
            org.altdsl.ir.Expr value = expressions.real(expr, names, Section.SETTLE);
            if (!value.space().without(Axis.LANE).isScalar()) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        expr.span(),
                        "an objective is one number a sample; this has one for " + Expressions.words(value.space()));
            }
            if (value instanceof org.altdsl.ir.Expr.Const) {
                throw expressions.error(
                        Code.BAD_EXPERIMENT, expr.span(), "this objective is the same whatever the network does");
            }
            network.loss(
                    held("loss", value, Section.SETTLE, expr.span()),
                    phase -> held(
                            "loss" + phase.suffix(),
                            expressions.real(expr, names, phase),
                            phase.settle(),
                            expr.span()));
        }

        private org.altdsl.ir.Expr held(String name, org.altdsl.ir.Expr value, Section where, Span at) {
            return emission.temporary(
                    name, where, value, org.altdsl.ir.Slot.SETTLE, org.altdsl.ir.Owner.HARNESS, Matter.OBJECTIVE, at);
        }

        private void optimizer(RuleLowering rules) {
            Optional<Expr> own = entry.alternative().flatMap(choice -> choice.settings().stream()
                    .filter(setting -> setting.name()
                            .map(n -> n.text().equals("optimizer"))
                            .orElse(false))
                    .map(Expr.Argument::value)
                    .findFirst());
            List<Expr> stages = own.map(List::of)
                    .orElse(experiment.optimizer().map(Item.Optimize::stages).orElse(List.of()));
            if (experiment.optimizer().flatMap(Item.Optimize::every).isPresent()) {
                throw expressions.error(
                        Code.NOT_YET, experiment.optimizer().get().span(), "an optimizer runs after every batch");
            }
            if (stages.isEmpty() && !rules.proposals().isEmpty()) {
                throw expressions.error(
                        Code.MISSING_VALUE,
                        experiment.declaration().name().span(),
                        "a rule proposes changes (dw), and no optimizer takes them; add, say, optimizer SGD(eta = 0.1)");
            }
            OptimizerLowering lowering = new OptimizerLowering(rules, expressions);
            for (int i = 0; i < stages.size(); i++) {
                Value value = expressions.value(stages.get(i), names, Section.INIT);
                if (!(value instanceof Value.Model use) || use.declaration().kind() != Declaration.Kind.OPTIMIZER) {
                    throw expressions.error(
                            Code.WRONG_TYPE,
                            stages.get(i).span(),
                            "expected an optimizer, found " + Expressions.describe(value));
                }
                lowering.stage(inheritance.flatten(use.declaration()), use, i);
            }
        }

        /**
         * @param inSteps what rules assign in steps of time
         */
        private List<LoweredRule.Learnable> learnables(RuleLowering rules, Set<Var> inSteps) {
            Set<Var> all = new LinkedHashSet<>(rules.proposals().keySet());
            all.addAll(rules.direct());
            all.addAll(inSteps);
            List<LoweredRule.Learnable> learnables = new ArrayList<>();
            for (Projection projection : network.projections()) {
                for (Var weight : projection.weights().values()) {
                    if (all.remove(weight)) {
                        learnables.add(new LoweredRule.Learnable(weight, projection.layer(), true));
                    }
                }
                for (Var bias : projection.post().biases().values()) {
                    if (all.remove(bias)) {
                        learnables.add(new LoweredRule.Learnable(
                                bias, projection.post().name(), false));
                    }
                }
            }
            all.forEach(other -> learnables.add(new LoweredRule.Learnable(other, other.name(), false)));
            return learnables;
        }

        private Map<Var, Var> gradients(List<LoweredRule.Learnable> learnables) {
            Map<Var, Var> slopes = new LinkedHashMap<>();
            if (network.loss().isEmpty()) {
                return slopes;
            }
            for (LoweredRule.Learnable learnable : learnables) {
                if (learnable.weight()) {
                    org.altdsl.ir.Expr slope = expressions.gradient(
                            network.loss().get(),
                            learnable.variable(),
                            experiment.declaration().name().span(),
                            Section.SETTLE);
                    if (slope instanceof org.altdsl.ir.Expr.Read read) {
                        slopes.put(learnable.variable(), read.variable());
                    }
                }
            }
            return slopes;
        }

        /** A program of this entry: with its learning or without, of a network in training or in use. */
        private Program derived(String purpose, boolean whole, boolean training) {
            List<Update> batch = new ArrayList<>(emission.updates(Section.SETTLE));
            List<Update> epoch = new ArrayList<>();
            if (whole) {
                batch.addAll(emission.updates(Section.BODY));
                epoch.addAll(emission.updates(Section.EPOCH));
            }
            Program made = Program.of(name() + " " + purpose, List.copyOf(emission.variables()), batch, epoch);
            return used(Derivatives.resolve(Mode.in(made, training), sink));
        }

        /** Without the variables that no block reads or writes, such as an optimizer's in the forward pass. */
        private Program used(Program whole) {
            Set<Var> seen = new LinkedHashSet<>();
            for (org.altdsl.runtime.plan.Scope scope : org.altdsl.runtime.plan.Scope.values()) {
                for (Update update : whole.block(scope)) {
                    seen.add(update.target());
                    seen.addAll(org.altdsl.ir.Exprs.reads(update.value()));
                    update.guard().ifPresent(guard -> seen.addAll(org.altdsl.ir.Exprs.reads(guard)));
                }
            }
            List<Var> open = new ArrayList<>(seen);
            while (!open.isEmpty()) {
                Var variable = open.remove(open.size() - 1);
                variable.init()
                        .ifPresent(init -> org.altdsl.ir.Exprs.reads(init).forEach(read -> {
                            if (seen.add(read)) {
                                open.add(read);
                            }
                        }));
            }
            // Sources that send to nobody are still played, and may be recorded.
            network.played().keySet().forEach(source -> source.flag().ifPresent(seen::add));
            for (org.altdsl.ir.Edges edges : whole.edges()) {
                seen.add(edges.source());
                seen.add(edges.target());
            }
            List<Var> kept = whole.variables().stream().filter(seen::contains).toList();
            Program made = new Program(whole.name(), kept, whole.edges(), whole.root());
            assert isValid(made);
            return made;
        }

        private boolean isValid(Program made) {
            org.altdsl.ir.Validator.check(made, true);
            return true;
        }

        private List<Invariant> invariants(RuleLowering rules) {
            return rules.conserved().stream()
                    .map(one -> new Invariant(
                            one.violation().name(),
                            one.rounded().name(),
                            one.tolerance(),
                            one.text(),
                            one.span().toString(),
                            one.layer()))
                    .toList();
        }

        private List<LoweredRule.Model> models() {
            List<LoweredRule.Model> models = new ArrayList<>();
            for (RuleInstance rule : network.rules()) {
                List<LoweredRule.Teaches> teaches = rule.projections().stream()
                        .map(projection -> new LoweredRule.Teaches(
                                projection.name(),
                                projection.axis("pre").orElseThrow(),
                                projection.axis("post").orElseThrow(),
                                projection.post().positions(),
                                new LinkedHashSet<>(projection.weights().values()),
                                new LinkedHashSet<>(projection.post().biases().values())))
                        .toList();
                models.add(new LoweredRule.Model(rule.model(), rule.given(), teaches));
            }
            return models;
        }

        private String name() {
            Optional<Expr> choice = entry.alternative().map(Item.Alternative::value);
            if (choice.isPresent()) {
                Expr named = choice.get() instanceof Expr.Call call ? call.function() : choice.get();
                return named.span().text();
            }
            return network.rules().isEmpty()
                    ? "no rule"
                    : network.rules().get(0).name();
        }

        private Map<String, Object> parameters() {
            Map<String, Object> given = new LinkedHashMap<>();
            set.forEach((name, value) -> given.put(name, value.span().text()));
            entry.alternative().ifPresent(choice -> {
                if (choice.value() instanceof Expr.Call call) {
                    call.arguments()
                            .forEach(argument -> given.put(
                                    argument.name()
                                            .map(Name::text)
                                            .orElse(argument.value().span().text()),
                                    plain(argument.value())));
                }
                choice.settings()
                        .forEach(setting ->
                                given.put(setting.name().map(Name::text).orElse(""), plain(setting.value())));
            });
            return given;
        }

        private Object plain(Expr value) {
            return value instanceof Expr.Number number && number.unit().isEmpty()
                    ? (Object) number.value()
                    : value.span().text();
        }
    }
}
