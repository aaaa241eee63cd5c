package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Senders that send bursts to sinks, round robin, on either side. */
final class Sending {
    private Sending() {}

    // ---- ours

    /** Sends a burst to each address in turn, and tells each when that was all. */
    private record Sender(List<Address> sinks) implements ReactiveAgent {
        @Override
        public void onMessage(Message message, AgentContext ctx) {
            var burst = message.payload(Wire.Burst.class);
            int rounds = burst.messages() / sinks.size();
            for (int i = 0; i < rounds; i++) {
                for (Address sink : sinks) {
                    ctx.send(sink, Wire.Tick.TICK);
                }
            }
            var last = new Wire.Last(burst.done());
            sinks.forEach(sink -> ctx.send(sink, last));
        }
    }

    /** Receives, and says when the last has come. */
    private static void sink(Message message, AgentContext ctx) {
        if (message.payload() instanceof Wire.Last last) {
            last.done().countDown();
        }
    }

    static List<Address> agents(AgentOS os, int senders, int sinks) {
        AgentSpec sink = AgentSpec.builder("sink").onMessage(Sending::sink).build();
        List<Address> targets = IntStream.range(0, sinks)
                .mapToObj(i -> os.spawn(sink.named("sink-" + i)).address())
                .toList();
        return IntStream.range(0, senders)
                .mapToObj(i -> AgentSide.spawn(os, "sender-" + i, () -> new Sender(targets))
                        .address())
                .toList();
    }

    // ---- Pekko

    private static Behavior<Object> pekkoSender(List<ActorRef<Object>> sinks) {
        return Behaviors.receiveMessage(message -> {
            var burst = (Wire.Burst) message;
            int rounds = burst.messages() / sinks.size();
            for (int i = 0; i < rounds; i++) {
                for (ActorRef<Object> sink : sinks) {
                    sink.tell(Wire.Tick.TICK);
                }
            }
            var last = new Wire.Last(burst.done());
            sinks.forEach(sink -> sink.tell(last));
            return Behaviors.same();
        });
    }

    private static Behavior<Object> pekkoSink() {
        return Behaviors.receiveMessage(message -> {
            if (message instanceof Wire.Last last) {
                last.done().countDown();
            }
            return Behaviors.same();
        });
    }

    static List<ActorRef<Object>> actors(ActorSystem<PekkoSide.Spawn> system, int senders, int sinks) {
        List<ActorRef<Object>> targets = IntStream.range(0, sinks)
                .mapToObj(i -> PekkoSide.spawn(system, "sink-" + i, pekkoSink()))
                .toList();
        return IntStream.range(0, senders)
                .mapToObj(i -> PekkoSide.spawn(system, "sender-" + i, pekkoSender(targets)))
                .toList();
    }

    // ---- both

    /** Has all senders send their share, and waits until each sink has all of it. */
    static void run(AgentOS os, List<Address> senders, int messages, int sinks) throws InterruptedException {
        var done = new CountDownLatch(senders.size() * sinks);
        var burst = new Wire.Burst(messages / senders.size(), done);
        senders.forEach(sender -> os.send(sender, burst));
        Wire.await(done);
    }

    static void run(List<ActorRef<Object>> senders, int messages, int sinks) throws InterruptedException {
        var done = new CountDownLatch(senders.size() * sinks);
        var burst = new Wire.Burst(messages / senders.size(), done);
        senders.forEach(sender -> sender.tell(burst));
        Wire.await(done);
    }
}
