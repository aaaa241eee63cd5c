package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.Rate;
import dev.agentos.api.error.InvalidCapabilityException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** The system's own constraints against models that are too simple to be wrong. */
class TermProperties {
    private static final int MINUTES_OF_A_DAY = 24 * 60;

    /** A window of time, as minutes of the day. */
    private record Window(int from, int to) {
        /** Minute by minute, with the end left out; past midnight it goes on. */
        boolean contains(int minute) {
            return from < to ? minute >= from && minute < to : minute >= from || minute < to;
        }

        String text() {
            return clock(from) + "-" + clock(to);
        }

        private static String clock(int minute) {
            return "%02d:%02d".formatted(minute / 60, minute % 60);
        }
    }

    @Property(tries = 500)
    void between_isOpen_exactlyInItsMinutes(
            @ForAll @Size(min = 1, max = 3) List<@From("windows") Window> windows,
            @ForAll @IntRange(max = MINUTES_OF_A_DAY - 1) int minute) {
        Capability capability = between(windows);
        boolean expected = windows.stream().anyMatch(window -> window.contains(minute));

        assertThat(capability.isOpenAt(at(minute, 0))).isEqualTo(expected);
        assertThat(capability.isOpenAt(at(minute, 59))).as("to the last second").isEqualTo(expected);
    }

    @Property(tries = 2_000)
    void between_isWithinAnother_onlyIfEachOfItsMinutesIs(
            @ForAll @Size(min = 1, max = 2) List<@From("coarseWindows") Window> narrow,
            @ForAll @Size(min = 1, max = 2) List<@From("coarseWindows") Window> wide) {
        boolean within = between(narrow).isWithin(between(wide));
        Statistics.label("within").collect(within);

        if (within) {
            for (int minute = 0; minute < MINUTES_OF_A_DAY; minute++) {
                int now = minute;
                boolean inNarrow = narrow.stream().anyMatch(window -> window.contains(now));
                boolean inWide = wide.stream().anyMatch(window -> window.contains(now));
                assertThat(!inNarrow || inWide)
                        .as("%s within %s at %s", narrow, wide, minute)
                        .isTrue();
            }
        }
    }

    /** Of one window each, the answer is exact: else a person could not hand on what they plainly hold. */
    @Property(tries = 2_000)
    void between_isWithinAnother_ifEachOfItsMinutesIs_forSingleWindows(
            @ForAll("coarseWindows") Window narrow, @ForAll("coarseWindows") Window wide) {
        boolean expected = true;
        for (int minute = 0; minute < MINUTES_OF_A_DAY; minute++) {
            expected &= !narrow.contains(minute) || wide.contains(minute);
        }
        Statistics.label("within").collect(expected);

        assertThat(between(List.of(narrow)).isWithin(between(List.of(wide))))
                .as("%s within %s", narrow, wide)
                .isEqualTo(expected);
    }

    /** Any calls that the narrow rate allows, the wide one allows too: that is what makes it narrower. */
    @Property(tries = 1_000)
    void rate_isWithinAnother_onlyIfNoCallsTellThemApart(
            @ForAll @IntRange(min = 1, max = 6) int narrowCount,
            @ForAll @IntRange(min = 1, max = 8) int narrowWindow,
            @ForAll @IntRange(min = 1, max = 24) int wideCount,
            @ForAll @IntRange(min = 1, max = 8) int wideWindow,
            @ForAll Random random) {
        var narrow = new Rate(narrowCount, Duration.ofMillis(narrowWindow));
        var wide = new Rate(wideCount, Duration.ofMillis(wideWindow));
        boolean within = rate(narrow).isWithin(rate(wide));
        Statistics.label("within").collect(within);

        List<Integer> calls = callsAllowedBy(narrow, random);

        if (within) {
            assertThat(calls)
                    .allSatisfy(call -> assertThat(inWindowFrom(call, calls, wideWindow))
                            .as("%s within %s: %s", narrow, wide, calls)
                            .isLessThanOrEqualTo(wideCount));
        }
    }

    /** As many calls as the rate allows, at random milliseconds. */
    private static List<Integer> callsAllowedBy(Rate rate, Random random) {
        int window = Math.toIntExact(rate.window().toMillis());
        var calls = new ArrayList<Integer>();
        for (int time = 0; time < 40; time++) {
            for (int attempt = random.nextInt(8); attempt > 0; attempt--) {
                int now = time;
                long recent = calls.stream().filter(call -> call > now - window).count();
                if (recent < rate.count()) {
                    calls.add(time);
                }
            }
        }
        return calls;
    }

