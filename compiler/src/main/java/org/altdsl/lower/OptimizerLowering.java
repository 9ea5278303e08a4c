package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Item;
import org.altdsl.ast.Name;
import org.altdsl.diag.Code;
import org.altdsl.ir.DType;
import org.altdsl.ir.Expr;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.source.Span;

/** Lowers a chain of optimizer stages: each runs once for every learnable variable that has a proposal. */
final class OptimizerLowering {
    private final RuleLowering rules;
    private final Expressions expressions;

    OptimizerLowering(RuleLowering rules, Expressions expressions) {
        this.rules = requireNonNull(rules);
        this.expressions = requireNonNull(expressions);
    }

    /** Lowers one stage after those before it. */
    void stage(Flattened model, Value.Model use, int position) {
        Stage stage = new Stage(model, use, position);
        List<Var> learnables = List.copyOf(rules.proposals().keySet());
        for (Var learnable : learnables) {
            for (Item.Trigger trigger : List.of(Item.Trigger.BEFORE, Item.Trigger.ON)) {
                for (Item.Handler handler : model.items(Item.Handler.class)) {
                    if (handler.trigger() == trigger) {
                        Statements.Place place = new AtLearnable(stage, learnable);
                        rules.statements().block(handler.body(), place, Section.BODY, Slot.OPTIMIZE);
                    }
                }
            }
        }
    }

    /** One optimizer of the chain, with its states. */
    private final class Stage {
        private final Flattened model;
        private final int position;
        private final Map<String, Parameter> parameters;
        private final Map<String, Var> states = new HashMap<>();
        private final Map<Integer, Expr> overModel = new HashMap<>();

        Stage(Flattened model, Value.Model use, int position) {
            this.model = model;
            this.position = position;
            this.parameters = Parameter.bind(model, use, new Defaults(), Set.of(), expressions);
        }

        private final class Defaults implements Scope {
            @Override
            public Optional<Value> find(String name, Section section, Span at) {
                Parameter parameter = parameters.get(name);
                return parameter == null ? Optional.empty() : Optional.of(parameter.value(expressions, section));
            }

            @Override
            public List<String> names() {
                return List.copyOf(parameters.keySet());
            }

            @Override
            public Optional<Space> axis(String name) {
                return Optional.empty();
            }

            @Override
            public Space drawSpace() {
                return Space.SCALAR;
            }

            @Override
            public String stream() {
                return model.name();
            }
        }

        Optional<Var> state(String name, Var learnable) {
            for (Item.States item : model.items(Item.States.class)) {
                if (!item.bindings().get(0).name().text().equals(name)) {
                    continue;
                }
                boolean global = item.place().map(Name::text).orElse("").equals("global");
                String owner = global ? model.name() : learnable.name();
                String full = owner + "." + name + (position == 0 ? "" : "." + position);
                Var known = states.get(full);
                if (known == null) {
                    known = declare(item.bindings().get(0), full, global ? Space.SCALAR : learnable.space(), learnable);
                    states.put(full, known);
                }
                return Optional.of(known);
            }
            return Optional.empty();
        }

        private Var declare(Binding binding, String full, Space space, Var learnable) {
            Optional<Mask> mask = expressions.masks().of(learnable).filter(any -> !space.isScalar());
            Expr initial = binding.value().isEmpty()
                    ? new Expr.Const(0)
                    : expressions.real(binding.value().get(), new Defaults(), Section.INIT, space);
            Expr init = mask.map(known -> known.zeroed(initial)).orElse(initial);
            Var variable = expressions
                    .emission()
                    .declare(new Var(
                            expressions.emission().freeName(full),
                            space,
                            DType.REAL,
                            org.altdsl.runtime.plan.Scope.RUN,
                            Owner.OPTIMIZER,
                            Matter.OTHER,
                            Optional.of(init),
                            binding.span(),
                            binding.name().text()));
            return expressions.masks().own(variable, mask);
        }
    }

    /** A stage at one learnable variable. */
    private final class AtLearnable implements Statements.Place, Scope {
        private final Stage stage;
        private final Var learnable;

        AtLearnable(Stage stage, Var learnable) {
            this.stage = stage;
            this.learnable = learnable;
        }

        @Override
        public Scope scope() {
            return this;
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            Parameter parameter = stage.parameters.get(name);
            if (parameter != null) {
                return Optional.of(parameter.value(expressions, section));
            }
            if (name.equals("dw")) {
                return Optional.of(new Value.Real(
                        expressions.emission().read(rules.proposals().get(learnable), section)));
            }
            if (name.equals("w")) {
                return Optional.of(new Value.Real(expressions.emission().read(learnable, section)));
            }
            return stage.state(name, learnable)
                    .map(variable -> new Value.Real(expressions.emission().read(variable, section)));
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>(stage.parameters.keySet());
            stage.model
                    .items(Item.States.class)
                    .forEach(s -> names.add(s.bindings().get(0).name().text()));
            names.addAll(List.of("w", "dw", "update", "batch", "epoch", "progress"));
            return names;
        }

        @Override
        public Optional<Space> axis(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            if (!axis.equals("model")) {
                return Optional.empty();
            }
            List<Scope> all = new ArrayList<>();
            rules.proposals().keySet().forEach(other -> all.add(new AtLearnable(stage, other)));
            return Optional.of(all);
        }

        @Override
        public Optional<Expr> overMembers(int position, java.util.function.Supplier<Expr> make) {
            // Read once, before this stage has changed the first proposal: all variables see the same number.
            return Optional.of(stage.overModel.computeIfAbsent(position, unused -> make.get()));
        }

        @Override
        public Space drawSpace() {
            return learnable.space();
        }

        @Override
        public String stream() {
            return learnable.name() + "." + stage.model.name();
        }

        @Override
        public Optional<Statements.Target> target(String name, Span at) {
            if (name.equals("dw")) {
                return Optional.of(new Statements.Target(rules.proposals().get(learnable), true, false));
            }
            if (name.equals("w")) {
                return Optional.of(new Statements.Target(learnable, false, false));
            }
            return stage.state(name, learnable).map(variable -> new Statements.Target(variable, false, false));
        }

        @Override
        public Expr softened(Var variable, Expr old, Expr next, Section section) {
            return variable.equals(learnable) ? rules.softened(variable, old, next) : next;
        }

        @Override
        public void afterWrite(Var variable, Section section) {
            if (variable.equals(learnable)) {
                rules.keepAfterOptimizer(variable);
            }
        }

        @Override
        public void report(String name, Var variable) {
            throw expressions.error(Code.NOT_ALLOWED_HERE, variable.origin(), "an optimizer has nothing to report");
        }

        @Override
        public boolean isAt(Optional<Name> at) {
            return at.isEmpty();
        }

        @Override
        public String owner() {
            return learnable.name();
        }
    }
}
