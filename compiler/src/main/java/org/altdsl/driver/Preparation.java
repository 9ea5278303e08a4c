package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.ast.SourceUnit;
import org.altdsl.ast.build.SourceReader;
import org.altdsl.check.NotYet;
import org.altdsl.diag.Code;
import org.altdsl.diag.Diagnostic;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.DType;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Space;
import org.altdsl.ir.Update;
import org.altdsl.ir.Var;
import org.altdsl.janino.FusedOptions;
import org.altdsl.janino.FusedProgram;
import org.altdsl.lower.DatasetLowering;
import org.altdsl.lower.Experiment;
import org.altdsl.lower.ExperimentLowering;
import org.altdsl.lower.Lanes;
import org.altdsl.lower.LoweredRule;
import org.altdsl.lower.TimedModels;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.names.LinkedProgram;
import org.altdsl.names.Parts;
import org.altdsl.optimize.Decision;
import org.altdsl.runtime.data.Augmentation;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSetLoader;
import org.altdsl.runtime.data.DataSetRecipe;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.plan.Alignment;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.runtime.plan.RulePlan;
import org.altdsl.runtime.plan.Scope;
import org.altdsl.runtime.plan.SideBySide;
import org.altdsl.source.SourceFile;
import org.altdsl.source.Span;
import org.altdsl.tensorcode.CompiledTensors;
import org.altdsl.tensorcode.UnsupportedConstruct;

/** Makes a plan from a checked experiment: loads its data, compiles every entry of its comparison. */
public final class Preparation {
    private static final String SET = "--set ";
    private static final int SMOKE_SAMPLES = 256;

    /** In time each sample is shown for hundreds of steps. */
    private static final int SMOKE_PRESENTATIONS = 32;

    private static final int SMOKE_STEPS = 200;

    /**
     * Above so many multiplications a job hands its large matrix products to a BLAS library, which takes half a second
     * to load: what the Java products do in about as long.
     */
    private static final double BLAS_PAYS = 5e9;

    private final LinkedProgram program;
    private final RunOptions options;
    private final DataSource source;
    private final DiagnosticSink sink;

    private Preparation(LinkedProgram program, RunOptions options, DataSource source, DiagnosticSink sink) {
        this.program = requireNonNull(program);
        this.options = requireNonNull(options);
        this.source = requireNonNull(source);
        this.sink = requireNonNull(sink);
    }

    /** The experiment of a program, ready to run; nothing where an error was reported. */
    public static Optional<PreparedExperiment> prepare(
            LinkedProgram program, RunOptions options, DataSource source, DiagnosticSink sink) {
        DiagnosticSink found = new DiagnosticSink();
        Optional<PreparedExperiment> prepared = new Preparation(program, options, source, found).prepare();
        for (Diagnostic one : found.sorted()) {
            sink.add(one.at().file().name().startsWith(SET) ? atExperiment(one, program) : one);
        }
        return prepared;
    }

    /** A mistake in {@code --set name=value} is told as such, not by a place in a file that nobody has written. */
    private static Diagnostic atExperiment(Diagnostic one, LinkedProgram program) {
        String name = one.at().file().name().substring(SET.length());
        String value = one.at()
                .file()
                .text()
                .replaceFirst("^function value\\(\\) = ", "")
                .strip();
        Declaration experiment = program.own(Declaration.Kind.EXPERIMENT).get(0);
        Span place = experiment.body().stream()
                .filter(Item.Parameters.class::isInstance)
                .flatMap(item -> ((Item.Parameters) item).bindings().stream())
                .filter(binding -> binding.name().text().equals(name))
                .map(binding -> binding.name().span())
                .findFirst()
                .orElse(experiment.name().span());
        return Diagnostic.error(Code.BAD_SETTING, place, "--set " + name + "=" + value + ": " + one.message());
    }

