package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Declaration;
import org.altdsl.ast.Expr;
import org.altdsl.ir.Program;
import org.altdsl.ir.Space;
import org.altdsl.ir.Var;
import org.altdsl.names.Flattened;
import org.altdsl.runtime.plan.Clamp;
import org.altdsl.runtime.plan.Invariant;
import org.altdsl.runtime.plan.Metric;
import org.altdsl.runtime.plan.TimedPlan;

/**
 * One entry of a comparison as IR.
 *
 * @param name the compared rule's name
 * @param parameters what the comparison gives it, as written
 * @param models the rules in use, the compared one first
 * @param train the program of a training step
 * @param evaluate the forward pass with what is measured on test samples
 * @param gradient the forward pass in training with the gradients, where they are asked for
 * @param sizes the extents that the text fixes
 * @param sizesFromData extents that a field of the data fixes, by axis
 * @param learnables the variables that learn, with the layer each belongs to
 * @param proposals the proposal of each learnable that has one
 * @param gradients the variable of {@code gradient} with the gradient of each learnable weight, where asked for
 * @param aligns whether the angle to a reference direction is measured
 * @param timed how a network in time is run; {@code evaluate} is then the same program
 * @param lanes whether and how trials of a network in time run side by side
 * @param integrated how the equations of a network in time are integrated
 * @param alignedWith the rule whose proposals are the reference, absent for the gradient itself
 */
public record LoweredRule(
        String name,
        Map<String, Object> parameters,
        List<Model> models,
        Program train,
        Program evaluate,
        Optional<Program> gradient,
        Map<String, Integer> sizes,
        Map<String, String> sizesFromData,
        List<Clamp> clamps,
        List<Metric> metrics,
        List<Invariant> invariants,
        List<Learnable> learnables,
        Map<Var, Var> proposals,
        Map<Var, Var> gradients,
        boolean aligns,
        Optional<Expr> alignedWith,
        Optional<TimedPlan> timed,
        Optional<Lanes> lanes,
        List<Integrated> integrated) {
    public LoweredRule {
        requireNonNull(name);
        models = List.copyOf(models);
        requireNonNull(train);
        requireNonNull(evaluate);
        requireNonNull(gradient);
        requireNonNull(lanes);
        clamps = List.copyOf(clamps);
        metrics = List.copyOf(metrics);
        invariants = List.copyOf(invariants);
        learnables = List.copyOf(learnables);
        integrated = List.copyOf(integrated);
    }

    /**
     * How one equation is integrated.
     *
     * @param state the state that it moves
     * @param method the method, as the language calls it
     * @param reason why that one
     */
    public record Integrated(String state, String method, String reason) {
        public Integrated {
            requireNonNull(state);
            requireNonNull(method);
            requireNonNull(reason);
        }
    }

    /** The same with what is known of trials side by side. */
    LoweredRule in(Lanes known) {
        return new LoweredRule(
                name,
                parameters,
                models,
                train,
                evaluate,
                gradient,
                sizes,
                sizesFromData,
                clamps,
                metrics,
                invariants,
                learnables,
                proposals,
                gradients,
                aligns,
                alignedWith,
                timed,
                Optional.of(known),
                integrated);
    }

    /**
     * A rule in use.
     *
     * @param flattened the rule, with what it inherits put in
     * @param given the text of what is given for its parameters
     * @param projections what it teaches
     */
    public record Model(Flattened flattened, Map<String, String> given, List<Teaches> projections) {
        public Declaration declaration() {
            return flattened.declaration();
        }
    }

    /**
     * A projection that a rule teaches: its name, its axes and its own weights.
     *
     * @param pre the axes of the synapses of one target
     * @param post the axes of the targets
     * @param positions the axes of targets that share weights and biases
     */
    public record Teaches(String name, Space pre, Space post, Space positions, Set<Var> weights, Set<Var> biases) {}

    /** A variable that learns, the layer it belongs to, and whether it is a weight of synapses. */
    public record Learnable(Var variable, String layer, boolean weight) {}

    /** The variables of the training program that somebody looks at from outside. */
    public Set<String> observedInTraining() {
        Set<String> observed = new java.util.LinkedHashSet<>();
        metrics.stream()
                .filter(metric -> metric.source() != Metric.Source.TEST)
                .forEach(metric -> observed.add(metric.variable()));
        timed.ifPresent(plan -> plan.variables().forEach(observed::add));
        for (Invariant invariant : invariants) {
            observed.add(invariant.variable());
            observed.add(invariant.rounded());
        }
        lanes.filter(Lanes::isWanted).ifPresent(side -> {
            observed.addAll(side.perTrial().values());
            side.changed().stream()
                    .filter(name -> !side.perTrial().containsKey(name))
                    .forEach(observed::add);
        });
        return observed;
    }

    /** The variables of the evaluation program that somebody looks at. */
    public Set<String> observedInEvaluation() {
        Set<String> observed = new java.util.LinkedHashSet<>();
        metrics.stream()
                .filter(metric -> metric.source() == Metric.Source.TEST)
                .forEach(metric -> observed.add(metric.variable()));
        return observed;
    }
}
