package org.altdsl.lower;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.altdsl.ast.Expr;
import org.altdsl.ast.Item;
import org.altdsl.diag.Code;
import org.altdsl.runtime.data.Augmentation;
import org.altdsl.runtime.data.ImageShape;

/** Lowers how an experiment changes its training samples. */
final class AugmentationLowering {
    private final Expressions expressions;
    private final Scope scope;

    AugmentationLowering(Expressions expressions, Scope scope) {
        this.expressions = requireNonNull(expressions);
        this.scope = requireNonNull(scope);
    }

    /**
     * The changes of a field.
     *
     * @param shape the field's shape as declared, empty where it has none
     */
    Augmentation lower(Item.Augmentation written, List<Integer> shape) {
        List<Augmentation.Step> steps = new ArrayList<>();
        for (Item.Change change : written.changes()) {
            steps.add(step(change, written.field().text(), shape));
        }
        return new Augmentation(written.field().text(), steps);
    }

    private Augmentation.Step step(Item.Change change, String field, List<Integer> shape) {
        return switch (change.kind().text()) {
            case "shift" -> new Augmentation.Shift(image(change, field, shape), pixels(change));
            case "flip" -> new Augmentation.Flip(image(change, field, shape), probability(change));
            case "noise" -> new Augmentation.Noise(deviation(change));
            default -> throw new AssertionError("the resolver of names lets only these pass: " + change.kind());
        };
    }

    private ImageShape image(Item.Change change, String field, List<Integer> shape) {
        return ImageShape.of(shape)
                .orElseThrow(() -> expressions.error(
                        Code.WRONG_SHAPE,
                        change.span(),
                        "'" + change.kind() + "' needs the height and width of an image, and '" + field
                                + "' has none; give it a shape in its data set, as in field " + field
                                + " : [28, 28] = …"));
    }

    private int pixels(Item.Change change) {
        Expr amount = needed(change, "how many pixels at most, as in shift(2)");
        int pixels = expressions.whole(amount, scope, Section.INIT, "a number of pixels");
        if (pixels < 0) {
            throw expressions.error(Code.BAD_SETTING, amount.span(), "a number of pixels is 0 or more, not " + pixels);
        }
        return pixels;
    }

    private double probability(Item.Change change) {
        if (change.amount().isEmpty()) {
            return 0.5;
        }
        Expr amount = change.amount().get();
        double probability = expressions.number(amount, scope, Section.INIT, "a probability");
        if (!(probability >= 0 && probability <= 1)) {
            throw expressions.error(
                    Code.BAD_SETTING, amount.span(), "a probability is from 0 to 1, not " + probability);
        }
        return probability;
    }

    private double deviation(Item.Change change) {
        Expr amount = needed(change, "its standard deviation, as in noise(0.1)");
        double deviation = expressions.number(amount, scope, Section.INIT, "a standard deviation");
        if (!(deviation >= 0)) {
            throw expressions.error(
                    Code.BAD_SETTING, amount.span(), "a standard deviation is 0 or more, not " + deviation);
        }
        return deviation;
    }

    private Expr needed(Item.Change change, String what) {
        Optional<Expr> amount = change.amount();
        return amount.orElseThrow(
                () -> expressions.error(Code.MISSING_VALUE, change.span(), "'" + change.kind() + "' needs " + what));
    }
}
