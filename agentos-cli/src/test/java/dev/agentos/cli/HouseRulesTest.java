package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.cli.daemon.Daemon;
import dev.agentos.cli.daemon.HouseRules;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --policy} and {@code run --secrets}, in this JVM. */
class HouseRulesTest {
    @TempDir
    Path folder;

    @Test
    void policy_bindsEverybody() throws IOException {
        Path policy = write("{default: allow, rules: [{deny: 'agent:rogue spawn', because: no rogues}]}");
        Path socket = folder.resolve("s");
        try (var _ = Daemon.start(folder.resolve("d"), socket, new HouseRules(List.of(policy), List.of(), List.of()))) {
            Invocation rogue = Invocation.of("--socket", socket.toString(), "spawn", "echo", "--name", "rogue");
            Invocation decent = Invocation.of("--socket", socket.toString(), "spawn", "echo", "--name", "decent");

            assertThat(rogue.exit()).isEqualTo(ExitCode.DENIED);
            assertThat(rogue.err()).contains("policy " + policy, "no rogues");
            assertThat(decent.exit()).isZero();
        }
    }

    @Test
    void daemon_doesNotStart_whenAPolicyIsNotUnderstood() throws IOException {
        Path policy = write("default: allow\nrules:\n  - forbid: any\n");
        var rules = new HouseRules(List.of(policy), List.of(), List.of());
        Path socket = folder.resolve("s");

        assertThatThrownBy(() -> Daemon.start(folder.resolve("d"), socket, rules))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(policy + ":3: rules[0].forbid: unknown field");
        assertThat(socket).doesNotExist();
        Daemon.start(folder.resolve("d"), socket).close();
    }

    @Test
    void words_sayTheSameAgain() {
        var rules = new HouseRules(
                List.of(Path.of("/etc/house.yaml")), List.of(Path.of("/run/secrets")), List.of("desk=k=file:/** read"));

        assertThat(rules.words())
                .containsExactly(
                        "--policy", "/etc/house.yaml", "--secrets", "/run/secrets", "--trust", "desk=k=file:/** read");
        assertThat(HouseRules.NONE.words()).isEmpty();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("house.yaml"), text);
    }
}
