package org.altdsl.runtime.data;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of an NPY file: a Python dictionary literal such as
 * {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }}.
 *
 * @param type the type of the elements
 * @param order the byte order of the elements
 * @param firstAxisFastest whether the elements are in Fortran order
 * @param shape the length of each axis
 */
record NpyHeader(ElementType type, ByteOrder order, boolean firstAxisFastest, int[] shape) {
    private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

    /**
     * Reads the literal.
     *
     * @throws DataException if it is malformed, or describes elements that are not numbers
     */
    static NpyHeader parse(String literal, ByteInput input) {
        Map<String, Object> entries = new Parser(literal, input).dictionary();
        if (!entries.keySet().equals(KEYS)) {
            throw input.fault("the NPY header must have descr, fortran_order and shape, found " + literal.strip());
        }
        if (!(entries.get("fortran_order") instanceof Boolean fortranOrder)) {
            throw input.fault("fortran_order in the NPY header must be True or False: " + literal.strip());
        }
        if (!(entries.get("shape") instanceof List<?> lengths)) {
            throw input.fault("shape in the NPY header must be a tuple: " + literal.strip());
        }
        if (!(entries.get("descr") instanceof String description)) {
            throw input.fault("the array has named fields; save each field as an array of its own");
        }
        if (lengths.isEmpty()) {
            throw input.fault("the array has no axes; the first axis must count the samples");
        }
        int[] shape = new int[lengths.size()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = axisLength(lengths.get(axis), input);
        }
        return new NpyHeader(elementType(description, input), byteOrder(description), fortranOrder, shape);
    }

    private static int axisLength(Object length, ByteInput input) {
        if (!(length instanceof Long whole)) {
            throw input.fault("shape in the NPY header must hold whole numbers, found " + length);
        }
        if (whole < 0 || whole > Integer.MAX_VALUE) {
            throw input.fault("an axis of the NPY header has the length " + whole + ", expected 0 to 2^31 - 1");
        }
        return whole.intValue();
    }

    private static ByteOrder byteOrder(String description) {
        return switch (description.charAt(0)) {
            case '>' -> ByteOrder.BIG_ENDIAN;
            // NumPy itself resolves '=' when it saves, so a file with it was written by a little-endian tool.
            default -> ByteOrder.LITTLE_ENDIAN;
        };
    }

    private static ElementType elementType(String description, ByteInput input) {
        if (description.length() < 2 || "<>|=".indexOf(description.charAt(0)) < 0) {
            throw input.fault("unknown element type '" + description + "' in the NPY header");
        }
        return switch (description.substring(1)) {
            case "b1" -> ElementType.BOOLEAN;
            case "i1" -> ElementType.SIGNED_8;
            case "i2" -> ElementType.SIGNED_16;
            case "i4" -> ElementType.SIGNED_32;
            case "i8" -> ElementType.SIGNED_64;
            case "u1" -> ElementType.UNSIGNED_8;
            case "u2" -> ElementType.UNSIGNED_16;
            case "u4" -> ElementType.UNSIGNED_32;
            case "u8" -> ElementType.UNSIGNED_64;
            case "f4" -> ElementType.FLOAT_32;
            case "f8" -> ElementType.FLOAT_64;
            default ->
                throw input.fault("the elements have NumPy type '" + description
                        + "'; expected integers, booleans, float32 or float64 (array.astype('float32') makes them so)");
        };
    }

    /** Reads the few Python literals that a header may hold: strings, whole numbers, booleans, tuples and lists. */
    private static final class Parser {
        private final String text;
        private final ByteInput input;
        private int at;

        Parser(String text, ByteInput input) {
            this.text = text;
            this.input = input;
        }

        Map<String, Object> dictionary() {
            Map<String, Object> entries = new HashMap<>();
            expect('{');
            while (next() != '}') {
                String key = string();
                expect(':');
                if (entries.put(key, value(0)) != null) {
                    throw malformed("'" + key + "' twice");
                }
                if (next() != '}') {
                    expect(',');
                }
            }
            at++;
            if (next() != 0) {
                throw malformed("more after the closing brace");
            }
            return entries;
        }

        private Object value(int depth) {
            // A list of fields nests three levels; deeper is no header that NumPy writes.
            if (depth > 8) {
                throw malformed("values nested too deeply");
            }
            char first = next();
            if (first == '\'' || first == '"') {
                return string();
            }
            if (first == '(' || first == '[') {
                return sequence(first == '(' ? ')' : ']', depth);
            }
            return word();
        }

        private List<Object> sequence(char close, int depth) {
            List<Object> values = new ArrayList<>();
            at++;
            while (next() != close) {
                values.add(value(depth + 1));
                if (next() != close) {
                    expect(',');
                }
            }
            at++;
            return values;
        }

        private String string() {
            char quote = next();
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw malformed("a text in quotes expected");
            }
            String content = text.substring(at + 1, end);
            at = end + 1;
            return content;
        }

        private Object word() {
            int end = at;
            while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '-')) {
                end++;
            }
            String word = text.substring(at, end);
            at = end;
            if (word.equals("True") || word.equals("False")) {
                return word.equals("True");
            }
            try {
                // Python 2 wrote long integers with an L.
                return Long.valueOf(word.endsWith("L") ? word.substring(0, word.length() - 1) : word);
            } catch (NumberFormatException notANumber) {
                throw malformed("a value expected, found '" + word + "'");
            }
        }

        private char next() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void expect(char wanted) {
            if (next() != wanted) {
                throw malformed("'" + wanted + "' expected");
            }
            at++;
        }

        private DataException malformed(String problem) {
            return input.fault(
                    "the NPY header is malformed at character " + (at + 1) + " (" + problem + "): " + text.strip());
        }
    }
}
