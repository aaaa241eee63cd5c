package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/** One agent publishes to a topic that a thousand have subscribed to. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishToThousand {
    private static final int SUBSCRIBERS = 1_000;
    private static final int PUBLISHED = 100;
    private static final String TOPIC = "market.aapl";

    /** Makes one; JMH does. */
    public PublishToThousand() {}

    /** Our side. */
    public static class Agents extends AgentSide {
        private final AgentHandle publisher = os.spawn(AgentSpec.builder("publisher")
                .onMessage(PublishToThousand::publish)
                .grant("topic:market.aapl publish")
                .build());

        /** Spawns all. */
        public Agents() {}

        /** Subscribes a thousand. */
        @Setup(Level.Trial)
        public void subscribe() {
            var sink = AgentSpec.builder("sink")
                    .onMessage((message, ctx) -> receive(message.payload()))
                    .subscribe(TOPIC)
                    .grant("topic:market.aapl subscribe")
                    .build();
            List<AgentHandle> sinks = IntStream.range(0, SUBSCRIBERS)
                    .mapToObj(i -> os.spawn(sink.named("sink-" + i)))
                    .toList();
            sinks.forEach(each -> each.awaitState(AgentState.RUNNING, Duration.ofMinutes(1)));
        }
    }

    private static void publish(Message message, AgentContext ctx) {
        var burst = message.payload(Wire.Burst.class);
        for (int i = 1; i < burst.messages(); i++) {
            ctx.publish(TOPIC, Wire.Tick.TICK);
        }
        ctx.publish(TOPIC, new Wire.Last(burst.done()));
    }

    private static void receive(Object payload) {
        if (payload instanceof Wire.Last last) {
            last.done().countDown();
        }
    }

    /** Pekko's side. */
    public static class Actors extends PekkoSide {
        private final ActorRef<Object> topic =
                PekkoSide.spawn(system, "topic", widened(Topic.create(Object.class, TOPIC)));
        private final ActorRef<Object> publisher =
                PekkoSide.spawn(system, "publisher", Behaviors.receiveMessage(message -> {
                    var burst = (Wire.Burst) message;
                    for (int i = 1; i < burst.messages(); i++) {
                        topic.tell(Topic.publish(Wire.Tick.TICK));
                    }
                    topic.tell(Topic.publish(new Wire.Last(burst.done())));
                    return Behaviors.same();
                }));

        /** Spawns all. */
        public Actors() {}

        /** Subscribes a thousand, and waits until all are known: the topic hears of them from a receptionist. */
        @Setup(Level.Trial)
        public void subscribe() throws InterruptedException {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                ActorRef<Object> sink = PekkoSide.spawn(system, "sink-" + i, Behaviors.receiveMessage(message -> {
                    receive(message);
                    return Behaviors.same();
                }));
                topic.tell(Topic.subscribe(sink));
            }
            publishOnce(publisher);
        }

        /** A topic takes commands of its own only. */
        @SuppressWarnings("unchecked")
        private static Behavior<Object> widened(Behavior<? extends Topic.Command<?>> topic) {
            return (Behavior<Object>) (Behavior<?>) topic;
        }
    }

    private static void publishOnce(ActorRef<Object> publisher) throws InterruptedException {
        var done = new CountDownLatch(SUBSCRIBERS);
        publisher.tell(new Wire.Burst(1, done));
        Wire.await(done);
    }

    /** One operation is one message that a subscriber has handled. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * PUBLISHED)
    public void agentOs(Agents side) throws InterruptedException {
        var done = new CountDownLatch(SUBSCRIBERS);
        side.publisher.send(new Wire.Burst(PUBLISHED, done));
        Wire.await(done);
    }

    /** The same. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * PUBLISHED)
    public void pekko(Actors side) throws InterruptedException {
        var done = new CountDownLatch(SUBSCRIBERS);
        side.publisher.tell(new Wire.Burst(PUBLISHED, done));
        Wire.await(done);
    }
}