    private Optional<PreparedExperiment> prepare() {
        List<Declaration> experiments = program.own(Declaration.Kind.EXPERIMENT);
        if (experiments.size() != 1) {
            sink.error(
                    Code.NO_EXPERIMENT, new Span(program.main().file(), 0, 0), "this file holds no experiment to run");
            return Optional.empty();
        }
        Declaration declaration = experiments.get(0);
        sayStep(declaration);
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        NotYet.check(new Inheritance(program, new DiagnosticSink()).flatten(declaration), sink);
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        Experiment experiment = Experiment.of(declaration, sink);
        ExperimentLowering lowering =
                new ExperimentLowering(program, experiment, sink, settings(), Optional.of(source));
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        Optional<Integer> batch = batch(experiment, lowering);
        Optional<Integer> epochs = epochs(experiment, lowering);
        Optional<List<Integer>> seeds = seeds(experiment, lowering);
        Optional<Augmentation> augmentation = lowering.augmentation();
        String precision = precision(experiment);
        Backend backend = backend(precision);
        List<LoweredRule> lowered = new ArrayList<>();
        Optional<DataSet> first = Optional.empty();
        if (experiment.runsInTime()) {
            first = experiment.data().isEmpty()
                    ? Optional.of(DataSet.none())
                    : data(lowering, backend, SMOKE_PRESENTATIONS);
            first.ifPresent(set -> {
                Map<String, Integer> counts = new LinkedHashMap<>();
                set.splits().forEach((name, split) -> counts.put(name, split.size()));
                lowering.samples(counts);
                Map<String, Integer> widths = new LinkedHashMap<>();
                set.fields().forEach(field -> widths.put(field.name(), field.width()));
                lowering.widths(widths);
            });
        }
        for (ExperimentLowering.Entry entry : lowering.entries()) {
            lowering.rule(entry, false).ifPresent(lowered::add);
        }
        check(lowered);
        if (sink.hasErrors() || batch.isEmpty() || epochs.isEmpty() || seeds.isEmpty()) {
            return Optional.empty();
        }
        Optional<DataSet> data = experiment.runsInTime() ? first : data(lowering, backend, SMOKE_SAMPLES);
        if (data.isEmpty() || sink.hasErrors()) {
            return Optional.empty();
        }
        Backend chosen = forWork(backend, lowered, data.get(), epochs.get());
        int bytesPerNumber = precision.equals("double") ? 8 : 4;
        List<RulePlan> plans = new ArrayList<>();
        List<PreparedExperiment.RuleText> texts = new ArrayList<>();
        try {
            // Compiling takes most of the time before a short run, and no entry needs another one's.
            List<Compiled> compiled = lowered.parallelStream()
                    .map(rule -> compile(rule, chosen, data.get(), bytesPerNumber))
                    .toList();
            for (int i = 0; i < compiled.size(); i++) {
                plans.add(plan(lowered.get(i), compiled.get(i), chosen, lowering, data.get()));
                texts.add(compiled.get(i).text());
            }
            warnOfSilence(experiment, lowered.get(0), plans.get(0), seeds.get());
        } catch (UnsupportedConstruct refused) {
            sink.error(Code.NOT_YET, refused.span(), refused.getMessage());
        }
        if (sink.hasErrors()) {
            return Optional.empty();
        }
        ExperimentPlan plan = new ExperimentPlan(
                declaration.name().text(), data.get(), augmentation, batch.get(), epochs.get(), seeds.get(), plans);
        return Optional.of(new PreparedExperiment(
                plan, declaration.documentation(), described(plan, experiment), sources(), texts, precision));
    }

    private static List<Decision> decisions(ProgramCode code) {
        if (code instanceof FusedProgram fused) {
            return fused.decisions();
        }
        return code instanceof CompiledTensors tensors ? tensors.decisions() : List.of();
    }

    /** Parameters given from outside, read as expressions of a small file of their own. */
    private Map<String, Expr> settings() {
        Map<String, Expr> settings = new LinkedHashMap<>();
        options.parameters().forEach((name, text) -> {
            SourceFile file = new SourceFile(SET + name, "function value() = " + text + "\n");
            // What is set from outside may name what the experiment's file can name.
            program.visible().put(file, program.visible().get(program.main().file()));
            Optional<SourceUnit> unit = SourceReader.read(file, sink);
            unit.flatMap(read -> read.declarations().get(0).value()).ifPresent(value -> settings.put(name, value));
        });
        return settings;
    }

