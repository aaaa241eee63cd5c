package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Address;
import org.junit.jupiter.api.Test;

class SendRightsTest {
    private final SendRights rights = new SendRights();

    @Test
    void allows_isTrue_onlyForTheRecipientAndTheEpochRemembered() {
        rights.remember(Address.of("desk"), 3);

        assertThat(rights.allows(Address.of("desk"), 3)).isTrue();
        assertThat(rights.allows(Address.of("desk"), 4)).isFalse();
        assertThat(rights.allows(Address.of("desk2"), 3)).isFalse();
    }

    @Test
    void remember_keepsAtMostEight() {
        for (int i = 0; i < 100; i++) {
            rights.remember(Address.of("agent" + i), 1);
        }

        int known = 0;
        for (int i = 0; i < 100; i++) {
            known += rights.allows(Address.of("agent" + i), 1) ? 1 : 0;
        }

        assertThat(known).isBetween(1, 8);
        assertThat(rights.allows(Address.of("agent99"), 1)).isTrue();
    }
}
