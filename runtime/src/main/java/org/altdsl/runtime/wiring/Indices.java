package org.altdsl.runtime.wiring;

import org.altdsl.runtime.data.DataException;
import org.altdsl.runtime.data.Table;

/** Indices of neurons as data files hold them. */
final class Indices {

    private Indices() {}

    /** The whole number from 0 on at a position of a table; {@code row} and {@code what} name it where it is none. */
    static int at(Table table, long position, long row, String what) {
        double value = table.at(position);
        int index = (int) value;
        if (index != value || index < 0) {
            throw new DataException(
                    table.origin(),
                    "row " + row + " (counted from 0): the " + what + " " + value
                            + " is not the index of a neuron, a whole number from 0 on");
        }
        return index;
    }
}
