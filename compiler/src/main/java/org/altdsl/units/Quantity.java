package org.altdsl.units;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The dimension of a value, and the unit that a message calls it by.
 *
 * @param unit as the user wrote it, where one can be told
 */
public record Quantity(Dimension dimension, Optional<String> unit) {
    /** A pure number. */
    public static final Quantity NUMBER = new Quantity(Dimension.NONE, Optional.empty());

    /** A value that fits everything. */
    public static final Quantity ANY = new Quantity(Dimension.ANY, Optional.empty());

    public Quantity {
        requireNonNull(dimension);
        requireNonNull(unit);
    }

    static Quantity of(Dimension dimension) {
        return new Quantity(dimension, Optional.empty());
    }

    boolean fits(Quantity other) {
        return dimension.fits(other.dimension);
    }

    /** Whether it may stand where a pure number is wanted. */
    boolean isNumber() {
        return dimension.isNone();
    }

    Quantity times(Quantity other) {
        Dimension product = dimension.times(other.dimension);
        if (dimension.equals(Dimension.NONE)) {
            return new Quantity(product, other.unit);
        }
        if (other.dimension.equals(Dimension.NONE)) {
            return new Quantity(product, unit);
        }
        return of(product);
    }

    Quantity over(Quantity other) {
        Dimension ratio = dimension.over(other.dimension);
        if (other.dimension.equals(Dimension.NONE)) {
            return new Quantity(ratio, unit);
        }
        if (dimension.equals(Dimension.NONE)) {
            return new Quantity(
                    ratio, other.unit.filter(name -> !name.contains("/")).map(name -> "1/" + name));
        }
        return of(ratio);
    }

    /** This per second, as an equation wants it. */
    Quantity perSecond() {
        Dimension rate = dimension.over(Dimension.base("s"));
        return new Quantity(rate, unit.map(name -> name + "/s"));
    }

    /** The one whose dimension is known, if only one is. */
    Quantity or(Quantity other) {
        return dimension.isAny() ? other : this;
    }

    /** What messages call it. */
    String words() {
        return unit.orElseGet(dimension::toString);
    }
}
