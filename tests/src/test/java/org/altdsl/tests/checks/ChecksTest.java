package org.altdsl.tests.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/checks.md} names tests that exist. */
class ChecksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern OF_LIBRARY = Pattern.compile("(\\w+): (\".*\")");
    private static final Pattern OF_JUNIT = Pattern.compile("(\\w+Test)\\.(\\w+)");

    static List<String> places() throws IOException {
        return Files.readString(ROOT.resolve("docs/checks.md"), UTF_8)
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| id "))
                .map(line -> line.substring(line.lastIndexOf('|', line.length() - 2) + 1, line.length() - 1)
                        .strip())
                .toList();
    }

    @Test
    void theListIsRead() throws IOException {
        assertTrue(places().size() > 50);
    }

    @ParameterizedTest
    @MethodSource("places")
    void aPlaceExists(String place) throws IOException {
        Matcher library = OF_LIBRARY.matcher(place);
        Matcher junit = OF_JUNIT.matcher(place);
        if (library.matches()) {
            assertTrue(text("stdlib-rules/src/main/resources", library.group(1) + ".rule")
                    .contains("test " + library.group(2)));
        } else {
            assertTrue(junit.matches(), "neither a test of a library file nor of JUnit: " + place);
            assertTrue(text("tests/src/test/java", junit.group(1) + ".java").contains("void " + junit.group(2) + "("));
        }
    }

    /** The only file of that name below a folder. */
    private static String text(String folder, String name) throws IOException {
        try (Stream<Path> walk = Files.walk(ROOT.resolve(folder))) {
            List<Path> found = walk.filter(path -> path.endsWith(name)).toList();
            assertFalse(found.isEmpty(), "no file " + name);
            return Files.readString(found.get(0), UTF_8);
        }
    }
}
