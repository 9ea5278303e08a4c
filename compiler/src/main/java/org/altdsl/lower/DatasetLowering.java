package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.ir.Axis;
import org.altdsl.ir.DType;
import org.altdsl.ir.Fold;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Program;
import org.altdsl.ir.Role;
import org.altdsl.ir.Sizes;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.names.LinkedProgram;
import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.DataSet;
import org.altdsl.runtime.data.DataSetRecipe;
import org.altdsl.runtime.data.DataSource;
import org.altdsl.runtime.data.Table;
import org.altdsl.runtime.plan.ProgramCode;
import org.altdsl.source.Span;

/**
 * Lowers the use of a data set to a recipe: one program a split, in which the lane axis counts samples. Its
 * expressions are those of rules, so a generator is written like everything else.
 */
public final class DatasetLowering {
    private final LinkedProgram program;
    private final DiagnosticSink sink;
    private final DataSource source;
    private final Backend backend;
    private final Map<String, Table> loaded = new HashMap<>();

    /** Makes programs run. */
    public interface Backend {
        ProgramCode compile(Program program, Sizes sizes, Set<String> observed);
    }

    public DatasetLowering(LinkedProgram program, DiagnosticSink sink, DataSource source, Backend backend) {
        this.program = requireNonNull(program);
        this.sink = requireNonNull(sink);
        this.source = requireNonNull(source);
        this.backend = requireNonNull(backend);
    }

    /**
     * The recipe of a data set as an experiment uses it.
     *
     * @throws Abandon if an error was reported
     */
    DataSetRecipe recipe(Flattened model, Value.Model use) {
        List<Item.Section> sections = model.items(Item.Section.class);
        List<String> splits = sections.isEmpty()
                ? List.of("all")
                : sections.stream().map(section -> section.name().text()).toList();
        List<DataSetRecipe.Part> parts = new ArrayList<>();
        List<DataSet.Field> fields = List.of();
        Division division = null;
        List<DataSetRecipe.Statistic> statistics = List.of();
        for (String split : splits) {
            Lowered lowered = new Lowered(model, use, split, sections);
            lowered.run();
            fields = lowered.fields;
            division = lowered.division();
            statistics = statistics.isEmpty() ? lowered.statistics : statistics;
            parts.add(lowered.part(statistics));
        }
        return new DataSetRecipe(model.name(), fields, parts, division.value(), division.limit());
    }

    private record Division(DataSetRecipe.Division value, Optional<Integer> limit) {}

    /** One split of a data set. */
    private final class Lowered implements Scope {
        private final Flattened model;
        private final Value.Model use;
        private final String split;
        private final List<Item.Section> sections;
        private final Emission emission = new Emission();
        private final Expressions expressions = new Expressions(program, sink, emission);
        private final Map<String, Parameter> parameters;
        private final Map<String, Value> names = new LinkedHashMap<>();
        private final Map<String, Axis> axes = new LinkedHashMap<>();
        private final Map<Var, Table> inputs = new LinkedHashMap<>();
        private final List<DataSetRecipe.Statistic> statistics = new ArrayList<>();
        private final List<DataSet.Field> fields = new ArrayList<>();
        private final Map<String, Integer> written = new LinkedHashMap<>();
        private Space drawSpace = Space.of(Axis.LANE);
        private boolean rowsWrittenOut;

        Lowered(Flattened model, Value.Model use, String split, List<Item.Section> sections) {
            this.model = model;
            this.use = use;
            this.split = split;
            this.sections = sections;
            this.parameters = Parameter.bind(model, use, this, Set.of("limit"), expressions);
            // Sizes that parameters give to axes are needed before anything else is read.
            for (Binding binding : model.parameters().values()) {
                binding.axes().forEach(this::axisOf);
            }
        }

        void run() {
            for (Item.Section section : sections) {
                if (section.name().text().equals(split)) {
                    section.body().forEach(this::item);
                }
            }
            for (Item item : model.items()) {
                item(item);
            }
        }

