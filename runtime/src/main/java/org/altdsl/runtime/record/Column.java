package org.altdsl.runtime.record;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An array of a record: so many numbers in each row.
 *
 * @param shape the shape of a row; empty for one number
 */
record Column(String name, Type type, List<Integer> shape) {
    Column {
        requireNonNull(name);
        requireNonNull(type);
        shape = List.copyOf(shape);
    }

    /** A column of single numbers. */
    static Column of(String name, Type type) {
        return new Column(name, type, List.of());
    }

    /** How numbers are stored. */
    enum Type {
        FLOAT("<f4", 4),
        DOUBLE("<f8", 8),
        INT("<i4", 4),
        LONG("<i8", 8);

        final String code;
        final int bytes;

        Type(String code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        void put(double value, ByteBuffer into) {
            switch (this) {
                case FLOAT -> into.putFloat((float) value);
                case DOUBLE -> into.putDouble(value);
                case INT -> into.putInt((int) value);
                case LONG -> into.putLong((long) value);
            }
        }

        double get(ByteBuffer from) {
            return switch (this) {
                case FLOAT -> from.getFloat();
                case DOUBLE -> from.getDouble();
                case INT -> from.getInt();
                case LONG -> from.getLong();
            };
        }
    }

    int numbersPerRow() {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    long bytesPerRow() {
        return (long) type.bytes * numbersPerRow();
    }

    /** The start of an NPY file, version 1 (NumPy enhancement proposal 1), of so many rows. */
    byte[] header(long rows) {
        String sizes = Stream.concat(Stream.of(rows), shape.stream())
                .map(size -> size + ",")
                .collect(Collectors.joining(" "));
        String literal = "{'descr': '" + type.code + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
        int length = 10 + literal.length() + 1;
        // The numbers start at a multiple of 64 bytes.
        String padded = literal + " ".repeat((64 - length % 64) % 64) + "\n";
        byte[] header = new byte[10 + padded.length()];
        byte[] magic = {
            (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length(), (byte) (padded.length() >> 8)
        };
        System.arraycopy(magic, 0, header, 0, magic.length);
        for (int i = 0; i < padded.length(); i++) {
            header[10 + i] = (byte) padded.charAt(i);
        }
        return header;
    }
}
