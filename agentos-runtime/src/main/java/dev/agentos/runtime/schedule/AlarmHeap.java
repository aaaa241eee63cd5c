package dev.agentos.runtime.schedule;

import dev.agentos.runtime.schedule.Timers.Alarm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Binary heap of alarms, earliest first, in which each alarm knows its place. Not thread-safe. */
final class AlarmHeap {
    private static final int SMALLEST = 16;

    private @Nullable Alarm[] alarms = new Alarm[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Alarm first() {
        return alarms[0];
    }

    void add(Alarm alarm) {
        if (size == alarms.length) {
            alarms = Arrays.copyOf(alarms, size * 2);
        }
        rise(size++, alarm);
    }

    void remove(Alarm alarm) {
        int place = alarm.place;
        Alarm last = alarms[--size];
        alarms[size] = null;
        alarm.place = -1;
        if (last != null && last != alarm) {
            sink(place, last);
            if (alarms[place] == last) {
                rise(place, last);
            }
        }
        if (size < alarms.length / 4
                && alarms.length > SMALLEST) { // a burst of timers must not hold its memory for ever
            alarms = Arrays.copyOf(alarms, alarms.length / 2);
        }
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            Alarm alarm = alarms[i];
            if (alarm != null) {
                alarm.place = -1;
            }
        }
        alarms = new Alarm[SMALLEST];
        size = 0;
    }

    private void rise(int from, Alarm alarm) {
        int place = from;
        while (place > 0) {
            Alarm parent = alarms[(place - 1) / 2];
            if (parent == null || !isBefore(alarm, parent)) {
                break;
            }
            put(place, parent);
            place = (place - 1) / 2;
        }
        put(place, alarm);
    }

    private void sink(int from, Alarm alarm) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            Alarm smaller = alarms[child];
            Alarm right = child + 1 < size ? alarms[child + 1] : null;
            if (right != null && smaller != null && isBefore(right, smaller)) {
                smaller = right;
                child++;
            }
            if (smaller == null || !isBefore(smaller, alarm)) {
                break;
            }
            put(place, smaller);
            place = child;
        }
        put(place, alarm);
    }

    private void put(int place, Alarm alarm) {
        alarms[place] = alarm;
        alarm.place = place;
    }

    /** By differences, since a clock may pass through its largest value. */
    private static boolean isBefore(Alarm a, Alarm b) {
        return a.deadline != b.deadline ? a.deadline - b.deadline < 0 : a.sequence < b.sequence;
    }
}
