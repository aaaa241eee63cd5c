package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.message.Message;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Many that do as they are told, on either side: sleep, wait, compute, or just answer. */
final class Crowd {
    private Crowd() {}

    /** What to do with a turn. In the plain ways of Java, of which neither system knows. */
    sealed interface Task {
        /** Sleep. */
        record Sleep(long millis, CountDownLatch done) implements Task {}

        /** Wait until this opens. */
        record Wait(CountDownLatch entered, CountDownLatch until) implements Task {}

        /** Compute until told otherwise. */
        record Compute(CountDownLatch entered, AtomicBoolean stop) implements Task {}

        /** Nothing. */
        record Answer(CountDownLatch done) implements Task {}

        default void perform() throws InterruptedException {
            switch (this) {
                case Sleep(long millis, CountDownLatch done) -> {
                    Thread.sleep(millis);
                    done.countDown();
                }
                case Wait(CountDownLatch entered, CountDownLatch until) -> {
                    entered.countDown();
                    until.await();
                }
                case Compute(CountDownLatch entered, AtomicBoolean stop) -> {
                    entered.countDown();
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                }
                case Answer(CountDownLatch done) -> done.countDown();
            }
        }
    }

    static List<AgentHandle> agents(AgentOS os, int count) {
        AgentSpec spec = AgentSpec.builder("one").onMessage(Crowd::handle).build();
        return IntStream.range(0, count)
                .mapToObj(i -> os.spawn(spec.named("one-" + i)))
                .toList();
    }

    private static void handle(Message message, AgentContext ctx) throws InterruptedException {
        message.payload(Task.class).perform();
    }

    static List<ActorRef<Object>> actors(ActorSystem<PekkoSide.Spawn> system, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PekkoSide.spawn(system, "one-" + i, actor()))
                .toList();
    }

    private static Behavior<Object> actor() {
        return Behaviors.receiveMessage(message -> {
            ((Task) message).perform();
            return Behaviors.same();
        });
    }
}
