package org.altdsl.runtime.report;

import java.util.List;

/**
 * Colours that stay apart for all common forms of colour blindness (after Okabe and Ito, Color Universal Design, 2008,
 * with its yellow and black replaced, which vanish on white and on dark paper). From the ninth line on they repeat with
 * another dash.
 */
final class Palette {

    static final String INK = "#1d2329";
    static final String SOFT_INK = "#5b6670";
    static final String GRID = "#e3e7ea";

    private static final List<String> LIGHT =
            List.of("#0072b2", "#d55e00", "#009e73", "#c45c99", "#dd9400", "#46a5dc", "#59636b", "#8c510a");
    private static final List<String> DARK =
            List.of("#55aef0", "#ff8e52", "#34c79b", "#e79bc8", "#f0b63a", "#9ad6f7", "#b9c2c9", "#cf9258");
    private static final List<String> DASHES = List.of("none", "7 4", "2 3", "9 3 2 3");

    /** How many colours there are. */
    static final int COLOURS = LIGHT.size();

    private Palette() {}

    static String light(int index) {
        return LIGHT.get(index % LIGHT.size());
    }

    static String dark(int index) {
        return DARK.get(index % DARK.size());
    }

    /** The SVG dash pattern, or {@code none}. */
    static String dash(int index) {
        return DASHES.get(index / LIGHT.size() % DASHES.size());
    }
}
