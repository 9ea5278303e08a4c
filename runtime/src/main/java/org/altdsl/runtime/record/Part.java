package org.altdsl.runtime.record;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The numbers of one column in a temporary file, which grows at its end. */
final class Part {
    private static final int BUFFER = 1 << 15;

    private final Column.Type type;
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer waiting = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

    Part(Column.Type type, Path file) throws IOException {
        this.type = requireNonNull(type);
        this.file = requireNonNull(file);
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    Path file() {
        return file;
    }

    void add(double value) throws IOException {
        if (waiting.remaining() < type.bytes) {
            flush();
        }
        type.put(value, waiting);
    }

    void flush() throws IOException {
        waiting.flip();
        while (waiting.hasRemaining()) {
            channel.write(waiting);
        }
        waiting.clear();
    }

    void close() throws IOException {
        flush();
        channel.close();
    }

    /** Closes and removes the file. */
    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
