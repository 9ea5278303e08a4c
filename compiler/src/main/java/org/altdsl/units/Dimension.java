package org.altdsl.units;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A physical dimension: the exponents of the seven SI base units, in twelfths so that roots stay exact.
 *
 * <p>Two values can be added when their dimensions are equal. {@link #ANY} is the dimension of a quantity that the
 * checker cannot know yet (of a neuron that is chosen later) and of a literal zero: it fits every other.
 */
public final class Dimension {
    private static final String[] BASE = {"m", "kg", "s", "A", "K", "mol", "cd"};
    private static final int DENOMINATOR = 12;

    /** Pure numbers. */
    public static final Dimension NONE = new Dimension(new int[BASE.length], false);

    /** Fits every other dimension. */
    public static final Dimension ANY = new Dimension(new int[BASE.length], true);

    private final int[] twelfths;
    private final boolean any;

    private Dimension(int[] twelfths, boolean any) {
        this.twelfths = twelfths;
        this.any = any;
    }

    /** A base unit's dimension, by its symbol. */
    public static Dimension base(String symbol) {
        int[] exponents = new int[BASE.length];
        exponents[Arrays.asList(BASE).indexOf(symbol)] = DENOMINATOR;
        return new Dimension(exponents, false);
    }

    public boolean isAny() {
        return any;
    }

    public boolean isNone() {
        return any || equals(NONE);
    }

    /** Whether a value of the one may stand where one of the other is wanted. */
    public boolean fits(Dimension other) {
        return any || other.any || Arrays.equals(twelfths, other.twelfths);
    }

    public Dimension times(Dimension other) {
        return combine(other, 1);
    }

    public Dimension over(Dimension other) {
        return combine(other, -1);
    }

    private Dimension combine(Dimension other, int sign) {
        if (any || other.any) {
            return ANY;
        }
        int[] exponents = new int[BASE.length];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = twelfths[i] + sign * other.twelfths[i];
        }
        return new Dimension(exponents, false);
    }

    /** This dimension to a constant power. */
    public Dimension power(double exponent) {
        if (any) {
            return ANY;
        }
        int[] exponents = new int[BASE.length];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = (int) Math.round(twelfths[i] * exponent);
        }
        return new Dimension(exponents, false);
    }

    /** The one that is known, if only one is. */
    public Dimension or(Dimension other) {
        return any ? other : this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dimension dimension
                && dimension.any == any
                && Arrays.equals(dimension.twelfths, twelfths);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(twelfths) + (any ? 1 : 0);
    }

    /** The name of a common unit of this dimension, or the base units with their exponents. */
    @Override
    public String toString() {
        if (any) {
            return "any unit";
        }
        if (equals(NONE)) {
            return "a pure number";
        }
        String common = Units.commonName(this);
        if (common != null) {
            return common;
        }
        List<String> above = new ArrayList<>();
        List<String> below = new ArrayList<>();
        for (int i = 0; i < BASE.length; i++) {
            if (twelfths[i] > 0) {
                above.add(BASE[i] + exponent(twelfths[i]));
            } else if (twelfths[i] < 0) {
                below.add(BASE[i] + exponent(-twelfths[i]));
            }
        }
        String top = above.isEmpty() ? "1" : String.join("*", above);
        return below.isEmpty() ? top : top + "/" + String.join("/", below);
    }

    private static String exponent(int twelfths) {
        if (twelfths == DENOMINATOR) {
            return "";
        }
        return twelfths % DENOMINATOR == 0 ? "^" + twelfths / DENOMINATOR : "^(" + twelfths + "/" + DENOMINATOR + ")";
    }
}
