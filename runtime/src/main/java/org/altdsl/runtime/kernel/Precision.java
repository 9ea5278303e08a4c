package org.altdsl.runtime.kernel;

/** The floating-point type of all variables of a compiled program. */
public enum Precision {
    FLOAT("float", Float.BYTES),
    DOUBLE("double", Double.BYTES);

    private final String javaType;
    private final int bytes;

    Precision(String javaType, int bytes) {
        this.javaType = javaType;
        this.bytes = bytes;
    }

    /** The Java primitive type, such as {@code float}. */
    public String javaType() {
        return javaType;
    }

    /** How many bytes a number takes. */
    public int bytes() {
        return bytes;
    }
}
