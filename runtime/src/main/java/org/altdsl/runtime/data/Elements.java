package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The numbers of a table: in memory, as narrow as their type allows (a data set of 8-bit pixels takes one byte each),
 * or in a file from which they are read when they are asked for.
 */
sealed interface Elements permits Elements.Held, Elements.InFile, Elements.Joined {

    /** How many numbers there are. */
    long length();

    /** Copies some numbers, exactly as stored. */
    void copy(long from, int count, double[] target);

    /** How many bytes of memory they hold. */
    long heldBytes();

    /** Numbers in memory, filled once by a reader and only read after a {@link Table} has taken them over. */
    sealed interface Held extends Elements permits Bytes, Floats, Doubles {
        double get(int position);

        /** Stores a number that this storage holds exactly. */
        void put(int position, double value);

        @Override
        default void copy(long from, int count, double[] target) {
            for (int k = 0; k < count; k++) {
                target[k] = get((int) from + k);
            }
        }
    }

    /** Whole numbers 0 to 255. */
    record Bytes(byte[] stored) implements Held {
        @Override
        public long length() {
            return stored.length;
        }

        @Override
        public long heldBytes() {
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
    }

    /** Single precision, which also holds every whole number up to 2^24. */
    record Floats(float[] stored) implements Held {
        @Override
        public long length() {
            return stored.length;
        }

        @Override
        public long heldBytes() {
            return (long) stored.length * Float.BYTES;
        }

        @Override
        public double get(int position) {
            return stored[position];
        }

        @Override
        public void put(int position, double value) {
            stored[position] = (float) value;
        }
    }

    /** Double precision, which also holds every whole number up to 2^53. */
    record Doubles(double[] stored) implements Held {
        @Override
        public long length() {
            return stored.length;
        }

        @Override
        public long heldBytes() {
            return (long) stored.length * Double.BYTES;
        }

        @Override
        public double get(int position) {
            return stored[position];
        }

        @Override
        public void put(int position, double value) {
            stored[position] = value;
        }
    }

    /**
     * Numbers of a file, one after the other.
     *
     * @param start where in the file the first of them is
     */
    record InFile(DataFile file, long start, ElementType type, ByteOrder order, long length, String origin)
            implements Elements {
        public InFile {
            requireNonNull(file);
            requireNonNull(type);
            requireNonNull(order);
            requireNonNull(origin);
        }

        @Override
        public long heldBytes() {
            return 0;
        }

        @Override
        public void copy(long from, int count, double[] target) {
            byte[] bytes = new byte[count * type.bytes()];
            file.read(start + from * type.bytes(), bytes, bytes.length);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
            for (int k = 0; k < count; k++) {
                try {
                    target[k] = type.decode(buffer, k * type.bytes());
                } catch (ArithmeticException inexact) {
                    throw new DataException(origin, "element " + (from + k) + ": " + inexact.getMessage(), inexact);
                }
            }
        }
    }

    /** The numbers of several files, those of the first before those of the second. */
    record Joined(List<Elements> parts) implements Elements {
        public Joined {
            parts = List.copyOf(parts);
        }

        @Override
        public long length() {
            return parts.stream().mapToLong(Elements::length).sum();
        }

        @Override
        public long heldBytes() {
            return parts.stream().mapToLong(Elements::heldBytes).sum();
        }

        @Override
        public void copy(long from, int count, double[] target) {
            int done = 0;
            long skipped = 0;
            for (Elements part : parts) {
                long start = from + done - skipped;
                if (done < count && start < part.length()) {
                    int here = (int) Math.min(count - done, part.length() - start);
                    double[] piece = new double[here];
                    part.copy(start, here, piece);
                    System.arraycopy(piece, 0, target, done, here);
                    done += here;
                }
                skipped += part.length();
            }
        }
    }
}
