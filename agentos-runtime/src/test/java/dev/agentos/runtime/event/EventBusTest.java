package dev.agentos.runtime.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.agentos.api.AgentId;
import dev.agentos.api.Registration;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.store.HeapStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventBusTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HeapStorage storage = new HeapStorage(100_000);
    private final EventBus bus = new EventBus(storage, TimeSource.system());
    private final BlockingQueue<Event> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        bus.close(LIMIT);
    }

    @Test
    void subscribe_deliversWhatMatchesFromNowOn_inOrder() throws InterruptedException {
        say("before");
        bus.subscribe(EventFilter.type("agent.log"), seen::add);

        say("one");
        bus.publish(null, new SystemEvent.Halt(true, "not wanted"));
        say("two");

        assertThat(take().data()).isEqualTo(new SystemEvent.Logged("one"));
        assertThat(take()).satisfies(event -> {
            assertThat(event.sequence()).isEqualTo(4);
            assertThat(event.data()).isEqualTo(new SystemEvent.Logged("two"));
        });
        assertThat(seen).isEmpty();
    }

    @Test
    void publish_keepsTheAgentAndItsOwnType() {
        var agent = new AgentId(Address.of("desk"), 7);

        bus.publish(agent, "trade.done", new Trade("AAPL"), 7L);

        assertThat(bus.history(EventFilter.type("trade.**"), 0, 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.agent()).isEqualTo(agent);
                    assertThat(event.data()).isEqualTo(new Trade("AAPL"));
                    assertThat(event.sequence()).isEqualTo(bus.lastSequence());
                });
    }

    private record Trade(String symbol) {}

    @Test
    void subscriber_seesEveryNumberOnceOrInAGap_whenItIsTooSlow() throws InterruptedException {
        var blocked = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        bus.subscribe(EventFilter.all(), event -> {
            entered.countDown();
            awaitUninterruptibly(blocked);
            seen.add(event);
        });
        say("held");
        entered.await();
        for (int i = 0; i < 5_000; i++) {
            say("line " + i);
        }

        blocked.countDown();
        say("after");
        awaitSequence(5_002);

        var numbers = new ArrayList<Long>();
        var gaps = new ArrayList<SystemEvent.Gap>();
        for (Event event : seen) {
            if (event.data() instanceof SystemEvent.Gap gap) {
                gaps.add(gap);
                LongStream.rangeClosed(gap.first(), gap.last()).forEach(numbers::add);
            } else {
                numbers.add(event.sequence());
            }
        }
        assertThat(numbers)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 5_002).boxed().toList());
        assertThat(gaps.getFirst().first()).isEqualTo(1 + Subscriber.CAPACITY + 1);
    }

    @Test
    void subscriber_getsTheGap_whenNothingFollowsIt() throws InterruptedException {
        var blocked = new CountDownLatch(1);
        bus.subscribe(EventFilter.all(), event -> {
            awaitUninterruptibly(blocked);
            seen.add(event);
        });
        for (int i = 0; i < 3_000; i++) {
            say("line " + i);
        }

        blocked.countDown();
        awaitSequence(3_000);

        assertThat(List.copyOf(seen).getLast().data())
                .isInstanceOfSatisfying(
                        SystemEvent.Gap.class, gap -> assertThat(gap.last()).isEqualTo(3_000));
    }

    @Test
    void subscriber_goesOn_whenItThrows() throws InterruptedException {
        bus.subscribe(EventFilter.all(), event -> {
            seen.add(event);
            throw new IllegalStateException("broken dashboard");
        });

        say("one");
        say("two");

        assertThat(take().sequence()).isEqualTo(1);
        assertThat(take().sequence()).isEqualTo(2);
    }

    @Test
    void subscriber_goesOn_whenItInterruptsItself() throws InterruptedException {
        bus.subscribe(EventFilter.all(), event -> {
            Thread.currentThread().interrupt();
            seen.add(event);
        });

        say("one");
        take();
        say("two");

        assertThat(take().sequence()).isEqualTo(2);
    }

    @Test
    void publish_doesNotWait_whenAnotherSubscriberHangs() throws InterruptedException {
        var never = new CountDownLatch(1);
        bus.subscribe(EventFilter.all(), event -> awaitUninterruptibly(never));
        bus.subscribe(EventFilter.all(), seen::add);

        say("one");

        assertThat(take().sequence()).isEqualTo(1);
        never.countDown();
    }

    @Test
    void listener_mayPublish() throws InterruptedException {
        bus.subscribe(EventFilter.type("agent.log"), event -> bus.publish(null, new SystemEvent.Halt(false, "echo")));
        bus.subscribe(EventFilter.type("system.halt"), seen::add);

        say("one");

        assertThat(take().sequence()).isEqualTo(2);
    }

    @Test
    void registration_endsTheDeliveries_whenClosed() throws InterruptedException {
        Registration registration = bus.subscribe(EventFilter.all(), seen::add);
        say("one");
        take();

        registration.close();
        registration.close();
        say("two");

        bus.subscribe(EventFilter.all(), seen::add);
        say("three");
        assertThat(take().sequence()).isEqualTo(3);
    }

    @Test
    void close_deliversWhatIsQueued_andRefusesNewSubscribers() {
        bus.subscribe(EventFilter.all(), seen::add);
        for (int i = 0; i < 500; i++) {
            say("line " + i);
        }

        List<String> left = bus.close(LIMIT);

        assertThat(left).isEmpty();
        assertThat(seen).hasSize(500);
        assertThatIllegalStateException().isThrownBy(() -> bus.subscribe(EventFilter.all(), seen::add));
    }

    @Test
    void close_namesTheListener_whenItDoesNotReturn() throws InterruptedException {
        var never = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        bus.subscribe(EventFilter.all(), event -> {
            entered.countDown();
            awaitUninterruptibly(never);
        });
        say("one");
        entered.await();

        List<String> left = bus.close(Duration.ofMillis(1));

        assertThat(left).containsExactly("agentos-events-1");
        never.countDown();
    }

    @Test
    void row_isDelivered_whenItIsCommittedWithOthers() throws InterruptedException {
        bus.subscribe(EventFilter.all(), seen::add);
        var agent = new AgentId(Address.of("a"), 1);

        storage.commit(
                List.of(bus.row(agent, new SystemEvent.Logged("one")), bus.row(null, new SystemEvent.Logged("two"))),
                dev.agentos.api.spi.Durability.BUFFERED);

        assertThat(take().agent()).isEqualTo(agent);
        assertThat(take().sequence()).isEqualTo(2);
    }

    private void say(String line) {
        bus.publish(null, new SystemEvent.Logged(line));
    }

    private Event take() throws InterruptedException {
        @Nullable Event event = seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return java.util.Objects.requireNonNull(event);
    }

    /** Waits until the event of a number, or a gap that ends with it, has arrived. */
    private void awaitSequence(long number) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (seen.stream().noneMatch(event -> event.sequence() == number)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
