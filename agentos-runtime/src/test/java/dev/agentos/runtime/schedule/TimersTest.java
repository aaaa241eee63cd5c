package dev.agentos.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final long ALMOST_OVERFLOWING = Long.MAX_VALUE - 50;

    private final AtomicLong now = new AtomicLong();
    private final Timers timers = Timers.manual(now::get);
    private final List<Object> fired = new ArrayList<>();

    private void runTo(long nanos) {
        timers.runTo(nanos, now::set, () -> fired.add("settled"));
    }

    @Test
    void alarms_fireByTimeThenByOrderOfSetting() {
        timers.at(20, () -> fired.add("b"));
        timers.at(10, () -> fired.add("a"));
        timers.at(20, () -> fired.add("c"));
        timers.at(31, () -> fired.add("late"));

        runTo(30);

        assertThat(fired).containsExactly("settled", "a", "settled", "b", "c", "settled");
        assertThat(now).hasValue(30);
        assertThat(timers.nextDeadline()).hasValue(31);
    }

    @Test
    void alarm_seesItsOwnInstant() {
        timers.at(10, () -> fired.add(now.get()));

        runTo(1_000);

        assertThat(fired).contains(10L);
    }

    @Test
    void alarmSetByAnAlarm_firesInTheSameRun() {
        timers.at(10, () -> timers.after(Duration.ofNanos(5), () -> fired.add(now.get())));

        runTo(15);

        assertThat(fired).contains(15L);
    }

    @Test
    void cancelledAlarm_neverFires() {
        Timers.Alarm alarm = timers.at(10, () -> fired.add("never"));

        boolean first = alarm.cancel();
        boolean second = alarm.cancel();
        runTo(20);

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(fired).containsExactly("settled");
        assertThat(timers.size()).isZero();
    }

    @Test
    void cancel_isRefused_afterItFired() {
        Timers.Alarm alarm = timers.at(10, () -> fired.add("once"));

        runTo(10);

        assertThat(alarm.cancel()).isFalse();
    }

    @Test
    void failingTask_doesNotStopTheOthers() {
        timers.at(10, () -> {
            throw new IllegalStateException("expected");
        });
        timers.at(10, () -> fired.add("next"));

        runTo(10);

        assertThat(fired).contains("next");
    }

    @Test
    void closedTimers_dropAlarmsAndRefuseNewOnes() {
        timers.at(10, () -> fired.add("never"));

        timers.close();
        runTo(20);

        assertThat(fired).containsExactly("settled");
        assertThatThrownBy(() -> timers.at(30, () -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Property
    void alarmsLeftAfterCancelling_fireInOrder(
            @ForAll @Size(max = 200) List<Byte> deadlines, @ForAll @Size(max = 200) List<Boolean> cancelled) {
        var clock = new AtomicLong(ALMOST_OVERFLOWING);
        var subject = Timers.manual(clock::get);
        var seen = new ArrayList<int[]>();
        var expected = new ArrayList<int[]>();
        var alarms = new ArrayList<Timers.Alarm>();
        for (int i = 0; i < deadlines.size(); i++) {
            int[] each = {deadlines.get(i) + 128, i};
            expected.add(each);
            alarms.add(subject.at(ALMOST_OVERFLOWING + each[0], () -> seen.add(each)));
        }
        for (int i = Math.min(alarms.size(), cancelled.size()) - 1; i >= 0; i--) {
            if (cancelled.get(i)) {
                alarms.get(i).cancel();
                expected.remove(i);
            }
        }

        subject.runTo(ALMOST_OVERFLOWING + 300, clock::set, () -> {});

        expected.sort(Comparator.<int[]>comparingInt(each -> each[0]).thenComparingInt(each -> each[1]));
        assertThat(seen).containsExactlyElementsOf(expected);
    }

    @Test
    void startedTimers_fireOnAPlatformThreadInOrder() throws InterruptedException {
        var thread = new AtomicReference<Thread>();
        var order = new ArrayList<String>();
        var bothSet = new CountDownLatch(1);
        var done = new CountDownLatch(2);
        try (var started = Timers.started("own-timers", NanoClock.SYSTEM)) {
            long now = System.nanoTime();
            started.at(
                    now,
                    () -> SchedulerFixture.await(bothSet)); // so that both are due, in whatever order they were set
            started.at(now + 2, () -> {
                order.add("second");
                thread.set(Thread.currentThread());
                done.countDown();
            });
            started.at(now + 1, () -> {
                order.add("first");
                done.countDown();
            });
            bothSet.countDown();

            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(order).containsExactly("first", "second");
        assertThat(thread.get().getName()).isEqualTo("own-timers");
        assertThat(thread.get().isVirtual()).isFalse();
    }
}
