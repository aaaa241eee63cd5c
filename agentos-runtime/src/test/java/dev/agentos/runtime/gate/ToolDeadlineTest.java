package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.Limits;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.Tools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that do not come back, and those who wait for them. */
@Timeout(30)
class ToolDeadlineTest {
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @Test
    void call_timesOut_thoughTheToolIgnoresInterrupts() {
        FakeTool stubborn = tool(SOON).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(stubborn))) {
            var desk = os.agent("desk", "tool:slow call");

            var failure = catchThrowableOfType(
                    ToolException.class, () -> os.toolbox.of(desk).call("slow", Map.of()));

            assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT);
            assertThat(failure).hasMessageContaining("PT0.05S");
            await(interrupted::get);
            assertThat(os.records()).extracting(ActionRecord::outcome).containsExactly(Outcome.UNKNOWN);
            assertThat(os.toolbox.running(desk)).containsExactly("tool slow of agent:desk#1");
            release.countDown();
        }
    }

    @Test
    void call_timesOut_thoughTheToolLoopsWithoutEnd() {
        var over = new AtomicBoolean();
        FakeTool looping = tool(SOON).does((call, context) -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
            return ToolResult.Ok.of(JsonValue.of("at last"));
        });
        try (var os = new GateFixture(List.of(looping))) {
            // From a platform thread, as the host calls: it needs no carrier to go on.
            ToolResult result =
                    os.toolbox.of(os.agent("desk", "tool:slow call")).tryCall("slow", "{}");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
            over.set(true);
        }
    }

    @Test
    void call_recordsTheOutcomeTwice_whenTheToolEndsAfterItsDeadline() {
        FakeTool stubborn = tool(SOON).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(stubborn))) {
            var desk = os.agent("desk", "tool:slow call");
            os.toolbox.of(desk).tryCall("slow", "{}");

            release.countDown();
            List<String> left = os.toolbox.awaitEnd(desk, LIMIT);
            await(() -> os.records().size() == 2);

            assertThat(left).isEmpty();
            assertThat(os.records()).extracting(ActionRecord::outcome).containsExactly(Outcome.UNKNOWN, Outcome.DONE);
            assertThat(os.toolbox.running(desk)).isEmpty();
        }
    }

    @Test
    void call_recordsUnknownFirst_whateverTheRace() {
        FakeTool racing = tool(Duration.ofNanos(1)).does((call, context) -> ToolResult.Ok.of(JsonValue.of("quick")));
        try (var os = new GateFixture(List.of(racing))) {
            var desk = os.agent("desk", Limits.unlimited(), "tool:slow call");
            Tools tools = os.toolbox.of(desk);
            int late = 0;
            for (int i = 0; i < 500; i++) {
                late += tools.tryCall("slow", "{}") instanceof ToolResult.Failed ? 1 : 0;
            }

            int expected = 500 + late;
            await(() -> os.records().size() == expected);

            // Per call either DONE, or UNKNOWN and then DONE.
            List<Outcome> outcomes =
                    os.records().stream().map(ActionRecord::outcome).toList();
            assertThat(outcomes.stream().filter(Outcome.UNKNOWN::equals)).hasSize(late);
            assertThat(outcomes.stream().filter(Outcome.DONE::equals)).hasSize(500);
            assertThat(outcomes.getLast()).isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void call_keepsTheGrantInUse_untilTheToolHasEnded() {
        FakeTool stubborn = tool(SOON).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(stubborn))) {
            var desk = os.agent("desk", "tool:slow call; uses=5");
            os.toolbox.of(desk).tryCall("slow", "{}");

            release.countDown();
            os.toolbox.awaitEnd(desk, LIMIT);

            assertThat(desk.grants.getFirst().used()).isEqualTo(1);
        }
    }

    @Test
    void onCancel_runsOnce_whenTheTimeIsOver() {
        var killed = new AtomicInteger();
        var takenBack = new AtomicInteger();
        var byWhom = new AtomicReference<@Nullable Thread>();
        FakeTool hooked = tool(SOON).does((call, context) -> {
            context.onCancel(() -> {
                byWhom.set(Thread.currentThread());
                killed.incrementAndGet();
                release.countDown();
            });
            context.onCancel(takenBack::incrementAndGet).close();
            return ignoringInterrupts();
        });
        try (var os = new GateFixture(List.of(hooked))) {
            var desk = os.agent("desk", "tool:slow call");

            os.toolbox.of(desk).tryCall("slow", "{}");
            List<String> left = os.toolbox.awaitEnd(desk, LIMIT);

            assertThat(left).isEmpty();
            assertThat(killed).hasValue(1);
            assertThat(takenBack).hasValue(0);
            assertThat(byWhom.get())
                    .isNotNull()
                    .satisfies(thread -> assertThat(thread.isVirtual()).isFalse());
        }
    }

    @Test
    void onCancel_runsAtOnce_whenTheCallIsOverAlready() throws InterruptedException {
        var killed = new CountDownLatch(1);
        FakeTool late = tool(SOON).does((call, context) -> {
            ignoringInterrupts();
            context.onCancel(killed::countDown);
            return ToolResult.Ok.of(JsonValue.of("late"));
        });
        try (var os = new GateFixture(List.of(late))) {
            os.toolbox.of(os.agent("desk", "tool:slow call")).tryCall("slow", "{}");

            release.countDown();

            assertThat(killed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void onCancel_doesNotRun_whenTheCallEndsByItself() {
        var killed = new AtomicInteger();
        FakeTool quick = tool(LATE).does((call, context) -> {
            context.onCancel(killed::incrementAndGet);
            return ToolResult.Ok.of(JsonValue.of("ok"));
        });
        try (var os = new GateFixture(List.of(quick))) {
            var desk = os.agent("desk", "tool:slow call");

            os.toolbox.of(desk).call("slow", Map.of());
            int cancelled = os.toolbox.cancelAll(desk, "terminated");

            assertThat(cancelled).isZero();
            assertThat(killed).hasValue(0);
        }
    }

    @Test
    void require_isRefused_whenTheCallIsOver() throws Exception {
        var problem = new CompletableFuture<Throwable>();
        FakeTool late = tool(SOON).does((call, context) -> {
            ignoringInterrupts();
            problem.complete(catchThrowable(() -> context.require(Action.of("net:https://example.com/", "get"))));
            return ToolResult.Ok.of(JsonValue.of("late"));
        });
        try (var os = new GateFixture(List.of(late))) {
            var desk = os.agent("desk", "tool:slow call", "net:** get");
            os.toolbox.of(desk).tryCall("slow", "{}");

            release.countDown();

            assertThat(problem.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(AgentOsException.class)
                    .hasMessageContaining("over");
        }
    }

    @Test
    void cancelAll_endsTheCallsOfOneActor_andNamesWhatGoesOn() throws Exception {
        FakeTool stubborn = tool(LATE).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(stubborn))) {
            var desk = os.agent("desk", "tool:slow call");
            var other = os.agent("other", "tool:slow call");
            CompletableFuture<Throwable> calling = calling(os.toolbox.of(desk));
            begun.await();

            int cancelled = os.toolbox.cancelAll(desk, "its agent was terminated");
            Throwable failure = calling.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            List<String> left = os.toolbox.awaitEnd(desk, Duration.ofMillis(1));

            assertThat(cancelled).isEqualTo(1);
            assertThat(failure).isInstanceOf(ToolException.class).hasMessageContaining("its agent was terminated");
            assertThat(left).containsExactly("tool slow of agent:desk#1");
            assertThat(os.toolbox.cancelAll(other, "x")).isZero();
            release.countDown();
        }
    }

    @Test
    void call_isCancelled_whenItsCallerIsInterrupted() throws Exception {
        FakeTool slow = tool(LATE).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(slow))) {
            var desk = os.agent("desk", "tool:slow call");
            var flag = new CompletableFuture<Boolean>();
            var failure = new CompletableFuture<Throwable>();
            Thread caller = Thread.ofVirtual().start(() -> {
                failure.complete(catchThrowable(() -> os.toolbox.of(desk).call("slow", Map.of())));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            begun.await();

            caller.interrupt();

            assertThat(failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ToolException.class);
            assertThat(flag.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await(interrupted::get);
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.UNKNOWN);
            release.countDown();
        }
    }

    @Test
    void call_throwsAgentStopped_whenItsCallerIsTerminatedMeanwhile() throws Exception {
        FakeTool slow = tool(LATE).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(slow))) {
            var desk = os.agent("desk", "tool:slow call");
            var failure = new CompletableFuture<Throwable>();
            Thread caller = Thread.ofVirtual()
                    .start(() -> failure.complete(
                            catchThrowable(() -> os.toolbox.of(desk).tryCall("slow", "{}"))));
            begun.await();

            desk.stopped = "terminated";
            caller.interrupt();

            assertThat(failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(AgentStopped.class);
            assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.UNKNOWN);
            release.countDown();
        }
    }

    @Test
    void close_cancelsWhatRuns_andNamesWhatDoesNotStop() throws Exception {
        FakeTool stubborn = tool(LATE).does((call, context) -> ignoringInterrupts());
        var os = new GateFixture(List.of(stubborn));
        CompletableFuture<Throwable> calling = calling(os.toolbox.of(os.agent("desk", "tool:slow call")));
        begun.await();

        List<String> left = os.toolbox.close(Duration.ofMillis(1));

        assertThat(left).containsExactly("tool slow of agent:desk#1");
        assertThat(calling.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ToolException.class);
        release.countDown();
        os.close();
    }

    @Test
    void call_timesOut_thoughALaterDeadlineWasSetBefore() throws Exception {
        FakeTool patient = FakeTool.of(
                        "patient", JsonObject.builder().put("type", "object").build(), LATE)
                .does((call, context) -> ignoringInterrupts());
        FakeTool hasty = tool(SOON).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(patient, hasty))) {
            var desk = os.agent("desk", "tool:** call");
            Tools tools = os.toolbox.of(desk);
            var first = CompletableFuture.supplyAsync(() -> tools.tryCall("patient", "{}"));
            begun.await();

            ToolResult second = tools.tryCall("slow", "{}");

            assertThat(second)
                    .isInstanceOfSatisfying(
                            ToolResult.Failed.class,
                            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
            assertThat(first).isNotDone();
            release.countDown();
            assertThat(first.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(ToolResult.Ok.class);
        }
    }

    @Test
    void calls_areEachRecordedAndNoneIsLeft_whenManyRunExpireAndAreCancelled() throws InterruptedException {
        FakeTool quick =
                FakeTool.of("quick", JsonObject.builder().put("type", "object").build(), Duration.ofNanos(200_000));
        FakeTool slow = tool(LATE).does((call, context) -> {
            // Until it is cancelled.
            new CountDownLatch(1).await();
            return ToolResult.Ok.of(JsonValue.of("never"));
        });
        try (var os = new GateFixture(List.of(quick, slow))) {
            var callers = new ArrayList<Thread>();
            var unknown = new AtomicInteger();
            for (int c = 0; c < 40; c++) {
                var desk = os.agent("desk" + c, Limits.unlimited(), "tool:** call");
                Tools tools = os.toolbox.of(desk);
                callers.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 20; i++) {
                        unknown.addAndGet(tools.tryCall("quick", "{}") instanceof ToolResult.Failed ? 1 : 0);
                    }
                    unknown.addAndGet(tools.tryCall("slow", "{}") instanceof ToolResult.Failed ? 1 : 0);
                }));
                callers.add(Thread.ofPlatform().start(() -> {
                    while (os.toolbox.running(desk).stream().noneMatch(name -> name.contains("slow"))) {
                        Thread.onSpinWait();
                    }
                    os.toolbox.cancelAll(desk, "enough");
                    os.toolbox.awaitEnd(desk, LIMIT);
                }));
            }

            for (Thread caller : callers) {
                caller.join();
            }
            // Each call one record, and one more when its tool ended after it.
            await(() -> os.records().size() == 40 * 21 + unknown.get());

            assertThat(unknown.get()).isGreaterThanOrEqualTo(40);
            assertThat(os.records().stream().filter(record -> record.outcome() == Outcome.UNKNOWN))
                    .hasSize(unknown.get());
        }
    }

    @Test
    void deadline_isTheToolsTimeout() {
        var deadline = new AtomicReference<@Nullable ToolContext>();
        FakeTool slow = tool(LATE).does((call, context) -> {
            deadline.set(context);
            return ToolResult.Ok.of(JsonValue.of(context.deadline().toString()));
        });
        try (var os = new GateFixture(List.of(slow))) {
            var result = os.toolbox.of(os.agent("desk", "tool:slow call")).call("slow", Map.of());

            assertThat(result.text())
                    .isEqualTo(os.lastRecord().time().plus(LATE).toString());
        }
    }

    @Test
    void call_isCancelled_whenItsTurnWasGivenUp() {
        FakeTool slow = tool(LATE).does((call, context) -> ignoringInterrupts());
        try (var os = new GateFixture(List.of(slow))) {
            var desk = os.agent("desk", "tool:slow call");
            Actor given = new GivenUpActor(desk);

            assertThatExceptionOfType(ToolException.class)
                    .isThrownBy(() -> os.toolbox.of(given).call("slow", Map.of()));
            assertThat(Thread.interrupted()).isTrue();
            release.countDown();
        }
    }

    private CompletableFuture<Throwable> calling(Tools tools) {
        var failure = new CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> failure.complete(catchThrowable(() -> tools.call("slow", Map.of()))));
        return failure;
    }

    private FakeTool tool(Duration timeout) {
        return FakeTool.of("slow", JsonObject.builder().put("type", "object").build(), timeout);
    }

    /** Stays until it is released, whatever anybody else wants. */
    private ToolResult ignoringInterrupts() {
        begun.countDown();
        while (true) {
            try {
                release.await();
                return ToolResult.Ok.of(JsonValue.of("at last"));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
