package org.altdsl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.altdsl.ast.Declaration;
import org.altdsl.driver.Backend;
import org.altdsl.driver.RuleWindow;
import org.altdsl.janino.FusedOptions;
import org.altdsl.names.LinkedProgram;
import org.altdsl.runtime.kernel.Precision;
import org.altdsl.runtime.report.WindowFigure;
import org.altdsl.units.Unit;
import org.altdsl.units.Units;
import picocli.CommandLine.Option;

/** What a user may say of {@code altdsl explain --window}, and how its numbers are shown. */
final class WindowOptions {
    private static final Pattern QUANTITY = Pattern.compile("([0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*([^\\s0-9].*)?");

    /** Points between two rows of the table, for the picture. */
    private static final int FINER = 5;

    @Option(names = "--range", paramLabel = "TIME", description = "The largest distance of two spikes (100ms).")
    private String range = "100ms";

    @Option(names = "--step", paramLabel = "TIME", description = "The distance of two rows of the table (5ms).")
    private String step = "5ms";

    @Option(
            names = "--dt",
            paramLabel = "TIME",
            description = "The step that the rule is run with (1ms; 0.1ms where it reads more than spikes).")
    private String dt;

    @Option(
            names = "--neuron",
            paramLabel = "NAME",
            description = "The postsynaptic neuron, where the rule reads more of it than its spikes.")
    private String neuron;

    @Option(
            names = "--weight",
            paramLabel = "W",
            description = "The weight before, as in 0.5 or \"1 nS\" (the middle of its bounds; 0.5 where it has none).")
    private String weight;

    @Option(
            names = "--rates",
            paramLabel = "HZ",
            split = ",",
            description = "The rates of trains in Hz (1,5,10,20,30,40,50).")
    private List<Double> rates = List.of(1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0);

    @Option(names = "--pairs", paramLabel = "N", description = "How many pairs a train has (60).")
    private int pairs = 60;

