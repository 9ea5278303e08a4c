package org.altdsl.ir;

/** What a value is; {@code REAL} becomes float or double when a program is bound. */
public enum DType {
    REAL,
    INDEX,
    FLAG
}
