package dev.agentos.memory.search;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a question that are worth looking for. What comes out consists of letters and digits alone, whatever went in: nothing of a
 * question is ever syntax of a search.
 */
public final class SearchTerms {
    /** Beyond it a question is a document, whose further words change little and cost time each. */
    static final int MOST = 64;

    /** Longer ones are no words; the index would have to be read for them all the same. */
    private static final int LONGEST = 100;

    /** What questions in English are made of whatever they are about; single letters are what is left of 's, 't and the like. */
    private static final Set<String> STOP_WORDS = Set.of("""
            a about above after again against all also am an and any are as at be because been before being below between both but by
            can could d did do does doing done down during each ever few for from further get gets getting got had has have having he
            her here hers herself him himself his how i if in into is it its itself just let ll m may me might mine more most much
            must my myself no nor not now o of off on once one only or other our ours ourselves out over own please re s same shall
            she should so some such t tell than that the their theirs them themselves then there these they this those through to too
            under until up upon us ve very was we were what when where which while who whom whose why will with would you your yours
            yourself yourselves
            """.strip().split("\\s+"));

    private SearchTerms() {}

    /** The different words, in order; if all of them are stop words, those. */
    public static List<String> of(String text) {
        Set<String> words = words(text);
        List<String> telling = words.stream()
                .filter(word -> !STOP_WORDS.contains(word))
                .limit(MOST)
                .toList();
        return telling.isEmpty() ? words.stream().limit(MOST).toList() : telling;
    }

    private static Set<String> words(String text) {
        var words = new LinkedHashSet<String>();
        int start = -1;
        int at = 0;
        while (at < text.length()) {
            int letter = text.codePointAt(at);
            boolean inside = isPartOfWord(letter);
            if (inside && start < 0) {
                start = at;
            } else if (!inside && start >= 0) {
                add(words, text, start, at);
                start = -1;
            }
            at += Character.charCount(letter);
        }
        if (start >= 0) {
            add(words, text, start, text.length());
        }
        return words;
    }

    private static void add(Set<String> words, String text, int start, int end) {
        if (end - start <= LONGEST) {
            words.add(text.substring(start, end).toLowerCase(Locale.ROOT));
        }
    }

    /** As the index cuts: letters, numbers and what is written above them. */
    private static boolean isPartOfWord(int letter) {
        int type = Character.getType(letter);
        return Character.isLetter(letter)
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER
                || type == Character.NON_SPACING_MARK;
    }
}