    /** A network of neurons in time needs to be told its step; nothing else that is wrong with it matters before. */
    private void sayStep(Declaration experiment) {
        boolean saysStep = experiment.body().stream()
                .anyMatch(item -> item instanceof Item.Assign assign
                        && assign.target().span().text().equals("dt"));
        if (saysStep) {
            return;
        }
        for (Item item : experiment.body()) {
            Optional<Expr> found = item instanceof Item.Network network ? inTime(network) : Optional.empty();
            if (found.isPresent()) {
                sink.error(
                        Code.BAD_EXPERIMENT,
                        found.get().span(),
                        "'" + found.get().span().text()
                                + "' moves in time, and this experiment says no step; add dt = 0.1 ms"
                                + " before the network, and how long it runs: protocol { run 1 s }");
                return;
            }
        }
    }

    /** A model of a network that takes time, if there is one: in a circuit, too. */
    private Optional<Expr> inTime(Item.Network network) {
        Optional<Expr> circuit = network.circuit().map(Preparation::head).filter(this::takesTime);
        return circuit.isPresent() ? circuit : inTime(network.body());
    }

    private Optional<Expr> inTime(List<Item> items) {
        List<Expr> models = new ArrayList<>();
        for (Item item : items) {
            Parts.everyItem(item, inner -> {
                if (inner instanceof Item.Population population) {
                    models.add(head(population.model()));
                } else if (inner instanceof Item.Projection projection) {
                    projection.via().map(Preparation::head).ifPresent(models::add);
                }
            });
        }
        return models.stream().filter(this::takesTime).findFirst();
    }

    private boolean takesTime(Expr model) {
        Optional<Declaration> used = used(model);
        if (used.isPresent() && used.get().kind() == Declaration.Kind.CIRCUIT) {
            return inTime(flattened(used.get()).items()).isPresent();
        }
        return used.filter(one -> one.kind() == Declaration.Kind.NEURON || one.kind() == Declaration.Kind.SYNAPSE)
                .map(this::flattened)
                .filter(TimedModels::takesTime)
                .isPresent();
    }

    private Optional<Declaration> used(Expr model) {
        return model instanceof Expr.Reference reference
                ? program.find(model.span().file(), reference.name())
                : Optional.empty();
    }

    private Flattened flattened(Declaration model) {
        return new Inheritance(program, new DiagnosticSink()).flatten(model);
    }

    private static Expr head(Expr model) {
        Expr head = model;
        while (head instanceof Expr.Call || head instanceof Expr.Index) {
            head = head instanceof Expr.Call call ? call.function() : ((Expr.Index) head).of();
        }
        return head;
    }

    /**
     * Whether anything comes into a network: what stimulates, noise, or neurons that take no input themselves and send
     * something other than spikes. What comes in may be too little for a spike.
     */
    private boolean isDriven(List<Item> items) {
        boolean[] driven = {false};
        for (Item item : items) {
            Parts.everyItem(item, inner -> {
                driven[0] |= inner instanceof Item.Inject || inner instanceof Item.Noise;
                if (inner instanceof Item.Step step) {
                    driven[0] |= step.kind() == Item.StepKind.STIMULATE;
                }
                if (inner instanceof Item.Population population) {
                    Optional<Declaration> model = used(head(population.model()));
                    driven[0] |= model.map(this::drives).orElse(false);
                }
                if (inner instanceof Item.Projection projection) {
                    driven[0] |= projection
                            .learns()
                            .flatMap(rule -> used(head(rule)))
                            .map(rule -> isDriven(flattened(rule).items()))
                            .orElse(false);
                }
            });
        }
        return driven[0];
    }

