package org.altdsl.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Children;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;

/** What an expression or an item is made of, one level down; for passes that treat most shapes alike. */
public final class Parts {
    private static final ItemParts ITEMS = new ItemParts();

    private final List<Expr> expressions = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    private final List<Binding> bindings = new ArrayList<>();

    private Parts() {}

    /** The operands, arguments, axes and conditions of an expression. */
    public static List<Expr> of(Expr expr) {
        return Children.of(expr);
    }

    /** The parts of an item. */
    public static Parts of(Item item) {
        return item.accept(ITEMS);
    }

    /** The expressions that stand directly in the item, those of its bindings not among them. */
    public List<Expr> expressions() {
        return expressions;
    }

    /** The items of its blocks, those of functions declared in it not among them. */
    public List<Item> items() {
        return items;
    }

    /** The names that it introduces with a type or a value. */
    public List<Binding> bindings() {
        return bindings;
    }

    /** Every expression inside an item: of its bindings, its blocks and its local functions too, outer ones first. */
    public static void everyExpression(Item item, Consumer<Expr> action) {
        Parts parts = of(item);
        parts.expressions.forEach(expr -> everyExpression(expr, action));
        parts.bindings.forEach(binding -> everyExpression(binding, action));
        parts.items.forEach(inner -> everyExpression(inner, action));
        if (item instanceof Item.Local local) {
            local.declaration().value().ifPresent(value -> everyExpression(value, action));
        }
    }

    /** Every expression of a binding. */
    public static void everyExpression(Binding binding, Consumer<Expr> action) {
        binding.axes().forEach(axis -> everyExpression(axis.value(), action));
        binding.type().ifPresent(type -> everyExpression(type, action));
        binding.value().ifPresent(value -> everyExpression(value, action));
    }

    /** The expression and everything inside it, outer ones first. */
    public static void everyExpression(Expr expr, Consumer<Expr> action) {
        action.accept(expr);
        of(expr).forEach(part -> everyExpression(part, action));
    }

    /** Every item inside an item, itself first. */
    public static void everyItem(Item item, Consumer<Item> action) {
        action.accept(item);
        of(item).items.forEach(inner -> everyItem(inner, action));
    }

    private Parts with(Expr... more) {
        expressions.addAll(List.of(more));
        return this;
    }

    private Parts with(Optional<Expr> more) {
        more.ifPresent(expressions::add);
        return this;
    }

    private Parts withAll(List<Expr> more) {
        expressions.addAll(more);
        return this;
    }

    private Parts block(List<Item> more) {
        items.addAll(more);
        return this;
    }

    private Parts bind(List<Binding> more) {
        bindings.addAll(more);
        return this;
    }

    private static final class ItemParts implements Item.Visitor<Parts> {
        @Override
        public Parts parameters(Item.Parameters item) {
            return new Parts().bind(item.bindings());
        }

        @Override
        public Parts states(Item.States item) {
            return new Parts().bind(item.bindings());
        }

        @Override
        public Parts equation(Item.Equation item) {
            return new Parts().with(item.target(), item.value());
        }

        @Override
        public Parts lets(Item.Lets item) {
            return new Parts().bind(item.bindings());
        }

        @Override
        public Parts cases(Item.Cases item) {
            return new Parts()
                    .withAll(item.cases().stream().map(Item.Case::value).toList());
        }

        @Override
        public Parts located(Item.Located item) {
            return new Parts().block(List.of(item.item()));
        }

        @Override
        public Parts weight(Item.Weight item) {
            return new Parts().bind(List.of(item.binding())).with(item.bounds());
        }

        @Override
        public Parts input(Item.Input item) {
            return new Parts().with(item.type());
        }

        @Override
        public Parts output(Item.Output item) {
            return new Parts().with(item.type()).with(item.value());
        }

        @Override
        public Parts compartment(Item.Compartment item) {
            return new Parts().block(item.body());
        }

        @Override
        public Parts spike(Item.Spike item) {
            Parts parts = new Parts().with(item.condition()).block(item.body());
            item.otherwise().ifPresent(parts::block);
            return parts;
        }

        @Override
        public Parts surrogate(Item.Surrogate item) {
            return new Parts().with(item.function());
        }

        @Override
        public Parts method(Item.Method item) {
            return new Parts();
        }

        @Override
        public Parts hold(Item.Hold item) {
            return new Parts().with(item.duration());
        }

        @Override
        public Parts refractory(Item.Refractory item) {
            return new Parts().with(item.duration());
        }

        @Override
        public Parts handler(Item.Handler item) {
            return new Parts().with(item.event()).with(item.delay()).block(item.body());
        }

        @Override
        public Parts assign(Item.Assign item) {
            return new Parts().with(item.target(), item.value());
        }

        @Override
        public Parts feedback(Item.Feedback item) {
            return new Parts().with(item.value()).with(item.where());
        }

        @Override
        public Parts noise(Item.Noise item) {
            return new Parts().with(item.target(), item.distribution());
        }

        @Override
        public Parts inject(Item.Inject item) {
            return new Parts().with(item.target(), item.value());
        }

        @Override
        public Parts modulators(Item.Modulators item) {
            return new Parts().bind(item.bindings());
        }

