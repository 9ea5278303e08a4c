package org.altdsl.runtime.data;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is read at any place, by any thread.
 *
 * <p>It stays open as long as somebody can read it: a deleted or replaced file goes on to give the bytes that it had.
 */
final class DataFile {
    private static final int BUFFER = 1 << 16;

    // Not a channel: an interrupt to one thread would close it for all.
    private final RandomAccessFile file;
    private final String origin;

    private DataFile(RandomAccessFile file, String origin) {
        this.file = file;
        this.origin = origin;
    }

    static DataFile open(Path path) {
        try {
            return new DataFile(new RandomAccessFile(path.toFile(), "r"), path.toString());
        } catch (IOException failure) {
            throw new DataException(path.toString(), "cannot be opened: " + failure.getMessage(), failure);
        }
    }

    /** How many bytes a file has. */
    static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException failure) {
            throw new DataException(path.toString(), "cannot be read: " + failure.getMessage(), failure);
        }
    }

    /** Fills an array with the bytes from a position on. */
    void read(long position, byte[] target, int count) {
        try {
            synchronized (file) {
                file.seek(position);
                file.readFully(target, 0, count);
            }
        } catch (EOFException cut) {
            throw new DataException(origin, "was cut off while it was being read", cut);
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be read: " + failure.getMessage(), failure);
        }
    }

    /** A temporary file that takes what cannot be read at any place: unzipped bytes, numbers from text. */
    static final class Writer implements AutoCloseable {
        private final Path path;
        private final String origin;
        private final OutputStream out;

        Writer(String origin) {
            this.origin = origin;
            try {
                this.path = Files.createTempFile("altdsl-data", ".bin");
                path.toFile().deleteOnExit();
                this.out = new BufferedOutputStream(new FileOutputStream(path.toFile()), BUFFER);
            } catch (IOException failure) {
                throw failed(failure);
            }
        }

        void write(byte[] bytes, int count) {
            try {
                out.write(bytes, 0, count);
            } catch (IOException failure) {
                throw failed(failure);
            }
        }

        /** What was written, to be read from now on. */
        DataFile finish() {
            close();
            DataFile written = new DataFile(open(path).file, origin);
            // Where the system lets an open file be deleted, nothing is left behind by a run that is killed.
            path.toFile().delete();
            return written;
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException failure) {
                throw failed(failure);
            }
        }

        private DataException failed(IOException failure) {
            return new DataException(
                    origin,
                    "is larger than the memory for data, and its numbers cannot be written to the folder for temporary"
                            + " files (" + System.getProperty("java.io.tmpdir") + "): " + failure.getMessage(),
                    failure);
        }
    }
}
