package org.altdsl.ast;

import org.altdsl.source.Span;

/** Anything that was written in a source file. */
public interface Node {
    Span span();
}
