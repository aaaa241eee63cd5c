package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ProviderSelectionException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Isolated agents where nothing runs them: this module has no agentos-isolated in sight. */
class IsolatesTest {
    private final AgentOS os = AgentOS.builder()
            .template("guest", params -> isolated("guest").build())
            .build();

    @AfterEach
    void close() {
        os.close();
    }

    private static AgentSpec.Builder isolated(String name) {
        return AgentSpec.builder(name)
                .code(Path.of("guest.jar"), "com.acme.Guest")
                .isolation(Isolation.PROCESS);
    }

    private static void assertRefused(ThrowingCallable spawn, String agent) {
        assertThatThrownBy(spawn)
                .isInstanceOfSatisfying(
                        ProviderSelectionException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PROVIDER))
                .hasMessageContaining(
                        "agent '" + agent + "' runs in a process of its own, which takes dev.agentos:agentos-isolated");
    }

    @Test
    void spawn_namesTheArtifact_beforeAnythingHasHappened() {
        assertRefused(() -> os.spawn(isolated("guest").build()), "guest");
        assertRefused(() -> os.spawnIfAbsent(isolated("guest").build()), "guest");
        assertRefused(() -> os.spawn(os.template("guest", Map.of())), "guest");

        assertThat(os.find(Address.of("guest"))).isEmpty();
        assertThat(os.events().history(EventFilter.all(), 0, 100)).isEmpty();
        assertThat(os.actions().find(ActionQuery.all())).isEmpty();
    }

    @Test
    void spawn_isRefused_forADeclaredChild_howeverDeep() {
        AgentSpec middle = AgentSpec.builder("middle")
                .run(ctx -> {})
                .child(isolated("guest").build())
                .build();
        AgentSpec root = AgentSpec.builder("root").run(ctx -> {}).child(middle).build();

        assertRefused(() -> os.spawn(root), "guest");

        assertThat(os.find(Address.of("root"))).isEmpty();
    }

    @Test
    void spawn_isRefused_toAnAgent_whichMayGoOn() {
        var parent = os.spawn(AgentSpec.builder("parent")
                .run(ctx -> {
                    try {
                        ctx.spawn(isolated("guest").build());
                    } catch (ProviderSelectionException e) {
                        ctx.result(String.valueOf(e.getMessage()));
                    }
                })
                .grant("agent:** spawn")
                .build());

        var exit = parent.await(Duration.ofSeconds(30));

        assertThat(exit.toString()).contains("dev.agentos:agentos-isolated");
    }

    @Test
    void extension_thatSpawnsOne_failsTheBuild() {
        var builder = AgentOS.builder()
                .install(building -> building.spawn(isolated("guest").build()));

        assertRefused(builder::build, "guest");
    }

    @Test
    void numberOfIsolatedAgents_isNotNegative() {
        assertThatThrownBy(() -> AgentOS.builder().isolatedAgents(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
