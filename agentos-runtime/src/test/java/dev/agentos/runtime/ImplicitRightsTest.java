package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an agent may do without any grant: DESIGN §9. The agent that acts is {@code p/me}. */
class ImplicitRightsTest {
    private final AgentOS os = AgentOS.inMemory();

    @AfterEach
    void close() {
        os.close();
    }

    /** Whether {@code p/me} performs the action. */
    private boolean mayPerform(String resource, String verb) {
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .onMessage((m, ctx) -> {})
                .child(AgentSpec.builder("me")
                        .run(ctx -> {
                            ctx.receive();
                            ctx.result(attempt(() -> ctx.perform(Action.of(resource, verb), () -> true)));
                        })
                        .build())
                .build());
        AgentHandle me = parent.children().getFirst();

        me.send("go");
        Exit exit = me.await(Eventually.LIMIT);

        return exit.result(Boolean.class);
    }

    private static boolean attempt(Callable<Boolean> call) throws Exception {
        try {
            return call.call();
        } catch (DeniedException denied) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "agent:p, send",
        "agent:p/me/child, send",
        "agent:p/me/child, inspect",
        "agent:p/me/child, pause",
        "agent:p/me/child, resume",
        "agent:p/me/child, stop",
        "agent:p/me/child, terminate",
        "memory:agent/p/me, read",
        "memory:agent/p/me, write",
    })
    void isAllowed(String resource, String verb) {
        assertThat(mayPerform(resource, verb)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // its parent may be written to, not controlled
        "agent:p, pause",
        "agent:p, terminate",
        "agent:p, inspect",
        // siblings, strangers, grandchildren, and names that only begin alike
        "agent:p/other, send",
        "agent:q, send",
        "agent:p/me/child/grandchild, send",
        "agent:p/me/child/grandchild, terminate",
        "agent:p/me2/child, terminate",
        "agent:p/me2, send",
        "agent:p/m, send",
        // itself, and making children
        "agent:p/me, terminate",
        "agent:p/me/child, spawn",
        // the memory of others
        "memory:agent/p, read",
        "memory:agent/p/me2, read",
        "memory:agent/p/me/child, read",
        "memory:shared/market, read",
        "memory:agent/p/me, purge",
        // everything else
        "tool:shell.execute, call",
        "file:/etc/passwd, read",
        "net:https://example.com/, get",
        "event:anything, emit",
        "model:default, chat",
        "secret:desk/api-key, read",
    })
    void isDenied(String resource, String verb) {
        assertThat(mayPerform(resource, verb)).isFalse();
    }

    @Test
    void anAgentWithoutParent_hasNobodyToWriteTo() {
        os.spawn(AgentSpec.builder("other").onMessage((m, ctx) -> {}).build());

        Exit exit = os.spawn(
                        "alone",
                        ctx -> ctx.result(attempt(() -> {
                            ctx.send(Address.of("other"), "hello");
                            return true;
                        })))
                .await(Eventually.LIMIT);

        assertThat(exit).isEqualTo(new Exit.Completed(false));
    }

    @Test
    void whatNeedsNoRight_isNotRecordedAsDenied() {
        Exit exit = os.spawn("alone", ctx -> {
                    ctx.random().nextInt();
                    ctx.clock().instant();
                    ctx.log("here");
                    ctx.sleep(java.time.Duration.ofNanos(1));
                    ctx.result(ctx.receive(java.time.Duration.ofNanos(1)).isEmpty());
                })
                .await(Eventually.LIMIT);

        assertThat(exit).isEqualTo(new Exit.Completed(true));
        assertThat(os.actions().find(dev.agentos.api.security.ActionQuery.all().denied()))
                .isEqualTo(List.of());
    }
}
