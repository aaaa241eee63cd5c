package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.StorageException;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.security.Grant;
import dev.agentos.runtime.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents whose store, or embedder, keeps them waiting: they are paused, ended and revoked all the same. */
class WaitingTest {
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final OpenedRuntime runtime = new OpenedRuntime(new FakeStore(), builder -> builder.embedder(new Stuck()));

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    /** Does not answer before it is let. */
    private final class Stuck implements Embedder {
        @Override
        public String model() {
            return "stuck";
        }

        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            hang();
            return texts.stream().map(_ -> new float[] {1}).toList();
        }
    }

    private void hang() {
        asked.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the runtime was closed", e);
        }
    }

    private AgentHandle agent(OpenedRuntime.Body body) {
        return runtime.os.spawn(
                AgentSpec.builder("a").run(ctx -> ctx.result(body.live(ctx))).build());
    }

    private static PauseResult now(AgentHandle agent) throws Exception {
        return agent.pause("look").toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void isTerminated(AgentHandle agent) {
        Exit exit = agent.terminate("enough");

        assertThat(exit).isEqualTo(new Exit.Terminated("enough", 1, List.of()));
    }

    @Test
    void terminate_endsAnAgent_thatWaitsForAnAnswerOfTheStore() {
        runtime.store.beforeRead = this::hang;
        AgentHandle agent = agent(ctx -> ctx.memory().working().get("k", String.class));
        Eventually.reached(asked);

        isTerminated(agent);
    }

    @Test
    void terminate_endsAnAgent_thatWaitsForAnAcknowledgement() {
        runtime.store.acknowledged = new CompletableFuture<>();
        AgentHandle agent = agent(ctx -> ctx.memory().working().put("k", "v"));
        Eventually.until("it is written", () -> !runtime.store.written.isEmpty());

        isTerminated(agent);

        assertThat(runtime.records()).containsExactly("agent:a FAILED memory:agent/a write");
    }

    @Test
    void terminate_endsAnAgent_thatWaitsForItsEmbedder() {
        AgentHandle agent = agent(ctx -> ctx.memory().longTerm().remember("sun"));
        Eventually.reached(asked);

        isTerminated(agent);

        assertThat(runtime.store.written).isEmpty();
    }

    @Test
    void wait_doesNotHoldUpOthers() {
        runtime.store.beforeRead = this::hang;
        int cores = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < 4 * cores; i++) {
            runtime.os
                    .spawn(AgentSpec.builder("waits-" + i)
                            .onMessage((message, ctx) -> ctx.memory().working().keys())
                            .build())
                    .send("look");
        }
        Eventually.reached(asked);

        AgentHandle other = runtime.os.spawn(AgentSpec.builder("other")
                .onMessage((message, ctx) -> ctx.reply(message, "here"))
                .build());

        assertThat(other.ask("anybody?", String.class, OpenedRuntime.LIMIT)).isEqualTo("here");
    }

    @Test
    void pause_holdsAnAgent_beforeItsNextCall() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        AgentHandle agent = agent(ctx -> {
            entered.countDown();
            Eventually.reached(go);
            return ctx.memory().working().put("k", "v");
        });
        Eventually.reached(entered);
        var pausing = agent.pause("look");
        go.countDown();

        PauseResult result = pausing.toCompletableFuture().get(30, TimeUnit.SECONDS);
        boolean writtenMeanwhile = !runtime.store.written.isEmpty();
        agent.resume();
        Exit exit = agent.await(OpenedRuntime.LIMIT);

        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(writtenMeanwhile).isFalse();
        assertThat(exit.result(Long.class)).isEqualTo(1);
    }

    @Test
    void pause_holdsAnAgent_whenItsAnswerHasCome() throws Exception {
        runtime.store.beforeRead = this::hang;
        var went = new AtomicReference<>("not on");
        AgentHandle agent = agent(ctx -> {
            ctx.memory().working().keys();
            went.set("on");
            return true;
        });
        Eventually.reached(asked);
        var pausing = agent.pause("look");
        release.countDown();

        PauseResult result = pausing.toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(result).isEqualTo(PauseResult.HELD);
        assertThat(agent.state()).isEqualTo(AgentState.PAUSED);
        assertThat(went).hasValue("not on");
        agent.resume();
        assertThat(agent.await(OpenedRuntime.LIMIT)).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void interruptByItsOwnCode_isAnError_andTheFlagStays() {
        runtime.store.beforeRead = this::hang;

        Object result = runtime.inAgent("a", ctx -> {
            Thread.currentThread().interrupt();
            try {
                return ctx.memory().working().keys();
            } catch (IllegalStateException e) {
                return Thread.interrupted() + ": " + e.getMessage();
            }
        });

        assertThat(result).asString().startsWith("true: interrupted while it waited");
    }

    @Test
    void failureOfTheStore_reachesTheCaller() {
        runtime.store.acknowledged = CompletableFuture.failedFuture(new StorageException("the disk is full", null));

        Object result = runtime.inAgent("a", ctx -> {
            try {
                return ctx.memory().working().put("k", "v");
            } catch (StorageException e) {
                return e.getMessage();
            }
        });

        assertThat(result).isEqualTo("the disk is full");
        assertThat(runtime.records()).containsExactly("agent:a FAILED memory:agent/a write");
        assertThatThrownBy(() -> runtime.os.memory("shared/x").working().put("k", "v"))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void context_isRefused_toThreadsThatAreNotTheAgents() {
        Object result = runtime.inAgent("a", ctx -> {
            var mine = ctx.memory().working();
            var refused = new AtomicReference<>("");
            var other = Thread.ofPlatform().start(() -> {
                try {
                    mine.put("k", "v");
                } catch (IllegalStateException e) {
                    refused.set(e.getMessage());
                }
            });
            other.join();
            return refused.get();
        });

        assertThat(result).asString().contains("on its own threads only");
        assertThat(runtime.store.written).isEmpty();
    }

    @Test
    void revoke_cutsWhatComesNext() {
        try (var desk = new OpenedDesk()) {
            Grant grant = desk.grant("memory:shared/x read,write");
            desk.agent.turn = null;
            var shared = desk.of("shared/x").working();
            shared.put("k", "v");

            desk.authority.revoke(grant);

            assertThatThrownBy(() -> shared.put("k", "w")).isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> shared.get("k", String.class)).isInstanceOf(DeniedException.class);
            assertThat(desk.own().working().put("k", "still mine")).isEqualTo(1);
        }
    }

    @Test
    void stoppedAgent_getsNoFurther() {
        try (var desk = new OpenedDesk()) {
            var mine = desk.own();
            desk.agent.stopped = true;

            assertThatThrownBy(() -> mine.working().put("k", "v")).isInstanceOf(AgentStopped.class);
            assertThatThrownBy(() -> mine.longTerm().recall("x", 1)).isInstanceOf(AgentStopped.class);
            assertThatThrownBy(() -> mine.conversation("s").window(10)).isInstanceOf(AgentStopped.class);
            assertThat(desk.store.written).isEmpty();
        }
    }

    @Test
    void parts_useTheMemoryOfTheirAgent() {
        Object result = runtime.inAgent("a", ctx -> {
            var mine = ctx.memory().working();
            List<Long> versions = ctx.parallel(List.of(() -> mine.put("a", 1), () -> mine.put("b", 2)));
            return versions + " " + mine.keys();
        });

        assertThat(result).isEqualTo("[1, 1] [a, b]");
    }
}
