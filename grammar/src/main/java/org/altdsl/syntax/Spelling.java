package org.altdsl.syntax;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Guesses which word was meant by a misspelt one. */
final class Spelling {
    private Spelling() {}

    /** The word with the fewest changed letters, if those are few; the first of equals. */
    static Optional<String> closest(String written, List<String> words) {
        int allowed = written.length() <= 3 ? 1 : 2;
        return words.stream()
                .filter(word -> distance(written, word) <= allowed)
                .min(Comparator.comparingInt(word -> distance(written, word)));
    }

    /** Letters to insert, delete or replace (Levenshtein 1966). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
