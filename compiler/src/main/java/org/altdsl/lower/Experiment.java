package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.names.Suggestions;

/** The statements of an experiment, sorted by what they are. */
public final class Experiment {
    private final Declaration declaration;
    private final DiagnosticSink sink;
    private final Map<String, Binding> parameters = new LinkedHashMap<>();
    private final Map<String, Expr> settings = new LinkedHashMap<>();
    private final List<Measured> measures = new ArrayList<>();
    private final List<Item.Measure> records = new ArrayList<>();
    private final List<Item.Measure> plots = new ArrayList<>();
    private final List<Item> network = new ArrayList<>();
    private Optional<Item.Data> data = Optional.empty();
    private Optional<Expr> objective = Optional.empty();
    private Optional<Item.Optimize> optimizer = Optional.empty();
    private Optional<Item.Compare> compare = Optional.empty();
    private Optional<Item.Train> train = Optional.empty();
    private Optional<Item.Protocol> protocol = Optional.empty();
    private Optional<Item.Protocol> evaluation = Optional.empty();
    private final Map<String, Binding> lets = new LinkedHashMap<>();
    private Optional<Item.Seeds> seeds = Optional.empty();

    /**
     * What is measured, and whether after every epoch on the test split or in every batch of the training; in time, how
     * often.
     */
    public record Measured(Expr what, boolean everyBatch, Optional<Expr> every) {}

    private Experiment(Declaration declaration, DiagnosticSink sink) {
        this.declaration = requireNonNull(declaration);
        this.sink = requireNonNull(sink);
    }

    /** Sorts the statements of an experiment; what this version does not run is reported. */
    public static Experiment of(Declaration declaration, DiagnosticSink sink) {
        Experiment experiment = new Experiment(declaration, sink);
        declaration.body().forEach(experiment::add);
        if (experiment.network.isEmpty()) {
            sink.error(Code.BAD_EXPERIMENT, declaration.name().span(), "an experiment needs a network { … }");
        }
        return experiment;
    }

    private void add(Item item) {
        if (item instanceof Item.Protocol found && found.evaluate().isPresent()) {
            once(evaluation.isPresent(), item, "evaluate");
            evaluation = Optional.of(found);
        } else if (item instanceof Item.Lets found) {
            found.bindings().forEach(binding -> lets.put(binding.name().text(), binding));
        } else if (item instanceof Item.Parameters given) {
            given.bindings().forEach(binding -> parameters.put(binding.name().text(), binding));
        } else if (item instanceof Item.Data found) {
            once(data.isPresent(), item, "data");
            data = Optional.of(found);
        } else if (item instanceof Item.Network found) {
            once(!network.isEmpty(), item, "network");
            if (found.circuit().isPresent() || found.name().isPresent()) {
                sink.error(Code.NOT_YET, item.span(), "networks made of circuits cannot be run yet");
            }
            network.addAll(found.body());
        } else if (item instanceof Item.Loss found) {
            once(objective.isPresent(), item, "objective");
            objective = Optional.of(found.value());
        } else if (item instanceof Item.Optimize found) {
            once(optimizer.isPresent(), item, "optimizer");
            optimizer = Optional.of(found);
        } else if (item instanceof Item.Compare found) {
            once(compare.isPresent(), item, "compare");
            compare = Optional.of(found);
        } else if (item instanceof Item.Train found) {
            once(train.isPresent(), item, "train");
            train = Optional.of(found);
        } else if (item instanceof Item.Seeds found) {
            once(seeds.isPresent(), item, "seeds");
            seeds = Optional.of(found);
        } else if (item instanceof Item.Measure found && found.action() == Item.Action.MEASURE) {
            measure(found);
        } else if (item instanceof Item.Protocol found && found.evaluate().isEmpty()) {
            once(protocol.isPresent(), item, "protocol");
            protocol = Optional.of(found);
        } else if (item instanceof Item.Measure found && found.action() == Item.Action.RECORD) {
            records.add(found);
        } else if (item instanceof Item.Measure found && found.action() == Item.Action.PLOT) {
            plots.add(found);
        } else if (item instanceof Item.Assign found && found.target() instanceof Expr.Reference target) {
            setting(target, found.value());
        } else {
            sink.error(
                    Code.NOT_YET,
                    item.span(),
                    "this statement is part of the language, but this version cannot run it yet");
        }
    }

    private void once(boolean already, Item item, String what) {
        if (already) {
            sink.error(Code.CONFLICTING_DECLARATION, item.span(), "an experiment has one '" + what + "'");
        }
    }

    private void measure(Item.Measure item) {
        boolean everyBatch = false;
        Optional<Expr> every = Optional.empty();
        for (Item.Clause clause : item.clauses()) {
            if (runsInTime()
                    && clause.word().text().equals("every")
                    && clause.arguments().size() == 1) {
                every = Optional.of(clause.arguments().get(0));
                continue;
            }
            String span =
                    clause.word().text().equals("every") && clause.arguments().size() == 1
                            ? clause.arguments().get(0).span().text()
                            : "";
            everyBatch |= span.matches("(1\\s+)?batch(es)?");
            if (!span.matches("(1\\s+)?(epochs?|batch(es)?)")) {
                sink.error(
                        Code.NOT_YET,
                        clause.span(),
                        "this version measures 'every epoch' or 'every batch', nothing else");
            }
        }
        for (Expr what : item.what()) {
            measures.add(new Measured(what, everyBatch, every));
        }
    }

    /** Whether it says how long a step of time is. */
    public boolean runsInTime() {
        return declaration.body().stream()
                .anyMatch(item -> item instanceof Item.Assign assign
                        && assign.target().span().text().equals("dt"));
    }

    /** What happens with the test samples, in time. */
    public Optional<Item.Protocol> evaluation() {
        return evaluation;
    }

    /** What it defines from what its protocols collect. */
    public Map<String, Binding> lets() {
        return lets;
    }

    /** What happens, in time. */
    public Optional<Item.Protocol> protocol() {
        return protocol;
    }

    private void setting(Expr.Reference target, Expr value) {
        List<String> known = List.of("precision", "batch", "dt");
        if (!known.contains(target.name())) {
            sink.error(
                    Code.BAD_SETTING,
                    target.span(),
                    "'" + target.name() + "' is no setting of a rate network"
                            + Suggestions.didYouMean(target.name(), known));
        }
        if (target.name().equals("precision")
                && !List.of("float", "double").contains(value.span().text())) {
            sink.error(Code.BAD_SETTING, value.span(), "precision is float or double");
        }
        settings.put(target.name(), value);
    }

    public Declaration declaration() {
        return declaration;
    }

    public Map<String, Binding> parameters() {
        return parameters;
    }

    public Map<String, Expr> settings() {
        return settings;
    }

    public List<Measured> measures() {
        return measures;
    }

    /** What is written down. */
    public List<Item.Measure> records() {
        return records;
    }

    /** What is drawn. */
    public List<Item.Measure> plots() {
        return plots;
    }

    public List<Item> network() {
        return network;
    }

    public Optional<Item.Data> data() {
        return data;
    }

    public Optional<Expr> objective() {
        return objective;
    }

    public Optional<Item.Optimize> optimizer() {
        return optimizer;
    }

    public Optional<Item.Compare> compare() {
        return compare;
    }

    public Optional<Item.Train> train() {
        return train;
    }

    public Optional<Item.Seeds> seeds() {
        return seeds;
    }
}
