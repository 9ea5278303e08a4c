package org.altdsl.codegen;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Turns names of the language into distinct Java identifiers. */
final class JavaNames {
    private static final Set<String> RESERVED = Set.of(
            "abstract",
            "arrays",
            "assert",
            "boolean",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extends",
            "false",
            "final",
            "finally",
            "float",
            "for",
            "goto",
            "i",
            "if",
            "implements",
            "import",
            "instanceof",
            "int",
            "interface",
            "j",
            "k",
            "kernel",
            "l",
            "long",
            "m",
            "n",
            "native",
            "new",
            "now",
            "null",
            "package",
            "part",
            "private",
            "protected",
            "public",
            "return",
            "row",
            "sample",
            "short",
            "static",
            "strictfp",
            "super",
            "switch",
            "synchronized",
            "this",
            "throw",
            "throws",
            "total",
            "transient",
            "true",
            "try",
            "void",
            "volatile",
            "while");

    private final Map<String, String> identifiers = new HashMap<>();
    private final Set<String> taken = new HashSet<>(RESERVED);

    /** The identifier of a name; always the same for the same name. */
    String of(String name) {
        return identifiers.computeIfAbsent(name, key -> fresh(identifier(key)));
    }

    /** An identifier that nothing else has. */
    String fresh(String wanted) {
        String name = wanted;
        for (int count = 2; !taken.add(name); count++) {
            name = wanted + "_" + count;
        }
        return name;
    }

    /** The nearest identifier to a name: {@code x->h.w} gives {@code x_h_w}. */
    static String identifier(String name) {
        String plain =
                name.replace("@-", "_lag").replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
        return plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "v" + plain : plain;
    }

    /** The name of a class: {@code feedback-alignment} gives {@code FeedbackAlignment}. */
    static String className(String name) {
        StringBuilder result = new StringBuilder();
        for (String word : identifier(name).split("_")) {
            result.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return result.toString();
    }

    /** The name of a constant: {@code x} gives {@code X}. */
    static String constant(String name) {
        return identifier(name).toUpperCase(Locale.ROOT);
    }
}
