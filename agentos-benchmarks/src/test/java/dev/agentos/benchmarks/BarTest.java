package dev.agentos.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BarTest {
    @Test
    void ratio_isMet_whenOursIsWithinThatShareOfThePeers() {
        var half = new Bar.Ratio(0.5);

        assertThat(half.isMet(50, 100.0)).isTrue();
        assertThat(half.isMet(51, 100.0)).isFalse();
    }

    @Test
    void ratio_isNotMet_withoutAPeer() {
        var half = new Bar.Ratio(0.5);

        boolean met = half.isMet(1, null);

        assertThat(met).isFalse();
    }

    @Test
    void most_isMet_upToItsValue() {
        var most = new Bar.Most(400);

        assertThat(most.isMet(400, null)).isTrue();
        assertThat(most.isMet(401, 1_000.0)).isFalse();
    }

    @Test
    void least_isMet_fromItsValueOn() {
        var least = new Bar.Least(500_000);

        assertThat(least.isMet(500_000, null)).isTrue();
        assertThat(least.isMet(499_999, 1.0)).isFalse();
    }

    @Test
    void text_saysTheBarInTheUnitOfTheRow() {
        assertThat(new Bar.Ratio(1).text(Unit.NANOS)).isEqualTo("≤ Pekko");
        assertThat(new Bar.Ratio(0.5).text(Unit.NANOS)).isEqualTo("≤ 0.5 × Pekko");
        assertThat(new Bar.Most(10_000).text(Unit.NANOS)).isEqualTo("≤ 10 µs");
        assertThat(new Bar.Least(500_000).text(Unit.PER_SECOND)).isEqualTo("≥ 500,000/s");
    }
}