    @Option(
            names = "--offset",
            paramLabel = "TIME",
            description = "The distance of the spikes of a pair in a train (10ms).")
    private String offset = "10ms";

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "What a parameter or a modulator of the rule is; repeatable.")
    private Map<String, String> given = new LinkedHashMap<>();

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw it, too.")
    private String svg;

    /** In which weights are shown; none for pure numbers. */
    private Unit unit;

    /** Measures and prints. */
    void show(Console console, LinkedProgram program, Declaration rule) {
        if (rule.kind() != Declaration.Kind.RULE) {
            console.out()
                    .println(rule.name() + " has no window: it is a "
                            + rule.kind().word() + ", not a rule");
            return;
        }
        Optional<RuleWindow.Limits> limits = RuleWindow.limits(program, rule, given);
        limits.flatMap(RuleWindow.Limits::unit).ifPresent(one -> unit = one);
        RuleWindow.Settings settings =
                settings(RuleWindow.needsNeuron(program, rule), limits.map(one -> (one.low() + one.high()) / 2));
        limits.filter(one -> settings.weight() < one.low() || settings.weight() > one.high())
                .ifPresent(one -> {
                    throw new Failure(
                            ExitCode.USAGE,
                            "the rule keeps w between " + change(one.low()) + " and " + change(one.high())
                                    + "; --weight is " + change(settings.weight()));
                });
        Backend backend = Backend.cpu(FusedOptions.standard().withPrecision(Precision.DOUBLE));
        RuleWindow.Outcome outcome = measure(program, rule, settings, backend);
        String name = rule.name().text();
        if (outcome.measured().isEmpty()) {
            console.out().println(name + " has no window: " + outcome.reason());
            return;
        }
        RuleWindow.Measured measured = outcome.measured().get();
        text(name, settings, measured).forEach(console.out()::println);
        if (svg != null) {
            draw(name, settings, measured);
        }
    }

    private static RuleWindow.Outcome measure(
            LinkedProgram program, Declaration rule, RuleWindow.Settings settings, Backend backend) {
        try {
            return RuleWindow.of(program, rule, settings, backend);
        } catch (IllegalArgumentException unknown) {
            throw new Failure(ExitCode.USAGE, unknown.getMessage());
        }
    }

    /** The weight as a user writes it; in the bounds' unit where it has none. */
    private double weight() {
        Matcher matcher = QUANTITY.matcher(weight.strip());
        boolean negative = weight.strip().startsWith("-");
        if (negative) {
            matcher = QUANTITY.matcher(weight.strip().substring(1).strip());
        }
        if (matcher.matches()) {
            double size = (negative ? -1 : 1) * Double.parseDouble(matcher.group(1));
            if (matcher.group(2) == null) {
                return size * scale();
            }
            Optional<Unit> written = Units.find(matcher.group(2));
            if (written.isPresent()
                    && (unit == null || written.get().dimension().equals(unit.dimension()))) {
                unit = unit == null ? written.get() : unit;
                return size * written.get().scale();
            }
        }
        throw new Failure(
                ExitCode.USAGE,
                "--weight is a weight, as in 0.5 or \"1 " + (unit == null ? "nS" : unit.symbol()) + "\"; not '" + weight
                        + "'");
    }

    private double scale() {
        return unit == null ? 1 : unit.scale();
    }

    /** A weight or a change of one, with its unit. */
    private String change(double value) {
        return number(value / scale()) + (unit == null ? "" : " " + unit.symbol());
    }

    private String ofChange() {
        return unit == null ? "" : " (" + unit.symbol() + ")";
    }

    private RuleWindow.Settings settings(boolean needsNeuron, Optional<Double> middle) {
        double rows = seconds("--step", step);
        double tick = seconds("--dt", dt != null ? dt : needsNeuron ? "0.1ms" : "1ms");
        double finest = Math.max(tick, rows / FINER);
        // A row lies on every so many points of the picture.
        long finer = Math.max(1, Math.round(rows / finest));
        double spacing = Math.max(tick, Math.round(rows / finer / tick) * tick);
        try {
            return new RuleWindow.Settings(
                    tick,
                    seconds("--range", range),
                    spacing,
                    weight != null ? weight() : middle.orElse(0.5),
                    rates,
                    pairs,
                    seconds("--offset", offset),
                    given,
                    Optional.ofNullable(neuron));
        } catch (IllegalArgumentException wrong) {
            throw new Failure(ExitCode.USAGE, wrong.getMessage());
        }
    }

    /** A time as a user writes it: {@code 5ms}, {@code 0.1 s}. */
    private static double seconds(String option, String written) {
        Matcher matcher = QUANTITY.matcher(written.strip());
        if (matcher.matches()) {
            Optional<Unit> unit = Optional.ofNullable(matcher.group(2)).flatMap(Units::find);
            if (unit.isPresent()
                    && unit.get()
                            .dimension()
                            .equals(Units.find("s").orElseThrow().dimension())) {
                return Double.parseDouble(matcher.group(1)) * unit.get().scale();
            }
        }
        throw new Failure(ExitCode.USAGE, option + " is a time, as in 5ms or 0.1s; not '" + written + "'");
    }

    private List<String> text(String name, RuleWindow.Settings settings, RuleWindow.Measured measured) {
        List<String> lines = new ArrayList<>();
        lines.add(name + ", measured by running it in steps of " + time(settings.dt()) + " from w = "
                + change(settings.weight()));
        measured.neuron()
                .ifPresent(one -> lines.add(
                        "onto " + one + ", which a jump of its potential by " + RuleWindow.JUMP + " mV makes spike"));
        lines.add("");
        lines.add("  one pair of spikes, w read " + time(2 * settings.range()) + " after the first");
        lines.add("    post - pre    change of w" + ofChange());
        double rows = seconds("--step", step);
        for (RuleWindow.Point point : measured.window()) {
            double turns = point.delta() / rows;
            if (Math.abs(turns - Math.rint(turns)) < 1e-6 || rows < settings.spacing()) {
                lines.add(String.format(
                        Locale.ROOT, "  %12s    %s", time(point.delta()), number(point.change() / scale())));
            }
        }
        lines.add("");
        RuleWindow.Point most = measured.window().get(0);
        RuleWindow.Point least = most;
        double above = 0;
        double below = 0;
        for (RuleWindow.Point point : measured.window()) {
            most = point.change() > most.change() ? point : most;
            least = point.change() < least.change() ? point : least;
            above += Math.max(0, point.change()) * settings.spacing();
            below += Math.min(0, point.change()) * settings.spacing();
        }
        lines.add("    largest " + change(most.change()) + " at " + time(most.delta()) + ", smallest "
                + change(least.change()) + " at " + time(least.delta()));
        lines.add("    area above 0 " + change(above) + " s, below " + change(below) + " s");
        lines.add("    no spikes " + change(measured.nothing()) + ", a presynaptic one alone " + change(measured.pre())
                + ", a postsynaptic one alone " + change(measured.post()));
        if (!measured.curve().isEmpty()) {
            lines.add("");
            lines.add("  " + settings.pairs() + " pairs at a rate, change of w in all" + ofChange());
            lines.add(String.format(
                    Locale.ROOT,
                    "          rate    %-24s %s",
                    "post " + time(settings.offset()) + " after pre",
                    "post " + time(settings.offset()) + " before pre"));
            for (RuleWindow.Rate rate : measured.curve()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "  %9s Hz    %-24s %s",
                        plain(rate.rate()),
                        number(rate.after() / scale()),
                        number(rate.before() / scale())));
            }
        }
        if (!measured.bounds().isEmpty()) {
            lines.add("");
            lines.add("  the rule says: " + measured.bounds() + "; a change may have ended at a bound");
        }
        return lines;
    }

    private void draw(String name, RuleWindow.Settings settings, RuleWindow.Measured measured) {
        double[] deltas = measured.window().stream()
                .mapToDouble(point -> 1e3 * point.delta())
                .toArray();
        double[] changes = measured.window().stream()
                .mapToDouble(point -> point.change() / scale())
                .toArray();
        WindowFigure figure = new WindowFigure(name)
                .panel(
                        "One pair of spikes",
                        "postsynaptic minus presynaptic spike (ms)",
                        "change of w" + ofChange(),
                        List.of(new WindowFigure.Curve("", deltas, changes)));
        if (!measured.curve().isEmpty()) {
            double[] at =
                    measured.curve().stream().mapToDouble(RuleWindow.Rate::rate).toArray();
            figure.panel(
                    settings.pairs() + " pairs at a rate",
                    "rate (Hz)",
                    "change of w in all" + ofChange(),
                    List.of(
                            new WindowFigure.Curve(
                                    "post " + time(settings.offset()) + " after pre",
                                    at,
                                    measured.curve().stream()
                                            .mapToDouble(rate -> rate.after() / scale())
                                            .toArray()),
                            new WindowFigure.Curve(
                                    "post " + time(settings.offset()) + " before pre",
                                    at,
                                    measured.curve().stream()
                                            .mapToDouble(rate -> rate.before() / scale())
                                            .toArray())));
        }
        Path file = SourceFolder.path(svg);
        try {
            Files.writeString(file, figure.svg());
        } catch (IOException failed) {
            throw new Failure(ExitCode.CANNOT_WRITE, "cannot write " + file);
        }
    }

    private static String time(double seconds) {
        double milliseconds = seconds * 1e3;
        return Math.abs(milliseconds) >= 1000 ? plain(seconds) + " s" : plain(milliseconds) + " ms";
    }

    private static String plain(double value) {
        String text = String.format(Locale.ROOT, "%.6g", value);
        String trimmed = text.contains("e") ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
        return trimmed.equals("-0") ? "0" : trimmed;
    }

    /** A change, with its sign. */
    private static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value);
    }
}
