package dev.agentos.memory.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SearchTermsTest {
    @Test
    void of_dropsStopWords_andRepetitions() {
        assertThat(SearchTerms.of("Where did the Ferry go, and why didn't the ferry's crew say so?"))
                .containsExactly("ferry", "go", "didn", "crew", "say");
    }

    @Test
    void of_keepsStopWords_whenThereIsNothingElse() {
        assertThat(SearchTerms.of("To be, or not to be?")).containsExactly("to", "be", "or", "not");
    }

    @Test
    void of_keepsNumbersAndMarks_ofAnyScript() {
        assertThat(SearchTerms.of("room 42, naïve, nai\u0308ve, Привет, 日本, x²"))
                .containsExactly("room", "42", "naïve", "nai\u0308ve", "привет", "日本", "x²");
    }

    @Test
    void of_cutsAtMostTerms_andPassesOverEndlessWords() {
        String many = IntStream.range(0, 500).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

        assertThat(SearchTerms.of("x".repeat(101) + " " + many))
                .hasSize(SearchTerms.MOST)
                .startsWith("word0");
    }

    @Property
    void of_givesLettersAndDigitsAlone_whateverIsAsked(@ForAll String question) {
        assertThat(SearchTerms.of(question))
                .doesNotHaveDuplicates()
                .allSatisfy(term -> assertThat(term.codePoints())
                        .isNotEmpty()
                        .noneMatch(letter -> "\"*()':^-+{}\\ \0".indexOf(letter) >= 0)
                        .noneMatch(letter -> Character.getType(letter) == Character.PRIVATE_USE));
    }
}
