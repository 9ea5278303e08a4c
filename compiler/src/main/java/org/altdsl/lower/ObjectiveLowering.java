package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.altdsl.ast.Binding;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Matter;
import org.altdsl.ir.Op;
import org.altdsl.ir.Owner;
import org.altdsl.ir.Slot;
import org.altdsl.ir.Space;
import org.altdsl.names.Flattened;
import org.altdsl.names.Inheritance;
import org.altdsl.source.Span;

/** Lowers the use of a declared objective: a value for each sample, and what it takes for the target. */
final class ObjectiveLowering {
    private final Expressions expressions;
    private final Network network;

    ObjectiveLowering(Expressions expressions, Network network) {
        this.expressions = requireNonNull(expressions);
        this.network = requireNonNull(network);
    }

    /** The value of {@code F(y, target, parameter = …)} for each sample. */
    org.altdsl.ir.Expr value(Value.Model use, Section section, Span at) {
        Flattened model = new Inheritance(expressions.program(), expressions.sink()).flatten(use.declaration());
        Body body = new Body(model, use, section, at);
        return body.value();
    }

    private final class Body implements Scope {
        private final Flattened model;
        private final Value.Model use;
        private final Section where;
        private final Span at;
        private final Map<String, Value> names = new LinkedHashMap<>();
        private final Map<String, Parameter> parameters = new LinkedHashMap<>();
        private Space population = Space.SCALAR;

        Body(Flattened model, Value.Model use, Section where, Span at) {
            this.model = model;
            this.use = use;
            this.where = where;
            this.at = at;
            model.parameters().forEach((name, binding) -> parameters.put(name, new Parameter(binding, this)));
            bind();
        }

        private void bind() {
            List<Binding> formals = model.declaration().formals();
            int position = 0;
            for (Expr.Argument argument : use.arguments()) {
                if (argument.name().isPresent()) {
                    String name = argument.name().get().text();
                    Binding old = model.parameters().get(name);
                    if (old == null) {
                        throw expressions.error(
                                Code.UNKNOWN_PARAMETER,
                                argument.span(),
                                "the objective '" + model.name() + "' has no parameter '" + name + "'");
                    }
                    Binding given = Inheritance.withValue(old, argument.value(), argument.drawn());
                    parameters.put(name, new Parameter(given, use.scope()));
                    continue;
                }
                if (position >= formals.size()) {
                    throw expressions.error(
                            Code.WRONG_ARGUMENTS,
                            argument.span(),
                            "the objective '" + model.name() + "' takes " + formals.size() + " argument(s)");
                }
                argument(formals.get(position), argument.value(), position);
                position++;
            }
            if (position < formals.size()) {
                throw expressions.error(
                        Code.WRONG_ARGUMENTS,
                        at,
                        "the objective '" + model.name() + "' needs " + formals.size() + " argument(s): "
                                + String.join(
                                        ", ",
                                        formals.stream()
                                                .map(f -> f.name().text())
                                                .toList()));
            }
        }

        private void argument(Binding formal, Expr source, int position) {
            Value value = expressions.value(source, use.scope(), where);
            if (position == 0) {
                org.altdsl.ir.Expr first = expressions.real(value, source.span(), use.scope(), where, null);
                population = first.space().without(Axis.LANE);
                names.put(formal.name().text(), new Value.Real(first));
                noteOutput();
                return;
            }
            Space whole = population.with(Axis.LANE);
            boolean wantsClass = formal.type()
                    .map(type -> type.span().text().equals("class"))
                    .orElse(false);
            org.altdsl.ir.Expr target;
            if (value instanceof Value.Label label) {
                target = oneHot(label.index(), source.span());
            } else {
                org.altdsl.ir.Expr given = expressions.real(value, source.span(), use.scope(), where, whole);
                boolean isClass = wantsClass && given.space().without(Axis.LANE).isScalar();
                target = isClass ? oneHot(given, source.span()) : given;
                if (!isClass && network.target().isEmpty()) {
                    network.target(target);
                }
            }
            names.put(formal.name().text(), new Value.Real(target));
        }

        /** The population that the objective reads is the output, unless the network says otherwise. */
        private void noteOutput() {
            if (network.output().isEmpty()) {
                network.populations().stream()
                        .filter(one -> population.has(one.axis()))
                        .findFirst()
                        .ifPresent(network::output);
            }
        }

        private org.altdsl.ir.Expr oneHot(org.altdsl.ir.Expr index, Span span) {
            if (population.rank() != 1) {
                throw expressions.error(
                        Code.WRONG_SHAPE, span, "a class needs an output population to be predicted by");
            }
            Axis axis = population.axes().get(0);
            org.altdsl.ir.Expr hot = Emission.prim(Op.EQ, new org.altdsl.ir.Expr.Index(axis), index);
            org.altdsl.ir.Expr held = expressions
                    .emission()
                    .temporary("target", where.settle(), hot, Slot.CLAMP, Owner.HARNESS, Matter.OBJECTIVE, span);
            if (network.target().isEmpty()) {
                network.target(held);
                Value first = names.values().iterator().next();
                network.classification(index, ((Value.Real) first).expr());
            }
            return held;
        }

        org.altdsl.ir.Expr value() {
            if (model.declaration().value().isPresent()) {
                return perSample(expressions.real(model.declaration().value().get(), this, where));
            }
            Optional<org.altdsl.ir.Expr> loss = Optional.empty();
            for (Item item : model.items()) {
                if (item instanceof Item.Lets lets) {
                    Binding binding = lets.bindings().get(0);
                    org.altdsl.ir.Expr value = expressions.real(binding.value().orElseThrow(), this, where);
                    names.put(binding.name().text(), new Value.Real(value));
                } else if (item instanceof Item.Assign assign
                        && assign.target() instanceof Expr.Reference target
                        && target.name().equals("loss")) {
                    loss = Optional.of(expressions.real(assign.value(), this, where));
                }
            }
            return perSample(loss.orElseThrow(() -> expressions.error(
                    Code.MISSING_VALUE, model.declaration().name().span(), "an objective sets 'loss'")));
        }

        private org.altdsl.ir.Expr perSample(org.altdsl.ir.Expr value) {
            Space extra = value.space().without(Axis.LANE);
            if (!extra.isScalar()) {
                throw expressions.error(
                        Code.LOST_AXIS,
                        at,
                        "an objective is one number a sample; this has one for " + Expressions.words(value.space())
                                + ": use sum(… over population)");
            }
            return value;
        }

        @Override
        public Optional<Value> find(String name, Section section, Span where) {
            Value known = names.get(name);
            if (known != null) {
                return Optional.of(known);
            }
            Parameter parameter = parameters.get(name);
            return parameter == null ? Optional.empty() : Optional.of(parameter.value(expressions, section));
        }

        @Override
        public List<String> names() {
            List<String> all = new ArrayList<>(names.keySet());
            all.addAll(parameters.keySet());
            return all;
        }

        @Override
        public Optional<Space> axis(String name) {
            return switch (name) {
                case "population" -> Optional.of(population);
                case "batch" -> Optional.of(Space.of(Axis.LANE));
                default -> Optional.empty();
            };
        }

        @Override
        public Space drawSpace() {
            return population;
        }

        @Override
        public String stream() {
            return model.name();
        }
    }
}
