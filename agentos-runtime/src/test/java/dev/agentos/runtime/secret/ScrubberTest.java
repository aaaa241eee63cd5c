package dev.agentos.runtime.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScrubberTest {
    @Test
    void clean_takesTheLongerSecretFirst_whenOneIsAPartOfTheOther() {
        Scrubber scrubber = Scrubber.of(Map.of("short", "hunter2hunter2", "long", "hunter2hunter2-and-more"));

        assertThat(scrubber.clean("hunter2hunter2-and-more / hunter2hunter2")).isEqualTo("secret:long / secret:short");
    }

    @Test
    void clean_findsASingleLine_ofASecretThatHasSeveral() {
        Scrubber scrubber =
                Scrubber.of(Map.of("key", "-----BEGIN-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END-----"));

        assertThat(scrubber.clean("cannot parse 'kqhkiG9w0BAQEF'")).isEqualTo("cannot parse 'secret:key'");
    }

    @Test
    void clean_findsASecretOfDigits_thatCameBackAsANumber() {
        Scrubber scrubber = Scrubber.of(Map.of("pin", "4815162342"));

        assertThat(scrubber.clean(JsonValue.of(4815162342L))).isEqualTo(new JsonString("secret:pin"));
    }
}