        private void item(Item item) {
            if (item instanceof Item.Lets lets) {
                lets.bindings().forEach(binding -> names.put(binding.name().text(), let(binding)));
            } else if (item instanceof Item.Field field) {
                field(field.binding());
            } else if (!(item instanceof Item.Section || item instanceof Item.Split || item instanceof Item.Local)) {
                throw expressions.error(
                        Code.NOT_YET,
                        item.span(),
                        "this version knows 'let', 'field', 'split', 'generate', 'train' and"
                                + " 'test' in a data set");
            }
        }

        private Axis axisOf(Expr.Argument argument) {
            if (argument.name().isPresent()) {
                String name = argument.name().get().text();
                int size = expressions.whole(argument.value(), this, Section.INIT, "the size of an axis");
                Axis axis = new Axis(name, Role.COORD, "#" + size);
                axes.putIfAbsent(name, axis);
                return axes.get(name);
            }
            if (argument.value() instanceof Expr.Reference reference && axes.containsKey(reference.name())) {
                return axes.get(reference.name());
            }
            throw expressions.error(
                    Code.UNKNOWN_AXIS, argument.span(), "an axis is named with its size, as in [feature = 5]");
        }

        private Space spaceOf(Binding binding) {
            Space space = Space.of(Axis.LANE);
            for (Expr.Argument argument : binding.axes()) {
                space = space.with(axisOf(argument));
            }
            return space;
        }

        private Value let(Binding binding) {
            Space space = spaceOf(binding);
            Expr value = binding.value().orElseThrow();
            if (binding.drawn()) {
                String stream = model.name() + "." + binding.name();
                return held(binding, new Builtins(expressions).draw(value, this, Section.SETTLE, space, stream, true));
            }
            Space before = drawSpace;
            drawSpace = space;
            try {
                Value any = expressions.value(value, this, Section.SETTLE);
                return any instanceof Value.Real real ? held(binding, once(real.expr())) : any;
            } finally {
                drawSpace = before;
            }
        }

        /** A sample is drawn once, whichever chunk it is computed in. */
        private org.altdsl.ir.Expr once(org.altdsl.ir.Expr expr) {
            if (expr instanceof org.altdsl.ir.Expr.Draw draw) {
                return new org.altdsl.ir.Expr.Draw(draw.dist(), draw.arguments(), draw.stream(), draw.space(), true);
            }
            return org.altdsl.ir.Exprs.mapChildren(expr, this::once);
        }

        private Value held(Binding binding, org.altdsl.ir.Expr value) {
            return new Value.Real(emission.temporary(
                    binding.name().text(),
                    Section.SETTLE,
                    value,
                    Slot.SETTLE,
                    Owner.HARNESS,
                    Matter.OTHER,
                    binding.span()));
        }

        private void field(Binding binding) {
            String name = binding.name().text();
            Expr source = binding.value()
                    .orElseThrow(() -> expressions.error(
                            Code.MISSING_VALUE, binding.span(), "the field '" + name + "' has no value"));
            List<Integer> shape = FieldShapes.of(binding, this, expressions);
            int classes = classes(binding);
            Axis axis = new Axis(name, Role.COORD, "#" + shape.stream().reduce(1, (a, b) -> a * b));
            Space space = binding.axes().isEmpty()
                    ? (shape.isEmpty() ? Space.of(Axis.LANE) : Space.of(Axis.LANE, axis))
                    : spaceOf(binding);
            Space before = drawSpace;
            drawSpace = space;
            org.altdsl.ir.Expr value;
            try {
                Value any = expressions.value(source, this, Section.SETTLE);
                value = any instanceof Value.Sequence rows
                        ? rows(name, rows.list())
                        : once(expressions.real(any, source.span(), this, Section.SETTLE, space));
            } finally {
                drawSpace = before;
            }
            Space whole = value.space().with(Axis.LANE);
            int width = 1;
            for (Axis one : whole.without(Axis.LANE).axes()) {
                width *= new Sizes(Map.of()).of(one);
            }
            int declared = shape.stream().reduce(1, (a, b) -> a * b);
            if (!shape.isEmpty() && declared != width) {
                throw expressions.error(
                        Code.WRONG_SHAPE,
                        source.span(),
                        "'" + name + "' has " + width + " numbers a sample, not the " + declared + " of its shape");
            }
            Var variable = emission.declare(new Var(
                    name,
                    whole,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.empty(),
                    binding.span(),
                    name));
            emission.update(Section.SETTLE, variable, Optional.empty(), value, Slot.SETTLE, binding.span());
            names.put(name, new Value.Real(emission.read(variable, Section.SETTLE)));
            fields.add(new DataSet.Field(name, width, shape.isEmpty() && width > 1 ? List.of(width) : shape, classes));
        }

