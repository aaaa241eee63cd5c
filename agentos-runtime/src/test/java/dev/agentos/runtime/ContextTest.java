package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextTest {
    private final AgentOS os = AgentOS.builder()
            .tool(Tool.builder("add", Sum.class)
                    .description("Adds.")
                    .handler((sum, call) -> sum.a() + sum.b())
                    .build())
            .build();

    @AfterEach
    void close() {
        os.close();
    }

    record Sum(int a, int b) {}

    record PriceSeen(String symbol, int price) {}

    private Exit run(dev.agentos.api.Agent body, String... grants) {
        var spec = AgentSpec.builder("a").run(body).param("symbol", "AAPL").param("size", 3);
        for (String grant : grants) {
            spec.grant(grant);
        }
        return os.spawn(spec.build()).await(Eventually.LIMIT);
    }

    private static Throwable cause(Exit exit) {
        assertThat(exit).isInstanceOf(Exit.Failed.class);
        return ((Exit.Failed) exit).cause();
    }

    @Test
    void params_areTyped() {
        Exit exit = run(ctx -> ctx.result(List.of(
                ctx.param("symbol", String.class),
                ctx.param("size", Integer.class),
                ctx.optionalParam("no", String.class).isEmpty())));

        assertThat(exit).isEqualTo(new Exit.Completed(List.of("AAPL", 3, true)));
        assertThat(cause(run(ctx -> ctx.param("missing", String.class))))
                .hasMessageContaining("missing")
                .hasMessageContaining("symbol");
        assertThat(cause(run(ctx -> ctx.param("size", String.class)))).hasMessageContaining("java.lang.Integer");
    }

    @Test
    void result_lastOneCounts_andMayBeNull() {
        assertThat(run(ctx -> {
                    ctx.result(1);
                    ctx.result(2);
                }))
                .isEqualTo(new Exit.Completed(2));
        assertThat(run(ctx -> {
                    ctx.result(1);
                    ctx.result(null);
                }))
                .isEqualTo(new Exit.Completed(null));
    }

    @Test
    void log_fillsPlaceholders_andIsAnEvent() {
        run(ctx -> ctx.log("bought {} of {}", 3, "AAPL"));

        assertThat(os.events().history(EventFilter.type("agent.log"), 0, 10))
                .extracting(event -> ((SystemEvent.Logged) event.data()).line())
                .containsExactly("bought 3 of AAPL");
    }

    @Test
    void emit_needsAGrant_andIsAnEventOfItsOwnType() {
        String type = PriceSeen.class.getName().replace('$', '.');

        Exit denied = run(ctx -> ctx.emit(new PriceSeen("AAPL", 1)));
        Exit allowed = run(ctx -> ctx.emit(new PriceSeen("AAPL", 2)), "event:" + type + " emit");

        assertThat(cause(denied)).isInstanceOf(DeniedException.class).hasMessageContaining("event:" + type + " emit");
        assertThat(allowed).isEqualTo(new Exit.Completed(null));
        assertThat(os.events().history(EventFilter.type(type), 0, 10))
                .singleElement()
                .satisfies(event -> assertThat(event.data()).isEqualTo(new PriceSeen("AAPL", 2)));
    }

    @Test
    void tools_areCalledThroughTheGate() {
        Exit exit = run(
                ctx -> ctx.result(
                        ctx.tools().call("add", Map.of("a", 20, "b", 22)).as(Integer.class)),
                "tool:add call");

        assertThat(exit).isEqualTo(new Exit.Completed(42));
        assertThat(cause(run(ctx -> ctx.tools().call("add", Map.of("a", 1, "b", 2)))))
                .isInstanceOf(DeniedException.class);
        assertThat(os.tools().call("add", new Sum(1, 2)).as(Integer.class)).isEqualTo(3);
    }

    @Test
    void perform_isAuthorisedAndRecorded() {
        var action = Action.of("model:default", "chat");

        Exit exit = run(ctx -> ctx.result(ctx.perform(action, () -> "hello")), "model:default chat");
        Exit failed = run(
                ctx -> ctx.perform(action, () -> {
                    throw new java.io.IOException("no line");
                }),
                "model:default chat");
        Exit denied = run(ctx -> ctx.perform(action, () -> "never"));

        assertThat(exit).isEqualTo(new Exit.Completed("hello"));
        assertThat(cause(failed)).isInstanceOf(ToolException.class).hasRootCauseMessage("no line");
        assertThat(cause(denied)).isInstanceOf(DeniedException.class);
        assertThat(os.actions().find(ActionQuery.all()))
                .filteredOn(record -> record.action().type().equals("model"))
                .extracting(record -> record.outcome())
                .containsExactly(Outcome.DONE, Outcome.FAILED, Outcome.NOT_STARTED);
    }

    @Test
    void context_isUsedOnTheAgentsOwnThreadsOnly() {
        var kept = new AtomicReference<AgentContext>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    kept.set(ctx);
                    ctx.reply(m, "ok");
                })
                .build());
        agent.ask("go", String.class, Eventually.LIMIT);

        assertThatThrownBy(() -> kept.get().random())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("own threads")
                .hasMessageContaining(Thread.currentThread().getName());
        assertThatThrownBy(() -> kept.get().tools().available()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void context_mayBeKeptInAField() {
        var kept = new AtomicReference<AgentContext>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> {
                    if (kept.get() == null) {
                        kept.set(ctx);
                    }
                    kept.get().reply(m, "same " + (kept.get() == ctx));
                })
                .build());
        agent.ask("one", String.class, Eventually.LIMIT);

        assertThat(agent.ask("two", String.class, Eventually.LIMIT)).isEqualTo("same true");
    }

    @Test
    void receive_isForRunAgents() {
        AgentHandle agent = os.spawn(
                AgentSpec.builder("a").onMessage((m, ctx) -> ctx.receive()).build());
        agent.send("go");

        assertThat(cause(agent.await(Eventually.LIMIT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'run'");
    }

    @Test
    void parallel_returnsResultsInTheOrderOfTheParts() {
        Exit exit = run(ctx -> {
            var second = new CountDownLatch(1);
            ctx.result(ctx.parallel(List.<Callable<String>>of(
                    () -> {
                        second.await();
                        return "first";
                    },
                    () -> {
                        second.countDown();
                        return "second";
                    })));
        });

        assertThat(exit).isEqualTo(new Exit.Completed(List.of("first", "second")));
    }

    @Test
    void parallel_throwsThePartsException_andInterruptsTheOthers() {
        var interrupted = new AtomicBoolean();
        Exit exit = run(ctx -> {
            var waiting = new CountDownLatch(1);
            ctx.parallel(List.<Callable<String>>of(
                    () -> {
                        waiting.await();
                        throw new IllegalStateException("part failed");
                    },
                    () -> {
                        waiting.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.set(true);
                            throw e;
                        }
                        return "";
                    }));
        });

        assertThat(cause(exit)).hasMessage("part failed");
        assertThat(interrupted).isTrue();
    }

    @Test
    void parallel_wrapsACheckedException() {
        Exit exit = run(ctx -> ctx.parallel(List.<Callable<String>>of(() -> {
            throw new java.io.IOException("no line");
        })));

        assertThat(cause(exit)).isInstanceOf(CompletionException.class).hasRootCauseMessage("no line");
    }

    @Test
    void parallel_ofNothing_isNothing_andOfManyIsAll() {
        Exit exit = run(ctx -> {
            var parts = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 200; i++) {
                int value = i;
                parts.add(() -> {
                    ctx.sleep(Duration.ofMillis(1));
                    return value;
                });
            }
            ctx.result(ctx.parallel(List.of()).size() + ctx.parallel(parts).size());
        });

        assertThat(exit).isEqualTo(new Exit.Completed(200));
    }

    @Test
    void handle_ofAChild_isUsedByItsParentOnly() {
        var kept = new AtomicReference<AgentHandle>();
        AgentHandle agent = os.spawn(AgentSpec.builder("p")
                .run(ctx -> {
                    kept.set(ctx.spawn(AgentSpec.builder("c")
                            .onMessage((m, c) -> c.reply(m, "yes"))
                            .build()));
                    ctx.log("{}", kept.get().ask("there?", String.class, Duration.ofSeconds(10)));
                    ctx.receive();
                })
                .grant("agent:p/* spawn")
                .build());
        Eventually.until(
                "asked",
                () -> !os.events().history(EventFilter.type("agent.log"), 0, 1).isEmpty());

        assertThatThrownBy(() -> kept.get().send("not yours")).isInstanceOf(IllegalStateException.class);
        assertThat(agent.children()).hasSize(1);
    }

    @Test
    void logLine_placesWhatItCan() {
        assertThat(LogLine.of("plain")).isEqualTo("plain");
        assertThat(LogLine.of("{} and {}", 1)).isEqualTo("1 and {}");
        assertThat(LogLine.of("only {}", 1, 2, null)).isEqualTo("only 1 2 null");
        assertThat(LogLine.of("{}", new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("broken");
                    }
                }))
                .contains("broken");
    }
}
