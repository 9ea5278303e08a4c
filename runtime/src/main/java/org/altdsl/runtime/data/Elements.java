package org.altdsl.runtime.data;

import java.util.Arrays;

/**
 * Storage for the numbers of a table, as narrow as their type allows: a data set of 8-bit pixels takes one byte each.
 *
 * <p>It is filled once by a reader, through {@link #put}, and only read after a {@link Table} has taken it over.
 */
sealed interface Elements permits Elements.Bytes, Elements.Floats, Elements.Doubles {

    /** How many numbers there are. */
    int length();

    /** The number at a row-major position, exactly as stored. */
    double get(int position);

    /** Stores a number that this storage holds exactly. */
    void put(int position, double value);

    /** A part of this storage, copied. */
    Elements slice(int from, int to);

    /** Whole numbers 0 to 255. */
    record Bytes(byte[] stored) implements Elements {
        @Override
        public int length() {
            return stored.length;
        }

        @Override
        public double get(int position) {
            return stored[position] & 0xff;
        }

        @Override
        public void put(int position, double value) {
            stored[position] = (byte) (int) value;
        }

        @Override
        public Elements slice(int from, int to) {
            return new Bytes(Arrays.copyOfRange(stored, from, to));
        }
    }

    /** Single precision, which also holds every whole number up to 2^24. */
    record Floats(float[] stored) implements Elements {
        @Override
        public int length() {
            return stored.length;
        }

        @Override
        public double get(int position) {
            return stored[position];
        }

        @Override
        public void put(int position, double value) {
            stored[position] = (float) value;
        }

        @Override
        public Elements slice(int from, int to) {
            return new Floats(Arrays.copyOfRange(stored, from, to));
        }
    }

    /** Double precision, which also holds every whole number up to 2^53. */
    record Doubles(double[] stored) implements Elements {
        @Override
        public int length() {
            return stored.length;
        }

        @Override
        public double get(int position) {
            return stored[position];
        }

        @Override
        public void put(int position, double value) {
            stored[position] = value;
        }

        @Override
        public Elements slice(int from, int to) {
            return new Doubles(Arrays.copyOfRange(stored, from, to));
        }
    }
}
