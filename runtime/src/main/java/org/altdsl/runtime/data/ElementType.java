package org.altdsl.runtime.data;

import java.nio.ByteBuffer;

/** The number types that the binary formats store, with their size in bytes and the storage that holds them exactly. */
enum ElementType {
    BOOLEAN("boolean", 1, Storage.BYTES),
    UNSIGNED_8("unsigned 8-bit integer", 1, Storage.BYTES),
    SIGNED_8("signed 8-bit integer", 1, Storage.FLOATS),
    UNSIGNED_16("unsigned 16-bit integer", 2, Storage.FLOATS),
    SIGNED_16("signed 16-bit integer", 2, Storage.FLOATS),
    UNSIGNED_32("unsigned 32-bit integer", 4, Storage.DOUBLES),
    SIGNED_32("signed 32-bit integer", 4, Storage.DOUBLES),
    UNSIGNED_64("unsigned 64-bit integer", 8, Storage.DOUBLES),
    SIGNED_64("signed 64-bit integer", 8, Storage.DOUBLES),
    FLOAT_32("32-bit float", 4, Storage.FLOATS),
    FLOAT_64("64-bit float", 8, Storage.DOUBLES);

    /** The largest magnitude up to which a double represents every whole number. */
    private static final long LARGEST_EXACT = 1L << 53;

    private enum Storage {
        BYTES,
        FLOATS,
        DOUBLES
    }

    private final String description;
    private final int bytes;
    private final Storage storage;

    ElementType(String description, int bytes, Storage storage) {
        this.description = description;
        this.bytes = bytes;
        this.storage = storage;
    }

    /** The type in words. */
    String description() {
        return description;
    }

    /** The size of one element in bytes. */
    int bytes() {
        return bytes;
    }

    /** Whether every value is a whole number. */
    boolean whole() {
        return this != FLOAT_32 && this != FLOAT_64;
    }

    /** How many bytes of memory so many elements take. */
    long heldBytes(long count) {
        return count
                * switch (storage) {
                    case BYTES -> Byte.BYTES;
                    case FLOATS -> Float.BYTES;
                    case DOUBLES -> Double.BYTES;
                };
    }

    /** Storage for that many elements. */
    Elements.Held allocate(int count) {
        return switch (storage) {
            case BYTES -> new Elements.Bytes(new byte[count]);
            case FLOATS -> new Elements.Floats(new float[count]);
            case DOUBLES -> new Elements.Doubles(new double[count]);
        };
    }

    /**
     * The element at a byte offset, in the buffer's byte order.
     *
     * @throws ArithmeticException if a 64-bit integer has no exact double, or a boolean is neither 0 nor 1
     */
    double decode(ByteBuffer buffer, int offset) {
        return switch (this) {
            case BOOLEAN -> truth(buffer.get(offset));
            case UNSIGNED_8 -> buffer.get(offset) & 0xff;
            case SIGNED_8 -> buffer.get(offset);
            case UNSIGNED_16 -> buffer.getShort(offset) & 0xffff;
            case SIGNED_16 -> buffer.getShort(offset);
            case UNSIGNED_32 -> buffer.getInt(offset) & 0xffff_ffffL;
            case SIGNED_32 -> buffer.getInt(offset);
            case UNSIGNED_64 -> exactUnsigned(buffer.getLong(offset));
            case SIGNED_64 -> exactSigned(buffer.getLong(offset));
            case FLOAT_32 -> buffer.getFloat(offset);
            case FLOAT_64 -> buffer.getDouble(offset);
        };
    }

    private static double truth(byte stored) {
        if (stored != 0 && stored != 1) {
            throw new ArithmeticException("a boolean must be stored as 0 or 1, found " + (stored & 0xff));
        }
        return stored;
    }

    private static double exactSigned(long value) {
        if (value < -LARGEST_EXACT || value > LARGEST_EXACT) {
            throw new ArithmeticException(beyond(Long.toString(value)));
        }
        return value;
    }

    private static double exactUnsigned(long value) {
        if (value < 0 || value > LARGEST_EXACT) {
            throw new ArithmeticException(beyond(Long.toUnsignedString(value)));
        }
        return value;
    }

    private static String beyond(String value) {
        return "the integer " + value + " is beyond 2^53 and would not be kept exactly";
    }
}
