package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermTest {

    @ParameterizedTest
    @CsvSource({
        "1B, 1",
        "1kB, 1000",
        "1KiB, 1024",
        "1MB, 1000000",
        "1MiB, 1048576",
        "1GB, 1000000000",
        "1GiB, 1073741824"
    })
    void maxBytes_knowsItsUnits(String text, long bytes) {
        var capability = Capability.parse("file:/data read; maxBytes=" + text);

        assertThat(capability.maxBytes()).hasValue(bytes);
        assertThat(capability.constraints().getFirst()).hasToString("maxBytes=" + text);
    }

    @ParameterizedTest
    @CsvSource({"1/1ms, 1", "1/1s, 1000", "1/1m, 60000", "1/1h, 3600000", "1/1d, 86400000", "1/90s, 90000"})
    void rate_knowsItsUnits(String text, long millis) {
        var capability = Capability.parse("tool:a call; rate=" + text);

        assertThat(capability.rate().orElseThrow().window()).hasMillis(millis);
        assertThat(capability.constraints().getFirst()).hasToString("rate=" + text);
    }

    @Test
    void isOpenAt_isFalse_fromTheExpiryOn() {
        var expiry = Instant.parse("2026-06-01T12:00:00Z");
        var capability = Capability.parse("tool:a call; expires=" + expiry);

        assertThat(capability.isOpenAt(expiry.minusNanos(1))).isTrue();
        assertThat(capability.isOpenAt(expiry)).isFalse();
        assertThat(capability.isOpenAt(expiry.plusSeconds(1))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "09:30-16:00, 09:29:59, false",
        "09:30-16:00, 09:30:00, true",
        "09:30-16:00, 15:59:59, true",
        "09:30-16:00, 16:00:00, false",
        "22:00-06:00, 21:59:59, false",
        "22:00-06:00, 22:00:00, true",
        "22:00-06:00, 00:00:00, true",
        "22:00-06:00, 05:59:59, true",
        "22:00-06:00, 06:00:00, false",
        "16:00-00:00, 23:59:59, true",
        "16:00-00:00, 00:00:00, false",
        "'09:00-10:00,15:00-16:00', 09:30:00, true",
        "'09:00-10:00,15:00-16:00', 12:00:00, false",
        "'09:00-10:00,15:00-16:00', 15:30:00, true"
    })
    void isOpenAt_keepsTimesOfDay_inUtc(String between, LocalTime time, boolean expected) {
        var capability = Capability.parse("tool:a call; between=" + between);

        boolean open =
                capability.isOpenAt(time.atDate(LocalDate.of(2026, 3, 29)).toInstant(ZoneOffset.UTC));

        assertThat(open).isEqualTo(expected);
    }

    @Test
    void isOpenAt_followsTheClocksOfTheZone() {
        var capability = Capability.parse("tool:a call; between=09:00-17:00@Europe/Berlin");
        var berlin = ZoneId.of("Europe/Berlin");

        assertThat(capability.isOpenAt(
                        LocalDate.of(2026, 1, 5).atTime(9, 0).atZone(berlin).toInstant()))
                .isTrue();
        assertThat(capability.isOpenAt(
                        LocalDate.of(2026, 7, 5).atTime(9, 0).atZone(berlin).toInstant()))
                .isTrue();
        assertThat(capability.isOpenAt(Instant.parse("2026-01-05T07:30:00Z"))).isFalse();
        assertThat(capability.isOpenAt(Instant.parse("2026-07-05T07:30:00Z"))).isTrue();
    }

    @Test
    void isOpenAt_wantsBoth_whenExpiryAndHoursAreGiven() {
        var capability = Capability.parse("tool:a call; between=09:00-17:00; expires=2026-06-01T12:00:00Z");

        assertThat(capability.isOpenAt(Instant.parse("2026-05-31T12:00:00Z"))).isTrue();
        assertThat(capability.isOpenAt(Instant.parse("2026-05-31T18:00:00Z"))).isFalse();
        assertThat(capability.isOpenAt(Instant.parse("2026-06-02T12:00:00Z"))).isFalse();
    }
}
