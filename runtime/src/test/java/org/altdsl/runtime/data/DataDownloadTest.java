package org.altdsl.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDownloadTest {
    private static final byte[] CONTENT = new byte[100_000];

    @TempDir
    private Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, CONTENT.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(CONTENT);
            }
        });
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/good");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/missing", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.createContext("/cut", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void aFileWithTheRightChecksumsIsStoredOnce() throws IOException {
        AtomicLong arrived = new AtomicLong();
        DataCatalogue.Entry entry = entry("/good", CONTENT.length, digest("SHA-256"), digest("MD5"));
        Path target = new DataDownload().get(entry, folder, (file, bytes, ofBytes) -> {
            assertEquals("data.bin", file);
            assertEquals(CONTENT.length, ofBytes);
            arrived.set(bytes);
        });
        assertEquals(folder.resolve("Some"), target);
        assertArrayEquals(CONTENT, Files.readAllBytes(target.resolve("data.bin")));
        assertEquals(CONTENT.length, arrived.get());
        assertEquals(List.of("data.bin"), namesIn(target));
        new DataDownload().get(entry, folder, DataDownloadTest::ignore);
        assertEquals(1, requests.get());
    }

    @Test
    void aDamagedEarlierCopyIsReplaced() throws IOException {
        Path target = Files.createDirectories(folder.resolve("Some"));
        Files.writeString(target.resolve("data.bin"), "half");
        new DataDownload()
                .get(entry("/good", CONTENT.length, digest("SHA-256"), null), folder, DataDownloadTest::ignore);
        assertArrayEquals(CONTENT, Files.readAllBytes(target.resolve("data.bin")));
    }

    @Test
    void redirectionsAreFollowed() {
        Path target = new DataDownload().get(entry("/moved", 0, null, digest("MD5")), folder, DataDownloadTest::ignore);
        assertTrue(Files.exists(target.resolve("data.bin")));
    }

    @Test
    void aWrongChecksumIsRefusedAndNothingStored() throws IOException {
        String wrong = "0".repeat(64);
        assertRefused(
                entry("/good", CONTENT.length, wrong, null),
                "wrong checksum: expected SHA-256 " + wrong,
                "received " + digest("SHA-256"));
        assertRefused(entry("/good", CONTENT.length, null, "0".repeat(32)), "wrong checksum: expected MD5");
    }

    @Test
    void aWrongSizeIsRefusedAndNothingStored() throws IOException {
        assertRefused(entry("/good", CONTENT.length + 1, null, null), "expected 100001 bytes, received 100000");
        assertRefused(entry("/good", CONTENT.length - 1, null, null), "expected 99999 bytes, the server sent more");
    }

    @Test
    void anAbsentOrInterruptedFileIsRefusedAndNothingStored() throws IOException {
        assertRefused(entry("/missing", 0, null, null), "status 404", "by hand");
        assertRefused(entry("/cut", CONTENT.length, digest("SHA-256"), null), "the download failed", "by hand");
    }

    @Test
    void withoutANetworkTheMessageSaysWhatToFetchAndWhereToPutIt() throws IOException {
        DataCatalogue.Entry entry = entry("/good", CONTENT.length, digest("SHA-256"), digest("MD5"));
        server.stop(0);
        assertRefused(
                entry,
                "cannot be reached",
                "put them into " + folder.resolve("Some"),
                entry.files().get(0).url(),
                "as data.bin (100000 bytes, SHA-256 " + digest("SHA-256"));
    }

    @Test
    void aShippedDataSetNeedsNoDownload() throws IOException {
        assertRefused(DataCatalogue.shipped().get("digits"), "needs no download", "digits.csv.gz");
    }

    private void assertRefused(DataCatalogue.Entry entry, String... fragments) throws IOException {
        String message = assertThrows(
                        DataException.class, () -> new DataDownload().get(entry, folder, DataDownloadTest::ignore))
                .getMessage();
        for (String fragment : fragments) {
            assertTrue(message.contains(fragment), fragment + " is not in\n" + message);
        }
        assertFalse(Files.exists(folder.resolve("Some/data.bin")));
        if (Files.exists(folder.resolve("Some"))) {
            assertEquals(List.of(), namesIn(folder.resolve("Some")));
        }
    }

    private DataCatalogue.Entry entry(String path, long bytes, String sha256, String md5) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
        return new DataCatalogue.Entry(
                "Some",
                "numbers",
                "none",
                "nobody",
                "nowhere",
                null,
                List.of(),
                null,
                null,
                List.of(new DataCatalogue.RemoteFile("data.bin", url, bytes, sha256, md5)));
    }

    private static String digest(String algorithm) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(CONTENT));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> namesIn(Path target) throws IOException {
        try (Stream<Path> members = Files.list(target)) {
            return members.map(member -> member.getFileName().toString()).toList();
        }
    }

    private static void ignore(String file, long bytes, long ofBytes) {}
}
