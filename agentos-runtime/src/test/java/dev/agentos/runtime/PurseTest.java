package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.testkit.ManualClock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent is lent, of which others decide how much it is. */
class PurseTest {
    private final Authority authority =
            Providers.named(AuthorityProvider.class, "local").open(ManualClock.startingAt(Instant.EPOCH));
    private final Grant root = authority.mintRoot(PrincipalId.HOST);
    private final Purse purse = new Purse();

    private Grant grant() {
        return authority.derive(List.of(root), PrincipalId.user("ada"), Capability.parse("tool:door.open call"));
    }

    @Test
    void lent_isInTheOrderItCame_onceEach() {
        Grant first = grant();
        Grant second = grant();

        purse.lend(first);
        purse.lend(second);
        purse.lend(first);

        assertThat(purse.lent()).containsExactly(first, second);
    }

    @Test
    void lent_leavesOutWhatHasEnded() {
        Grant gone = grant();
        Grant left = grant();
        purse.lend(gone);
        purse.lend(left);

        authority.revoke(gone);

        assertThat(purse.lent()).containsExactly(left);
    }

    @Test
    void lend_isRefused_whenItIsFull_andGoesOnWhenSomethingHasEnded() {
        Grant oldest = grant();
        purse.lend(oldest);
        for (int i = 1; i < Purse.MOST; i++) {
            assertThat(purse.lend(grant())).isTrue();
        }

        boolean oneMore = purse.lend(grant());
        authority.revoke(oldest);
        boolean afterOneHasEnded = purse.lend(grant());

        assertThat(oneMore).isFalse();
        assertThat(afterOneHasEnded).isTrue();
    }
}
