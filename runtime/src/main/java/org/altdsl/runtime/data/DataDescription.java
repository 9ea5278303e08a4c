package org.altdsl.runtime.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a data set holds and where it was found, for {@code altdsl data info}.
 *
 * @param name the name that was asked for
 * @param location where it was found
 * @param entry its entry in the catalogue, if it has one
 * @param parts its arrays
 */
public record DataDescription(String name, String location, Optional<DataCatalogue.Entry> entry, List<Part> parts) {
    /** How many numbers are looked at together. */
    private static final int PIECE = 1 << 13;

    /** Copies the list of arrays. */
    public DataDescription {
        parts = List.copyOf(parts);
    }

    /**
     * One array.
     *
     * @param name the file, and for an archive the array in it
     * @param shape the length of each axis; the first counts the samples
     * @param minimum the smallest number, NaN if there is none
     * @param maximum the largest number, NaN if there is none
     * @param notNumbers how many elements are NaN or infinite
     */
    public record Part(String name, List<Integer> shape, double minimum, double maximum, int notNumbers) {
        /** Copies the shape. */
        public Part {
            shape = List.copyOf(shape);
        }

        static Part of(String name, Table table) {
            double minimum = Double.NaN;
            double maximum = Double.NaN;
            int notNumbers = 0;
            double[] piece = new double[(int) Math.min(PIECE, table.size())];
            for (long done = 0; done < table.size(); done += piece.length) {
                int here = (int) Math.min(piece.length, table.size() - done);
                table.copy(done, here, piece);
                for (int k = 0; k < here; k++) {
                    double value = piece[k];
                    if (!Double.isFinite(value)) {
                        notNumbers++;
                        continue;
                    }
                    // Negated, so that the first number replaces NaN.
                    minimum = value >= minimum ? minimum : value;
                    maximum = value <= maximum ? maximum : value;
                }
            }
            return new Part(name, IntStream.of(table.shape()).boxed().toList(), minimum, maximum, notNumbers);
        }

        /** How many samples there are. */
        public int samples() {
            return shape.get(0);
        }
    }

    /** The description in lines of text for a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder(name).append("\n  found: ").append(location);
        entry.ifPresent(known -> text.append("\n  about: ")
                .append(known.description())
                .append("\n  licence: ")
                .append(known.licence())
                .append("\n  cite: ")
                .append(known.citation()));
        for (Part part : parts) {
            text.append("\n  ")
                    .append(part.name())
                    .append(": ")
                    .append(part.samples())
                    .append(part.samples() == 1 ? " sample" : " samples");
            if (part.shape().size() > 1) {
                int[] sample = part.shape().stream()
                        .skip(1)
                        .mapToInt(Integer::intValue)
                        .toArray();
                text.append(" of ").append(Table.shapeText(sample));
            }
            if (!Double.isNaN(part.minimum())) {
                text.append(", from ")
                        .append(number(part.minimum()))
                        .append(" to ")
                        .append(number(part.maximum()));
            }
            if (part.notNumbers() > 0) {
                text.append(", ").append(part.notNumbers()).append(" NaN or infinite");
            }
        }
        return text.append('\n').toString();
    }

    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
