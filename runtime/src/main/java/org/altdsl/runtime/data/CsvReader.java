package org.altdsl.runtime.data;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a table of numbers from comma-separated text (RFC 4180), plain or gzipped; one line for each sample. */
final class CsvReader {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setIgnoreSurroundingSpaces(true)
            .setIgnoreEmptyLines(true)
            .get();
    private static final int BYTE_ORDER_MARK = '\uFEFF';

    private final ByteInput input;
    private final NumberStore values;
    private int columns;

    private CsvReader(ByteInput input, NumberStore values) {
        this.input = input;
        this.values = values;
    }

    /** Reads the whole input; refuses ragged lines and cells that are not numbers, by line and column. */
    static Table read(ByteInput input, CsvHeader header, DataMemory memory) {
        try (Reader text = withoutByteOrderMark(input);
                CSVParser parser = CSVParser.parse(text, FORMAT);
                NumberStore values = new NumberStore(memory, input.origin())) {
            return new CsvReader(input, values).read(parser, header);
        } catch (UncheckedIOException | IOException | IllegalStateException malformed) {
            // The parser wraps what it says about quotes, sometimes twice; the innermost message is the telling one.
            throw new DataException(input.origin(), "not a well-formed CSV file: " + innermost(malformed), malformed);
        }
    }

    private static Reader withoutByteOrderMark(ByteInput input) throws IOException {
        PushbackReader text = new PushbackReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        int first = text.read();
        if (first >= 0 && first != BYTE_ORDER_MARK) {
            text.unread(first);
        }
        return text;
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private Table read(CSVParser parser, CsvHeader header) {
        Iterator<CSVRecord> records = parser.iterator();
        int rows = 0;
        long lineBefore = 0;
        for (boolean first = true; records.hasNext(); first = false) {
            CSVRecord record = records.next();
            // At the end of a file without a final line break the parser has not counted the line it just read.
            long line = Math.max(parser.getCurrentLineNumber(), lineBefore + 1);
            lineBefore = line;
            if (first) {
                columns = record.size();
                if (namesColumns(record, header, line)) {
                    continue;
                }
            }
            if (record.size() != columns) {
                throw input.fault("line " + line + ": expected " + columns + " columns as in the first line, found "
                        + record.size());
            }
            for (String cell : record) {
                append(cell, line);
            }
            rows++;
        }
        if (rows == 0) {
            throw input.fault("expected lines of numbers, found none");
        }
        return new Table(new int[] {rows, columns}, values.finish(), true, input.origin());
    }

    private boolean namesColumns(CSVRecord first, CsvHeader header, long line) {
        return switch (header) {
            case PRESENT -> true;
            case ABSENT -> false;
            case DETECT -> detectNames(first, line);
        };
    }

    private boolean detectNames(CSVRecord first, long line) {
        int numbers = 0;
        int firstName = -1;
        for (int column = 0; column < first.size(); column++) {
            if (isNumber(first.get(column))) {
                numbers++;
            } else if (firstName < 0) {
                firstName = column;
            }
        }
        if (numbers > 0 && firstName >= 0) {
            throw input.fault("line " + line + ", column " + (firstName + 1) + ": '" + first.get(firstName)
                    + "' is not a number, although other cells of the line are: neither column names nor data");
        }
        return firstName >= 0;
    }

    private void append(String cell, long line) {
        if (!isNumber(cell)) {
            throw input.fault(position(line) + notANumber(cell));
        }
        double value = Double.parseDouble(cell);
        if (Double.isInfinite(value)) {
            throw input.fault(position(line) + "'" + cell + "' is too large for a number");
        }
        values.add(value);
    }

    private String position(long line) {
        return "line " + line + ", column " + (values.count() % columns + 1) + ": ";
    }

    private static String notANumber(String cell) {
        if (cell.isEmpty()) {
            return "the cell is empty, expected a number";
        }
        String hint = cell.indexOf(';') >= 0 || cell.indexOf('\t') >= 0 ? " (cells must be separated by commas)" : "";
        return "'" + cell + "' is not a number" + hint;
    }

    /** Decimal notation only: Java's own rule would also take {@code 1d}, {@code 0x1p3} and {@code NaN}. */
    private static boolean isNumber(String cell) {
        int at = 0;
        int length = cell.length();
        if (at < length && (cell.charAt(at) == '-' || cell.charAt(at) == '+')) {
            at++;
        }
        int whole = endOfDigits(cell, at);
        int digits = whole - at;
        at = whole;
        if (at < length && cell.charAt(at) == '.') {
            int fraction = endOfDigits(cell, at + 1);
            digits += fraction - at - 1;
            at = fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (at < length && (cell.charAt(at) == 'e' || cell.charAt(at) == 'E')) {
            at++;
            if (at < length && (cell.charAt(at) == '-' || cell.charAt(at) == '+')) {
                at++;
            }
            int exponent = endOfDigits(cell, at);
            return exponent > at && exponent == length;
        }
        return at == length;
    }

    private static int endOfDigits(String cell, int from) {
        int at = from;
        while (at < cell.length() && cell.charAt(at) >= '0' && cell.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
