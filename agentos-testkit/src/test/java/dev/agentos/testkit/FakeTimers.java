package dev.agentos.testkit;

import dev.agentos.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The timers of a runtime that does nothing but note what happens to it. Used on one thread. */
final class FakeTimers implements TimeSource.Timers {
    private final TimeSource time;
    private final List<String> log;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private boolean quiet = true;

    FakeTimers(TimeSource time, List<String> log) {
        this.time = time;
        this.log = log;
    }

    static FakeTimers on(ManualClock clock) {
        var timers = new FakeTimers(clock, new ArrayList<>());
        clock.attach(timers);
        return timers;
    }

    /** Notes this many seconds after the start that it fired, then does something. */
    void at(long seconds, Runnable then) {
        timers.add(new Timer(Duration.ofSeconds(seconds).toNanos(), then));
    }

    void at(long seconds) {
        at(seconds, () -> {});
    }

    void neverQuiet() {
        quiet = false;
    }

    List<String> log() {
        return log;
    }

    @Override
    public long nextDue() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.element().due();
    }

    @Override
    public void fireDue() {
        while (nextDue() <= time.nanoTime()) {
            var timer = timers.remove();
            log.add("fired at " + Duration.ofNanos(time.nanoTime()).toSeconds());
            timer.then().run();
        }
    }

    @Override
    public boolean awaitQuiet(Duration limit) {
        log.add("quiet at " + Duration.ofNanos(time.nanoTime()).toSeconds());
        return quiet;
    }

    private record Timer(long due, Runnable then) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.compare(due, other.due);
        }
    }
}
