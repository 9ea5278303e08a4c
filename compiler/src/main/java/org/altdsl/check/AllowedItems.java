package org.altdsl.check;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.altdsl.ast.Item;
import org.altdsl.ast.Item.Trigger;
import org.altdsl.diag.Code;
import org.altdsl.diag.DiagnosticSink;
import org.altdsl.diag.Note;
import org.altdsl.source.Span;

/**
 * Every item stands where it means something.
 *
 * <p>Allowed, for example: {@code weight} in a synapse, {@code signal} in a rule, {@code hold} where a spike is reset,
 * {@code report} in a block of a rule. Not allowed: {@code weight} in a neuron, an assignment outside a block of a
 * rule, {@code phase} in an optimizer, {@code state} inside a block.
 */
final class AllowedItems implements ContextCheck {
    /** Where an item can stand, in the words of messages. */
    private enum Place {
        NEURON("a neuron"),
        COMPARTMENT("a compartment"),
        SYNAPSE("a synapse"),
        RULE("a rule"),
        OPTIMIZER("an optimizer"),
        OBJECTIVE("an objective"),
        DATASET("a data set"),
        SECTION("a part of a data set"),
        NETWORK("a network"),
        TEST("a test"),
        EXPERIMENT("an experiment"),
        SPIKE("the block of a spike"),
        NEURON_BLOCK("a block of a neuron"),
        SYNAPSE_BLOCK("a block of a synapse"),
        RULE_BLOCK("a block of a rule"),
        PHASE("a phase"),
        OPTIMIZER_BLOCK("a block of an optimizer"),
        NETWORK_BLOCK("a block of a network"),
        PROTOCOL("a protocol");

        private final String words;

        Place(String words) {
            this.words = words;
        }
    }

    private static final Set<Class<? extends Item>> BLOCK =
            Set.of(Item.Assign.class, Item.Lets.class, Item.If.class, Item.MatchItem.class, Item.Located.class);

    private static final Map<Place, Set<Class<? extends Item>>> ALLOWED = new EnumMap<>(Place.class);

