package org.altdsl.runtime.data;

/** Whether the first line of a CSV file names the columns. */
public enum CsvHeader {
    /** A first line without any number names the columns, one of numbers only is data, a mixture is refused. */
    DETECT,
    /** The first line names the columns and is skipped. */
    PRESENT,
    /** Every line is data. */
    ABSENT
}