    private boolean drives(Declaration model) {
        Flattened flattened = flattened(model);
        return model.kind() == Declaration.Kind.CIRCUIT
                ? isDriven(flattened.items())
                : flattened.items(Item.Input.class).isEmpty()
                        && flattened.items(Item.Spike.class).isEmpty()
                        && !flattened.items(Item.Output.class).isEmpty();
    }

    private void warnOfSilence(Experiment experiment, LoweredRule rule, RulePlan plan, List<Integer> seeds) {
        boolean silent = rule.timed().isPresent()
                && !isDriven(experiment.declaration().body())
                && !seeds.isEmpty()
                && Quiet.isSilent(rule, plan, seeds.get(0));
        if (silent) {
            Span first = experiment.network().get(0).span();
            sink.warning(
                    Code.NO_EFFECT,
                    first,
                    "nothing comes into this network, and none of its neurons spikes; give it a source, such as x :"
                            + " Poisson[100](rate = 10 Hz) or x : Spikes(at = [5 ms, 10 ms]) and a projection from it, or"
                            + " stimulate … with … each step");
        }
    }

    private Optional<Integer> batch(Experiment experiment, ExperimentLowering lowering) {
        Optional<Expr> written = experiment.data().flatMap(Item.Data::batch);
        if (written.isEmpty()) {
            return Optional.of(32);
        }
        Optional<Integer> batch = lowering.number(written.get(), "a batch size");
        if (batch.isPresent() && batch.get() < 1) {
            sink.error(Code.BAD_SETTING, written.get().span(), "a batch has at least one sample");
            return Optional.empty();
        }
        return batch;
    }

    private Optional<Integer> epochs(Experiment experiment, ExperimentLowering lowering) {
        if (options.epochs().isPresent()) {
            return options.epochs();
        }
        if (options.smoke()) {
            return Optional.of(1);
        }
        if (experiment.runsInTime()) {
            return Optional.of(1);
        }
        if (experiment.train().isEmpty()) {
            sink.error(
                    Code.BAD_EXPERIMENT,
                    experiment.declaration().name().span(),
                    "say how long to train, as in: train 5 epochs");
            return Optional.empty();
        }
        return lowering.number(experiment.train().get().length(), "a number of epochs");
    }

    private Optional<List<Integer>> seeds(Experiment experiment, ExperimentLowering lowering) {
        if (options.seeds().isPresent()) {
            return options.seeds();
        }
        List<Integer> seeds = new ArrayList<>();
        for (Expr expr : experiment.seeds().map(Item.Seeds::seeds).orElse(List.of())) {
            if (expr instanceof Expr.Range range) {
                Optional<Integer> first = lowering.number(range.first(), "a seed");
                Optional<Integer> last = lowering.number(range.last(), "a seed");
                if (first.isEmpty() || last.isEmpty()) {
                    return Optional.empty();
                }
                if (last.get() < first.get()) {
                    sink.error(
                            Code.BAD_SETTING,
                            range.span(),
                            "there are no seeds from " + first.get() + " to " + last.get() + "; say seeds " + last.get()
                                    + ".." + first.get());
                    return Optional.empty();
                }
                for (int seed = first.get(); seed <= last.get(); seed++) {
                    seeds.add(seed);
                }
            } else {
                lowering.number(expr, "a seed").ifPresent(seeds::add);
            }
        }
        if (seeds.isEmpty()) {
            seeds.add(1);
        }
        return Optional.of(options.smoke() ? seeds.subList(0, Math.min(2, seeds.size())) : seeds);
    }

    private String precision(Experiment experiment) {
        Optional<Expr> written = Optional.ofNullable(experiment.settings().get("precision"));
        String precision =
                options.precision().orElse(written.map(e -> e.span().text()).orElse("float"));
        if (!precision.equals("float") && !precision.equals("double")) {
            sink.error(
                    Code.BAD_SETTING,
                    written.map(Expr::span)
                            .orElse(experiment.declaration().name().span()),
                    "precision is float or double");
        }
        return precision;
    }

