package org.altdsl.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.altdsl.diag.Diagnostic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorpusTest {
    static List<Path> valid() {
        return Stream.of("valid", "programs")
                .flatMap(folder -> Corpus.files(folder).stream())
                .toList();
    }

    static List<Path> invalid() {
        return Corpus.files("invalid");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidProgramIsAcceptedWithoutAWord(Path file) {
        assertEquals(
                List.of(), Corpus.check(file).stream().map(CorpusTest::words).toList());
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void whatIsWrongIsSaidWhereItIsAndNothingElseIs(Path file) {
        List<Corpus.Expected> missing = new ArrayList<>();
        List<Diagnostic> found = new ArrayList<>(Corpus.check(file));
        List<Corpus.Expected> expected = Corpus.expected(Corpus.read(file));
        assertTrue(!expected.isEmpty(), "the file says what is wrong with it");
        for (Corpus.Expected one : expected) {
            if (!found.removeIf(one::matches)) {
                missing.add(one);
            }
        }
        List<String> surplus = found.stream().map(CorpusTest::words).toList();
        assertTrue(missing.isEmpty() && surplus.isEmpty(), "missing " + missing + ", not expected " + surplus);
    }

    @Test
    void theCorpusHasWrongProgramsOfEveryGroup() {
        List<String> names =
                invalid().stream().map(file -> file.getFileName().toString()).toList();
        for (String group : List.of("syntax-", "name-", "target-", "unit-", "context-", "not-yet-")) {
            assertTrue(names.stream().anyMatch(name -> name.startsWith(group)), group);
        }
    }

    private static String words(Diagnostic found) {
        return found.at() + " " + found.severity() + " " + found.code().id() + " " + found.message();
    }
}
