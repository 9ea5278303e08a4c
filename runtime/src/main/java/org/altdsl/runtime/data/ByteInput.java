package org.altdsl.runtime.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of one data file, unzipped when the file is gzipped, whose every failure is a {@link DataException}.
 *
 * <p>Whether a file is gzipped is decided by its first two bytes and not by its name, as mirrors rename files.
 */
final class ByteInput extends InputStream {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    /** Deflate cannot shrink data by more than this factor, so a header that claims more is wrong. */
    private static final long LARGEST_COMPRESSION = 1032;

    private static final int BUFFER = 1 << 16;

    private final InputStream stream;
    private final String origin;
    private final long mostBytes;
    private final Optional<Path> plainFile;
    private long position;

    private ByteInput(InputStream stream, String origin, long mostBytes, Optional<Path> plainFile) {
        this.stream = stream;
        this.origin = origin;
        this.mostBytes = mostBytes;
        this.plainFile = plainFile;
    }

    /** Opens a file, gzipped or not. */
    static ByteInput open(Path file) {
        String origin = file.toString();
        if (Files.isDirectory(file)) {
            throw new DataException(origin, "is a folder, expected a file");
        }
        try {
            long size = Files.size(file);
            return unzipped(
                    new BufferedInputStream(Files.newInputStream(file), BUFFER), origin, size, Optional.of(file));
        } catch (NoSuchFileException absent) {
            throw new DataException(origin, "there is no such file", absent);
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be opened: " + failure.getMessage(), failure);
        }
    }

    /** The bytes of a file that is in memory, gzipped or not. */
    static ByteInput of(byte[] bytes, String origin) {
        try {
            return unzipped(
                    new BufferedInputStream(new ByteArrayInputStream(bytes)), origin, bytes.length, Optional.empty());
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be opened: " + failure.getMessage(), failure);
        }
    }

    /** A member of an archive that has been unzipped already, with its size where the archive tells it. */
    static ByteInput member(InputStream stream, String origin, long mostBytes) {
        return new ByteInput(new BufferedInputStream(stream, BUFFER), origin, mostBytes, Optional.empty());
    }

    /** The most bytes that a member of so many compressed bytes can unfold to. */
    static long mostUnfolded(long compressedBytes) {
        return compressedBytes * LARGEST_COMPRESSION + 64;
    }

    private static ByteInput unzipped(BufferedInputStream raw, String origin, long size, Optional<Path> file)
            throws IOException {
        try {
            raw.mark(2);
            boolean gzipped = raw.read() == GZIP_FIRST && raw.read() == GZIP_SECOND;
            raw.reset();
            if (!gzipped) {
                return new ByteInput(raw, origin, size, file);
            }
            InputStream unfolded = new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER);
            return new ByteInput(unfolded, origin, mostUnfolded(size), Optional.empty());
        } catch (EOFException cut) {
            raw.close();
            throw new DataException(origin, "the gzip file is cut off in its header", cut);
        } catch (IOException failure) {
            raw.close();
            throw failure;
        }
    }

    /** What the bytes came from, for messages. */
    String origin() {
        return origin;
    }

    /** The file whose bytes these are as they stand in it; nothing for compressed bytes and members of archives. */
    Optional<Path> plainFile() {
        return plainFile;
    }

    /** How many bytes were read. */
    long position() {
        return position;
    }

    /** A fault of this file. */
    DataException fault(String reason) {
        return new DataException(origin, reason);
    }

    /** Refuses a header that claims more bytes than this file can hold, before memory is taken for them. */
    void requirePossible(long bytes, String claim) {
        long left = mostBytes - position;
        if (bytes > left) {
            throw fault("truncated or damaged: " + claim + " need " + bytes + " bytes, but at most " + left
                    + " are left in the file");
        }
    }

    /** Fills a buffer's first bytes; {@code what} names them in the message when the file ends too soon. */
    void readFully(byte[] target, int length, String what) {
        int filled = 0;
        while (filled < length) {
            int count = read(target, filled, length - filled);
            if (count < 0) {
                throw fault("truncated: the file ends after " + position + " bytes, inside " + what);
            }
            filled += count;
        }
    }

    /** Some bytes; {@code what} names them in the message when the file ends too soon. */
    byte[] readBytes(int length, String what) {
        byte[] bytes = new byte[length];
        readFully(bytes, length, what);
        return bytes;
    }

    /** Refuses a plain file that has not just so many bytes left, without reading them. */
    void requireRest(long bytes) {
        long extra = mostBytes - position - bytes;
        if (extra > 0) {
            throw tooLong(position + bytes, extra);
        }
    }

    private DataException tooLong(long expected, long extra) {
        return fault("expected the file to end after " + expected + " bytes, found " + extra
                + " more: the header does not match the data");
    }

    /** Refuses bytes after the last expected one; also makes gzip and zip compare their checksums. */
    void requireEnd() {
        long expected = position;
        byte[] rest = new byte[BUFFER];
        long extra = 0;
        for (int count = read(rest, 0, rest.length); count >= 0; count = read(rest, 0, rest.length)) {
            extra += count;
        }
        if (extra > 0) {
            throw tooLong(expected, extra);
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        try {
            int count = stream.read(target, offset, length);
            if (count > 0) {
                position += count;
            }
            return count;
        } catch (EOFException cut) {
            throw new DataException(
                    origin, "truncated: the compressed data is cut off after unfolding " + position + " bytes", cut);
        } catch (ZipException damaged) {
            throw new DataException(origin, "the compressed data is damaged (" + damaged.getMessage() + ")", damaged);
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be read: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be closed: " + failure.getMessage(), failure);
        }
    }
}
