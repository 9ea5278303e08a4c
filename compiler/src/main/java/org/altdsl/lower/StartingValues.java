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
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Role;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Table;
import org.altdsl.runtime.wiring.Edges;
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
        if (!section.is(Section.Kind.INIT) || space.axes().size() != 1) {
            throw expressions.error(
                    Code.NOT_ALLOWED_HERE,
                    call.span(),
                    "numbers from a file are values to start with, of a weight, a delay or a state");
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
        List<String> texts = new ArrayList<>();
        for (Expr.Argument argument : call.arguments()) {
            if (!(expressions.value(argument.value(), scope, section) instanceof Value.Text text)) {
                throw expressions.error(Code.WRONG_TYPE, argument.span(), "expected a file name in quotes");
            }
            texts.add(text.text());
        }
        String key = function + texts + axis.name();
        Var variable = known.get(key);
        if (variable == null) {
            variable = declare(texts.get(0), space, call.span());
            known.put(key, variable);
            values.put(variable, numbers(function, texts, axis, call.span()));
        }
        return new Value.Real(new org.altdsl.ir.Expr.Read(variable, 0));
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
        Table table;
        try {
            table = switch (function) {
                case "csv" -> files.get().csv(texts.get(0));
                case "npy" -> files.get().npy(texts.get(0));
                default -> files.get().npz(texts.get(0), texts.get(1));
            };
        } catch (DataException e) {
            throw expressions.error(Code.BAD_DATA, at, e.getMessage());
        }
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

    /** The numbers that a variable of this holds; empty for other variables. */
    Optional<double[]> values(Var variable) {
        return Optional.ofNullable(values.get(variable));
    }
}
