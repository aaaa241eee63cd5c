package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Pairs that send one message to and fro, on either side. */
final class PingPong {
    private PingPong() {}

    /** Begin: whoever gets this sends the ball, and counts how often it comes back. */
    record Serve(Object partner, int returns, CountDownLatch done) {}

    /** Sit in a turn until this opens. */
    record Block(CountDownLatch entered, CountDownLatch until) {}

    // ---- ours

    /** Who serves counts; who does not sends the ball back to where it came from. */
    private static final class Player implements ReactiveAgent {
        private @Nullable Serve game;
        private int left;

        @Override
        public void onMessage(Message message, AgentContext ctx) throws InterruptedException {
            switch (message.payload()) {
                case Serve serve -> {
                    game = serve;
                    left = serve.returns();
                    ctx.send((Address) serve.partner(), Wire.Tick.TICK);
                }
                case Block block -> {
                    block.entered().countDown();
                    block.until().await();
                }
                case Object ball -> hit(message, ball, ctx);
            }
        }

        private void hit(Message message, Object ball, AgentContext ctx) {
            if (game == null) {
                ctx.send(message.sender(), ball);
            } else if (--left > 0) {
                ctx.send((Address) game.partner(), ball);
            } else {
                game.done().countDown();
            }
        }
    }

    /** Pairs of agents. */
    record Agents(List<AgentHandle> servers, List<Address> partners) {
        static Agents of(AgentOS os, int pairs) {
            var servers = new ArrayList<AgentHandle>();
            var partners = new ArrayList<Address>();
            for (int i = 0; i < pairs; i++) {
                servers.add(AgentSide.spawn(os, "server-" + i, Player::new));
                partners.add(AgentSide.spawn(os, "partner-" + i, Player::new).address());
            }
            return new Agents(servers, partners);
        }

        void play(int messages) throws InterruptedException {
            play(messages, servers.size());
        }

        /** Has the first pairs play, and waits for the end. */
        void play(int messages, int pairs) throws InterruptedException {
            var done = new CountDownLatch(pairs);
            for (int i = 0; i < pairs; i++) {
                servers.get(i).send(new Serve(partners.get(i), messages / pairs / 2, done));
            }
            Wire.await(done);
        }

        /** Has the last server sit in its turn until this opens; returns when it does. */
        void blockLast(CountDownLatch until) throws InterruptedException {
            var entered = new CountDownLatch(1);
            servers.getLast().send(new Block(entered, until));
            Wire.await(entered);
        }
    }

    // ---- Pekko

    /** An actor has no sender to look up, so each ball is a constant of the actor that hits it. */
    private record Ball(ActorRef<Object> from) {}

    private static final class PekkoPlayer {
        private final Ball mine;
        private @Nullable Serve game;
        private @Nullable ActorRef<Object> partner;
        private int left;

        PekkoPlayer(ActorRef<Object> self) {
            mine = new Ball(self);
        }

        static Behavior<Object> behavior() {
            return Behaviors.setup(context -> Behaviors.receiveMessage(new PekkoPlayer(context.getSelf())::onMessage));
        }

        @SuppressWarnings("unchecked") // whoever serves to an actor names an actor
        private Behavior<Object> onMessage(Object message) throws InterruptedException {
            switch (message) {
                case Ball ball -> hit(ball);
                case Serve serve -> {
                    game = serve;
                    partner = (ActorRef<Object>) serve.partner();
                    left = serve.returns();
                    partner.tell(mine);
                }
                case Block block -> {
                    block.entered().countDown();
                    block.until().await();
                }
                default -> throw new IllegalArgumentException("not in this game: " + message);
            }
            return Behaviors.same();
        }

        private void hit(Ball ball) {
            if (game == null || partner == null) {
                ball.from.tell(mine);
            } else if (--left > 0) {
                partner.tell(mine);
            } else {
                game.done().countDown();
            }
        }
    }

    /** Pairs of actors. */
    record Actors(List<ActorRef<Object>> servers, List<ActorRef<Object>> partners) {
        static Actors of(ActorSystem<PekkoSide.Spawn> system, int pairs) {
            var servers = new ArrayList<ActorRef<Object>>();
            var partners = new ArrayList<ActorRef<Object>>();
            for (int i = 0; i < pairs; i++) {
                servers.add(PekkoSide.spawn(system, "server-" + i, PekkoPlayer.behavior()));
                partners.add(PekkoSide.spawn(system, "partner-" + i, PekkoPlayer.behavior()));
            }
            return new Actors(servers, partners);
        }

        void play(int messages) throws InterruptedException {
            play(messages, servers.size());
        }

        void play(int messages, int pairs) throws InterruptedException {
            var done = new CountDownLatch(pairs);
            for (int i = 0; i < pairs; i++) {
                servers.get(i).tell(new Serve(partners.get(i), messages / pairs / 2, done));
            }
            Wire.await(done);
        }

        void blockLast(CountDownLatch until) throws InterruptedException {
            var entered = new CountDownLatch(1);
            servers.getLast().tell(new Block(entered, until));
            Wire.await(entered);
        }
    }
}
