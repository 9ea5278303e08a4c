package org.altdsl.runtime.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The data sets that are known by name: where they come from, under which licence, and how to tell that a copy is
 * complete.
 *
 * <p>The list is the resource {@code altdsl/data/catalogue.json}. A few small data sets are shipped beside it.
 */
public final class DataCatalogue {
    private static final String FOLDER = "/altdsl/data/";
    private static final String RESOURCE = "catalogue.json";

    private final List<Entry> entries;

    private DataCatalogue(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One data set.
     *
     * @param name the name that programs use
     * @param description what the samples are
     * @param licence the terms of use
     * @param citation whom to cite
     * @param homepage where it is described
     * @param systemPackage an operating-system package with the same data, or null
     * @param otherNames names under which its files are met, such as the folder that its archive unpacks to
     * @param recordBytes how many bytes a sample has in files without a header, or null
     * @param shippedAs where it lies among the shipped resources, or null if it must be downloaded
     * @param files what to download, empty for a shipped data set
     */
    public record Entry(
            String name,
            String description,
            String licence,
            String citation,
            String homepage,
            @JsonProperty("package") String systemPackage,
            List<String> otherNames,
            Integer recordBytes,
            String shippedAs,
            List<RemoteFile> files) {
        /** Copies the list of files. */
        public Entry {
            otherNames = otherNames == null ? List.of() : List.copyOf(otherNames);
            files = files == null ? List.of() : List.copyOf(files);
        }

        /** The size of all downloads in bytes. */
        public long bytes() {
            return files.stream().mapToLong(RemoteFile::bytes).sum();
        }

        /** Whether the data set is part of this program. */
        public boolean shipped() {
            return shippedAs != null;
        }
    }

    /**
     * One file of a data set.
     *
     * @param name the file name to store it under
     * @param url where to fetch it
     * @param bytes its size, or 0 if it is not known
     * @param sha256 its SHA-256 checksum in hexadecimal digits, or null
     * @param md5 its MD5 checksum in hexadecimal digits, or null
     */
    public record RemoteFile(String name, String url, long bytes, String sha256, String md5) {
        /** The file's size and checksums in words, as far as they are known. */
        public String expectation() {
            StringBuilder text = new StringBuilder(bytes > 0 ? bytes + " bytes" : "size unknown");
            if (sha256 != null) {
                text.append(", SHA-256 ").append(sha256);
            }
            if (md5 != null) {
                text.append(", MD5 ").append(md5);
            }
            return text.toString();
        }
    }

    private record Listing(List<Entry> dataSets) {
        Listing {
            dataSets = dataSets == null ? List.of() : dataSets;
        }
    }

    /** The catalogue that comes with this program. */
    public static DataCatalogue shipped() {
        byte[] json = resource(RESOURCE).orElseThrow(() -> new IllegalStateException("no resource " + RESOURCE));
        return parse(json, RESOURCE);
    }

    /** A catalogue in JSON. */
    static DataCatalogue parse(byte[] json, String origin) {
        try {
            return new DataCatalogue(
                    new ObjectMapper().readValue(json, Listing.class).dataSets());
        } catch (JsonProcessingException malformed) {
            throw new DataException(origin, "not a data catalogue: " + malformed.getOriginalMessage(), malformed);
        } catch (IOException failure) {
            throw new DataException(origin, "cannot be read: " + failure.getMessage(), failure);
        }
    }

    /** All data sets. */
    public List<Entry> entries() {
        return entries;
    }

    /** A data set by name; case, {@code -} and {@code _} do not matter. */
    public Optional<Entry> find(String name) {
        String wanted = plainName(name);
        return entries.stream()
                .filter(entry -> plainName(entry.name()).equals(wanted))
                .findFirst();
    }

    /** A data set by name, or a message that lists the known names. */
    public Entry get(String name) {
        return find(name)
                .orElseThrow(() -> new DataException(
                        name,
                        "no such data set in the catalogue; known are "
                                + String.join(
                                        ", ", entries.stream().map(Entry::name).toList())));
    }

    /** The shipped data set whose file has this name. */
    Optional<Entry> shippedFile(String fileName) {
        return entries.stream()
                .filter(Entry::shipped)
                .filter(entry -> shippedFileName(entry).equals(fileName))
                .findFirst();
    }

    /** The bytes of a shipped data set. */
    static byte[] shippedBytes(Entry entry) {
        return resource(entry.shippedAs())
                .orElseThrow(() -> new IllegalStateException("no resource " + entry.shippedAs()));
    }

    /** The file name of a shipped data set, by which programs read it. */
    static String shippedFileName(Entry entry) {
        return entry.shippedAs().substring(entry.shippedAs().lastIndexOf('/') + 1);
    }

    /** A name without what people write differently: case, {@code -} and {@code _}. */
    static String plainName(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    private static Optional<byte[]> resource(String name) {
        try (InputStream stream = DataCatalogue.class.getResourceAsStream(FOLDER + name)) {
            return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
        } catch (IOException failure) {
            throw new DataException(name, "the shipped resource cannot be read: " + failure.getMessage(), failure);
        }
    }
}
