package org.altdsl.codegen;

/**
 * A Java expression.
 *
 * @param text the expression
 * @param precedence how tightly its outermost operator binds
 * @param depth the innermost loop it depends on, 0 for none
 * @param key equal for expressions that are the same operations on the same operands
 * @param isName whether it is a literal or the name of a local variable, so that naming it gains nothing
 */
record Code(String text, int precedence, int depth, int key, boolean isName) {
    static final int CONDITIONAL = 0;
    static final int OR = 1;
    static final int AND = 2;
    static final int EQUALITY = 3;
    static final int RELATION = 4;
    static final int SUM = 5;
    static final int PRODUCT = 6;
    static final int UNARY = 7;
    static final int ATOM = 8;

    /** The text, in parentheses where its place binds more tightly than it does. */
    String at(int place) {
        return precedence < place ? "(" + text + ")" : text;
    }
}
