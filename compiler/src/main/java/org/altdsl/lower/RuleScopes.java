package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ir.Axis;
import org.altdsl.ir.Space;
import org.altdsl.source.Span;

/** What names mean inside a rule: beside a projection it teaches, and at a neuron it keeps something at. */
final class RuleScopes {
    private RuleScopes() {}

    /**
     * A rule beside one of its projections.
     *
     * @param site what is written here is about
     */
    record AtProjection(RuleInstance rule, Projection projection, Site site) implements Scope {
        AtProjection {
            requireNonNull(rule);
            requireNonNull(projection);
            requireNonNull(site);
        }

        AtProjection(RuleInstance rule, Projection projection) {
            this(rule, projection, Site.SYNAPSE);
        }

        @Override
        public Value atSynapses(Value ofSources) {
            return site == Site.SOURCE ? ofSources : projection.atSynapses(ofSources);
        }

        @Override
        public Value atTargets(Value ofTargets) {
            return site != Site.TARGET && ofTargets instanceof Value.Real real
                    ? new Value.Real(projection.atTargets(real.expr()))
                    : ofTargets;
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            switch (name) {
                case "pre":
                    return Optional.of(new Value.Place(
                            "pre", new Sources(new Beside(rule, projection.pre(), projection, true), this)));
                case "post":
                    return Optional.of(new Value.Place(
                            "post", new Targets(new Beside(rule, projection.post(), projection, false), this)));
                default:
                    break;
            }
            Optional<Value> known = rule.find(name, this, Optional.of(projection), projection.post(), section, at);
            if (known.isPresent()) {
                return known;
            }
            String meant = rule.meant(name);
            Optional<Value> ofSynapse = projection
                    .inTime()
                    .map(synapses -> synapses.scope(site).find(meant, section, at))
                    .orElseGet(() -> projection.find(meant, section, at));
            if (ofSynapse.isPresent()) {
                return ofSynapse;
            }
            if (Processes.isWhite(name) && section.is(Section.Kind.TICK)) {
                String owner = rule.name() + "."
                        + switch (site) {
                            case SYNAPSE -> projection.name();
                            case SOURCE -> projection.pre().name();
                            case TARGET -> projection.post().name();
                        };
                return Optional.of(new Value.Real(
                        rule.network().expressions().processes(at).white(name, owner, drawSpace(), at)));
            }
            if (projection.post().biases().containsKey(name)) {
                return projection.post().quantity(name, section, at).map(this::atTargets);
            }
            return rule.network().atOutput(name, projection.post(), section, at).map(this::atTargets);
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>(rule.memberNames());
            names.addAll(projection.weights().keySet());
            names.addAll(projection.post().biases().keySet());
            names.addAll(List.of("pre", "post", "output", "exists", "fan_in", "fan_out", "loss", "correct", "target"));
            return names;
        }

        @Override
        public Optional<Space> axis(String name) {
            if (site == Site.SOURCE && name.equals("space")) {
                return Optional.of(projection.pre().positions());
            }
            Optional<Space> own = projection.axis(name);
            return own.isPresent() ? own : rule.network().placeAxis(name);
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            return rule.each(axis);
        }

        @Override
        public Optional<String> pass(String phase) {
            return rule.phases().pass(phase);
        }

        @Override
        public Space drawSpace() {
            return switch (site) {
                case SYNAPSE -> projection.space();
                case SOURCE ->
                    projection.inTime().isPresent() ? projection.pre().space() : projection.space();
                case TARGET -> projection.post().space();
            };
        }

        @Override
        public Optional<Mask> mask() {
            return projection.mask();
        }

        @Override
        public String stream() {
            return projection.name() + "." + rule.name();
        }
    }

    /** A rule at the neurons of a population: in signals, and in the states it keeps there. */
    record AtNeuron(RuleInstance rule, Population population) implements Scope {
        AtNeuron {
            requireNonNull(rule);
            requireNonNull(population);
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            if (rule.network().time().isPresent() && (name.equals("post") || name.equals("pre"))) {
                // The initial value of what is kept at these neurons may follow from theirs.
                return Optional.of(new Value.Place(name, population));
            }
            Optional<Value> known = rule.find(name, this, Optional.empty(), population, section, at);
            if (known.isPresent()) {
                return known;
            }
            Optional<Value> ofNeuron = population.quantity(name, section, at);
            if (ofNeuron.isPresent()) {
                return ofNeuron;
            }
            return rule.network().atOutput(name, population, section, at);
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>(rule.memberNames());
            names.addAll(population.names());
            names.addAll(List.of("output", "error", "target", "loss", "correct"));
            return names;
        }

