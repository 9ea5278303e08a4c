package org.altdsl.driver;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.altdsl.runtime.kernel.SynapseMemory;
import org.altdsl.runtime.plan.ExperimentPlan;
import org.altdsl.runtime.report.RuleCard;

/**
 * An experiment that is ready to run, with what its report says beside the numbers.
 *
 * @param description the documentation comment of the experiment
 * @param settings what it runs with, for the report
 * @param sources every file it was made from
 * @param rules beside each entry of the plan: card, text, equations
 * @param precision {@code float} or {@code double}
 */
public record PreparedExperiment(
        ExperimentPlan plan,
        String description,
        Map<String, String> settings,
        Map<String, String> sources,
        List<RuleText> rules,
        String precision) {
    public PreparedExperiment {
        requireNonNull(plan);
        requireNonNull(description);
        rules = List.copyOf(rules);
        requireNonNull(precision);
    }

    /**
     * What is said of one entry of the comparison.
     *
     * @param card what information the rule uses and what it costs
     * @param text its source
     * @param equations its equations
     * @param bytesPerSynapse memory a synapse keeps from batch to batch
     * @param operationsPerSynapse arithmetic operations a synapse and sample take in a training step
     * @param projections what is held for each synapse of each projection, where the back end knows it
     */
    public record RuleText(
            RuleCard card,
            String text,
            String equations,
            double bytesPerSynapse,
            double operationsPerSynapse,
            List<SynapseMemory> projections) {
        public RuleText {
            projections = List.copyOf(projections);
            requireNonNull(card);
            requireNonNull(text);
            requireNonNull(equations);
        }
    }
}
