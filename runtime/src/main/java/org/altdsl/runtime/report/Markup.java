package org.altdsl.runtime.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG so that no text can become markup: texts and attributes are always escaped, and every element is
 * closed by the name it was opened with.
 */
final class Markup {

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** The start of a picture as a file of its own, with a white ground; it is left open. */
    static Markup picture(String width, String height) {
        Markup svg = new Markup();
        svg.trusted("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + width + " " + height,
                "width",
                width,
                "height",
                height,
                "font-family",
                "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif");
        return svg.empty("rect", "width", width, "height", height, "fill", "#ffffff");
    }

    /** Opens an element; {@code attributes} are names and values in turn, and a null value leaves its name out. */
    Markup open(String element, Object... attributes) {
        tag(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    /** An element without content, as {@code <br/>}. */
    Markup empty(String element, Object... attributes) {
        tag(element, attributes);
        out.append("/>");
        return this;
    }

    /** An element that holds a text only. */
    Markup leaf(String element, String text, Object... attributes) {
        return open(element, attributes).text(text).close();
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** Closes the innermost open element. */
    Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    /** Markup written elsewhere by this class, or a style sheet of ours; never anything a user wrote. */
    Markup trusted(String markup) {
        out.append(markup);
        return this;
    }

    /** The whole; fails while an element is open. */
    String finish() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return out.toString();
    }

    private void tag(String element, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1].toString());
                out.append('"');
            }
        }
    }

    private void escape(String text) {
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.appendCodePoint(point);
                default -> out.appendCodePoint(legal(point) ? point : 0xFFFD);
            }
        });
    }

    /** Whether XML allows a code point: control characters and lone surrogates would make an SVG unreadable. */
    private static boolean legal(int point) {
        return point >= 0x20
                && !(point >= 0xD800 && point <= 0xDFFF)
                && point != 0xFFFE
                && point != 0xFFFF
                && !(point >= 0x7F && point <= 0x9F);
    }
}