        @Override
        public Optional<Space> axis(String name) {
            return switch (name) {
                case "population" -> Optional.of(population.space());
                case "post" -> Optional.of(Space.of(population.axis()));
                case "space" -> Optional.of(population.positions());
                case "batch" -> Optional.of(Space.of(Axis.LANE));
                case "kernel" -> Optional.of(Space.SCALAR);
                default -> rule.network().placeAxis(name);
            };
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            return rule.each(axis);
        }

        @Override
        public Optional<String> pass(String phase) {
            return rule.phases().pass(phase);
        }

        @Override
        public Space drawSpace() {
            return population.space();
        }

        @Override
        public String stream() {
            return population.name() + "." + rule.name();
        }

        /** What arrives at these neurons over a reverse pathway. */
        org.altdsl.ir.Expr through(
                org.altdsl.ast.Expr.Reference pathway, org.altdsl.ast.Expr carried, Section section, Span at) {
            return rule.pathways().through(pathway, carried, population, section, at);
        }
    }

    /**
     * What names mean in the value that a use of a rule gives to a parameter: what they mean where the rule is used, but
     * that {@code pre} and {@code post} are the ends of the projection that it teaches.
     *
     * @param use where the rule is used
     * @param there where the rule reads its parameter
     */
    record Given(Scope use, Scope there) implements Scope {
        Given {
            requireNonNull(use);
            requireNonNull(there);
        }

        @Override
        public Optional<Value> find(String name, Section section, Span at) {
            boolean end = name.equals("pre") || name.equals("post");
            return (end ? there : use).find(name, section, at);
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>(use.names());
            names.addAll(List.of("pre", "post"));
            return names;
        }

        @Override
        public Optional<Space> axis(String name) {
            return use.axis(name);
        }

        @Override
        public Optional<List<Scope>> each(String axis) {
            return use.each(axis);
        }

        @Override
        public Optional<Value> external(String function, org.altdsl.ast.Expr.Call call, Space space, Section section) {
            return use.external(function, call, space, section);
        }

        @Override
        public Space drawSpace() {
            return use.drawSpace();
        }

        @Override
        public String stream() {
            return use.stream();
        }
    }

    /** The members of {@code pre}, as a scope beside a projection sees them. */
    record Sources(Value.Members members, Scope scope) implements Value.Members {
        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            return members.member(name, section, at).map(scope::atSynapses);
        }

        @Override
        public List<String> names() {
            return members.names();
        }
    }

    /** The members of {@code post}, as a scope beside a projection sees them. */
    record Targets(Value.Members members, AtProjection scope) implements Value.Members {
        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            return members.member(name, section, at).map(scope::atTargets);
        }

        @Override
        public List<String> names() {
            return members.names();
        }
    }

    /** The members of {@code pre} and {@code post}: the neuron's quantities and what the rule keeps there. */
    private record Beside(RuleInstance rule, Population population, Projection projection, boolean before)
            implements Value.Members {
        private Value beside(Value member, String name, boolean ofNeuron, Section section, Span at) {
            return before ? projection.atSources(member, name, ofNeuron, section, at) : member;
        }

        @Override
        public Optional<Value> member(String name, Section section, Span at) {
            Optional<Value> kept = rule.atPopulation(population, name, section, at);
            if (kept.isPresent()) {
                return kept.map(value -> beside(value, name, false, section, at));
            }
            Optional<Value> own = population.member(name, section, at);
            return own.isPresent()
                    ? own.map(value -> beside(value, name, true, section, at))
                    : rule.defined(name, projection, section, at);
        }

        @Override
        public List<String> names() {
            List<String> names = new ArrayList<>(population.names());
            names.addAll(rule.memberNames());
            names.addAll(List.of("target", "error", "index"));
            return names;
        }
    }
}
