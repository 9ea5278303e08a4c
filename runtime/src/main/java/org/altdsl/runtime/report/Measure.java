package org.altdsl.runtime.report;

import java.util.Locale;
import org.altdsl.runtime.plan.Measured;
import org.altdsl.runtime.report.Statistics.Interval;

/**
 * How a metric is named and its numbers are written for a reader.
 *
 * @param name the metric's name, as {@code weight_norm[h]}
 * @param base the name without the layer, as {@code weight_norm}
 * @param layer the layer; empty for a metric of the whole network
 * @param scale what its numbers are
 * @param unit what stands behind a number, as {@code Hz}; empty for a pure one
 * @param factor by what a value is multiplied to be shown in that unit
 */
record Measure(String name, String base, String layer, Scale scale, String unit, double factor) {

    /** What a metric's numbers are. */
    enum Scale {
        FRACTION,
        DEGREES,
        NOT_NEGATIVE,
        PLAIN
    }

    /** A number without a unit. */
    static final Measure PLAIN = new Measure("", "", "", Scale.PLAIN, "", 1);

    static Measure of(String name) {
        int bracket = name.indexOf('[');
        boolean layered = bracket > 0 && name.endsWith("]");
        String base = layered ? name.substring(0, bracket) : name;
        String layer = layered ? name.substring(bracket + 1, name.length() - 1) : "";
        Scale scale = Scale.PLAIN;
        if (base.endsWith("accuracy") || base.endsWith("fraction")) {
            scale = Scale.FRACTION;
        } else if (base.startsWith("alignment")) {
            scale = Scale.DEGREES;
        }
        return switch (scale) {
            case FRACTION -> new Measure(name, base, layer, scale, "%", 100);
            case DEGREES -> new Measure(name, base, layer, scale, "°", 1);
            default -> new Measure(name, base, layer, scale, "", 1);
        };
    }

    /** What a network in time measures. */
    static Measure of(Measured measured) {
        String name = measured.name();
        return switch (measured.range()) {
            case SHARE -> new Measure(name, name, "", Scale.FRACTION, "%", 100);
            case NOT_NEGATIVE -> new Measure(name, name, "", Scale.NOT_NEGATIVE, measured.unit(), 1 / measured.scale());
            case ANY ->
                measured.unit().isEmpty()
                        ? of(name)
                        : new Measure(name, name, "", Scale.PLAIN, measured.unit(), 1 / measured.scale());
        };
    }