        private int classes(Binding binding) {
            if (binding.type().isPresent()
                    && binding.type().get() instanceof Expr.Call call
                    && call.function() instanceof Expr.Reference reference
                    && reference.name().equals("class")) {
                return expressions.whole(call.arguments().get(0).value(), this, Section.INIT, "a number of classes");
            }
            return 0;
        }

        /** Rows written out in the text: a table with one row a sample. */
        private org.altdsl.ir.Expr rows(String name, Expr.ListLiteral list) {
            rowsWrittenOut = true;
            int count = list.elements().size();
            int width = list.elements().get(0) instanceof Expr.ListLiteral row
                    ? row.elements().size()
                    : 1;
            boolean scalar = !(list.elements().get(0) instanceof Expr.ListLiteral);
            double[] values = new double[count * width];
            for (int i = 0; i < count; i++) {
                List<Expr> row = list.elements().get(i) instanceof Expr.ListLiteral inner
                        ? inner.elements()
                        : List.of(list.elements().get(i));
                if (row.size() != width) {
                    throw expressions.error(
                            Code.WRONG_SHAPE,
                            list.elements().get(i).span(),
                            "this row has " + row.size() + " numbers, the first " + width);
                }
                for (int j = 0; j < width; j++) {
                    values[i * width + j] = expressions.number(row.get(j), this, Section.INIT, "a number in a table");
                }
            }
            int[] shape = scalar ? new int[] {count} : new int[] {count, width};
            return table(name + ".rows", Table.of(shape, values, "the field " + name));
        }

        private org.altdsl.ir.Expr table(String name, Table table) {
            Space space = Space.of(Axis.LANE);
            if (table.shape().length > 1) {
                space = space.with(new Axis(name + ".column", Role.COORD, "#" + table.sampleSize()));
            }
            Var variable = emission.declare(new Var(
                    emission.freeName(name),
                    space,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.empty(),
                    model.declaration().span(),
                    name));
            inputs.put(variable, table);
            return emission.read(variable, Section.SETTLE);
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            Value known = names.get(name);
            if (known != null) {
                return Optional.of(known);
            }
            Parameter parameter = parameters.get(name);
            if (parameter != null) {
                return Optional.of(parameter(name, parameter, section));
            }
            return Optional.empty();
        }

        private Value parameter(String name, Parameter parameter, Section section) {
            if (parameter.binding().axes().isEmpty()) {
                return parameter.value(expressions, section);
            }
            Space space = spaceOf(parameter.binding()).without(Axis.LANE);
            expressions
                    .literals()
                    .register(parameter.binding().axes().stream()
                            .map(this::axisOf)
                            .toArray(Axis[]::new));
            Expr value = parameter.binding().value().orElseThrow();
            org.altdsl.ir.Expr init = parameter.binding().drawn()
                    ? new Builtins(expressions)
                            .draw(value, parameter.scope(), Section.INIT, space, model.name() + "." + name, true)
                    : expressions.real(value, parameter.scope(), Section.INIT, space);
            Var variable = emission.declare(new Var(
                    name,
                    space,
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.of(init),
                    parameter.binding().span(),
                    name));
            Value real = new Value.Real(new org.altdsl.ir.Expr.Read(variable, 0));
            names.put(name, real);
            return real;
        }

