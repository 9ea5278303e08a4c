package org.altdsl.runtime.record;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A {@code .npz} file that grows row by row, readable by {@code numpy.load}. Each column goes to a temporary file
 * beside it, so that memory does not grow with the run; {@link #finish} makes the archive of them, without compression.
 *
 * <p>Where only the last stretch of time is kept, the temporary files are started anew after each such stretch and only
 * the last two of them stay, so that they do not grow with the run either. The first column is then the time.
 */
final class RecordFile {
    private static final int BLOCK = 1 << 16;

    private final Path target;
    private final List<Column> columns;
    private final OptionalDouble trailing;
    private Generation now;
    private Generation before;
    private int generations;

    /** The temporary files of one stretch. */
    private final class Generation {
        private final List<Part> parts = new ArrayList<>();
        private double start = Double.NaN;
        private double last = Double.NaN;
        private long rows;

        Generation() throws IOException {
            for (Column column : columns) {
                String name = "." + target.getFileName() + "." + column.name() + "." + generations + ".part";
                parts.add(new Part(column.type(), target.resolveSibling(name)));
            }
            generations++;
        }

        void discard() throws IOException {
            for (Part part : parts) {
                part.discard();
            }
        }
    }

    /**
     * Begins a file; one of the same name stays until {@link #finish}.
     *
     * @param trailing how much time before the last row is kept; absent for all of it
     */
    RecordFile(Path target, List<Column> columns, OptionalDouble trailing) throws IOException {
        this.target = requireNonNull(target);
        this.columns = List.copyOf(columns);
        this.trailing = requireNonNull(trailing);
        Files.createDirectories(target.getParent());
        this.now = new Generation();
    }

    /** Begins a row; its first column is its time. */
    void begin(double time) throws IOException {
        if (trailing.isPresent() && now.rows > 0 && time - now.start >= trailing.getAsDouble()) {
            if (before != null) {
                before.discard();
            }
            before = now;
            now = new Generation();
        }
        if (now.rows == 0) {
            now.start = time;
        }
        now.last = time;
        now.rows++;
        now.parts.get(0).add(time);
    }

    /** Adds a number to the present row. */
    void add(int column, double value) throws IOException {
        now.parts.get(column).add(value);
    }

    /** How many rows there are, of which not all may be kept. */
    long rows() {
        return now.rows + (before == null ? 0 : before.rows);
    }

    /** Makes the archive of what there is and removes the temporary files. */
    void finish() throws IOException {
        List<Generation> kept = before == null ? List.of(now) : List.of(before, now);
        for (Generation one : kept) {
            for (Part part : one.parts) {
                part.close();
            }
        }
        long skipped = before == null ? 0 : expired(before, now.last - trailing.getAsDouble());
        Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
        try (ZipOutputStream archive =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary), BLOCK))) {
            for (int i = 0; i < columns.size(); i++) {
                member(archive, i, kept, skipped);
            }
        }
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        for (Generation one : kept) {
            one.discard();
        }
    }

    /** How many rows at the start of a stretch lie before a time. */
    private long expired(Generation stretch, double from) throws IOException {
        ByteBuffer time = ByteBuffer.allocate(columns.get(0).type().bytes).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(stretch.parts.get(0).file())) {
            long low = 0;
            long high = stretch.rows;
            while (low < high) {
                long middle = (low + high) >>> 1;
                time.clear();
                while (time.hasRemaining() && channel.read(time, middle * time.capacity() + time.position()) >= 0) {
                    continue;
                }
                time.flip();
                if (columns.get(0).type().get(time) <= from) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private void member(ZipOutputStream archive, int column, List<Generation> kept, long skipped) throws IOException {
        Column shape = columns.get(column);
        byte[] header = shape.header(rows() - skipped);
        // A member that is stored as it is has its checksum in front of it, which takes a pass of its own.
        CRC32 checksum = new CRC32();
        checksum.update(header);
        long size = header.length + (rows() - skipped) * shape.bytesPerRow();
        copy(column, kept, skipped, new OutputStream() {
            @Override
            public void write(int one) {
                checksum.update(one);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                checksum.update(bytes, from, length);
            }
        });
        ZipEntry entry = new ZipEntry(shape.name() + ".npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum.getValue());
        archive.putNextEntry(entry);
        archive.write(header);
        copy(column, kept, skipped, archive);
        archive.closeEntry();
    }

    private void copy(int column, List<Generation> kept, long skipped, OutputStream to) throws IOException {
        byte[] block = new byte[BLOCK];
        for (Generation one : kept) {
            try (InputStream from = Files.newInputStream(one.parts.get(column).file())) {
                if (one == before) {
                    from.skipNBytes(skipped * columns.get(column).bytesPerRow());
                }
                int length = from.read(block);
                while (length >= 0) {
                    to.write(block, 0, length);
                    length = from.read(block);
                }
            }
        }
    }
}
