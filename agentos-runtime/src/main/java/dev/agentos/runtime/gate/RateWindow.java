package dev.agentos.runtime.gate;

import dev.agentos.api.Rate;

/** The times of the latest calls: at most a rate's count of them in any window of its length. Thread-safe. */
final class RateWindow {
    private static final int FIRST_SIZE = 8;

    private final long count;
    private final long window;
    /** A ring, oldest at {@code head}; grows with use, since a rate of a million is allowed and rarely used up. Under this. */
    private long[] times = new long[FIRST_SIZE];

    private int head;
    private int size;

    RateWindow(Rate rate) {
        this.count = rate.count();
        this.window = saturatedNanos(rate);
    }

    /** Counts a call. False, and nothing is counted: the window is full. */
    synchronized boolean tryAdd(long now) {
        while (size > 0 && now - times[head] >= window) {
            head = (head + 1) % times.length;
            size--;
        }
        if (size >= count) {
            return false;
        }
        if (size == times.length) {
            grow();
        }
        times[(head + size) % times.length] = now;
        size++;
        return true;
    }

    /** Takes the latest call back. */
    synchronized void removeLatest() {
        if (size > 0) {
            size--;
        }
    }

    /** Forgets every call: as much is granted again. */
    synchronized void clear() {
        size = 0;
    }

    private void grow() {
        long[] straight = new long[Math.multiplyExact(times.length, 2)];
        System.arraycopy(times, head, straight, 0, times.length - head);
        System.arraycopy(times, 0, straight, times.length - head, head);
        times = straight;
        head = 0;
    }

    private static long saturatedNanos(Rate rate) {
        try {
            return rate.window().toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
