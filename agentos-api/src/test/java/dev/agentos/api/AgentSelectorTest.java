package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSelectorTest {

    /** A pattern that no address can match would pick nothing, silently and for ever. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "desk/", "/desk", "desk//a", "**/a", "desk/**/a", "desk-*", "*a", "desk/***", "a b"})
    void pattern_isRefused_whenNoAddressCanMatchIt(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentSelector.matching(pattern))
                .withMessageContaining("'" + pattern + "'");
    }

    @Test
    void labels_areCopied() {
        var labels = new HashMap<>(Map.of("team", "fx"));
        var selector = new AgentSelector("**", labels);

        labels.put("env", "live");

        assertThat(selector.matches("a", Map.of("team", "fx"))).isTrue();
        assertThat(selector.labels()).isUnmodifiable();
    }

    @Test
    void all_picksEverybody_whateverTheLabels() {
        assertThat(AgentSelector.all().matches("a/b/c", Map.of("x", "y"))).isTrue();
        assertThat(AgentSelector.all()).isEqualTo(AgentSelector.matching("**"));
    }

    @Test
    void label_hasToHaveTheValue_notOnlyTheName() {
        var selector = AgentSelector.label("team", "fx");

        assertThat(selector.matches("a/b", Map.of("team", "fx"))).isTrue();
        assertThat(selector.matches("a/b", Map.of("team", "FX"))).isFalse();
        assertThat(selector.matches("a/b", Map.of("Team", "fx"))).isFalse();
    }

    @Property(tries = 5_000)
    void matches_agreesWithARegularExpression(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        boolean expected = model(pattern).matcher(path).matches();
        Statistics.label("matches").collect(expected);

        boolean picked = AgentSelector.matching(pattern).matches(path, Map.of());

        assertThat(picked).as("%s of %s", path, pattern).isEqualTo(expected);
    }

    @Property
    void matches_wantsEachLabel_andMindsNoOther(
            @ForAll("labels") Map<String, String> wanted, @ForAll("labels") Map<String, String> has) {
        boolean expected =
                wanted.keySet().stream().allMatch(key -> wanted.get(key).equals(has.get(key)));

        assertThat(new AgentSelector("*", wanted).matches("a", has)).isEqualTo(expected);
        assertThat(new AgentSelector("*", wanted).matches("a/b", has))
                .as("the path counts too")
                .isFalse();
    }

    /** The documentation of the type, as a regular expression. */
    private static Pattern model(String pattern) {
        if (pattern.equals("**")) {
            return Pattern.compile(".+");
        }
        boolean deep = pattern.endsWith("/**");
        String names = deep ? pattern.substring(0, pattern.length() - 3) : pattern;
        String one = List.of(names.split("/")).stream()
                .map(name -> name.equals("*") ? "[^/]+" : Pattern.quote(name))
                .collect(Collectors.joining("/"));
        return Pattern.compile(one + (deep ? "(/.+)?" : ""));
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "ab", "*")
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(list -> String.join("/", list));
        return Arbitraries.oneOf(
                Arbitraries.just("**"),
                Combinators.combine(names, Arbitraries.of("", "/**")).as(String::concat));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab").list().ofMinSize(1).ofMaxSize(4).map(names -> String.join("/", names));
    }

    @Provide
    Arbitrary<Map<String, String>> labels() {
        return Arbitraries.maps(Arbitraries.of("team", "env"), Arbitraries.of("fx", "eq"));
    }
}