    private Backend backend(String precision) {
        Precision kind = precision.equals("double") ? Precision.DOUBLE : Precision.FLOAT;
        FusedOptions fused = FusedOptions.standard().withPrecision(kind);
        if (options.tensor()) {
            return Backend.tensor(fused);
        }
        return options.reference() ? Backend.reference() : Backend.cpu(fused);
    }

    /** By the size of the work alone, so that the same experiment always gives the same bits. */
    private static Backend forWork(Backend backend, List<LoweredRule> lowered, DataSet data, int epochs) {
        double most = 0;
        for (LoweredRule rule : lowered) {
            if (rule.timed().isPresent()) {
                continue;
            }
            Map<String, Integer> sizes = sizes(rule, data);
            double synapses = rule.models().stream()
                    .flatMap(model -> model.projections().stream())
                    .mapToDouble(projection -> projection.weights().stream()
                            .mapToDouble(weight -> points(weight.space().union(projection.positions()), sizes))
                            .sum())
                    .sum();
            most = Math.max(most, 3 * synapses * data.splits().get("train").size() * epochs);
        }
        return backend.with(backend.options().withBlas(most > BLAS_PAYS));
    }

    /** What the rules in use are made of must run, and keep to their contracts. */
    private void check(List<LoweredRule> lowered) {
        for (LoweredRule rule : lowered) {
            Set<Declaration> used = new LinkedHashSet<>();
            for (LoweredRule.Model model : rule.models()) {
                NotYet.check(model.flattened(), sink);
                used.add(model.declaration());
            }
            FrontEnd.contracts(rule, used, "", sink);
        }
    }

