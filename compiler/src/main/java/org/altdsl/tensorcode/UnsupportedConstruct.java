package org.altdsl.tensorcode;

import org.altdsl.source.Span;

/** A program uses something that tensor operations cannot express; it is refused, never run elsewhere. */
public final class UnsupportedConstruct extends UnsupportedOperationException {
    private static final long serialVersionUID = 1;

    private final transient Span span;
    private final String construct;

    UnsupportedConstruct(String construct, Span span) {
        super("the tensor back end has no " + construct + " (" + span + ")");
        this.construct = construct;
        this.span = span;
    }

    /** What it is that is not supported. */
    public String construct() {
        return construct;
    }

    /** Where it was written. */
    public Span span() {
        return span;
    }
}
