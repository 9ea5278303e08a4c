package org.altdsl.units;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The built-in units: SI base and derived units with the prefixes that the field uses, ratios and clock ticks. */
public final class Units {
    private static final Map<String, Unit> ALL = new LinkedHashMap<>();

    static {
        Dimension second = Dimension.base("s");
        Dimension meter = Dimension.base("m");
        Dimension gram = Dimension.base("kg");
        Dimension ampere = Dimension.base("A");
        Dimension joule = gram.times(meter.power(2)).over(second.power(2));
        Dimension volt = joule.over(second.times(ampere));
        Dimension siemens = ampere.over(volt);
        Dimension farad = ampere.times(second).over(volt);
        prefixed("s", second, 1);
        prefixed("V", volt, 1);
        prefixed("A", ampere, 1);
        prefixed("S", siemens, 1);
        prefixed("F", farad, 1);
        prefixed("Ohm", volt.over(ampere), 1);
        prefixed("ohm", volt.over(ampere), 1);
        prefixed("Hz", Dimension.NONE.over(second), 1);
        prefixed("m", meter, 1);
        prefixed("g", gram, 1e-3);
        prefixed("J", joule, 1);
        prefixed("W", joule.over(second), 1);
        prefixed("C", ampere.times(second), 1);
        prefixed("mol", Dimension.base("mol"), 1);
        prefixed("M", Dimension.base("mol").over(meter.power(3)), 1e3);
        add("K", Dimension.base("K"), 1, false);
        add("min", second, 60, false);
        add("h", second, 3600, false);
        add("deg", Dimension.NONE, Math.PI / 180, false);
        add("rad", Dimension.NONE, 1, false);
        add("%", Dimension.NONE, 0.01, false);
        for (String tick : new String[] {"step", "batch", "trial", "sample", "epoch", "update"}) {
            add(tick, Dimension.NONE, 1, true);
            add(tick.equals("batch") ? "batches" : tick + "s", Dimension.NONE, 1, true);
        }
    }

    private Units() {}

    private static void prefixed(String symbol, Dimension dimension, double scale) {
        String[] prefixes = {"", "f", "p", "n", "u", "µ", "m", "c", "k", "M", "G"};
        double[] factors = {1, 1e-15, 1e-12, 1e-9, 1e-6, 1e-6, 1e-3, 1e-2, 1e3, 1e6, 1e9};
        for (int i = 0; i < prefixes.length; i++) {
            boolean centi = prefixes[i].equals("c") && !symbol.equals("m");
            if (!centi && !ALL.containsKey(prefixes[i] + symbol)) {
                add(prefixes[i] + symbol, dimension, factors[i] * scale, false);
            }
        }
    }

    private static void add(String symbol, Dimension dimension, double scale, boolean clock) {
        ALL.put(symbol, new Unit(symbol, dimension, scale, clock));
    }

    public static Optional<Unit> find(String symbol) {
        return Optional.ofNullable(ALL.get(symbol));
    }

    /** Whether it counts the steps of a network in time, and so stands for as many times {@code dt}. */
    public static boolean isStep(String symbol) {
        return symbol.equals("step") || symbol.equals("steps");
    }

    /** The symbols of all units, for suggestions. */
    public static Collection<String> symbols() {
        return ALL.keySet();
    }

    /** The unit of the SI for a dimension, where it has a name. */
    static Optional<Unit> common(Dimension dimension) {
        return Optional.ofNullable(commonName(dimension)).flatMap(Units::find);
    }

    /** The symbol that messages use for a dimension, or null if it has no common unit. */
    static String commonName(Dimension dimension) {
        String[] common = {"s", "Hz", "V", "A", "S", "F", "Ohm", "m", "kg", "J", "W", "C", "K", "mol"};
        for (String symbol : common) {
            Dimension found =
                    symbol.equals("kg") ? Dimension.base("kg") : ALL.get(symbol).dimension();
            if (found.equals(dimension)) {
                return symbol;
            }
        }
        return null;
    }
}
