package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.HaltedException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent that may spawn cannot make of it. */
class SpawnRightsTest {
    private final AgentOS os = AgentOS.inMemory();

    @AfterEach
    void close() {
        os.close();
    }

    private static AgentSpec idle(String name, AgentSpec... children) {
        var spec = AgentSpec.builder(name).onMessage((m, ctx) -> {});
        for (AgentSpec child : children) {
            spec.child(child);
        }
        return spec.build();
    }

    /** What a parent with one grant gets when it does something; fails the test if the parent fails. */
    private Object inParent(String grant, Life life) {
        var spec = AgentSpec.builder("p").run(ctx -> ctx.result(life.live(ctx))).grant(grant);

        Exit exit = os.spawn(spec.build()).await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        return exit.result(Object.class);
    }

    private interface Life {
        Object live(AgentContext ctx) throws Exception;
    }

    private List<String> recorded(ActionQuery query) {
        return os.actions().find(query).stream()
                .map(record -> record.principal().name().replaceAll("#.*", "") + ": "
                        + record.action().grantText())
                .toList();
    }

    @Test
    void max_isForChildrenThatLive() {
        Object refused = inParent("agent:p/* spawn; max=2", ctx -> {
            var first = ctx.spawn(idle("a"));
            ctx.spawn(idle("b"));
            var denied = catchThrowableOfType(DeniedException.class, () -> ctx.spawn(idle("c")));
            first.terminate("make room");
            ctx.spawn(idle("d"));
            return denied == null ? "nothing" : denied.reason();
        });

        assertThat(refused).asString().contains("as many children live as it permits, 2");
    }

    @Test
    void max_countsDeclaredChildren() {
        Object refused = inParent("agent:p/** spawn; max=2", ctx -> {
            var denied = catchThrowableOfType(DeniedException.class, () -> ctx.spawn(idle("a", idle("x"), idle("y"))));
            ctx.spawn(idle("b", idle("x")));
            return denied == null ? "nothing" : denied.reason();
        });

        assertThat(refused).asString().contains("as many children live as it permits, 2");
        assertThat(os.find(Address.of("p/a"))).isEmpty();
    }

    @Test
    void max_isGivenBack_whenASpawnFails() {
        Object spawned = inParent("agent:p/* spawn; max=1", ctx -> {
            assertThatThrownBy(() -> ctx.spawn(AgentSpec.builder("greedy")
                            .onMessage((m, c) -> {})
                            .grant("file:/** read")
                            .build()))
                    .isInstanceOf(DeniedException.class);
            return ctx.spawn(idle("modest")).id() != null;
        });

        assertThat(spawned).isEqualTo(true);
    }

    @Test
    void spawn_needsARightForEachDeclaredChild() {
        Object missing = inParent(
                "agent:p/* spawn",
                ctx -> catchThrowableOfType(DeniedException.class, () -> ctx.spawn(idle("a", idle("x"))))
                        .missing());

        assertThat(missing).isEqualTo("agent:p/a/x spawn");
        assertThat(os.find(Address.of("p/a"))).isEmpty();
    }

    @Test
    void spawn_ofDeclaredChildren_isRecordedOneByOne() {
        inParent(
                "agent:p/** spawn",
                ctx -> ctx.spawn(idle("a", idle("x", idle("z")), idle("y")))
                        .id()
                        .toString());

        assertThat(recorded(ActionQuery.of(Address.of("p"))))
                .containsExactly(
                        "p: agent:p/a spawn", "p: agent:p/a/x spawn", "p: agent:p/a/x/z spawn", "p: agent:p/a/y spawn");
    }

    @Test
    void wantingMoreThanIsHeld_isADenialInTheRecords_andAnEvent() {
        inParent(
                "agent:p/* spawn",
                ctx -> catchThrowableOfType(
                                DeniedException.class,
                                () -> ctx.spawn(AgentSpec.builder("greedy")
                                        .onMessage((m, c) -> {})
                                        .grant("file:/** read")
                                        .build()))
                        .reason());

        assertThat(os.actions().find(ActionQuery.of(Address.of("p")).denied()))
                .singleElement()
                .satisfies(
                        record -> assertThat(record.action().text("capability")).isEqualTo("file:/** read"));
        assertThat(os.events().history(EventFilter.all(), 0, 100))
                .extracting(event -> event.data())
                .filteredOn(SystemEvent.Denied.class::isInstance)
                .hasSize(1);
    }

    @Test
    void tools_ofARuntimeThatWasClosedSince_startNothing() {
        var closed = AgentOS.inMemory();
        var before = closed.tools();
        closed.close();

        assertThatThrownBy(() -> before.call("shell.execute", Map.of("argv", List.of("true"))))
                .isInstanceOf(HaltedException.class);
        assertThat(closed.actions().find(ActionQuery.all())).isEmpty();
    }

    @Test
    void hostGrants_limitTheNumberOfAgents() {
        try (AgentOS few = AgentOS.builder()
                .hostGrants(Capability.parse("agent:* spawn; max=1"), Capability.parse("agent:** terminate"))
                .build()) {
            var first = few.spawn(idle("a"));

            assertThatThrownBy(() -> few.spawn(idle("b"))).isInstanceOf(DeniedException.class);
            first.terminate("make room");
            assertThat(few.spawn(idle("c")).state().ended()).isFalse();
        }
    }

    @Test
    void spec_thatAsksForMore_isRefused_namingAllThatIsMissing_withNothingDone() {
        var child = AgentSpec.builder("x").onMessage((m, c) -> {}).grant("tool:three call");
        var greedy = AgentSpec.builder("a")
                .onMessage((m, c) -> {})
                .grant("tool:one call")
                .grant("tool:two call")
                .grant("tool:held call")
                .child(child.build());

        var spec = AgentSpec.builder("p")
                .run(ctx -> {
                    var denied = catchThrowableOfType(DeniedException.class, () -> ctx.spawn(greedy.build()));
                    ctx.result(denied.missing() + "|" + ctx.children().size());
                })
                .grant("agent:p/** spawn")
                .grant("tool:held call");
        Exit exit = os.spawn(spec.build()).await(Eventually.LIMIT);

        assertThat(exit.result(String.class)).isEqualTo("tool:one call\ntool:two call\ntool:three call|0");
        assertThat(os.events().history(EventFilter.type("agent.spawned"), 0, 10))
                .hasSize(1);
    }
}