    /** The base in words: {@code Weight norm}; what is a piece of an experiment's text stays as it is. */
    String title() {
        if (base.indexOf('(') >= 0 || base.indexOf('.') >= 0) {
            return base;
        }
        String words = base.replace('_', ' ').strip();
        return words.isEmpty() ? name : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** The base in words with the layer: {@code Weight norm, layer h}. */
    String fullTitle() {
        return layer.isEmpty() ? title() : title() + ", layer " + layer;
    }

    /** The same with the unit: {@code rate(e.spike) (Hz)}. */
    String titleWithUnit() {
        return unit.isEmpty() ? fullTitle() : fullTitle() + " (" + (scale == Scale.DEGREES ? "degrees" : unit) + ")";
    }

    /** The title above an axis whose ticks are written by {@link #tick}, with the unit where they have none. */
    String heading() {
        return isNumber() ? titleWithUnit() : fullTitle();
    }

    private boolean isNumber() {
        return scale != Scale.FRACTION && scale != Scale.DEGREES;
    }

    /** The title within a sentence. */
    String inWords() {
        String title = title();
        return title.equals(base) ? title : title.toLowerCase(Locale.ROOT);
    }

    boolean isAlignment() {
        return scale == Scale.DEGREES;
    }

    boolean isAccuracy() {
        return base.endsWith("accuracy");
    }

    /**
     * The part of an interval that the metric's values can lie in: the mean of shares is a share, and that of angles an
     * angle, so what is cut off never holds it, and the interval keeps its confidence.
     */
    Interval possible(Interval interval) {
        double highest =
                switch (scale) {
                    case FRACTION -> 1;
                    case DEGREES -> 180;
                    case NOT_NEGATIVE, PLAIN -> Double.POSITIVE_INFINITY;
                };
        double lowest = scale == Scale.PLAIN ? Double.NEGATIVE_INFINITY : 0;
        return new Interval(
                Math.min(highest, Math.max(lowest, interval.low())),
                Math.min(highest, Math.max(lowest, interval.high())));
    }

    /** A single value with its unit, as precisely as it is of use: {@code 96.8 %}, {@code 41.3°}, {@code 0.127}. */
    String format(double value) {
        return withUnit(bare(value));
    }

    private String withUnit(String number) {
        return number + (unit.isEmpty() || scale == Scale.DEGREES ? unit : "\u00a0" + unit);
    }

    /** The same without the unit, for ends of intervals. */
    String bare(double value) {
        return switch (scale) {
            case FRACTION, DEGREES -> fixed(factor * value, 1);
            case NOT_NEGATIVE, PLAIN -> significant(factor * value, 3);
        };
    }

    /** A label at an axis whose neighbouring ticks are {@code step} apart. */
    String tick(double value, double step) {
        double shown = factor * value;
        double shownStep = factor * step;
        int digits = (int) Math.max(0, Math.ceil(-Math.log10(shownStep) - 1e-9));
        if (isNumber() && (Math.abs(shown) >= 1e5 || digits > 5)) {
            // As many digits as tell a tick from its neighbours.
            int places = (int) Math.ceil(Math.log10(Math.max(1, Math.abs(shown) / shownStep)) - 1e-9);
            return significant(shown, Math.max(2, 1 + places));
        }
        // A step of 2.5 needs one digit more than its size tells.
        double scaled = shownStep * Math.pow(10, digits);
        int needed = Math.abs(scaled - Math.rint(scaled)) > 1e-6 ? digits + 1 : digits;
        String number = fixed(shown, needed);
        return isNumber() ? number : withUnit(number);
    }

    private static String fixed(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        // A rounded zero has no sign.
        String unsigned = text.startsWith("-") && text.matches("-[0.]+") ? text.substring(1) : text;
        return unsigned.replace('-', '\u2212');
    }

    /** A number with so many significant digits; far from one it is written with a power of ten. */
    static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size >= 1e6 || size < 1e-3) {
            String[] parts =
                    String.format(Locale.ROOT, "%." + (digits - 1) + "e", value).split("e");
            return (parts[0] + "e" + Integer.parseInt(parts[1])).replace('-', '\u2212');
        }
        int whole = (int) Math.floor(Math.log10(size)) + 1;
        return fixed(value, Math.max(0, digits - Math.max(whole, whole <= 0 ? whole : 1)));
    }

    /** A number with as many digits as it needs, at most nine. */
    static String exact(double value) {
        return new java.math.BigDecimal(value)
                .round(new java.math.MathContext(9))
                .stripTrailingZeros()
                .toPlainString()
                .replace('-', '\u2212');
    }

    /** A count or an average of counts: {@code 4}, {@code 2.50}. */
    static String amount(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6 ? fixed(value, 0) : significant(value, 3);
    }

    /** A time in words: {@code 42.0 ms}, {@code 12.3 s}, {@code 4 min 10 s}, {@code 2 h 05 min}. */
    static String duration(double seconds) {
        if (seconds > 0 && seconds < 1) {
            return significant(1000 * seconds, seconds < 0.1 ? 2 : 3) + "\u00a0ms";
        }
        if (seconds < 100) {
            return significant(seconds, 3) + "\u00a0s";
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return whole / 60 + "\u00a0min " + String.format(Locale.ROOT, "%02d", whole % 60) + "\u00a0s";
        }
        return whole / 3600 + "\u00a0h " + String.format(Locale.ROOT, "%02d", whole % 3600 / 60) + "\u00a0min";
    }
}
