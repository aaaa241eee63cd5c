package dev.agentos.benchmarks;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One actor system with its default dispatcher and mailboxes; only its log is off. */
@State(Scope.Benchmark)
public class PekkoSide {
    private static final String QUIET = "pekko.loglevel=OFF, pekko.stdout-loglevel=OFF, pekko.log-dead-letters=off";
    private static final long PATIENCE_SECONDS = 60;

    final ActorSystem<Spawn> system = ActorSystem.create(
            guardian(), "peer", ConfigFactory.parseString(QUIET).withFallback(ConfigFactory.load()));

    /** Starts the system. */
    public PekkoSide() {}

    /** Spawn an actor below the guardian. */
    record Spawn(String name, Behavior<Object> behavior, CompletableFuture<ActorRef<Object>> spawned) {}

    private static Behavior<Spawn> guardian() {
        return Behaviors.receive((context, order) -> {
            order.spawned.complete(context.spawn(order.behavior, order.name));
            return Behaviors.same();
        });
    }

    static ActorRef<Object> spawn(ActorSystem<Spawn> system, String name, Behavior<Object> behavior) {
        var spawned = new CompletableFuture<ActorRef<Object>>();
        system.tell(new Spawn(name, behavior, spawned));
        return spawned.join();
    }

    /** Terminates the system and waits for its end. */
    @TearDown(Level.Trial)
    public void close() throws InterruptedException, ExecutionException, TimeoutException {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
