package org.altdsl.runtime.kernel;

/** The floating-point type of all variables of a compiled program. */
public enum Precision {
    FLOAT("float"),
    DOUBLE("double");

    private final String javaType;

    Precision(String javaType) {
        this.javaType = javaType;
    }

    /** The Java primitive type, such as {@code float}. */
    public String javaType() {
        return javaType;
    }
}
