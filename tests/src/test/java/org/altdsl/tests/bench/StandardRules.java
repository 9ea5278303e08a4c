package org.altdsl.tests.bench;

import java.util.List;
import java.util.stream.Collectors;
import org.altdsl.lower.LoweredRule;

/** The rules of the standard library in a network with two hidden layers. */
public final class StandardRules {
    /** Numbers an image has. */
    public static final int INPUTS = 5;

    /** Classes a label has. */
    public static final int CLASSES = 3;

    private StandardRules() {}

    /** Every rule of the library, lowered. */
    public static List<LoweredRule> inNetwork(String hidden, String activation, String optimizer) {
        String names = Programs.standardRules().stream()
                .map(rule -> rule.name().text())
                .collect(Collectors.joining(", "));
        return compared(names, hidden, activation, optimizer);
    }

    /** Some rules, as a comparison lists them, lowered. */
    public static List<LoweredRule> compared(String rules, String hidden, String activation, String optimizer) {
        return Programs.lower(experiment(rules, hidden, activation, optimizer));
    }

    /** The source text of such a comparison. */
    public static String experiment(String rules, String hidden, String activation, String optimizer) {
        return """
                import %s
                dataset Samples {
                    field image : [%d] = [[0, 0, 0, 0, 0]]
                    field label : class(%d) = [0]
                }
                experiment "standard rules" {
                    data Samples batch 8
                    network {
                        x  : Input(data.image)
                        h1 : Rate[%s](f = %s)
                        h2 : Rate[4](f = %s)
                        y  : Rate[%d](f = identity)
                        x -> h1 -> h2 -> y via Linear { w ~ kaiming } learns rule
                    }
                    objective CrossEntropy(y.u, data.label)
                    optimizer %s
                    compare rule in [%s]
                    train 1 epochs
                }
                """
                .formatted(imports(), INPUTS, CLASSES, hidden, activation, activation, CLASSES, optimizer, rules);
    }

    /** Everything of the library that a network of rules needs, as an import names it. */
    public static String imports() {
        return String.join(", ", Programs.library().names(null));
    }

    /** Whether a rule of the library assigns its weights itself. */
    public static boolean assigns(LoweredRule rule) {
        return rule.proposals().isEmpty() && !rule.learnables().isEmpty();
    }
}
