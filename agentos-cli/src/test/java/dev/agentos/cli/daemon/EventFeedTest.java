package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private final AtomicLong requested = new AtomicLong();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private Flow.@Nullable Subscriber<? super Event> subscriber;

    private EventFeed feed() {
        return EventFeed.of(given -> {
            subscriber = given;
            given.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    requested.addAndGet(n);
                }

                @Override
                public void cancel() {
                    cancelled.set(true);
                }
            });
        });
    }

    private static Event event(long sequence) {
        return new Event(sequence, Instant.EPOCH, null, "agent.log", new SystemEvent.Logged("line " + sequence));
    }

    @Test
    void take_returnsWhatHasCome_andAsksForAsMuchAgain() throws Exception {
        EventFeed feed = feed();
        long first = requested.get();
        LongStream.rangeClosed(1, 3).forEach(i -> subscriber.onNext(event(i)));

        List<Event> taken = feed.take();

        assertThat(taken).extracting(Event::sequence).containsExactly(1L, 2L, 3L);
        assertThat(requested.get()).isEqualTo(first + 3);
    }

    @Test
    void feed_hasRoomForAllThatItAskedFor_andTheEnd() throws Exception {
        EventFeed feed = feed();
        LongStream.rangeClosed(1, requested.get()).forEach(i -> subscriber.onNext(event(i)));
        subscriber.onComplete();

        assertThat(feed.take()).hasSize(256);
        assertThat(feed.take()).isEmpty();
        assertThat(feed.take()).as("the end stays").isEmpty();
    }

    @Test
    void take_ends_whenTheStreamFails() throws Exception {
        EventFeed feed = feed();

        subscriber.onError(new IllegalStateException());

        assertThat(feed.take()).isEmpty();
    }

    @Test
    void take_givesUp_whenNothingComes() {
        EventFeed feed = feed();

        assertThatThrownBy(() -> feed.take(1)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void close_cancels() {
        feed().close();

        assertThat(cancelled).isTrue();
    }
}
