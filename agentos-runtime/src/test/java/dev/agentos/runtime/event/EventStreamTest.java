package dev.agentos.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.Eventually;
import dev.agentos.runtime.store.HeapStorage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int KEPT = 5_000;

    private final HeapStorage storage = new HeapStorage(KEPT);
    private final EventBus bus = new EventBus(storage, TimeSource.system());

    @AfterEach
    void close() {
        bus.close(LIMIT);
    }

    @Test
    void publisher_sendsWhatHappensFromNowOn_inOrder() {
        say(3);
        var reader = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.all()).subscribe(reader);

        say(4);

        Eventually.until("reader.seen.size() == 4", () -> reader.seen.size() == 4);
        assertThat(reader.numbers()).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void publisher_sendsNoMoreThanWasRequested() {
        var reader = new Reader(2);
        bus.publisher(EventFilter.all()).subscribe(reader);

        say(5);
        Eventually.until("reader.seen.size() == 2", () -> reader.seen.size() == 2);
        reader.request(1);

        Eventually.until("reader.seen.size() == 3", () -> reader.seen.size() == 3);
        assertThat(reader.numbers()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void publisher_tellsOfAGap_whenTheSubscriberRequestsTooSlowly() {
        var reader = new Reader(1);
        bus.publisher(EventFilter.all()).subscribe(reader);
        say(1);
        Eventually.until("reader.seen.size() == 1", () -> reader.seen.size() == 1);

        say(3 * Subscriber.CAPACITY);
        reader.request(Long.MAX_VALUE);
        Eventually.until(
                "reader.last() == 3L * Subscriber.CAPACITY + 1", () -> reader.last() == 3L * Subscriber.CAPACITY + 1);

        var gaps = reader.gaps();
        assertThat(gaps).isNotEmpty();
        assertThat(reader.covered()).isEqualTo(numbers(1, 3 * Subscriber.CAPACITY + 1));
    }

    @Test
    void publisher_beginsInTheHistory_andGoesOnWithoutGapOrRepetition_whenAskedTo() {
        say(600);
        var reader = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.all(), 100).subscribe(reader);

        say(600);

        Eventually.until("reader.last() == 1_200", () -> reader.last() == 1_200);
        assertThat(reader.gaps()).isEmpty();
        assertThat(reader.numbers()).isEqualTo(numbers(101, 1_200));
    }

    @Test
    void publisher_readsWhatItWasTooSlowFor_fromTheHistory() {
        var reader = new Reader(1);
        bus.publisher(EventFilter.all(), 0).subscribe(reader);
        say(4_000);
        Eventually.until("reader.seen.size() == 1", () -> reader.seen.size() == 1);

        reader.request(Long.MAX_VALUE);

        Eventually.until("reader.last() == 4_000", () -> reader.last() == 4_000);
        assertThat(reader.gaps()).isEmpty();
        assertThat(reader.numbers()).isEqualTo(numbers(1, 4_000));
    }

    @Test
    void publisher_tellsOfAGap_whenTheHistoryDoesNotGoBackThatFar() {
        say(KEPT + 100);
        var reader = new Reader(Long.MAX_VALUE);

        bus.publisher(EventFilter.all(), 0).subscribe(reader);

        Eventually.until("reader.last() == KEPT + 100", () -> reader.last() == KEPT + 100);
        assertThat(reader.gaps()).containsExactly(new SystemEvent.Gap(1, 100));
        assertThat(reader.covered()).isEqualTo(numbers(1, KEPT + 100));
    }

    @Test
    void publisher_picksByItsFilter_inTheHistoryToo() {
        say(10);
        bus.publish(null, new SystemEvent.Halt(true, "now"));
        say(10);
        var reader = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.type("system.halt"), 0).subscribe(reader);

        bus.publish(null, new SystemEvent.Halt(false, ""));

        Eventually.until("reader.seen.size() == 2", () -> reader.seen.size() == 2);
        assertThat(reader.numbers()).containsExactly(11L, 22L);
    }

    @Test
    void publisher_sendsNothingMore_onceCancelled() {
        var reader = new Reader(Long.MAX_VALUE);
        var other = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.all()).subscribe(reader);
        bus.publisher(EventFilter.all()).subscribe(other);
        say(1);
        Eventually.until("reader.seen.size() == 1", () -> reader.seen.size() == 1);

        reader.cancel();
        say(1);

        Eventually.until("other.seen.size() == 2", () -> other.seen.size() == 2);
        assertThat(reader.numbers()).containsExactly(1L);
        assertThat(reader.completed).isFalse();
    }

    @Test
    void publisher_completes_whenTheBusCloses() {
        var idle = new Reader(0);
        var reader = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.all(), 0).subscribe(idle);
        bus.publisher(EventFilter.all()).subscribe(reader);
        say(2);

        List<String> left = bus.close(LIMIT);

        assertThat(left).isEmpty();
        assertThat(idle.completed).isTrue();
        assertThat(reader.completed).isTrue();
        assertThat(reader.numbers()).containsExactly(1L, 2L);
    }

    @Test
    void publisher_completesAtOnce_onAClosedBus() {
        bus.close(LIMIT);
        var reader = new Reader(1);

        bus.publisher(EventFilter.all()).subscribe(reader);

        Eventually.until("the end", () -> reader.completed);
        assertThat(reader.seen).isEmpty();
    }

    @Test
    void request_endsTheStreamWithAnError_ofNothing() {
        var reader = new Reader(0);
        bus.publisher(EventFilter.all()).subscribe(reader);

        reader.request(-1);

        Eventually.until("reader.error != null", () -> reader.error != null);
        assertThat(reader.error).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
    }

    @Test
    void publisher_goesOnForOthers_whenASubscriberThrows() {
        var reader = new Reader(Long.MAX_VALUE);
        bus.publisher(EventFilter.all()).subscribe(new Reader(Long.MAX_VALUE) {
            @Override
            public void onNext(Event event) {
                throw new IllegalStateException("broken subscriber");
            }
        });
        bus.publisher(EventFilter.all()).subscribe(reader);

        say(3);

        Eventually.until("reader.seen.size() == 3", () -> reader.seen.size() == 3);
    }

    @Test
    void publisher_refusesBadArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bus.publisher(EventFilter.all(), -1))
                .withMessageContaining("-1");
        assertThatNullPointerException()
                .isThrownBy(() -> bus.publisher(EventFilter.all()).subscribe(null));
    }

    private void say(int times) {
        for (int i = 0; i < times; i++) {
            bus.publish(null, new SystemEvent.Logged("line " + i));
        }
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** Requests so much at first. */
    private static class Reader implements Flow.Subscriber<Event> {
        final List<Event> seen = new CopyOnWriteArrayList<>();
        volatile boolean completed;
        volatile @Nullable Throwable error;
        private final long first;
        private Flow.@Nullable Subscription subscription;

        Reader(long first) {
            this.first = first;
        }

        void request(long n) {
            Objects.requireNonNull(subscription).request(n);
        }

        void cancel() {
            Objects.requireNonNull(subscription).cancel();
        }

        List<Long> numbers() {
            return seen.stream().map(Event::sequence).toList();
        }

        long last() {
            return seen.isEmpty() ? 0 : seen.getLast().sequence();
        }

        List<SystemEvent.Gap> gaps() {
            return seen.stream()
                    .map(Event::data)
                    .filter(SystemEvent.Gap.class::isInstance)
                    .map(SystemEvent.Gap.class::cast)
                    .toList();
        }

        /** {@return all numbers that it was told of, or told that it missed} */
        List<Long> covered() {
            return seen.stream()
                    .flatMapToLong(event -> event.data() instanceof SystemEvent.Gap(long from, long to)
                            ? LongStream.rangeClosed(from, to)
                            : LongStream.of(event.sequence()))
                    .boxed()
                    .toList();
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (first > 0) {
                given.request(first);
            }
        }

        @Override
        public void onNext(Event event) {
            seen.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            error = failure;
        }

        @Override
        public void onComplete() {
            completed = true;
        }
    }
}