    private static int inWindowFrom(int start, List<Integer> calls, int window) {
        return (int) calls.stream()
                .filter(call -> call >= start && call < start + window)
                .count();
    }

    @Property
    void maxBytes_comesBack_howeverManyTheyAre(@ForAll @LongRange(min = 1) long bytes) {
        Capability capability = Capability.parse("file:/a read; maxBytes=" + bytes + "B");

        Capability back = Capability.parse(capability.toString());

        assertThat(capability.maxBytes()).hasValue(bytes);
        assertThat(back).isEqualTo(capability);
    }

    @Property
    void quantities_haveOneText_whateverTheUnitTheyCameIn(
            @ForAll @IntRange(min = 1, max = 2_000) int count,
            @ForAll("byteUnits") String unit,
            @ForAll("byteUnits") String other) {
        Capability capability = Capability.parse("file:/a read; maxBytes=" + count + unit);
        long bytes = capability.maxBytes().orElseThrow();
        long otherSize =
                Capability.parse("file:/a read; maxBytes=1" + other).maxBytes().orElseThrow();

        if (bytes % otherSize == 0) {
            Capability same = Capability.parse("file:/a read; maxBytes=" + bytes / otherSize + other);

            assertThat(same).isEqualTo(capability).hasToString(capability.toString());
        }
    }

    @Property
    void counts_areRefused_whenTheyOverflow(@ForAll @LongRange(min = 1L << 34) long count) {
        boolean fits = count <= Long.MAX_VALUE >> 30;
        boolean parsed;
        try {
            Capability.parse("file:/a read; maxBytes=" + count + "GiB");
            parsed = true;
        } catch (InvalidCapabilityException e) {
            parsed = false;
            assertThat(e).hasMessageContaining("too large");
        }

        assertThat(parsed).isEqualTo(fits);
    }

    @Property
    void expires_isOneInstant_whateverTheOffset(
            @ForAll @LongRange(min = -30_000_000_000L, max = 30_000_000_000L) long second,
            @ForAll @IntRange(min = -18, max = 18) int hours) {
        Instant instant = Instant.ofEpochSecond(second);
        Capability utc = Capability.parse("tool:a call; expires=" + instant);

        Capability elsewhere = Capability.parse("tool:a call; expires="
                + DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(ZoneOffset.ofHours(hours))));

        assertThat(elsewhere).isEqualTo(utc);
        assertThat(utc.expires()).hasValue(instant);
        assertThat(utc.isOpenAt(instant.minusNanos(1))).isTrue();
        assertThat(utc.isOpenAt(instant)).isFalse();
    }

    private static Capability between(List<Window> windows) {
        String values = windows.stream().distinct().map(Window::text).collect(Collectors.joining(","));
        return Capability.parse("tool:a call; between=" + values);
    }

    private static Capability rate(Rate rate) {
        return Capability.parse(
                "tool:a call; rate=" + rate.count() + "/" + rate.window().toMillis() + "ms");
    }

    private static Instant at(int minute, int second) {
        return LocalDate.of(2026, 3, 29)
                .atTime(LocalTime.of(minute / 60, minute % 60, second))
                .toInstant(ZoneOffset.UTC);
    }

    @Provide
    Arbitrary<Window> windows() {
        Arbitrary<Integer> minutes = Arbitraries.integers().between(0, MINUTES_OF_A_DAY - 1);
        return Combinators.combine(minutes, minutes).as(Window::new).filter(window -> window.from() != window.to());
    }

    /** By six hours, so that one is often within the other. */
    @Provide
    Arbitrary<Window> coarseWindows() {
        Arbitrary<Integer> minutes = Arbitraries.of(0, 6 * 60, 12 * 60, 18 * 60, 18 * 60 + 1, MINUTES_OF_A_DAY - 1);
        return Combinators.combine(minutes, minutes).as(Window::new).filter(window -> window.from() != window.to());
    }

    @Provide
    Arbitrary<String> byteUnits() {
        return Arbitraries.of("B", "kB", "KiB", "MB", "MiB", "GB", "GiB");
    }
}
