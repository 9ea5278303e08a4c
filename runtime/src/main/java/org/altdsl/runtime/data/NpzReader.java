package org.altdsl.runtime.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads NumPy's NPZ format: a zip archive, deflated or stored, with one NPY member for each named array. */
final class NpzReader {
    private static final String SUFFIX = ".npy";

    private NpzReader() {}

    /** The names of the arrays, in the order of the archive. */
    static List<String> names(Path file) {
        try (ZipFile archive = open(file)) {
            return names(archive);
        } catch (IOException failure) {
            throw damaged(file, failure);
        }
    }

    /** One array; when the archive has no such name, the message lists those it has. */
    static Table read(Path file, String name, DataMemory memory) {
        try (ZipFile archive = open(file)) {
            ZipEntry entry = archive.getEntry(name + SUFFIX);
            if (entry == null) {
                throw new DataException(
                        file.toString(),
                        "has no array '" + name + "'; its arrays are " + String.join(", ", names(archive)));
            }
            return read(archive, entry, file + "[" + name + "]", memory);
        } catch (IOException failure) {
            throw damaged(file, failure);
        }
    }

    private static Table read(ZipFile archive, ZipEntry entry, String origin, DataMemory memory) throws IOException {
        // ZipFile, unlike ZipInputStream, does not compare checksums by itself.
        CheckedInputStream checked = new CheckedInputStream(stream(archive, entry, origin), new CRC32());
        long mostBytes = Math.min(entry.getSize(), ByteInput.mostUnfolded(entry.getCompressedSize()));
        try (ByteInput input = ByteInput.member(checked, origin, mostBytes)) {
            Table table = NpyReader.read(input, memory);
            if (checked.getChecksum().getValue() != entry.getCrc()) {
                throw input.fault("the checksum differs: the archive is damaged");
            }
            return table;
        }
    }

    private static InputStream stream(ZipFile archive, ZipEntry entry, String origin) throws IOException {
        try {
            return archive.getInputStream(entry);
        } catch (EOFException cut) {
            throw new DataException(origin, "truncated: the archive is cut off", cut);
        }
    }

    private static ZipFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new ZipFile(file.toFile());
    }

    private static List<String> names(ZipFile archive) {
        return archive.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .toList();
    }

    private static DataException damaged(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return new DataException(file.toString(), "there is no such file", failure);
        }
        return new DataException(
                file.toString(),
                "not a readable NPZ archive, truncated or damaged (" + failure.getMessage() + ")",
                failure);
    }
}
