package org.altdsl.names;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt one probably means. */
public final class Suggestions {
    private Suggestions() {}

    /** {@code ; did you mean 'eta'?}, or nothing if no candidate is close. */
    public static String didYouMean(String wrong, Collection<String> candidates) {
        return closest(wrong, candidates)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** The candidate at the smallest edit distance, if that is small for the length of the name. */
    public static Optional<String> closest(String wrong, Collection<String> candidates) {
        int limit = Math.max(1, Math.min(3, (wrong.length() + 1) / 3));
        return candidates.stream()
                .distinct()
                .filter(candidate -> !candidate.equals(wrong))
                .filter(candidate -> distance(wrong, candidate) <= limit)
                .min(Comparator.comparingInt((String candidate) -> distance(wrong, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int distance(String left, String right) {
        if (left.toLowerCase(Locale.ROOT).equals(right.toLowerCase(Locale.ROOT))) {
            return 0;
        }
        int[] previous = new int[right.length() + 1];
        int[] beforePrevious = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitution = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + substitution);
                boolean swapped = i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
                if (swapped) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[right.length()];
    }
}
