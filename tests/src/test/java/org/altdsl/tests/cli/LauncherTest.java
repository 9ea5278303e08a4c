package org.altdsl.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher where nothing has been built yet. */
class LauncherTest {
    @TempDir
    private Path folder;

    private void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A build takes minutes: it tells each module as it begins, and at the end what went wrong. */
    @Test
    void aBuildTellsItsModulesAndWhyItFailed() throws IOException, InterruptedException {
        script(folder.resolve("altdsl"), Files.readString(CommandLine.root().resolve("altdsl")));
        // What Maven prints, of a build that fails.
        script(folder.resolve("bin/mvn"), """
                #!/bin/sh
                echo '[INFO] Scanning for projects...'
                echo '[INFO] Building altdsl 0.1.0-SNAPSHOT                                     [1/6]'
                echo '[INFO] ----------------------< org.altdsl:altdsl-grammar >-----------------------'
                echo '[INFO] Building altdsl grammar 0.1.0-SNAPSHOT                             [2/6]'
                echo '[INFO] Building jar: somewhere/altdsl-grammar.jar'
                echo '[INFO] Building altdsl runtime 0.1.0-SNAPSHOT                             [3/6]'
                echo '[ERROR] no space left'
                exit 1
                """);
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("altdsl").toString(), "--version");
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("ALTDSL_BUILD");
        builder.environment().put("TMPDIR", folder.toString());
        Path err = folder.resolve("err.txt");
        Process process = builder.redirectError(err.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher did not end");
        String told = Files.readString(err);
        assertEquals(70, process.exitValue(), told);
        assertTrue(
                told.contains("takes a minute or two) ...\n"
                        + "altdsl:   2 of 6: altdsl grammar\n"
                        + "altdsl:   3 of 6: altdsl runtime\n"
                        + "[INFO] Scanning for projects...\n"),
                told);
        assertTrue(told.contains("[ERROR] no space left\naltdsl: the build failed; the whole log is "), told);
    }
}
