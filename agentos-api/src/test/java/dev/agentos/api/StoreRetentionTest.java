package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.agentos.api.StoreRetention.Keep;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreRetentionTest {
    private static final Keep WEEK = Keep.days(7).rows(10);

    static Stream<Arguments> parts() {
        return Stream.of(
                part(StoreRetention.Builder::events, StoreRetention::events, 30, 1_000_000),
                part(StoreRetention.Builder::actions, StoreRetention::actions, 90, 1_000_000),
                part(StoreRetention.Builder::messages, StoreRetention::messages, 30, 1_000_000),
                part(StoreRetention.Builder::deadLetters, StoreRetention::deadLetters, 90, 100_000),
                part(StoreRetention.Builder::entries, StoreRetention::entries, 30, Long.MAX_VALUE),
                part(StoreRetention.Builder::approvals, StoreRetention::approvals, 90, 100_000));
    }

    private static Arguments part(
            BiFunction<StoreRetention.Builder, Keep, StoreRetention.Builder> set,
            Function<StoreRetention, Keep> read,
            int days,
            long rows) {
        return arguments(set, read, days, rows);
    }

    @ParameterizedTest
    @MethodSource("parts")
    void part_isKeptAsDocumented_unlessSaid(
            BiFunction<StoreRetention.Builder, Keep, StoreRetention.Builder> set,
            Function<StoreRetention, Keep> read,
            int days,
            long rows) {
        StoreRetention changed = set.apply(StoreRetention.builder(), WEEK).build();

        assertThat(read.apply(StoreRetention.defaults())).isEqualTo(new Keep(Duration.ofDays(days), rows));
        assertThat(read.apply(changed)).isEqualTo(WEEK);
        assertThat(set.apply(StoreRetention.builder(), read.apply(StoreRetention.defaults()))
                        .build())
                .as("and changes no other part")
                .isEqualTo(StoreRetention.defaults());
    }

    @Test
    void lines_areKeptForEver_unlessSaid() {
        assertThat(StoreRetention.defaults().lines().forEver()).isTrue();
        assertThat(StoreRetention.builder().lines(WEEK).build().lines()).isEqualTo(WEEK);
    }

    @Test
    void forEver_isAnAge_andNothingElse() {
        assertThat(Keep.all().forEver()).isTrue();
        assertThat(Keep.all().rows(3).forEver()).isTrue();
        assertThat(Keep.days(100_000).forEver()).isFalse();
    }

    @Test
    void keep_isRefused_whenItIsNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> Keep.days(-1)).withMessageContaining("PT-24H");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keep.all().rows(-2))
                .withMessageContaining("-2");
        assertThat(Keep.days(0).rows(0)).isEqualTo(new Keep(Duration.ZERO, 0));
    }

    @Test
    void build_refuses_whatIsMissing() {
        var builder = StoreRetention.builder().actions(null);

        assertThatNullPointerException().isThrownBy(builder::build).withMessage("actions");
    }
}
