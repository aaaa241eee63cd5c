package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotaTest {
    @Test
    void take_takesAllOrNothing() {
        var quota = new Quota(10);

        assertThat(quota.take(7)).isTrue();
        assertThat(quota.take(4)).isFalse();
        assertThat(quota.take(3)).isTrue();
        assertThat(quota.isUsedUp()).isTrue();
        assertThat(quota.take(0)).isTrue();
    }

    @Test
    void giveBack_makesRoomAgain() {
        var quota = new Quota(1);
        quota.take(1);

        quota.giveBack(1);

        assertThat(quota.take(1)).isTrue();
        assertThat(quota.limit()).isEqualTo(1);
    }

    @Test
    void unlimited_isNeverUsedUp() {
        assertThat(Quota.UNLIMITED.take(Long.MAX_VALUE)).isTrue();
        Quota.UNLIMITED.giveBack(1);

        assertThat(Quota.UNLIMITED.take(Long.MAX_VALUE)).isTrue();
        assertThat(Quota.UNLIMITED.isUsedUp()).isFalse();
    }
}
