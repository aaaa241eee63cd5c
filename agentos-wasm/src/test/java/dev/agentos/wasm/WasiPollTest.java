package dev.agentos.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time of a command: it stands still, and leaps when the command sleeps. */
class WasiPollTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int IN = 1_000;
    private static final int OUT = 8_000;
    private static final int COUNT = 64;

    private final WasiGuest guest = new WasiGuest(Wasi.EMPTY, WasmLimits.DEFAULT, "abc");

    @Test
    void clock_standsStill_butForSleep() {
        long wall = clock(0);
        clockEvent(0, 7, 1, 5 * SECOND, false);

        assertThat(clock(1)).isZero();
        assertThat(guest.call("poll_oneoff", IN, OUT, 1, COUNT)).isZero();

        assertThat(guest.struct(OUT, 32).getLong(0)).isEqualTo(7);
        assertThat(clock(1)).isEqualTo(5 * SECOND);
        assertThat(clock(0)).isEqualTo(wall + 5 * SECOND).isEqualTo(1_767_323_050_678_000_000L);
        assertThat(guest.call("clock_time_get", 2, 0, COUNT)).isEqualTo(WasiError.INVALID);
        assertThat(guest.call("clock_res_get", 3, COUNT)).isEqualTo(WasiError.INVALID);
    }

    @Test
    void poll_wakesAtTheFirstOfSeveralTimes() {
        clockEvent(0, 1, 1, 3 * SECOND, false);
        clockEvent(1, 2, 1, 2 * SECOND, false);
        clockEvent(2, 3, 1, 2 * SECOND, true);

        assertThat(guest.call("poll_oneoff", IN, OUT, 3, COUNT)).isZero();

        assertThat(guest.memory.readInt(COUNT)).isEqualTo(2);
        assertThat(guest.struct(OUT, 64).getLong(0)).isEqualTo(2);
        assertThat(guest.struct(OUT, 64).getLong(32)).isEqualTo(3);
        assertThat(clock(1)).isEqualTo(2 * SECOND);
    }

    @Test
    void poll_doesNotSleep_whenAStreamIsReady() {
        clockEvent(0, 1, 1, 3 * SECOND, false);
        streamEvent(1, 2, 1, 0);

        assertThat(guest.call("poll_oneoff", IN, OUT, 2, COUNT)).isZero();

        assertThat(guest.memory.readInt(COUNT)).isEqualTo(1);
        assertThat(guest.struct(OUT, 32).getLong(0)).isEqualTo(2);
        assertThat(guest.struct(OUT, 32).getLong(16)).isEqualTo(3); // bytes of the input
        assertThat(clock(1)).isZero();
    }

    @Test
    void poll_doesNotTellTheTime_toWhomHasNoClock() {
        clockEvent(0, 1, 0, SECOND, true);

        assertThat(guest.call("poll_oneoff", IN, OUT, 1, COUNT)).isZero();

        assertThat(guest.struct(OUT, 32).getShort(8)).isEqualTo((short) WasiError.NOT_SUPPORTED);
    }

    @Test
    void poll_saysWhatIsWrongWithASubscription() {
        streamEvent(0, 1, 1, 1); // to read the output
        streamEvent(1, 2, 2, 77);
        streamEvent(2, 3, 9, 0);

        assertThat(guest.call("poll_oneoff", IN, OUT, 3, COUNT)).isZero();

        assertThat(guest.struct(OUT, 96).getShort(8)).isEqualTo((short) WasiError.BAD_DESCRIPTOR);
        assertThat(guest.struct(OUT, 96).getShort(40)).isEqualTo((short) WasiError.BAD_DESCRIPTOR);
        assertThat(guest.struct(OUT, 96).getShort(72)).isEqualTo((short) WasiError.INVALID);
    }

    @ParameterizedTest
    @ValueSource(longs = {31 * SECOND, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void sleep_beyondTheTimeOfTheCall_endsIt(long nanos) {
        clockEvent(0, 1, 1, nanos, false);

        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> guest.call("poll_oneoff", IN, OUT, 1, COUNT))
                .withMessageContaining("sleep longer than PT30S")
                .satisfies(fault -> assertThat(fault.toResult().code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 65, -1})
    void subscriptions_areOneAtLeast_andNotTooMany(long count) {
        assertThat(guest.call("poll_oneoff", IN, OUT, count, COUNT)).isEqualTo(WasiError.INVALID);
    }

    @Test
    void subscriptions_areWithinTheMemory() {
        assertThatExceptionOfType(GuestFault.class)
                .isThrownBy(() -> guest.call("poll_oneoff", WasiGuest.PAGE - 47, OUT, 1, COUNT))
                .withMessageContaining("outside its memory");
    }

    private long clock(int which) {
        assertThat(guest.call("clock_time_get", which, 0, COUNT)).isZero();
        return guest.struct(COUNT, 8).getLong();
    }

    private void clockEvent(int place, long sign, int clock, long timeout, boolean absolute) {
        guest.put(IN + 48 * place, sign, 0, clock, timeout, 0, absolute ? 1 : 0);
    }

    private void streamEvent(int place, long sign, int kind, int descriptor) {
        guest.put(IN + 48 * place, sign, kind, descriptor, 0, 0, 0);
    }
}
