package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Restart;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.error.NameTakenException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No more isolated agents live at a time than the runtime has room for. Their code is nowhere, so they fail as soon as they start. */
class PlacesTest extends IsolatedFixture {
    @TempDir
    private static Path folder;

    @Override
    AgentOS.Builder builder() {
        return AgentOS.builder().isolatedAgents(2);
    }

    /** An agent that lives, though without a process: its restarts wait for an hour. */
    private static AgentSpec living(String name) {
        return spec(folder.resolve("no.jar"), "Nobody").build().named(name).toBuilder()
                .restart(Restart.upTo(5, Duration.ofDays(1)).backoff(Duration.ofHours(1), Duration.ofHours(1)))
                .build();
    }

    private static void assertNoRoom(ThrowingCallable spawn, String address) {
        assertThatThrownBy(spawn)
                .isInstanceOfSatisfying(
                        IsolatedAgentException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY))
                .hasMessageContaining("there is no room for the process of '" + address
                        + "': 2 isolated agents live, as many as this runtime may have at a time");
    }

    @Test
    void oneTooMany_isNotSpawned_untilAnotherHasEnded() {
        AgentHandle first = os.spawn(living("first"));
        os.spawn(living("second"));

        assertNoRoom(() -> os.spawn(living("third")), "third");
        assertThat(os.find(Address.of("third"))).isEmpty();
        assertThat(os.spawn("here", ctx -> ctx.receive()).state().ended()).isFalse();
        first.terminate("make room");

        assertThat(os.spawn(living("third")).state().ended()).isFalse();
    }

    @Test
    void restarts_keepTheirPlace() {
        AgentHandle first = os.spawn(living("first"));
        os.spawn(living("second"));
        await(() -> first.info().restarts() == 1);

        assertNoRoom(() -> os.spawn(living("third")), "third");
    }

    @Test
    void treeWithOneTooMany_isNotSpawnedAtAll_andTakesNoPlaces() {
        AgentSpec tree = AgentSpec.builder("tree")
                .run(ctx -> ctx.receive())
                .grant("agent:probe send")
                .child(living("a"))
                .child(living("b"))
                .child(living("c"))
                .build();

        assertNoRoom(() -> os.spawn(tree), "tree/c");

        assertThat(os.agents(AgentSelector.matching("**")).stream()
                        .map(each -> each.address().path()))
                .containsExactly("probe");
        os.spawn(living("first"));
        os.spawn(living("second"));
    }

    @Test
    void nameThatIsTaken_takesNoPlace() {
        os.spawn(living("first"));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> os.spawn(living("first"))).isInstanceOf(NameTakenException.class);
        }

        assertThat(os.spawn(living("second")).state().ended()).isFalse();
    }

    @Test
    void none_mayLive_whereTheBuilderSaysSo() {
        try (AgentOS none = open(AgentOS.builder().isolatedAgents(0))) {
            assertThatThrownBy(() -> none.spawn(living("first")))
                    .isInstanceOf(IsolatedAgentException.class)
                    .hasMessageContaining("0 isolated agents live");
        }
    }

    private static AgentOS stored(Path file, int most) {
        return AgentOS.builder()
                .storage(file)
                .isolatedAgents(most)
                .template(
                        "sleeper",
                        params -> living(String.valueOf(params.get("name"))).toBuilder()
                                .durable()
                                .build())
                .build();
    }

    @Test
    void durableAgent_thatFindsNoPlace_staysInTheStore() {
        Path file = folder.resolve("places.db");
        try (AgentOS first = stored(file, 2)) {
            for (String name : List.of("a", "b")) {
                first.spawn(first.template("sleeper", Map.of("name", name)));
            }
        }

        try (AgentOS narrow = stored(file, 1)) {
            assertThat(narrow.agents(AgentSelector.matching("**")).stream()
                            .map(each -> each.address().path()))
                    .containsExactly("a");
            assertThat(narrow.events().history(EventFilter.all(), 0, 1_000))
                    .anyMatch(event -> event.data().toString().contains("there is no room for the process of 'b'"));
        }
        try (AgentOS wide = stored(file, 2)) {
            assertThat(wide.find(Address.of("b"))).isPresent();
        }
    }
}
