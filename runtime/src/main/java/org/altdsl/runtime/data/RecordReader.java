package org.altdsl.runtime.data;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads files without a header, of records of equally many unsigned bytes, one a sample; as they are or as members of a
 * tar archive. The binary version of CIFAR-10 is one: a label and 3 x 32 x 32 pixels.
 */
final class RecordReader {
    private RecordReader() {}

    /** The records of a file; records x bytes. */
    static Table read(Path file, int recordBytes, DataMemory memory) {
        try (ByteInput input = ByteInput.open(file)) {
            if (input.plainFile().isEmpty()) {
                throw input.fault("is compressed; unzip it, since only a plain file tells how many records it has");
            }
            return read(input, DataFile.size(file), recordBytes, memory);
        }
    }

    /** The records of those members of a tar archive, gzipped or not, whose file name is wanted, by that name. */
    static Map<String, Table> members(Path archive, Predicate<String> wanted, int recordBytes, DataMemory memory) {
        Map<String, Table> found = new LinkedHashMap<>();
        try (ByteInput bytes = ByteInput.open(archive);
                TarArchiveInputStream members = new TarArchiveInputStream(bytes)) {
            for (TarArchiveEntry entry = members.getNextEntry(); entry != null; entry = members.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (entry.isFile() && wanted.test(name)) {
                    String origin = archive + "[" + entry.getName() + "]";
                    ByteInput member = ByteInput.member(members, origin, entry.getSize());
                    found.put(name, read(member, entry.getSize(), recordBytes, memory));
                }
            }
        } catch (IOException failure) {
            throw new DataException(
                    archive.toString(),
                    "not a readable tar archive, truncated or damaged (" + failure.getMessage() + ")",
                    failure);
        }
        return found;
    }

    private static Table read(ByteInput input, long bytes, int recordBytes, DataMemory memory) {
        long records = bytes / recordBytes;
        if (bytes == 0) {
            throw input.fault("is empty, expected records of " + recordBytes + " bytes");
        }
        if (bytes % recordBytes != 0) {
            throw input.fault("truncated, or not a file of records of " + recordBytes + " bytes: its " + bytes
                    + " bytes are " + records + " records and " + bytes % recordBytes + " bytes");
        }
        if (records > Integer.MAX_VALUE) {
            throw input.fault("has more than 2^31 records; split the file");
        }
        int[] shape = {(int) records, recordBytes};
        return ArrayBody.read(input, shape, ElementType.UNSIGNED_8, ByteOrder.BIG_ENDIAN, false, memory);
    }
}
