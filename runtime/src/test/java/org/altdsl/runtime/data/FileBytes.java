package org.altdsl.runtime.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes data files byte by byte, independently of the readers under test. */
final class FileBytes {
    private FileBytes() {}

    static byte[] idx(int type, int[] lengths, byte[] body) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * lengths.length + body.length);
        bytes.put((byte) 0).put((byte) 0).put((byte) type).put((byte) lengths.length);
        for (int length : lengths) {
            bytes.putInt(length);
        }
        return bytes.put(body).array();
    }

    static byte[] npy(int version, String header, byte[] body) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        int field = version == 1 ? 2 : 4;
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + field + text.length + body.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        return bytes.put(text).put(body).array();
    }

    static String npyHeader(String type, boolean fortranOrder, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': " + shape
                + ", }          \n";
    }

    /** Numbers in a binary type given by kind and size, as NumPy names them. */
    static byte[] numbers(String kind, ByteOrder order, double... values) {
        int size = Integer.parseInt(kind.substring(1));
        ByteBuffer bytes = ByteBuffer.allocate(size * values.length).order(order);
        for (double value : values) {
            switch (kind) {
                case "b1", "i1", "u1" -> bytes.put((byte) (int) value);
                case "i2", "u2" -> bytes.putShort((short) (int) value);
                case "i4", "u4" -> bytes.putInt((int) (long) value);
                case "i8", "u8" -> bytes.putLong((long) value);
                case "f4" -> bytes.putFloat((float) value);
                case "f8" -> bytes.putDouble(value);
                default -> throw new IllegalArgumentException(kind);
            }
        }
        return bytes.array();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
            zipped.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] zip(boolean deflated, Map<String, byte[]> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                if (!deflated) {
                    CRC32 checksum = new CRC32();
                    checksum.update(member.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(member.getValue().length);
                    entry.setCrc(checksum.getValue());
                }
                archive.putNextEntry(entry);
                archive.write(member.getValue());
                archive.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static byte[] without(byte[] bytes, int last) {
        return Arrays.copyOf(bytes, bytes.length - last);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
