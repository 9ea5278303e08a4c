package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.names.Suggestions;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.runtime.wiring.WiringException;
import org.altdsl.source.Span;

/**
 * Spikes that are written down: {@code Spikes(at = [1 ms, 5 ms])}, the same for all neurons or a list for each, and
 * {@code Spikes(every = 25 ms, from = 5 ms, count = 60)}, or in a file with a line "time, neuron" for each spike:
 * {@code Spikes(from = "spikes.csv")}, times in seconds unless {@code unit = 1 ms} says otherwise. Or spikes that encode
 * what is in a file: signals by where they have risen or fallen by a threshold,
 * {@code Spikes(crossings = "signals.csv", step = 10 ms, threshold = 0.1)}, and the events of a camera,
 * {@code Spikes(events = "clip.csv", width = 128, height = 128, unit = 1 us)}.
 */
final class Spikes {
    private static final List<String> PARAMETERS = List.of(
            "at", "every", "from", "count", "unit", "crossings", "step", "threshold", "events", "width", "height");

    private final Expressions expressions;
    private final Scope scope;
    private final Time time;
    private final Optional<StartingValues> startingValues;

    /**
     * @param startingValues what may be taken from files; empty where nothing may
     */
    Spikes(Expressions expressions, Scope scope, Time time, Optional<StartingValues> startingValues) {
        this.startingValues = requireNonNull(startingValues);
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
        this.time = requireNonNull(time);
    }

    /** The trains that arguments describe. */
    Trains of(List<Expr.Argument> arguments, Span at) {
        Map<String, Expr> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            Expr.Argument argument = arguments.get(i);
            String name = argument.name().map(Name::text).orElse(i == 0 ? "at" : "");
            if (!PARAMETERS.contains(name)) {
                throw expressions.error(
                        Code.UNKNOWN_PARAMETER,
                        argument.span(),
                        "'Spikes' has no parameter '" + name + "'" + Suggestions.didYouMean(name, PARAMETERS));
            }
            given.put(name, argument.value());
        }
        if (given.containsKey("at")) {
            return at(given.get("at"));
        }
        if (given.get("from") instanceof Expr.Text file) {
            return listed(file, Optional.ofNullable(given.get("unit")));
        }
        if (given.get("crossings") instanceof Expr.Text file) {
            return files(file)
                    .crossings(
                            file,
                            number(given, "step", at, "the time between two lines"),
                            number(given, "threshold", at, "a threshold"),
                            time.dt());
        }
        if (given.get("events") instanceof Expr.Text file) {
            double unit = given.containsKey("unit") ? number(given, "unit", at, "the unit of times") : 1;
            return files(file).events(file, whole(given, "width", at), whole(given, "height", at), unit, time.dt());
        }
        Expr every = given.get("every");
        if (every == null) {
            throw expressions.error(
                    Code.MISSING_VALUE,
                    at,
                    "when? write Spikes(at = [10 ms, 20 ms]), Spikes(every = 25 ms) or Spikes(from = \"spikes.csv\")");
        }
        return regular(every, Optional.ofNullable(given.get("from")), Optional.ofNullable(given.get("count")));
    }

    private Trains listed(Expr.Text file, Optional<Expr> unit) {
        double seconds = unit.map(one -> expressions.number(one, scope, Section.INIT, "the unit of times"))
                .orElse(1.0);
        return files(file).spikes(file, seconds, time.dt());
    }

    private StartingValues files(Expr.Text file) {
        return startingValues.orElseThrow(
                () -> expressions.error(Code.NOT_ALLOWED_HERE, file.span(), "an experiment takes spikes from a file"));
    }

    private double number(Map<String, Expr> given, String name, Span at, String what) {
        return expressions.number(needed(given, name, at), scope, Section.INIT, what);
    }

    private int whole(Map<String, Expr> given, String name, Span at) {
        return expressions.whole(needed(given, name, at), scope, Section.INIT, "the " + name + " in pixels");
    }

    private Expr needed(Map<String, Expr> given, String name, Span at) {
        return Optional.ofNullable(given.get(name))
                .orElseThrow(() -> expressions.error(Code.MISSING_VALUE, at, "these spikes need '" + name + " = …'"));
    }

    /** Spikes at times: one, a list, or a list for each neuron. */
    Trains at(Expr times) {
        if (times instanceof Expr.ListLiteral list
                && !list.elements().isEmpty()
                && list.elements().get(0) instanceof Expr.ListLiteral) {
            double[][] each = list.elements().stream().map(this::times).toArray(double[][]::new);
            return (neurons, steps) -> {
                if (each.length != neurons) {
                    throw expressions.error(
                            Code.WRONG_SHAPE,
                            times.span(),
                            "times for " + each.length + " neurons, and there are " + neurons);
                }
                return train(each, times.span());
            };
        }
        double[] all = times(times);
        return (neurons, steps) -> {
            double[][] each = new double[neurons][];
            Arrays.fill(each, all);
            return train(each, times.span());
        };
    }

    private SpikeTrain train(double[][] times, Span at) {
        try {
            return SpikeTrain.ofTimes(times, time.dt());
        } catch (WiringException e) {
            throw expressions.error(Code.BAD_SETTING, at, e.getMessage());
        }
    }

    private double[] times(Expr written) {
        List<Expr> all = written instanceof Expr.ListLiteral list ? list.elements() : List.of(written);
        List<Double> times = new ArrayList<>();
        for (Expr one : all) {
            times.add(expressions.number(one, scope, Section.INIT, "the time of a spike"));
        }
        return times.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Regular spikes. */
    Trains regular(Expr every, Optional<Expr> from, Optional<Expr> count) {
        double interval = expressions.number(every, scope, Section.INIT, "an interval");
        double first = from.map(f -> expressions.number(f, scope, Section.INIT, "the first spike"))
                .orElse(0.0);
        int number = count.map(c -> expressions.whole(c, scope, Section.INIT, "a number of spikes"))
                .orElse(Integer.MAX_VALUE);
        if (!(interval > 0)) {
            throw expressions.error(Code.BAD_SETTING, every.span(), "an interval is longer than 0");
        }
        return (neurons, steps) -> {
            try {
                double within = Math.max(0, Math.ceil((steps * time.dt() - first) / interval) + 1);
                return SpikeTrain.regular(neurons, first, interval, (int) Math.min(number, within), time.dt());
            } catch (WiringException e) {
                throw expressions.error(Code.BAD_SETTING, every.span(), e.getMessage());
            }
        };
    }
}
