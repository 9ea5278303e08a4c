package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.altdsl.ast.Expr;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.IndexMap;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Table;
import org.altdsl.runtime.wiring.Edges;
import org.altdsl.runtime.wiring.Encoders;
import org.altdsl.runtime.wiring.SpikeTrain;
import org.altdsl.runtime.wiring.WiringException;
import org.altdsl.source.Span;

/**
 * What a network in time takes from files: synapses ({@code connect from "edges.csv"}), spikes
 * ({@code Spikes[80](from = "spikes.csv")}), and the values that weights, delays and states start with
 * ({@code w = csv("w.csv") * 1 mV}): one number for each neuron, in their order, or for each synapse, in the order of the
 * lines of the file that connects them.
 *
 * <p>Where a text is only checked there are no files, and everything in them is taken to be empty or 0.
 */
final class StartingValues {
    private static final List<String> READERS = List.of("csv", "npy", "npz");

    private final Expressions expressions;
    private final Optional<DataSource> files;
    private final Map<String, Supplier<Order>> orders = new HashMap<>();
    private final Map<String, Var> known = new HashMap<>();
    private final Map<Var, double[]> values = new LinkedHashMap<>();

    /**
     * Which number of a file belongs to which synapse.
     *
     * @param lines how many numbers the file has
     * @param rows for each synapse as it is stored, the place of its number in the file, counted from 0
     */
    record Order(int lines, int[] rows) {
        Order {
            requireNonNull(rows);
        }
    }

    /**
     * @param files where files are looked for; empty where the text is only checked
     */
    StartingValues(Expressions expressions, Optional<DataSource> files) {
        this.expressions = requireNonNull(expressions);
        this.files = requireNonNull(files);
    }

    /** The numbers that were read, by the variable that holds them. */
    Map<Var, double[]> values() {
        return values;
    }

    /** The synapses that a file lists. */
    Edges edges(Expr.Text file) {
        if (files.isEmpty()) {
            return new Edges(new int[0], new int[0]);
        }
        try {
            return Edges.read(files.get(), file.value());
        } catch (DataException e) {
            throw expressions.error(Code.BAD_DATA, file.span(), e.getMessage());
        }
    }

    /**
     * The spikes that a file lists, one a line: time, neuron.
     *
     * @param unit the unit of the times in seconds
     */
    Trains spikes(Expr.Text file, double unit, double dt) {
        if (files.isEmpty()) {
            return (neurons, steps) -> SpikeTrain.ofSteps(new long[0], new int[0], neurons);
        }
        return (neurons, steps) -> {
            try {
                return SpikeTrain.ofTable(files.get().csv(file.value()), neurons, unit, dt);
            } catch (DataException | WiringException e) {
                throw expressions.error(Code.BAD_DATA, file.span(), e.getMessage());
            }
        };
    }

    /** Says in which order numbers for the synapses of a projection stand in files. */
    void order(String projection, Supplier<Order> order) {
        orders.put(projection, requireNonNull(order));
    }

