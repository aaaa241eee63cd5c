package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendRightsTest {
    private final SendRights rights = new SendRights();

    /** A grant of which only the capability is looked at. */
    private record Granted(Capability capability) implements Grant {
        static Granted of(String capability) {
            return new Granted(Capability.parse(capability));
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public PrincipalId holder() {
            throw new UnsupportedOperationException("the authority has looked at it");
        }

        @Override
        public Optional<Grant> parent() {
            return Optional.empty();
        }

        @Override
        public boolean revoked() {
            throw new UnsupportedOperationException("the epoch tells");
        }

        @Override
        public long used() {
            return 0;
        }

        @Override
        public GrantOrigin origin() {
            return GrantOrigin.GRANTED;
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public Instant created() {
            return Instant.EPOCH;
        }

        @Override
        public GrantUsage usage() {
            return GrantUsage.NONE;
        }
    }

    private boolean allows(String to, long epoch) {
        return rights.allows(Address.of(to), epoch);
    }

    @Test
    void allows_isTrueForAll_byAGrantForAll() {
        rights.remember(Address.of("desk/broker"), Granted.of("agent:** send"), 3);

        assertThat(allows("desk/broker", 3)).isTrue();
        assertThat(allows("risk", 3)).isTrue();
        assertThat(allows("risk", 4)).isFalse();
    }

    @Test
    void allows_isTrueForTheTree_byAGrantForATree() {
        rights.remember(Address.of("desk/broker"), Granted.of("agent:desk/** send"), 3);

        assertThat(allows("desk", 3)).isTrue();
        assertThat(allows("desk/broker", 3)).isTrue();
        assertThat(allows("desk/broker/child", 3)).isTrue();
        assertThat(allows("desk2", 3)).isFalse();
        assertThat(allows("desk-2/broker", 3)).isFalse();
        assertThat(allows("des", 3)).isFalse();
        assertThat(allows("other/desk", 3)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent:desk/broker send", "agent:desk/* send", "agent:*/broker send", "agent:d*/** send"})
    void allows_isTrueForTheRecipientOnly_byAnyOtherGrant(String capability) {
        rights.remember(Address.of("desk/broker"), Granted.of(capability), 3);

        assertThat(allows("desk/broker", 3)).isTrue();
        assertThat(allows("desk/other", 3)).isFalse();
        assertThat(allows("dual/broker", 3)).isFalse();
    }

    @Test
    void remember_ofATree_leavesTheRecipients() {
        rights.remember(Address.of("parent"), null, 3);
        rights.remember(Address.of("desk/broker"), Granted.of("agent:desk/** send"), 3);

        assertThat(allows("parent", 3)).isTrue();
        assertThat(allows("desk/other", 3)).isTrue();
    }

    @Test
    void allows_isTrue_onlyForTheRecipientAndTheEpochRemembered() {
        rights.remember(Address.of("desk"), null, 3);

        assertThat(rights.allows(Address.of("desk"), 3)).isTrue();
        assertThat(rights.allows(Address.of("desk"), 4)).isFalse();
        assertThat(rights.allows(Address.of("desk2"), 3)).isFalse();
    }

    @Test
    void remember_keepsAtMostEight() {
        for (int i = 0; i < 100; i++) {
            rights.remember(Address.of("agent" + i), null, 1);
        }

        int known = 0;
        for (int i = 0; i < 100; i++) {
            known += rights.allows(Address.of("agent" + i), 1) ? 1 : 0;
        }

        assertThat(known).isBetween(1, 8);
        assertThat(rights.allows(Address.of("agent99"), 1)).isTrue();
    }
}