    static {
        allow(
                Place.NEURON,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Equation.class,
                        Item.Lets.class,
                        Item.Weight.class,
                        Item.Input.class,
                        Item.Output.class,
                        Item.Compartment.class,
                        Item.Spike.class,
                        Item.Surrogate.class,
                        Item.Method.class,
                        Item.Handler.class,
                        Item.Noise.class,
                        Item.Keep.class,
                        Item.Conserve.class,
                        Item.Local.class,
                        Item.If.class,
                        Item.MatchItem.class,
                        Item.Use.class));
        allow(
                Place.COMPARTMENT,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Equation.class,
                        Item.Lets.class,
                        Item.Input.class,
                        Item.Output.class,
                        Item.Local.class));
        allow(
                Place.SYNAPSE,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Equation.class,
                        Item.Lets.class,
                        Item.Weight.class,
                        Item.Assign.class,
                        Item.Handler.class,
                        Item.Keep.class,
                        Item.SignFixed.class,
                        Item.Conserve.class,
                        Item.Local.class,
                        Item.If.class,
                        Item.MatchItem.class,
                        Item.Method.class,
                        Item.Noise.class,
                        Item.Use.class));
        allow(
                Place.RULE,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Equation.class,
                        Item.Lets.class,
                        Item.Cases.class,
                        Item.Located.class,
                        Item.Handler.class,
                        Item.Feedback.class,
                        Item.Noise.class,
                        Item.Inject.class,
                        Item.Modulators.class,
                        Item.Adapts.class,
                        Item.Reads.class,
                        Item.Phase.class,
                        Item.Redirect.class,
                        Item.Keep.class,
                        Item.SignFixed.class,
                        Item.Conserve.class,
                        Item.Local.class,
                        Item.If.class,
                        Item.MatchItem.class,
                        Item.Method.class,
                        Item.Use.class));
        allow(
                Place.OPTIMIZER,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Lets.class,
                        Item.Handler.class,
                        Item.Local.class));
        allow(
                Place.OBJECTIVE,
                List.of(
                        Item.Parameters.class,
                        Item.Lets.class,
                        Item.Assign.class,
                        Item.Local.class,
                        Item.If.class,
                        Item.MatchItem.class));
        allow(
                Place.DATASET,
                List.of(
                        Item.Parameters.class,
                        Item.Lets.class,
                        Item.Field.class,
                        Item.Split.class,
                        Item.Section.class,
                        Item.Assign.class,
                        Item.Local.class));
        allow(Place.SECTION, List.of(Item.Field.class, Item.Lets.class));
        allow(
                Place.NETWORK,
                List.of(
                        Item.Parameters.class,
                        Item.States.class,
                        Item.Equation.class,
                        Item.Lets.class,
                        Item.Population.class,
                        Item.Projection.class,
                        Item.Learn.class,
                        Item.Assign.class,
                        Item.Handler.class,
                        Item.ForRow.class,
                        Item.Local.class,
                        Item.Noise.class,
                        Item.Inject.class,
                        Item.If.class,
                        Item.Optimize.class,
                        Item.Loss.class));
        allow(
                Place.TEST,
                List.of(
                        Item.Network.class,
                        Item.Given.class,
                        Item.Step.class,
                        Item.Expect.class,
                        Item.Lets.class,
                        Item.ForRow.class,
                        Item.Loss.class,
                        Item.Optimize.class,
                        Item.Measure.class,
                        Item.Assign.class,
                        Item.Data.class,
                        Item.Local.class,
                        Item.Learn.class));
        allow(
                Place.EXPERIMENT,
                List.of(
                        Item.Network.class,
                        Item.Data.class,
                        Item.Loss.class,
                        Item.Optimize.class,
                        Item.Compare.class,
                        Item.Sweep.class,
                        Item.Train.class,
                        Item.Seeds.class,
                        Item.Measure.class,
                        Item.Protocol.class,
                        Item.Lets.class,
                        Item.Assign.class,
                        Item.Parameters.class,
                        Item.Clamp.class,
                        Item.Expect.class,
                        Item.Local.class,
                        Item.Learn.class,
                        Item.Noise.class));
        block(Place.NEURON_BLOCK, List.of(Item.Hold.class, Item.Refractory.class));
        block(Place.SPIKE, List.of(Item.Hold.class, Item.Refractory.class));
        block(Place.SYNAPSE_BLOCK, List.of(Item.Equation.class));
        block(
                Place.RULE_BLOCK,
                List.of(Item.Report.class, Item.Prune.class, Item.Grow.class, Item.Use.class, Item.Equation.class));
        block(Place.PHASE, List.of(Item.Equation.class, Item.Clamp.class, Item.Inject.class));
        block(Place.OPTIMIZER_BLOCK, List.of(Item.Report.class));
        block(Place.NETWORK_BLOCK, List.of(Item.Schedule.class, Item.Equation.class));
        block(
                Place.PROTOCOL,
                List.of(Item.Step.class, Item.Use.class, Item.Measure.class, Item.Given.class, Item.Clamp.class));
    }

    private static void allow(Place place, List<Class<? extends Item>> items) {
        ALLOWED.put(place, Set.copyOf(items));
    }

    private static void block(Place place, List<Class<? extends Item>> more) {
        Set<Class<? extends Item>> items = new HashSet<>(BLOCK);
        items.addAll(more);
        ALLOWED.put(place, items);
    }

    @Override
    public void check(Subject subject, DiagnosticSink sink) {
        Optional<Place> place =
                switch (subject.kind()) {
                    case NEURON -> Optional.of(Place.NEURON);
                    case SYNAPSE -> Optional.of(Place.SYNAPSE);
                    case RULE -> Optional.of(Place.RULE);
                    case OPTIMIZER -> Optional.of(Place.OPTIMIZER);
                    case OBJECTIVE -> Optional.of(Place.OBJECTIVE);
                    case DATASET -> Optional.of(Place.DATASET);
                    case CIRCUIT -> Optional.of(Place.NETWORK);
                    case TEST -> Optional.of(Place.TEST);
                    case EXPERIMENT -> Optional.of(Place.EXPERIMENT);
                    case FUNCTION, UNIT, ENUM -> Optional.empty();
                };
        place.ifPresent(where -> items(subject.declaration().body(), where, sink));
    }

    private void items(List<Item> items, Place place, DiagnosticSink sink) {
        items.forEach(item -> item(item, place, sink));
    }

    private void item(Item item, Place place, DiagnosticSink sink) {
        if (!ALLOWED.get(place).contains(item.getClass()) || !detail(item, place)) {
            refuse(item, place, sink);
            return;
        }
        if (item instanceof Item.Handler handler) {
            items(handler.body(), blockOf(place), sink);
        } else if (item instanceof Item.Spike spike) {
            items(spike.body(), Place.SPIKE, sink);
            spike.otherwise().ifPresent(body -> items(body, Place.SPIKE, sink));
        } else if (item instanceof Item.Compartment compartment) {
            items(compartment.body(), Place.COMPARTMENT, sink);
        } else if (item instanceof Item.Phase phase) {
            items(phase.body(), Place.PHASE, sink);
        } else if (item instanceof Item.Located located) {
            item(located.item(), place, sink);
        } else if (item instanceof Item.Section section) {
            items(section.body(), Place.SECTION, sink);
        } else if (item instanceof Item.Network network) {
            items(network.body(), Place.NETWORK, sink);
        } else if (item instanceof Item.ForRow rows) {
            items(rows.body(), place, sink);
        } else if (item instanceof Item.Protocol protocol) {
            items(protocol.body(), Place.PROTOCOL, sink);
        } else if (item instanceof Item.Step step) {
            items(step.body(), Place.PROTOCOL, sink);
        } else if (item instanceof Item.If choice) {
            items(choice.body(), place, sink);
            items(choice.otherwise(), place, sink);
        } else if (item instanceof Item.MatchItem match) {
            match.branches().forEach(branch -> items(branch.body(), place, sink));
        } else if (item instanceof Item.Grow grow) {
            items(grow.body(), Place.RULE_BLOCK, sink);
        }
    }

    private static Place blockOf(Place place) {
        return switch (place) {
            case NEURON -> Place.NEURON_BLOCK;
            case SYNAPSE -> Place.SYNAPSE_BLOCK;
            case RULE -> Place.RULE_BLOCK;
            case OPTIMIZER -> Place.OPTIMIZER_BLOCK;
            default -> Place.NETWORK_BLOCK;
        };
    }

    /** What of an allowed kind of item is not allowed all the same. */
    private static boolean detail(Item item, Place place) {
        if (item instanceof Item.Weight weight) {
            return switch (weight.kind()) {
                case WEIGHT -> place == Place.SYNAPSE;
                case BIAS -> place == Place.NEURON;
                case LEARNABLE -> true;
            };
        }
        if (item instanceof Item.Equation equation) {
            boolean placed = equation.place().isEmpty() || place == Place.RULE || place == Place.SYNAPSE;
            return placed && (!equation.relaxing() || place == Place.RULE);
        }
        if (item instanceof Item.States states) {
            return states.place().isEmpty()
                    || place == Place.RULE
                    || place == Place.SYNAPSE
                    || place == Place.OPTIMIZER && states.place().get().text().equals("global");
        }
        if (item instanceof Item.Inject inject) {
            return inject.stimulation() == (place == Place.NETWORK);
        }
        if (item instanceof Item.Handler handler) {
            return trigger(handler.trigger(), place);
        }
        return true;
    }

    private static boolean trigger(Trigger trigger, Place place) {
        return switch (place) {
            case NEURON -> trigger == Trigger.ON || trigger == Trigger.EACH || trigger == Trigger.AFTER;
            case SYNAPSE -> trigger == Trigger.ON || trigger == Trigger.EACH;
            case OPTIMIZER -> trigger == Trigger.ON || trigger == Trigger.BEFORE;
            default -> true;
        };
    }

    private static void refuse(Item item, Place place, DiagnosticSink sink) {
        String message = ItemWords.of(item) + " cannot stand in " + place.words;
        Span first = firstLine(item.span());
        if (item instanceof Item.Assign && place == Place.RULE) {
            sink.error(Code.NOT_ALLOWED_HERE, first, message, Note.of("put it in a block: after forward { ... }"));
        } else if (item instanceof Item.Assign && place == Place.NEURON) {
            sink.error(
                    Code.NOT_ALLOWED_HERE,
                    first,
                    message,
                    Note.of("write 'let' or 'out' for a definition, x' = ... for an equation"));
        } else if (item instanceof Item.Assign && place == Place.OPTIMIZER) {
            sink.error(Code.NOT_ALLOWED_HERE, first, message, Note.of("put it in a block: on dw { ... }"));
        } else if (item instanceof Item.Inject inject && inject.stimulation() && place == Place.PROTOCOL) {
            sink.error(
                    Code.NOT_ALLOWED_HERE,
                    first,
                    "a protocol stimulates while something happens; say what: stimulate "
                            + inject.target().span().text() + " with "
                            + inject.value().span().text() + " { run 10 ms }");
        } else if (item instanceof Item.Step step && step.kind() == Item.StepKind.STIMULATE) {
            sink.error(
                    Code.NOT_ALLOWED_HERE,
                    first,
                    message
                            + " with acts: only a protocol has those; what is added in every step ends in 'each step', as in"
                            + " stimulate " + step.arguments().get(0).span().text() + " with "
                            + step.arguments().get(1).span().text() + " each step");
        } else if (item instanceof Item.States || item instanceof Item.Parameters) {
            sink.error(Code.NOT_ALLOWED_HERE, first, message, Note.of("declare it in the body, outside of any block"));
        } else {
            sink.error(Code.NOT_ALLOWED_HERE, first, message);
        }
    }

    /** A whole block would underline too much. */
    private static Span firstLine(Span span) {
        String text = span.text();
        int end = text.indexOf('\n');
        return end < 0 ? span : new Span(span.file(), span.start(), span.start() + end);
    }
}
