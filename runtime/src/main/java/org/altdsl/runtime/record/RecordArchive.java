package org.altdsl.runtime.record;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.altdsl.runtime.report.OutputException;

/** A finished record, read from its start to its end without holding it in memory. */
public final class RecordArchive implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private static final Pattern HEADER =
            Pattern.compile("\\{'descr': '(<[fi][48])', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), \\}\\s*");

    private final Path file;
    private final ZipFile archive;

    /** Opens a record. */
    public RecordArchive(Path file) {
        this.file = file;
        try {
            this.archive = new ZipFile(file.toFile());
        } catch (IOException failure) {
            throw OutputException.reading(file, failure);
        }
    }

    /** Opens one of its arrays at its start. */
    public Reader array(String name) {
        try {
            ZipEntry entry = archive.getEntry(name + ".npy");
            if (entry == null) {
                throw new OutputException("cannot read " + file + ": it has no array '" + name + "'");
            }
            return new Reader(new BufferedInputStream(archive.getInputStream(entry), BLOCK));
        } catch (IOException failure) {
            throw OutputException.reading(file, failure);
        }
    }

    @Override
    public void close() {
        try {
            archive.close();
        } catch (IOException failure) {
            throw OutputException.reading(file, failure);
        }
    }

    /** The numbers of one array, one after the other. */
    public final class Reader {
        private final InputStream from;
        private final Column.Type type;
        private final List<Integer> shape;
        private final long rows;
        private final ByteBuffer number;

        private Reader(InputStream from) throws IOException {
            this.from = from;
            byte[] start = from.readNBytes(10);
            int length = start.length < 10 ? 0 : (start[8] & 0xff) | (start[9] & 0xff) << 8;
            String literal = new String(from.readNBytes(length), StandardCharsets.ISO_8859_1);
            Matcher header = HEADER.matcher(literal);
            if (!header.matches()) {
                throw new IOException("it is not a record that altdsl wrote");
            }
            List<Long> sizes = Arrays.stream(header.group(2).split(","))
                    .filter(size -> !size.isBlank())
                    .map(size -> Long.valueOf(size.strip()))
                    .toList();
            this.rows = sizes.get(0);
            this.shape = sizes.subList(1, sizes.size()).stream()
                    .map(Math::toIntExact)
                    .toList();
            this.type = Arrays.stream(Column.Type.values())
                    .filter(one -> one.code.equals(header.group(1)))
                    .findFirst()
                    .orElseThrow();
            this.number = ByteBuffer.allocate(BLOCK / 8 * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
            this.number.limit(0);
        }

        /** How many rows there are. */
        public long rows() {
            return rows;
        }

        /** The shape of a row. */
        public List<Integer> shape() {
            return shape;
        }

        /** The next number; to be asked as often as there are. */
        public double next() {
            try {
                if (!number.hasRemaining()) {
                    int read = from.readNBytes(number.array(), 0, number.capacity());
                    if (read < type.bytes) {
                        throw new EOFException("it is cut off");
                    }
                    number.clear().limit(read);
                }
                return type.get(number);
            } catch (IOException failure) {
                throw OutputException.reading(file, failure);
            }
        }

        /** The numbers of the next row. */
        public double[] row() {
            int count = shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
            double[] numbers = new double[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = next();
            }
            return numbers;
        }
    }
}
