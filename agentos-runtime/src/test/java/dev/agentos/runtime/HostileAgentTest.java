package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.AskException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an agent cannot do to others by using its own rights without measure. */
@Timeout(60)
class HostileAgentTest {
    private final AgentOS os = AgentOS.inMemory();

    @AfterEach
    void close() {
        os.close();
    }

    private static AgentSpec idle(String name) {
        return AgentSpec.builder(name).onMessage((m, ctx) -> {}).build();
    }

    private List<String> logged() {
        return os.events().history(EventFilter.all(), 0, 1_000).stream()
                .map(event -> event.data())
                .filter(SystemEvent.Logged.class::isInstance)
                .map(SystemEvent.Logged.class::cast)
                .map(SystemEvent.Logged::line)
                .toList();
    }

    // ---- timers

    @Test
    void timersOfOthers_fire_whenManyOfOneAgentAreAlwaysDue() {
        var started = new CountDownLatch(1);
        os.spawn("flood", ctx -> {
            for (int i = 0; i < 1_000; i++) {
                ctx.every(Duration.ofMillis(1), "again");
            }
            started.countDown();
            ctx.sleep(Duration.ofDays(1));
        });
        Eventually.reached(started);

        Exit exit = os.spawn("victim", ctx -> ctx.sleep(Duration.ofMillis(50))).await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void every_refusesAPeriod_thatWouldOccupyTheTimersOfAll() {
        Exit exit = os.spawn("flood", ctx -> {
                    assertThatThrownBy(() -> ctx.every(Duration.ofNanos(1), "again"))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("PT0.000000001S");
                })
                .await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void timers_ofOneAgent_areBounded() {
        Exit exit = os.spawn("flood", ctx -> {
                    var refused = catchThrowableOfType(IllegalStateException.class, () -> {
                        for (int i = 0; i <= AgentTimer.MOST; i++) {
                            ctx.after(Duration.ofDays(1), "later");
                        }
                    });
                    ctx.result(String.valueOf(refused));
                })
                .await(Eventually.LIMIT);

        assertThat(exit.result(String.class)).contains("flood", String.valueOf(AgentTimer.MOST));
    }

    // ---- asks

    record Never() implements Request<String> {}

    @Test
    void requestsThatStayOpen_areBounded_andTheNextAskerIsTold() {
        AgentHandle silent = os.spawn(idle("silent"));
        for (int i = 0; i < Asks.MOST_OPEN; i++) {
            var _ = silent.askAsync(new Never(), Duration.ofDays(1));
        }

        assertThatThrownBy(() -> silent.ask(new Never(), Duration.ofDays(1)))
                .isInstanceOf(AskException.class)
                .hasMessageContaining(Asks.MOST_OPEN + " requests open");
    }

    // ---- records and logs

    @Test
    void emit_refusesFacts_thatOnlyTheSystemStates() {
        var forged = new SystemEvent.Denied(PrincipalId.HOST, Action.of("tool:bank.pay", "call"), "because");
        Exit exit = os.spawn(AgentSpec.builder("forger")
                        .run(ctx -> ctx.emit(forged))
                        .grant("event:** emit")
                        .build())
                .await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(IllegalArgumentException.class));
        assertThat(os.events().history(EventFilter.all(), 0, 100))
                .noneMatch(event -> event.data().equals(forged));
    }

    @Test
    void log_keepsWhatCouldForgeALineOrSteerATerminal_visible() {
        os.spawn("forger", ctx -> ctx.log("ok {}", "\u001B[2J\r\u009B0m \u202Egnp.exe\nagent=host paid"))
                .await(Eventually.LIMIT);

        assertThat(logged()).containsExactly("ok \\u001B[2J\\u000D\\u009B0m \\u202Egnp.exe\nagent=host paid");
        assertThat(LogLine.single(logged().getFirst()))
                .isEqualTo(logged().getFirst().replace("\n", "\\n"));
    }

    @Test
    void log_cutsWhatIsTooLong() {
        os.spawn("flood", ctx -> ctx.log("x".repeat(10_000_000))).await(Eventually.LIMIT);

        assertThat(logged())
                .singleElement()
                .satisfies(line ->
                        assertThat(line).hasSizeLessThan(LogLine.LONGEST + 100).endsWith("… [10000000 characters]"));
    }

    @Test
    void unhandled_refusesAMessage_thatItDidNotGet() {
        var forged =
                new Message(7, Address.of("bank"), Address.of("desk"), "String", "pay", 7, 7, Instant.EPOCH, Map.of());
        Exit exit = os.spawn("forger", ctx -> {
                    assertThatThrownBy(() -> ctx.unhandled(forged)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> ctx.refuse(forged, "no")).isInstanceOf(IllegalArgumentException.class);
                })
                .await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        assertThat(os.deadLetters(0, 10)).isEmpty();
    }

    // ---- handles

    @Test
    void info_needsTheRightToInspect_belowOnesOwnChildren() {
        Exit exit = os.spawn(AgentSpec.builder("p")
                        .run(ctx -> {
                            AgentHandle child = ctx.spawn(AgentSpec.builder("c")
                                    .onMessage((m, c) -> {})
                                    .child(idle("x"))
                                    .build());
                            AgentHandle grandchild = child.children().getFirst();
                            assertThat(child.info().id()).isEqualTo(child.id());
                            ctx.result(catchThrowableOfType(DeniedException.class, grandchild::info)
                                    .missing());
                        })
                        .grant("agent:p/** spawn")
                        .build())
                .await(Eventually.LIMIT);

        assertThat(exit.result(String.class)).isEqualTo("agent:p/c/x inspect");
    }

    @Test
    void info_needsTheRightToInspect_ofAHostThatWasNarrowed() {
        try (AgentOS narrow =
                AgentOS.builder().hostGrants(Capability.parse("agent:* spawn")).build()) {
            AgentHandle agent = narrow.spawn(idle("a"));

            assertThatThrownBy(agent::info).isInstanceOf(DeniedException.class).hasMessageContaining("agent:a inspect");
        }
    }

    @Test
    void handle_inTheHandsOfAnotherAgent_isOfNoUse() {
        var leaked = new java.util.concurrent.CompletableFuture<AgentHandle>();
        os.spawn(AgentSpec.builder("p")
                .run(ctx -> {
                    leaked.complete(ctx.spawn(idle("c")));
                    ctx.sleep(Duration.ofDays(1));
                })
                .grant("agent:p/* spawn")
                .build());

        Exit exit = os.spawn("thief", ctx -> {
                    AgentHandle handle = leaked.get();
                    List<ThrowingCallable> attempts = List.of(
                            () -> handle.terminate("mine now"),
                            () -> handle.send("hello"),
                            handle::info,
                            handle::state,
                            handle::children,
                            handle::onExit,
                            () -> handle.await(Duration.ZERO));
                    assertThat(attempts)
                            .allSatisfy(attempt -> assertThatThrownBy(attempt)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("own threads only"));
                })
                .await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        assertThat(os.find(Address.of("p/c"))).isPresent();
    }
}
