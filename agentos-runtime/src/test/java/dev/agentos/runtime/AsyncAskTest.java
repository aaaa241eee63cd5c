package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Request;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks that nobody waits for, and asks that wait for each other. */
class AsyncAskTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
    private final AgentOS os =
            AgentOS.builder().time(clock).closeTimeout(Duration.ofSeconds(2)).build();

    @AfterEach
    void close() {
        os.close();
    }

    record Next(int value) implements Request<Integer> {
        @Override
        public Class<Integer> replyType() {
            return Integer.class;
        }
    }

    private AgentHandle counter() {
        return os.spawn(AgentSpec.builder("counter")
                .onMessage((m, ctx) -> ctx.reply(m, m.payload(Next.class).value() + 1))
                .build());
    }

    private AgentHandle silent() {
        return os.spawn(AgentSpec.builder("silent").onMessage((m, ctx) -> {}).build());
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertFails(CompletionStage<?> stage, ErrorCode code, String problem) {
        assertThatThrownBy(() -> get(stage))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        AskException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(problem);
    }

    @Test
    void askAsync_ofTheHost_completesWithTheAnswer_orItsFailure() throws Exception {
        counter();

        assertThat(get(os.askAsync(Address.of("counter"), new Next(1), LONG))).isEqualTo(2);
        assertFails(os.askAsync(Address.of("nobody"), new Next(1), LONG), ErrorCode.UNDELIVERABLE, "nobody");
        assertThat(get(os.as("alice").askAsync(Address.of("counter"), new Next(2), LONG)))
                .isEqualTo(3);
    }

    @Test
    void askAsync_failsByTheClockOfTheRuntime() {
        silent();

        CompletionStage<Integer> answer = os.askAsync(Address.of("silent"), new Next(1), Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(9));
        boolean early = answer.toCompletableFuture().isDone();
        clock.advance(Duration.ofSeconds(1));

        assertThat(early).isFalse();
        assertFails(answer, ErrorCode.ASK_TIMEOUT, "PT10S");
    }

    @Test
    void askAsync_ofAnAgent_goesOn_andTheAnswerFindsIt() {
        counter();
        AgentHandle asker = os.spawn(AgentSpec.builder("asker")
                .run(ctx -> {
                    var answers = new ArrayList<CompletionStage<Integer>>();
                    for (int i = 0; i < 100; i++) {
                        answers.add(ctx.askAsync(Address.of("counter"), new Next(i), LONG));
                    }
                    int sum = 0;
                    for (CompletionStage<Integer> answer : answers) {
                        sum += get(answer);
                    }
                    ctx.result(sum);
                })
                .grant("agent:counter send")
                .build());

        assertThat(asker.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(5_050));
    }

    @Test
    void askAsync_needsTheRightToSend() {
        counter();
        AgentHandle asker = os.spawn("asker", ctx -> ctx.askAsync(Address.of("counter"), new Next(1), LONG));

        assertThat(asker.await(Eventually.LIMIT))
                .isInstanceOfSatisfying(
                        Exit.Failed.class, failed -> assertThat(failed.cause()).isInstanceOf(DeniedException.class));
    }

    /** What hangs on the answer runs elsewhere: the context is the agent's own. */
    @Test
    void askAsync_completesOnAThreadOfTheRuntime_whereTheContextRefuses() throws Exception {
        counter();
        var thread = new CompletableFuture<String>();
        var refusal = new CompletableFuture<Throwable>();
        AgentHandle asker = os.spawn(AgentSpec.builder("asker")
                .onMessage((m, ctx) -> ctx.askAsync(Address.of("counter"), new Next(1), LONG)
                        .thenAccept(answer -> {
                            thread.complete(Thread.currentThread().getName());
                            try {
                                ctx.log("not here");
                            } catch (IllegalStateException e) {
                                refusal.complete(e);
                            }
                        }))
                .grant("agent:counter send")
                .build());

        asker.send("go");

        assertThat(get(thread)).contains("callback");
        assertThat(get(refusal)).hasMessageContaining("own threads");
    }

    @Test
    void askAsync_fails_whenTheAskerEnds_andALateAnswerIsADeadLetter() {
        var requests = new CopyOnWriteArrayList<Integer>();
        var stage = new AtomicReference<CompletionStage<Integer>>();
        AgentHandle slow = os.spawn(AgentSpec.builder("slow")
                .run(ctx -> {
                    var request = ctx.receive();
                    requests.add(request.payload(Next.class).value());
                    ctx.receive();
                    ctx.reply(request, 1);
                })
                .build());
        AgentHandle asker = os.spawn(AgentSpec.builder("asker")
                .onMessage((m, ctx) -> stage.set(ctx.askAsync(Address.of("slow"), new Next(7), LONG)))
                .grant("agent:slow send")
                .build());
        asker.send("go");
        Eventually.until("it has asked", () -> requests.equals(List.of(7)) && stage.get() != null);

        asker.terminate("test");
        assertFails(stage.get(), ErrorCode.ASK_FAILED, "has ended");
        slow.send("answer now");
        slow.await(Eventually.LIMIT);

        assertThat(os.deadLetters(0, 10))
                .singleElement()
                .satisfies(letter ->
                        assertThat(letter.reason()).isEqualTo(dev.agentos.api.message.DeadLetter.Reason.LATE_REPLY));
    }

    /** Each handles one message at a time and waits in it for the next one, the last for the first. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void agentsThatWaitForEachOtherInACircle_getTypedTimeouts_andLiveOn(int size) {
        var failures = new CopyOnWriteArrayList<ErrorCode>();
        for (int i = 0; i < size; i++) {
            Address next = Address.of("link" + (i + 1) % size);
            os.spawn(AgentSpec.builder("link" + i)
                    .onMessage((m, ctx) -> {
                        if (m.payload() instanceof Next(var value) && value < 0) {
                            ctx.reply(m, value);
                            return;
                        }
                        try {
                            ctx.ask(next, new Next(1), Duration.ofSeconds(30));
                        } catch (AskException e) {
                            failures.add(e.code());
                        }
                    })
                    .grant("agent:* send")
                    .build());
        }
        os.send(Address.of("link0"), new Next(1));
        clock.awaitQuiet();

        clock.advance(Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(30));

        assertThat(failures).hasSizeGreaterThanOrEqualTo(size).containsOnly(ErrorCode.ASK_TIMEOUT);
        CompletionStage<Integer> alive = os.askAsync(Address.of("link0"), new Next(-1), LONG);
        while (!alive.toCompletableFuture().isDone()) {
            clock.advance(Duration.ofSeconds(30));
        }
        assertThat(alive.toCompletableFuture()).isCompletedWithValue(-1);
    }
}
