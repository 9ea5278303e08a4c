package org.altdsl.runtime.kernel;

/** The floating-point type of all variables of a compiled program. */
public enum Precision {
    FLOAT("float", Float.BYTES, 0x1p-24),
    DOUBLE("double", Double.BYTES, 0x1p-53);

    private final String javaType;
    private final int bytes;
    private final double roundoff;

    Precision(String javaType, int bytes, double roundoff) {
        this.javaType = javaType;
        this.bytes = bytes;
        this.roundoff = roundoff;
    }

    /** The Java primitive type, such as {@code float}. */
    public String javaType() {
        return javaType;
    }

    /** How many bytes a number takes. */
    public int bytes() {
        return bytes;
    }

    /** The unit round-off: how far a number is from what it stands for, relative to it. */
    public double roundoff() {
        return roundoff;
    }
}
