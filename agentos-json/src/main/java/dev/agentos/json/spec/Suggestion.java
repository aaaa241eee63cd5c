package dev.agentos.json.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what somebody may have meant. */
final class Suggestion {
    /** Slips of the finger that are forgiven: more would suggest what nobody meant. */
    private static final int MOST_SLIPS = 2;

    private Suggestion() {}

    /** Returns {@code ; did you mean "x"?} for the nearest of some names; empty if none is near. */
    static String of(String written, Collection<String> names) {
        return names.stream()
                .filter(name -> distance(written, name) <= Math.min(MOST_SLIPS, name.length() / 2))
                .min(Comparator.comparingInt(name -> distance(written, name)))
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse("");
    }

    /** Levenshtein's distance, without regard to case, hyphens and underscores. */
    private static int distance(String a, String b) {
        String from = plain(a);
        String to = plain(b);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static String plain(String name) {
        // A key may be megabytes long; beyond a line of it nothing is near.
        String beginning = name.length() <= 80 ? name : name.substring(0, 80);
        return beginning.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