    private Optional<DataSet> data(ExperimentLowering lowering, Backend backend, int smokeSamples) {
        // Data are made in double, so that what is compared with a threshold is what was summed; and never on tensors,
        // whose sums are in another order, so that an experiment sees the same samples there.
        FusedOptions doubles = FusedOptions.standard().withPrecision(Precision.DOUBLE);
        Backend exact = options.tensor() ? Backend.cpu(doubles) : backend.with(doubles);
        DatasetLowering datasets = new DatasetLowering(program, sink, source, exact);
        Optional<DataSetRecipe> recipe = lowering.data(datasets);
        if (recipe.isEmpty()) {
            return Optional.empty();
        }
        DataSetRecipe wanted = recipe.get();
        if (options.smoke()) {
            int limit = Math.min(smokeSamples, wanted.limit().orElse(smokeSamples));
            wanted = new DataSetRecipe(
                    wanted.name(), wanted.fields(), wanted.parts(), wanted.division(), Optional.of(limit));
        }
        try {
            return Optional.of(DataSetLoader.load(wanted, source.memory()));
        } catch (DataException e) {
            sink.error(
                    Code.BAD_DATA,
                    program.own(Declaration.Kind.EXPERIMENT).get(0).name().span(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static Map<String, Integer> sizes(LoweredRule rule, DataSet data) {
        Map<String, Integer> sizes = new LinkedHashMap<>(rule.sizes());
        rule.sizesFromData()
                .forEach((extent, field) -> sizes.put(extent, data.field(field).width()));
        return sizes;
    }

    /** The programs of one entry, ready to run, and what is said of it. */
    private record Compiled(
            ProgramCode train,
            ProgramCode evaluate,
            Optional<SideBySide> sideBySide,
            Optional<Alignment> alignment,
            PreparedExperiment.RuleText text) {}

    private static Compiled compile(LoweredRule rule, Backend backend, DataSet data, int bytesPerNumber) {
        Sizes sizes = new Sizes(sizes(rule, data));
        ProgramCode train = backend.compile(rule.train(), sizes, rule.observedInTraining());
        ProgramCode evaluate =
                rule.timed().isPresent() ? train : backend.compile(rule.evaluate(), sizes, rule.observedInEvaluation());
        return new Compiled(
                train,
                evaluate,
                sideBySide(rule, backend, sizes),
                gradients(rule, backend, sizes),
                Cards.of(rule, train, decisions(train), bytesPerNumber));
    }

    private static Optional<SideBySide> sideBySide(LoweredRule rule, Backend backend, Sizes sizes) {
        return rule.lanes().filter(Lanes::isWanted).map(lanes -> {
            Set<String> observed = new LinkedHashSet<>(lanes.perTrial().keySet());
            observed.addAll(lanes.changed());
            ProgramCode after = backend.compile(lanes.after().orElseThrow(), sizes, observed);
            return new SideBySide(lanes.count(), after, lanes.perTrial(), lanes.changed());
        });
    }

    private RulePlan plan(
            LoweredRule rule, Compiled compiled, Backend backend, ExperimentLowering lowering, DataSet data) {
        Map<String, Integer> sizes = sizes(rule, data);
        Sizes all = new Sizes(sizes).expected(rule.train());
        long synapses = rule.learnables().stream()
                .filter(LoweredRule.Learnable::weight)
                .mapToLong(learnable -> points(learnable.variable().space(), all.byExtent()))
                .sum();
        return new RulePlan(
                rule.name(),
                rule.parameters(),
                compiled.train(),
                compiled.evaluate(),
                rule.clamps(),
                rule.metrics(),
                rule.invariants(),
                rule.alignedWith().isPresent() ? reference(rule, backend, lowering, data) : compiled.alignment(),
                places(rule),
                states(rule),
                synapses,
                compiled.sideBySide(),
                rule.timed().map(timed -> options.smoke() ? timed.shortened(SMOKE_STEPS) : timed));
    }

    /** Where the rule says how each learnable variable changes: its proposal, or its own assignment. */
    private static Map<String, String> places(LoweredRule rule) {
        Map<String, String> places = new LinkedHashMap<>();
        for (LoweredRule.Learnable learnable : rule.learnables()) {
            Var written = rule.proposals().getOrDefault(learnable.variable(), learnable.variable());
            String place = rule.train().block(Scope.BATCH).stream()
                    .filter(update -> update.target().equals(written))
                    .map(update -> update.span().toString())
                    .findFirst()
                    .orElse(learnable.variable().origin().toString());
            places.put(learnable.variable().name(), place);
        }
        return places;
    }

    /** Where it stands how the states of neurons in time change. */
    private static Map<String, String> states(LoweredRule rule) {
        Map<String, String> places = new LinkedHashMap<>();
        if (rule.timed().isEmpty()) {
            return places;
        }
        Set<Var> states = rule.train().variables().stream()
                .filter(variable -> variable.owner() == Owner.NEURON
                        && variable.life() == Scope.RUN
                        && variable.type() == DType.REAL)
                .collect(Collectors.toSet());
        for (Update update : rule.train().block(Scope.STEP)) {
            if (states.contains(update.target())) {
                places.putIfAbsent(update.target().name(), update.span().toString());
            }
        }
        return places;
    }

    private static long points(Space space, Map<String, Integer> sizes) {
        Sizes all = new Sizes(sizes);
        return space.axes().stream().mapToLong(all::of).reduce(1, (a, b) -> a * b);
    }

    /** The gradient of each weight, where the angle to it is measured. */
    private static Optional<Alignment> gradients(LoweredRule rule, Backend backend, Sizes sizes) {
        if (!rule.aligns() || rule.alignedWith().isPresent()) {
            return Optional.empty();
        }
        List<Alignment.Pair> pairs = new ArrayList<>();
        rule.gradients()
                .forEach((weight, gradient) -> pairs.add(new Alignment.Pair(
                        "alignment[" + layer(rule, weight) + "]", weight.name(), gradient.name(), -1)));
        Set<String> observed = new LinkedHashSet<>();
        pairs.forEach(pair -> observed.add(pair.direction()));
        return rule.gradient()
                .map(gradient -> new Alignment(backend.compile(gradient, sizes, observed), rule.clamps(), pairs));
    }

    /** The proposals of another rule in the same network, before any optimizer. */
    private Optional<Alignment> reference(
            LoweredRule rule, Backend backend, ExperimentLowering lowering, DataSet data) {
        Expr named = rule.alignedWith().get();
        Optional<Name> variable = lowering.entries().get(0).variable();
        if (variable.isEmpty()) {
            sink.error(
                    Code.BAD_EXPERIMENT,
                    named.span(),
                    "alignment with a rule needs a 'compare'; write alignment"
                            + " alone for the angle to the gradient");
            return Optional.empty();
        }
        Item.Alternative alternative = new Item.Alternative(named.span(), named, List.of());
        Optional<LoweredRule> other =
                lowering.rule(new ExperimentLowering.Entry(variable, Optional.of(alternative)), false);
        if (other.isEmpty()) {
            return Optional.empty();
        }
        List<Alignment.Pair> pairs = new ArrayList<>();
        for (LoweredRule.Learnable learnable : rule.learnables()) {
            if (!learnable.weight()) {
                continue;
            }
            Var proposal = other.get().proposals().get(learnable.variable());
            String direction = proposal == null ? learnable.variable().name() : proposal.name();
            pairs.add(new Alignment.Pair(
                    "alignment[" + learnable.layer() + "]", learnable.variable().name(), direction, 1));
        }
        Set<String> observed = new LinkedHashSet<>();
        pairs.forEach(pair -> observed.add(pair.direction()));
        ProgramCode code = backend.compile(other.get().train(), new Sizes(sizes(other.get(), data)), observed);
        return Optional.of(new Alignment(code, other.get().clamps(), pairs));
    }

    private static String layer(LoweredRule rule, Var weight) {
        return rule.learnables().stream()
                .filter(learnable -> learnable.variable().equals(weight))
                .map(LoweredRule.Learnable::layer)
                .findFirst()
                .orElse(weight.name());
    }

    private Map<String, String> described(ExperimentPlan plan, Experiment experiment) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (experiment.runsInTime()) {
            settings.put("step", experiment.settings().get("dt").span().text());
            experiment.protocol().ifPresent(protocol -> settings.put("protocol", lines(protocol)));
            options.parameters().forEach(settings::put);
            return settings;
        }
        settings.put(
                "data",
                plan.data().name() + ", " + plan.data().splits().get("train").size() + " training samples"
                        + Optional.ofNullable(plan.data().splits().get("test"))
                                .map(split -> ", " + split.size() + " test samples")
                                .orElse(""));
        settings.put("batch", Integer.toString(plan.batchSize()));
        experiment
                .data()
                .flatMap(Item.Data::augmentation)
                .ifPresent(one -> settings.put("augmentation", one.span().text().replaceFirst("^augment\\s+", "")));
        settings.put("epochs", Integer.toString(plan.epochs()));
        experiment
                .objective()
                .ifPresent(
                        objective -> settings.put("objective", objective.span().text()));
        experiment
                .optimizer()
                .ifPresent(optimizer -> settings.put(
                        "optimizer",
                        String.join(
                                " then ",
                                optimizer.stages().stream()
                                        .map(stage -> stage.span().text())
                                        .toList())));
        List<String> everyBatch = experiment.measures().stream()
                .filter(Experiment.Measured::everyBatch)
                .map(measured -> measured.what().span().text())
                .toList();
        if (!everyBatch.isEmpty()) {
            settings.put("every batch", String.join(", ", everyBatch) + " (in batches.csv)");
        }
        options.parameters().forEach(settings::put);
        return settings;
    }

    /** A protocol on one line, without its comments. */
    private static String lines(Item.Protocol protocol) {
        return protocol.span()
                .text()
                .replaceAll("//[^\\n]*", "")
                .replaceFirst("^protocol\\s*\\{", "")
                .replaceFirst("\\}$", "")
                .strip()
                .replaceAll("\\s*\\n\\s*", "; ")
                .replaceAll("\\{; ", "{ ")
                .replaceAll("; \\}", " }")
                .replaceAll("\\s+", " ");
    }

    private Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        for (SourceUnit unit : program.units()) {
            String name = unit.file().name();
            sources.put(
                    name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1),
                    unit.file().text());
        }
        return sources;
    }
}
