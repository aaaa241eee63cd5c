package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ShorteningTest {
    private static final Action PLAIN = Action.of("tool:echo", "call");

    @Test
    void of_returnsTheSameAction_whenNothingIsLong() {
        Action action = PLAIN.with("text", "x".repeat(Shortening.LONGEST)).with("n", 5);

        assertThat(Shortening.of(action)).isSameAs(action);
    }

    @Test
    void of_cutsValuesOfEveryKind() {
        Action action = PLAIN.with("text", "x".repeat(5_000))
                .with("list", Collections.nCopies(5_000, true))
                .with("map", Map.of("inner", Map.of("k".repeat(5_000), 1)))
                .with("short", "y");

        Action kept = Shortening.of(action);

        assertThat(kept.toString()).hasSizeLessThan(2_500);
        assertThat(kept.text("short")).isEqualTo("y");
        assertThat(kept.text("text")).startsWith("xxx").contains("5000 characters, sha-256 ");
        assertThat(kept.text("list")).startsWith("[true,true");
        assertThat(kept.text("map")).startsWith("{\"inner\"");
    }

    @Property
    void of_neverLeavesHalfACharacter_whereverItCuts(@ForAll @IntRange(max = 3) int before) {
        String text = "x".repeat(before) + "😀".repeat(2_000);

        String kept = Shortening.of(text);

        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(kept)).isTrue();
    }

    @Property
    void isKey_agreesWithWhatAnActionTakes(@ForAll @StringLength(max = 70) String name) {
        boolean taken;
        try {
            taken = PLAIN.with(name, 1).attribute(name).isPresent();
        } catch (IllegalArgumentException e) {
            taken = false;
        }

        assertThat(Shortening.isKey(name)).isEqualTo(taken);
    }

    @Test
    void hash_dependsOnTheSalt() {
        String one = Shortening.hash(new byte[] {1}, "text");
        String two = Shortening.hash(new byte[] {2}, "text");

        assertThat(one).hasSize(32).isNotEqualTo(two).isEqualTo(Shortening.hash(new byte[] {1}, "text"));
    }
}