        @Override
        public Parts adapts(Item.Adapts item) {
            return new Parts().withAll(item.targets());
        }

        @Override
        public Parts reads(Item.Reads item) {
            return new Parts().withAll(item.information());
        }

        @Override
        public Parts phase(Item.Phase item) {
            return new Parts().with(item.length()).with(item.stepSize()).block(item.body());
        }

        @Override
        public Parts clamp(Item.Clamp item) {
            return new Parts().with(item.target(), item.value());
        }

        @Override
        public Parts redirect(Item.Redirect item) {
            return new Parts();
        }

        @Override
        public Parts keep(Item.Keep item) {
            return new Parts().with(item.target(), item.low(), item.high());
        }

        @Override
        public Parts signFixed(Item.SignFixed item) {
            return new Parts();
        }

        @Override
        public Parts conserve(Item.Conserve item) {
            return new Parts().with(item.quantity()).with(item.value()).with(item.tolerance());
        }

        @Override
        public Parts prune(Item.Prune item) {
            return new Parts().with(item.condition());
        }

        @Override
        public Parts grow(Item.Grow item) {
            return new Parts().with(item.count()).with(item.condition()).block(item.body());
        }

        @Override
        public Parts report(Item.Report item) {
            return new Parts().with(item.value());
        }

        @Override
        public Parts ifItem(Item.If item) {
            return new Parts().with(item.condition()).block(item.body()).block(item.otherwise());
        }

        @Override
        public Parts matchItem(Item.MatchItem item) {
            Parts parts = new Parts().with(item.subject());
            for (Item.MatchBranch branch : item.branches()) {
                parts.with(branch.pattern()).block(branch.body());
            }
            return parts;
        }

        @Override
        public Parts local(Item.Local item) {
            return new Parts();
        }

        @Override
        public Parts use(Item.Use item) {
            return new Parts().with(item.expr());
        }

        @Override
        public Parts loss(Item.Loss item) {
            return new Parts().with(item.value());
        }

        @Override
        public Parts optimize(Item.Optimize item) {
            return new Parts().withAll(item.stages()).with(item.every());
        }

        @Override
        public Parts data(Item.Data item) {
            Parts parts = new Parts().with(item.dataset()).with(item.batch());
            item.augmentation().ifPresent(one -> one.changes().forEach(change -> parts.with(change.amount())));
            return parts;
        }

        @Override
        public Parts network(Item.Network item) {
            return new Parts().with(item.circuit()).block(item.body());
        }

        @Override
        public Parts population(Item.Population item) {
            return new Parts().with(item.name(), item.model()).block(item.settings());
        }

        @Override
        public Parts projection(Item.Projection item) {
            return new Parts()
                    .with(item.name())
                    .withAll(item.chain())
                    .with(item.connect())
                    .with(item.via())
                    .block(item.settings())
                    .with(item.partner())
                    .with(item.learns());
        }

        @Override
        public Parts learn(Item.Learn item) {
            return new Parts().with(item.projections(), item.rule());
        }

        @Override
        public Parts draw(Item.Draw item) {
            return new Parts().with(item.target(), item.distribution());
        }

        @Override
        public Parts schedule(Item.Schedule item) {
            return new Parts().with(item.delay());
        }

        @Override
        public Parts compare(Item.Compare item) {
            Parts parts = new Parts();
            for (Item.Alternative alternative : item.alternatives()) {
                parts.with(alternative.value());
                alternative.settings().forEach(setting -> parts.with(setting.value()));
            }
            return parts;
        }

        @Override
        public Parts sweep(Item.Sweep item) {
            return new Parts().with(item.values());
        }

        @Override
        public Parts train(Item.Train item) {
            return new Parts().with(item.length());
        }

        @Override
        public Parts seeds(Item.Seeds item) {
            return new Parts().withAll(item.seeds());
        }

        @Override
        public Parts measure(Item.Measure item) {
            Parts parts = new Parts().withAll(item.what());
            item.clauses().forEach(clause -> parts.withAll(clause.arguments()));
            return parts;
        }

        @Override
        public Parts protocol(Item.Protocol item) {
            return new Parts().block(item.body());
        }

        @Override
        public Parts step(Item.Step item) {
            return new Parts()
                    .withAll(item.arguments())
                    .with(item.of())
                    .with(item.until())
                    .block(item.body());
        }

        @Override
        public Parts field(Item.Field item) {
            return new Parts().bind(List.of(item.binding()));
        }

        @Override
        public Parts split(Item.Split item) {
            Parts parts = new Parts().with(item.seed());
            item.parts().forEach(part -> parts.with(part.share()));
            return parts;
        }

        @Override
        public Parts section(Item.Section item) {
            return new Parts().block(item.body());
        }

        @Override
        public Parts given(Item.Given item) {
            Parts parts = new Parts();
            for (Item.GivenValue value : item.values()) {
                parts.with(value.target()).with(value.value());
                value.clauses().forEach(clause -> parts.withAll(clause.arguments()));
            }
            return parts;
        }

        @Override
        public Parts expect(Item.Expect item) {
            return new Parts().with(item.actual()).with(item.tolerance()).with(item.rule());
        }

        @Override
        public Parts forRow(Item.ForRow item) {
            return new Parts().with(item.values()).block(item.body());
        }
    }
}
