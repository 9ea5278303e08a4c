package org.altdsl.runtime.wiring;

/** A projection or a list of spikes that cannot be made as it was asked for, in words meant for the researcher. */
public final class WiringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A fault of what was asked for.
     *
     * @param message what was expected and what was found
     */
    public WiringException(String message) {
        super(message);
    }
}
