package org.altdsl.lower;

/** Leaves a statement whose error has been reported, so that the next one can be looked at. */
final class Abandon extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandon() {
        super("a diagnostic was reported", null, false, false);
    }
}