    /** The numbers of a file, one for each point of a space. */
    Value read(String function, Expr.Call call, Scope scope, Space space, Section section) {
        if (!READERS.contains(function)) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    call.span(),
                    "'" + function + "' stands in a data set only; a value to start with is read by csv, npy or npz");
        }
        Optional<Expr.Argument> step = call.arguments().stream()
                .filter(argument ->
                        argument.name().map(name -> name.text().equals("step")).orElse(false))
                .findFirst();
        if (step.isPresent() && section.is(Section.Kind.TICK)) {
            return new Value.Real(course(function, call, step.get().value(), scope, space, section));
        }
        if (!section.is(Section.Kind.INIT) || step.isPresent() || space.axes().size() != 1) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    call.span(),
                    "numbers from a file are values to start with, of a weight, a delay or a state; what changes in time says"
                            + " after how long, as in stimulate x with csv(\"trace.csv\", step = 1 ms) * 1 pA each step");
        }
        Axis axis = space.axes().get(0);
        boolean ofSynapses = axis.role() == Role.SYNAPSE;
        if (ofSynapses && !orders.containsKey(axis.name())) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    call.span(),
                    "which number is whose? the synapses of '" + axis.name()
                            + "' are drawn; connect them from a file, dense or one_to_one");
        }
        List<String> texts = texts(call, scope, section);
        String key = function + texts + axis.name();
        Var variable = known.get(key);
        if (variable == null) {
            variable = declare(texts.get(0), space, call.span());
            known.put(key, variable);
            values.put(variable, numbers(function, texts, axis, call.span()));
        }
        return new Value.Real(new org.altdsl.ir.Expr.Read(variable, 0));
    }

    /**
     * The line of a file that is due in this step: the first line from the start of the run on, the next one after
     * {@code step}, and 0 after the last. A line has one number for all neurons, or one for each.
     */
    private org.altdsl.ir.Expr course(
            String function, Expr.Call call, Expr step, Scope scope, Space space, Section section) {
        double seconds = expressions.number(step, scope, Section.INIT, "the time between two lines");
        long steps = expressions.time(step.span()).nearest(seconds);
        if (steps < 1) {
            throw expressions.error(Code.BAD_SETTING, step.span(), "two lines lie at least a step apart");
        }
        List<String> texts = texts(call, scope, Section.INIT);
        Optional<Table> table = files.map(source -> table(source, function, texts, call.span()));
        int lines = table.map(Table::samples).orElse(1);
        int columns = table.map(Table::sampleSize).orElse(1);
        int neurons = space.axes().isEmpty() || table.isEmpty()
                ? 1
                : expressions.literals().sizeOf(space.axes().get(0));
        if (columns != 1 && columns != neurons) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    call.span(),
                    texts.get(0) + " has " + columns + " numbers in a line, and there are " + neurons + " neurons");
        }
        Axis line = new Axis("lines of " + texts.get(0), Role.COORD, "#" + lines);
        Space whole = columns == 1 ? Space.of(line) : space.with(line);
        Var variable = known.computeIfAbsent(function + texts + " in time " + space, unused -> {
            Var made = declare(texts.get(0), whole, call.span());
            table.ifPresent(read -> values.put(made, inOrder(read, made.space(), line)));
            return made;
        });
        org.altdsl.ir.Expr now = Emission.prim(
                Op.FLOOR,
                Emission.prim(
                        Op.DIV,
                        new org.altdsl.ir.Expr.Tick(org.altdsl.ir.Clock.STEP),
                        new org.altdsl.ir.Expr.Const(steps)));
        org.altdsl.ir.Expr last = new org.altdsl.ir.Expr.Const(lines - 1.0);
        org.altdsl.ir.Expr there = org.altdsl.ir.Expr.Gather.of(
                new IndexMap.Pick(line, Emission.prim(Op.MIN, now, last)), new org.altdsl.ir.Expr.Read(variable, 0));
        return Emission.prim(Op.SELECT, Emission.prim(Op.LE, now, last), there, new org.altdsl.ir.Expr.Const(0));
    }

    /** The numbers of a table of lines as a variable stores them, whichever of its axes comes first. */
    private static double[] inOrder(Table table, Space space, Axis line) {
        double[] byLine = table.toDoubles();
        int columns = table.sampleSize();
        if (columns == 1 || space.axes().get(0).equals(line)) {
            return byLine;
        }
        double[] byColumn = new double[byLine.length];
        for (int row = 0; row < table.samples(); row++) {
            for (int column = 0; column < columns; column++) {
                byColumn[column * table.samples() + row] = byLine[row * columns + column];
            }
        }
        return byColumn;
    }

    /** The spikes of a file of signals: two neurons for each of its columns, for rises and for falls. */
    Trains crossings(Expr.Text file, double interval, double threshold, double dt) {
        if (files.isEmpty()) {
            return (neurons, steps) -> SpikeTrain.ofSteps(new long[0], new int[0], neurons);
        }
        return (neurons, steps) -> {
            try {
                Table table = files.get().csv(file.value());
                double[][] series = new double[table.samples()][table.sampleSize()];
                double[] all = table.toDoubles();
                for (int row = 0; row < series.length; row++) {
                    System.arraycopy(all, row * table.sampleSize(), series[row], 0, table.sampleSize());
                }
                return sized(
                        SpikeTrain.ofTimes(Encoders.stepForward(series, interval, threshold), dt),
                        2 * table.sampleSize(),
                        neurons,
                        file);
            } catch (DataException | WiringException e) {
                throw expressions.error(Code.BAD_DATA, file.span(), e.getMessage());
            }
        };
    }

    /** The events of a camera: two neurons for each pixel, for brighter and for darker. */
    Trains events(Expr.Text file, int width, int height, double unit, double dt) {
        if (files.isEmpty()) {
            return (neurons, steps) -> SpikeTrain.ofSteps(new long[0], new int[0], neurons);
        }
        return (neurons, steps) -> {
            try {
                SpikeTrain train = Encoders.events(files.get().csv(file.value()), width, height, unit, dt);
                return sized(train, 2 * width * height, neurons, file);
            } catch (DataException | WiringException e) {
                throw expressions.error(Code.BAD_DATA, file.span(), e.getMessage());
            }
        };
    }

    private SpikeTrain sized(SpikeTrain train, int wanted, int neurons, Expr.Text file) {
        if (wanted != neurons) {
            throw expressions.error(
                    Code.WRONG_SHAPE, file.span(), "this is for " + wanted + " neurons, and there are " + neurons);
        }
        return train;
    }

    private List<String> texts(Expr.Call call, Scope scope, Section section) {
        List<String> texts = new ArrayList<>();
        for (Expr.Argument argument : call.arguments()) {
            if (argument.name().isPresent()) {
                continue;
            }
            if (!(expressions.value(argument.value(), scope, section) instanceof Value.Text text)) {
                throw expressions.error(Code.WRONG_TYPE, argument.span(), "expected a file name in quotes");
            }
            texts.add(text.text());
        }
        return texts;
    }

    private Var declare(String file, Space space, Span at) {
        String label = file.substring(file.lastIndexOf('/') + 1);
        Var variable = expressions
                .emission()
                .declare(new Var(
                        expressions.emission().freeName(space.axes().get(0).name() + "." + label),
                        space,
                        DType.REAL,
                        org.altdsl.runtime.plan.Scope.RUN,
                        Owner.HARNESS,
                        Matter.OTHER,
                        Optional.empty(),
                        at,
                        label));
        expressions.emission().constant(variable);
        return variable;
    }

    private double[] numbers(String function, List<String> texts, Axis axis, Span at) {
        if (files.isEmpty()) {
            return new double[0];
        }
        Table table = table(files.get(), function, texts, at);
        Optional<Order> order = Optional.ofNullable(orders.get(axis.name())).map(Supplier::get);
        int wanted =
                order.map(Order::lines).orElseGet(() -> expressions.literals().sizeOf(axis));
        if (table.size() != wanted) {
            throw expressions.error(
                    Code.WRONG_SHAPE,
                    at,
                    texts.get(0) + " has " + table.size() + " number(s), and '" + axis.name() + "' has " + wanted
                            + (order.isPresent() ? " synapse(s) in its list" : " neuron(s)"));
        }
        double[] inFile = table.toDoubles();
        return order.map(one -> Arrays.stream(one.rows())
                        .mapToDouble(row -> inFile[row])
                        .toArray())
                .orElse(inFile);
    }

    private Table table(DataSource source, String function, List<String> texts, Span at) {
        try {
            return switch (function) {
                case "csv" -> source.csv(texts.get(0));
                case "npy" -> source.npy(texts.get(0));
                default -> source.npz(texts.get(0), texts.get(1));
            };
        } catch (DataException e) {
            throw expressions.error(Code.BAD_DATA, at, e.getMessage());
        }
    }

    /** The numbers that a variable of this holds; empty for other variables. */
    Optional<double[]> values(Var variable) {
        return Optional.ofNullable(values.get(variable));
    }
}
