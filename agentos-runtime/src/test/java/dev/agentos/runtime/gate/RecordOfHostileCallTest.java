package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tool that takes any arguments is called with arguments that would not fit into a record. */
class RecordOfHostileCallTest {
    private final GateFixture os = new GateFixture(List.of(FakeTool.named("free")));

    @AfterEach
    void close() {
        os.close();
    }

    private Action recorded(Map<String, ?> arguments) {
        os.toolbox.of(os.agent("desk", "tool:free call")).call("free", arguments);
        return os.lastRecord().action();
    }

    @Test
    void record_staysSmall_whenThereAreManyArguments() {
        var many = new LinkedHashMap<String, Object>();
        for (int i = 0; i < 20_000; i++) {
            many.put("argument" + i, "x".repeat(100));
        }

        Action kept = recorded(many);

        assertThat(kept.attributes()).hasSize(Shortening.MOST_ATTRIBUTES);
        assertThat(kept.text("omitted")).contains("19937 attributes, sha-256 ");
    }

    @Test
    void record_tellsTwoCallsApart_whichDifferInWhatWasOmitted() {
        var one = new LinkedHashMap<String, Object>();
        for (int i = 0; i < 1_000; i++) {
            one.put("argument" + i, i);
        }
        var other = new LinkedHashMap<>(one);
        other.put("argument999", "another");

        assertThat(recorded(one).text("omitted")).isNotEqualTo(recorded(other).text("omitted"));
    }

    @Test
    void record_keepsArguments_whoseNamesCannotBeAttributes() {
        Action kept = recorded(Map.of("größe", 7, "1st", "pay", "a b", true, "plain", "x"));

        assertThat(kept.text("plain")).isEqualTo("x");
        assertThat(kept.text("otherArguments")).contains("\"größe\":7", "\"1st\":\"pay\"", "\"a b\":true");
    }
}
