package dev.agentos.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class TopicsTest {
    /** Two names and few segments: so that patterns and topics meet. */
    @Provide
    Arbitrary<String> topics() {
        return Arbitraries.of("a", "b", "a-1").list().ofMinSize(1).ofMaxSize(4).map(names -> String.join(".", names));
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<List<String>> segments =
                Arbitraries.of("a", "b", "a-1", "*").list().ofMaxSize(4);
        return Combinators.combine(segments, Arbitraries.of(true, false)).as((fixed, open) -> {
            var all = new ArrayList<>(fixed);
            if (open || all.isEmpty()) {
                all.add("**");
            }
            return String.join(".", all);
        });
    }

    /** What a pattern means, said by somebody else. */
    private static boolean matchesByRegex(String pattern, String topic) {
        if (pattern.equals("**")) {
            return true;
        }
        boolean open = pattern.endsWith(".**");
        String fixed = open ? pattern.substring(0, pattern.length() - 3) : pattern;
        String regex = Stream.of(fixed.split("\\."))
                .map(segment -> segment.equals("*") ? "[^.]+" : Pattern.quote(segment))
                .collect(Collectors.joining("\\."));
        return Pattern.matches(open ? regex + "(\\..*)?" : regex, topic);
    }

    @Property(tries = 5_000)
    void matches_agreesWithARegularExpression(@ForAll("patterns") String pattern, @ForAll("topics") String topic) {
        boolean matches = Topics.matches(Topics.pattern(pattern), Topics.name(topic));
        Statistics.label("matches").collect(matches);

        assertThat(matches).as("%s picks %s", pattern, topic).isEqualTo(matchesByRegex(pattern, topic));
    }

    /** Who may subscribe to {@code ticks.*} must not get at {@code ticks.a.b} by asking for more than that. */
    @Property(tries = 20_000)
    void rightToSubscribe_coversAPattern_onlyIfItCoversEveryTopicOfIt(
            @ForAll("patterns") String granted, @ForAll("patterns") String wanted, @ForAll("topics") String topic) {
        var right = Capability.parse("topic:" + granted + " subscribe");

        boolean covers = right.covers(new Action("topic", wanted, "subscribe", Map.of()));
        Statistics.label("covers").collect(covers);

        if (covers && Topics.matches(wanted, topic)) {
            assertThat(Topics.matches(granted, topic))
                    .as("%s is covered by %s, so %s has to be", wanted, granted, topic)
                    .isTrue();
        }
        assertThat(covers)
                .as("%s covers %s", granted, wanted)
                .isEqualTo(Capability.parse("topic:" + wanted + " subscribe").isWithin(right));
    }

    @Property
    void denial_namesTheGrantThatCoversThePattern(@ForAll("patterns") String wanted) {
        var subscribe = new Action("topic", wanted, "subscribe", Map.of());

        Capability missing = Capability.covering(subscribe);

        assertThat(missing).hasToString("topic:" + wanted + " subscribe");
        assertThat(missing.covers(subscribe)).isTrue();
    }

    @Example
    void rightToSubscribe_doesNotReachBelowItsSegments() {
        var one = Capability.parse("topic:ticks.* subscribe");

        assertThat(one.covers(Action.of("topic:ticks.btc", "subscribe"))).isTrue();
        assertThat(one.covers(Action.of("topic:ticks.*", "subscribe"))).isTrue();
        assertThat(one.covers(Action.of("topic:ticks.**", "subscribe"))).isFalse();
        assertThat(one.covers(Action.of("topic:**", "subscribe"))).isFalse();
        assertThat(Capability.parse("topic:* subscribe").covers(Action.of("topic:**", "subscribe")))
                .isFalse();
        assertThat(Capability.parse("topic:ticks.** subscribe").covers(Action.of("topic:ticks.**", "subscribe")))
                .isTrue();
        assertThat(Capability.parse("topic:ticks.%2A%2A subscribe").isWithin(one))
                .isFalse();
    }

    @Example
    void name_refusesWhatIsNoTopic() {
        for (String wrong : List.of("", ".", "a.", ".a", "a..b", "a b", "a.*", "**", "ä", "a\n", "x".repeat(257))) {
            assertThatIllegalArgumentException().isThrownBy(() -> Topics.name(wrong));
        }
        assertThat(Topics.name("x".repeat(256))).hasSize(256);
    }

    @Example
    void pattern_refusesStarsElsewhere() {
        for (String wrong : List.of("", "a*", "*a", "**.a", "a.**.b", "***", "a.**.", "a b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Topics.pattern(wrong));
            assertThat(Topics.isPattern(wrong)).isFalse();
        }
        for (String right : List.of("a", "*", "**", "a.*", "*.a", "a.**", "*.**")) {
            assertThat(Topics.pattern(right)).isEqualTo(right);
            assertThat(Topics.isPattern(right)).isTrue();
        }
    }
}
