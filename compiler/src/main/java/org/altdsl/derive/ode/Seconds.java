package org.altdsl.derive.ode;

import java.util.Locale;

/** Durations in words, for messages. */
public final class Seconds {
    private Seconds() {}

    /** A duration with the prefix that makes it readable: {@code 40 us}. */
    public static String words(double seconds) {
        double size = Math.abs(seconds);
        if (size >= 1 || size == 0) {
            return number(seconds) + " s";
        }
        if (size >= 1e-3) {
            return number(seconds * 1e3) + " ms";
        }
        return size >= 1e-6 ? number(seconds * 1e6) + " us" : number(seconds * 1e9) + " ns";
    }

    /** Four digits are enough. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value)
                .replaceAll("(\\.\\d*?)0+$", "$1")
                .replaceAll("\\.$", "");
    }
}
