package org.altdsl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.IVersionProvider;

/** The version of this program, and the commit it was built from. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "altdsl " + text(), "Java " + Runtime.version() + ", " + System.getProperty("java.vendor", "")
        };
    }

    /** The version number. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The commit that a checkout stands at, if it is a checkout. */
    static Optional<String> commit(Path home) {
        Path git = home.resolve(".git");
        try {
            if (Files.isRegularFile(git)) {
                git = home.resolve(
                        Files.readString(git).replaceFirst("gitdir:", "").strip());
            }
            String head = Files.readString(git.resolve("HEAD")).strip();
            if (!head.startsWith("ref:")) {
                return Optional.of(head);
            }
            String name = head.substring("ref:".length()).strip();
            Path common = Files.isRegularFile(git.resolve("commondir"))
                    ? git.resolve(Files.readString(git.resolve("commondir")).strip())
                    : git;
            if (Files.isRegularFile(common.resolve(name))) {
                return Optional.of(Files.readString(common.resolve(name)).strip());
            }
            try (Stream<String> lines = Files.lines(common.resolve("packed-refs"))) {
                return lines.filter(line -> line.endsWith(" " + name))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .findFirst();
            }
        } catch (IOException | java.io.UncheckedIOException absent) {
            return Optional.empty();
        }
    }
}
