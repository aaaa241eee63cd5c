package dev.agentos.memory;

import static dev.agentos.memory.GrantedAgents.WORKER;
import static dev.agentos.memory.GrantedAgents.use;
import static dev.agentos.memory.GrantedAgents.worker;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rights of durable agents when the program starts anew. */
class DurableGrantsTest {
    @TempDir
    Path folder;

    private AgentOS.Builder builder() {
        return GrantedAgents.builder(folder.resolve("desk.db"));
    }

    private static List<String> held(AgentOS os) {
        return os.grants().list().stream()
                .filter(info -> info.holder().kind() == PrincipalId.Kind.AGENT)
                .filter(info -> info.state() == GrantInfo.State.ACTIVE)
                .map(info -> info.origin() + " " + info.capability())
                .sorted()
                .toList();
    }

    @Test
    void grants_comeBack_andWhatWasRevokedOrUsedStaysSo_whenTheProgramIsKilled() throws Exception {
        long revoked = runAndKill();

        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:a call; uses=3", "tool:b call"));

            assertThat(use(os, "a", false)).isEqualTo("did a");
            assertThat(use(os, "a", false)).as("three uses in all").isEqualTo("denied");
            assertThat(use(os, "b", false)).as("revoked").isEqualTo("denied");
            assertThat(use(os, "c", false)).as("granted by the host").isEqualTo("did c");
            assertThat(use(os, "d", false)).as("lent, so not by itself").isEqualTo("denied");
            assertThat(use(os, "d", true)).as("lent").isEqualTo("did d");
            assertThat(os.grants()
                            .grant(WORKER, Capability.parse("tool:b call"))
                            .id())
                    .as("numbers go on")
                    .isGreaterThan(revoked);
        }
    }

    /** {@return the number of the grant that was revoked} */
    private long runAndKill() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.tmpdir=" + folder, // who is killed leaves its library there
                        "-cp",
                        System.getProperty("java.class.path"),
                        GrantedAgents.class.getName(),
                        folder.resolve("desk.db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("running ")) {
                    return Long.parseLong(line.substring("running ".length()));
                }
            }
            throw new AssertionError("the program ended by itself");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void revoke_reachesAnAgentThatSleeps() {
        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:a call"));
            os.grants().grant(WORKER, Capability.parse("tool:c call"));
        }
        try (AgentOS os = builder().build()) {
            assertThat(held(os)).containsExactly("GRANTED tool:c call", "SPAWN tool:a call");
            os.grants().list().stream()
                    .filter(info -> info.origin() == GrantOrigin.GRANTED)
                    .forEach(info -> os.grants().revoke(info.id(), "while it sleeps"));
        }

        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:a call"));

            assertThat(use(os, "c", false)).isEqualTo("denied");
            assertThat(use(os, "a", false)).isEqualTo("did a");
        }
    }

    @Test
    void spec_thatHandsOverLess_takesAway_andOneThatHandsOverMore_gives() {
        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:a call", "tool:b call"));
        }

        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:b call", "tool:c call"));

            assertThat(held(os)).containsExactly("SPAWN tool:b call", "SPAWN tool:c call");
        }
    }

    @Test
    void grant_thatTheHostHoldsNoMore_isGone() {
        try (AgentOS os = builder().build()) {
            os.spawn(worker("tool:a call", "tool:b call"));
        }

        try (AgentOS os = builder()
                .hostGrants(
                        Capability.parse("agent:** spawn,send"),
                        Capability.parse("memory:agent/** read"),
                        Capability.parse("tool:a call"))
                .build()) {
            os.spawn(worker("tool:a call", "tool:b call"));

            assertThat(use(os, "a", false)).isEqualTo("did a");
            assertThat(use(os, "b", false)).isEqualTo("denied");
        }
    }

    @Test
    void message_inTheInbox_comesBackWithItsGrants() {
        try (AgentOS os = builder().build()) {
            os.spawn(worker("event:lent.taken emit"));
        }
        try (AgentOS os = builder().build()) {
            var lender = os.spawn(AgentSpec.builder("lender")
                    .run(ctx -> ctx.send(
                            WORKER,
                            new GrantedAgents.Take("for later"),
                            ctx.grants().getFirst()))
                    .grant("tool:d call")
                    .grant("agent:worker send")
                    .build());
            lender.await(GrantedAgents.LIMIT);
        }

        try (AgentOS os = builder().build()) {
            os.spawn(worker("event:lent.taken emit"));

            assertThat(use(os, "d", true)).isEqualTo("did d");
            assertThat(os.events().history(EventFilter.type("lent.taken"), 0, 10))
                    .extracting(event -> event.data().toString())
                    .containsExactly("Take[why=for later 1]");
        }
    }
}
