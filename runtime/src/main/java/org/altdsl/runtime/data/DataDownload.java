package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Fetches a data set of the catalogue into a folder.
 *
 * <p>Each file goes to a temporary file first and takes its place only after its size and checksums are right, so that
 * an interrupted download never looks like data. A file that is there already and right is not fetched again.
 */
public final class DataDownload {
    private static final int HTTP_OK = 200;
    private static final int BUFFER = 1 << 16;

    private final HttpClient client;

    /** A download through the system's proxy settings. */
    public DataDownload() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20));
        ProxySelector proxies = ProxySelector.getDefault();
        this.client = (proxies == null ? builder : builder.proxy(proxies)).build();
    }

    /** Is told how far a download has come. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Some more of a file has arrived.
         *
         * @param file the file's name
         * @param bytes how many bytes have arrived
         * @param ofBytes how many bytes the file has, or 0 if that is not known
         */
        void arrived(String file, long bytes, long ofBytes);
    }

    /**
     * Fetches all files of a data set.
     *
     * @param entry the data set
     * @param folder the data folder, in which the data set gets a folder of its own
     * @param progress is told how far it has come
     * @return the folder of the data set
     * @throws DataException if a file cannot be fetched or is not the expected one; without a network, it says which
     *     files to fetch by hand and where to put them
     */
    public Path get(DataCatalogue.Entry entry, Path folder, Progress progress) {
        requireNonNull(progress);
        if (entry.shipped()) {
            throw new DataException(
                    entry.name(),
                    "is part of altdsl and needs no download; read it as '" + DataCatalogue.shippedFileName(entry)
                            + "'");
        }
        Path target = folder.resolve(entry.name());
        try {
            Files.createDirectories(target);
        } catch (IOException failure) {
            throw new DataException(target.toString(), "the folder cannot be made: " + failure, failure);
        }
        for (DataCatalogue.RemoteFile file : entry.files()) {
            Path place = target.resolve(file.name());
            if (!Files.exists(place) || !isExpected(file, place)) {
                fetch(entry, file, target, progress);
            }
        }
        return target;
    }

    private void fetch(DataCatalogue.Entry entry, DataCatalogue.RemoteFile file, Path target, Progress progress) {
        Path part = null;
        try {
            part = Files.createTempFile(target, file.name(), ".part");
            transfer(file, part, progress);
            place(part, target.resolve(file.name()));
        } catch (ConnectException | HttpTimeoutException unreachable) {
            throw new DataException(
                    file.url(), byHand("the network or the server cannot be reached", entry, target), unreachable);
        } catch (IOException failure) {
            throw new DataException(
                    file.url(), byHand("the download failed (" + reason(failure) + ")", entry, target), failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new DataException(file.url(), "the download was stopped", stopped);
        } finally {
            discard(part);
        }
    }

    private void transfer(DataCatalogue.RemoteFile file, Path part, Progress progress)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(file.url()))
                .timeout(Duration.ofMinutes(1))
                .build();
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != HTTP_OK) {
                throw new IOException("the server answered with status " + response.statusCode());
            }
            Digests digests = new Digests();
            long bytes = copy(body, part, digests, file, progress);
            requireExpected(file, bytes, digests);
        }
    }

    private static long copy(
            InputStream body, Path part, Digests digests, DataCatalogue.RemoteFile file, Progress progress)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        try (OutputStream out = Files.newOutputStream(part)) {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                bytes += count;
                if (file.bytes() > 0 && bytes > file.bytes()) {
                    return bytes;
                }
                digests.update(buffer, count);
                out.write(buffer, 0, count);
                progress.arrived(file.name(), bytes, file.bytes());
            }
        }
        return bytes;
    }

    private static void requireExpected(DataCatalogue.RemoteFile file, long bytes, Digests digests) {
        if (file.bytes() > 0 && bytes > file.bytes()) {
            throw new DataException(
                    file.url(), "expected " + file.bytes() + " bytes, the server sent more;" + " nothing was stored");
        }
        if (file.bytes() > 0 && bytes != file.bytes()) {
            throw new DataException(
                    file.url(), "expected " + file.bytes() + " bytes, received " + bytes + "; nothing was stored");
        }
        requireEqual(file, "SHA-256", file.sha256(), digests.sha256());
        requireEqual(file, "MD5", file.md5(), digests.md5());
    }

    private static void requireEqual(DataCatalogue.RemoteFile file, String what, String expected, String found) {
        if (expected != null && !expected.equalsIgnoreCase(found)) {
            throw new DataException(
                    file.url(),
                    "wrong checksum: expected " + what + " " + expected + ", received " + found
                            + "; nothing was stored");
        }
    }

    private static boolean isExpected(DataCatalogue.RemoteFile file, Path place) {
        try (InputStream stored = Files.newInputStream(place)) {
            Digests digests = new Digests();
            byte[] buffer = new byte[BUFFER];
            long bytes = 0;
            for (int count = stored.read(buffer); count >= 0; count = stored.read(buffer)) {
                digests.update(buffer, count);
                bytes += count;
            }
            requireExpected(file, bytes, digests);
            return true;
        } catch (DataException different) {
            return false;
        } catch (IOException failure) {
            throw new DataException(place.toString(), "cannot be read: " + failure, failure);
        }
    }

    private static void place(Path part, Path place) throws IOException {
        try {
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Files.move(part, place, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path part) {
        if (part == null) {
            return;
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException leftBehind) {
            // A leftover with the ending .part is never read as data, and the first failure matters more.
            part.toFile().deleteOnExit();
        }
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static String byHand(String problem, DataCatalogue.Entry entry, Path target) {
        StringBuilder text = new StringBuilder(problem)
                .append(". Fetch these files by hand and put them into ")
                .append(target)
                .append(':');
        for (DataCatalogue.RemoteFile file : entry.files()) {
            text.append("\n    ")
                    .append(file.url())
                    .append("\n        as ")
                    .append(file.name())
                    .append(" (")
                    .append(file.expectation())
                    .append(')');
        }
        if (entry.systemPackage() != null) {
            text.append("\nor install the package ").append(entry.systemPackage());
        }
        return text.toString();
    }

    /** Both checksums, computed while the bytes pass. */
    private static final class Digests {
        private final MessageDigest sha256 = digest("SHA-256");
        private final MessageDigest md5 = digest("MD5");

        void update(byte[] bytes, int count) {
            sha256.update(bytes, 0, count);
            md5.update(bytes, 0, count);
        }

        String sha256() {
            return HexFormat.of().formatHex(sha256.digest());
        }

        String md5() {
            return HexFormat.of().formatHex(md5.digest());
        }

        private static MessageDigest digest(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException absent) {
                // Every Java platform must have both.
                throw new IllegalStateException(absent);
            }
        }
    }
}