        @Override
        public Optional<Value> external(String function, Expr.Call call, Space space, Section section) {
            List<String> texts = new ArrayList<>();
            int recordBytes = 0;
            for (int i = 0; i < call.arguments().size(); i++) {
                Expr argument = call.arguments().get(i).value();
                if (function.equals("records") && i == 1) {
                    recordBytes = recordBytes(argument);
                } else {
                    texts.add(text(argument, section));
                }
            }
            int wanted = function.equals("idx") || function.equals("npz") ? 2 : 1;
            if (!function.equals("records") && texts.size() != wanted) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS, call.span(), "'" + function + "' takes " + wanted + " text(s)");
            }
            int bytes = recordBytes;
            String key = function + bytes + texts;
            try {
                Table table = loaded.computeIfAbsent(key, unused -> load(function, texts, bytes));
                for (Map.Entry<Var, Table> known : inputs.entrySet()) {
                    if (known.getValue() == table) {
                        return Optional.of(new Value.Real(emission.read(known.getKey(), Section.SETTLE)));
                    }
                }
                return Optional.of(new Value.Real(table(function + " " + String.join(" ", texts), table)));
            } catch (DataException e) {
                throw expressions.error(Code.NO_DATA, call.span(), e.getMessage());
            }
        }

        private String text(Expr argument, Section section) {
            if (expressions.value(argument, this, section) instanceof Value.Text text) {
                return text.text();
            }
            throw expressions.error(Code.WRONG_TYPE, argument.span(), "expected a file name in quotes");
        }

        private int recordBytes(Expr argument) {
            int bytes = expressions.whole(argument, this, Section.INIT, "the number of bytes of a record");
            if (bytes < 1) {
                throw expressions.error(
                        Code.WRONG_SHAPE, argument.span(), "a record has at least one byte, not " + bytes);
            }
            return bytes;
        }

        private Table load(String function, List<String> texts, int recordBytes) {
            return switch (function) {
                case "csv" -> source.csv(texts.get(0));
                case "idx" -> source.idx(texts.get(0), texts.get(1));
                case "npy" -> source.npy(texts.get(0));
                case "records" -> source.records(texts.get(0), recordBytes, texts.subList(1, texts.size()));
                default -> source.npz(texts.get(0), texts.get(1));
            };
        }

        @Override
        public Optional<org.altdsl.ir.Expr> statistic(String function, Expr.Call call, Section section) {
            boolean overTrain = call.over().stream()
                    .anyMatch(word -> word instanceof Expr.Reference reference
                            && reference.name().equals("train"));
            if (!overTrain) {
                return Optional.empty();
            }
            org.altdsl.ir.Expr x = expressions.real(call.arguments().get(0).value(), this, section);
            Space within = Space.SCALAR;
            for (Expr word : call.over()) {
                String name = word instanceof Expr.Reference reference ? reference.name() : "";
                if (name.equals("space")) {
                    within = within.union(x.space().without(Axis.LANE));
                } else if (!name.equals("train")) {
                    within = within.union(expressions.axes(List.of(word), this, section));
                }
            }
            Fold fold =
                    switch (function) {
                        case "sum" -> Fold.SUM;
                        case "mean", "var", "std" -> Fold.MEAN;
                        case "max" -> Fold.MAX;
                        case "min" -> Fold.MIN;
                        default ->
                            throw expressions.error(
                                    Code.NOT_YET, call.span(), "over train: sum, mean, std, var, max and min");
                    };
            org.altdsl.ir.Expr mean = statistic(fold, x, within, call.span());
            if (!function.equals("std") && !function.equals("var")) {
                return Optional.of(mean);
            }
            org.altdsl.ir.Expr off = Emission.prim(Op.SUB, x, mean);
            org.altdsl.ir.Expr variance = statistic(Fold.MEAN, Emission.prim(Op.MUL, off, off), within, call.span());
            return Optional.of(function.equals("std") ? Emission.prim(Op.SQRT, variance) : variance);
        }

        private org.altdsl.ir.Expr statistic(Fold fold, org.altdsl.ir.Expr x, Space within, Span at) {
            Space axes = within.intersect(x.space()).with(Axis.LANE);
            Fold inChunk = fold == Fold.MEAN ? Fold.SUM : fold;
            org.altdsl.ir.Expr partial =
                    org.altdsl.ir.Expr.Reduce.over(axes, inChunk, x.space().has(Axis.LANE) ? x : lane(x));
            String name = "statistic" + written.merge("statistic", 1, Integer::sum);
            Var part = emission.declare(new Var(
                    name + ".partial",
                    partial.space(),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.STEP,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.empty(),
                    at,
                    name));
            emission.update(Section.SETTLE, part, Optional.empty(), partial, Slot.SETTLE, at);
            Var result = emission.declare(new Var(
                    name,
                    partial.space(),
                    DType.REAL,
                    org.altdsl.runtime.plan.Scope.RUN,
                    Owner.HARNESS,
                    Matter.OTHER,
                    Optional.of(new org.altdsl.ir.Expr.Const(0)),
                    at,
                    name));
            int perSample = 1;
            for (Axis axis : axes.without(Axis.LANE).axes()) {
                perSample *= new Sizes(Map.of()).of(axis);
            }
            statistics.add(
                    new DataSetRecipe.Statistic(part.name(), name, DataSetRecipe.Fold.valueOf(fold.name()), perSample));
            return emission.read(result, Section.SETTLE);
        }

        private org.altdsl.ir.Expr lane(org.altdsl.ir.Expr x) {
            return org.altdsl.ir.Expr.Prim.of(
                    Op.ADD,
                    x,
                    Emission.prim(Op.MUL, new org.altdsl.ir.Expr.Index(Axis.LANE), new org.altdsl.ir.Expr.Const(0)));
        }

        @Override
        public List<String> names() {
            List<String> all = new ArrayList<>(names.keySet());
            all.addAll(parameters.keySet());
            return all;
        }

        @Override
        public Optional<Space> axis(String name) {
            return Optional.ofNullable(axes.get(name)).map(Space::of);
        }

        @Override
        public Space drawSpace() {
            return drawSpace;
        }

        @Override
        public String stream() {
            return model.name();
        }

        Division division() {
            Optional<Integer> limit = Optional.ofNullable(parameters.get("limit"))
                    .map(p -> expressions.whole(p.binding().value().get(), p.scope(), Section.INIT, "a limit"));
            List<Item.Split> items = model.items(Item.Split.class);
            if (items.isEmpty() && !sections.isEmpty()) {
                return new Division(new DataSetRecipe.Separate(Optional.empty()), limit);
            }
            if (items.isEmpty()) {
                if (!rowsWrittenOut) {
                    throw expressions.error(
                            Code.BAD_DATA,
                            model.declaration().name().span(),
                            "say which samples train and which test: split train 0.75, test 0.25");
                }
                return new Division(new DataSetRecipe.Shared(), limit);
            }
            Item.Split item = items.get(0);
            if (item.generated()) {
                return new Division(generated(item), limit);
            }
            DataSetRecipe.Fractions fractions = fractions(item);
            return new Division(
                    sections.isEmpty() ? fractions : new DataSetRecipe.Separate(Optional.of(ofTrain(item, fractions))),
                    limit);
        }

        private long seed(Item.Split item) {
            return item.seed()
                    .map(seed -> (long) expressions.number(seed, this, Section.INIT, "a seed"))
                    .orElse(0L);
        }

        private DataSetRecipe.Generated generated(Item.Split item) {
            if (item.by().isPresent() && !item.balanced()) {
                throw expressions.error(
                        Code.BAD_DATA,
                        item.by().get().span(),
                        "samples that are drawn can be balanced by a class, not stratified: write balanced by "
                                + item.by().get());
            }
            if (!sections.isEmpty()) {
                throw expressions.error(
                        Code.BAD_DATA,
                        item.span(),
                        "a data set whose splits have files of their own generates no samples");
            }
            List<Integer> counts = item.parts().stream()
                    .map(part -> expressions.whole(part.share(), this, Section.INIT, "a number of samples"))
                    .toList();
            return new DataSetRecipe.Generated(
                    splits(item), counts, classes(item).map(DataSetRecipe.Classes::field), seed(item));
        }

        private static List<String> splits(Item.Split item) {
            return item.parts().stream().map(part -> part.name().text()).toList();
        }

        private DataSetRecipe.Fractions fractions(Item.Split item) {
            List<String> splits = new ArrayList<>();
            List<Double> shares = new ArrayList<>();
            double total = 0;
            for (Item.Part part : item.parts()) {
                double share = expressions.number(part.share(), this, Section.INIT, "a share");
                if (!(share >= 0 && share <= 1)) {
                    throw expressions.error(Code.BAD_DATA, part.share().span(), "a share is from 0 to 1, not " + share);
                }
                total += share;
                // A share of 0 is one that a parameter may ask for, and does not.
                if (share > 0) {
                    splits.add(part.name().text());
                    shares.add(share);
                }
            }
            if (Math.abs(total - 1) > 1e-9) {
                throw expressions.error(
                        Code.BAD_DATA, item.span(), "the shares of the splits sum to " + total + ", not 1");
            }
            if (!splits.contains("train")) {
                throw expressions.error(
                        Code.BAD_DATA, item.span(), "a split says which samples train: split train 0.75, test 0.25");
            }
            return new DataSetRecipe.Fractions(splits, shares, classes(item), seed(item));
        }

        /** Of files that come in parts, those of the training part are divided further. */
        private DataSetRecipe.Fractions ofTrain(Item.Split item, DataSetRecipe.Fractions fractions) {
            for (Item.Part part : item.parts()) {
                String name = part.name().text();
                boolean hasFiles = sections.stream()
                        .anyMatch(section -> section.name().text().equals(name));
                if (hasFiles && !name.equals("train")) {
                    throw expressions.error(
                            Code.BAD_DATA,
                            part.span(),
                            "'" + name + "' has files of its own; only the training samples are divided, as in"
                                    + " split train 0.9, validation 0.1");
                }
            }
            return fractions;
        }

        private Optional<DataSetRecipe.Classes> classes(Item.Split item) {
            if (item.by().isEmpty()) {
                return Optional.empty();
            }
            Name by = item.by().get();
            boolean isClass = fields.stream().anyMatch(field -> field.name().equals(by.text()) && field.classes() > 0);
            if (!isClass) {
                throw expressions.error(
                        Code.BAD_DATA,
                        by.span(),
                        "'" + by + "' is no class; declare how many there are, as in field " + by + " : class(10) = …");
            }
            return Optional.of(new DataSetRecipe.Classes(by.text(), item.balanced()));
        }

        DataSetRecipe.Part part(List<DataSetRecipe.Statistic> shared) {
            Program whole = Program.of(
                    model.name(), List.copyOf(emission.variables()), emission.updates(Section.SETTLE), List.of());
            Set<String> observed = new java.util.LinkedHashSet<>();
            fields.forEach(field -> observed.add(field.name()));
            statistics.forEach(statistic -> observed.add(statistic.partial()));
            List<DataSetRecipe.Input> tables = new ArrayList<>();
            inputs.forEach((variable, table) -> tables.add(new DataSetRecipe.Input(variable.name(), table)));
            ProgramCode code = backend.compile(whole, new Sizes(Map.of()), observed);
            return new DataSetRecipe.Part(split, code, tables, shared);
        }
    }
}
