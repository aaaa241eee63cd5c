package dev.agentos.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxValuesTest {
    @Test
    void confinement_hasATextForm() {
        assertThat(Confinement.NONE).hasToString("NONE");
        assertThat(new Confinement(SandboxLevel.PROCESS_SANDBOX, List.of("TREE_KILL", "MEMORY")))
                .hasToString("PROCESS_SANDBOX DEGRADED(TREE_KILL,MEMORY)");
    }

    @Test
    void command_refuses_aProgramThatIsNotAbsolute() {
        assertThatThrownBy(() -> command(List.of("ls"))).hasMessageContaining("[ls]");
        assertThatThrownBy(() -> command(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void command_keepsItsInput_whenTheCallerChangesItsArray() {
        byte[] input = {1};
        var command = new SandboxCommand(List.of("/bin/ls"), Path.of("/"), Map.of(), input, Duration.ofSeconds(1), 1);

        input[0] = 2;
        command.stdin()[0] = 3;

        assertThat(command.stdin()).containsExactly(1);
    }

    private static SandboxCommand command(List<String> argv) {
        return new SandboxCommand(argv, Path.of("/"), Map.of(), new byte[0], Duration.ofSeconds(1), 1);
    }

    @Test
    void command_takesInputUpTo16MiB_andNotAByteMore() {
        int most = 16 * 1024 * 1024;

        assertThat(reading(most).stdin()).hasSize(most);
        assertThatThrownBy(() -> reading(most + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a program reads at most 16777216 bytes, not 16777217");
    }

    @Test
    void command_refuses_boundsThatAreNone() {
        assertThatThrownBy(() -> bounded(Duration.ZERO, 1)).hasMessageContaining("PT0S, 1");
        assertThatThrownBy(() -> bounded(Duration.ofSeconds(1), 0)).hasMessageContaining("PT1S, 0");
        assertThat(bounded(Duration.ofNanos(1), 1).limits().maxOutput()).isEqualTo(1);
    }

    private static SandboxCommand reading(int bytes) {
        return new SandboxCommand(
                List.of("/bin/cat"), Path.of("/"), Map.of(), new byte[bytes], Duration.ofSeconds(1), 1);
    }

    private static SandboxCommand bounded(Duration wallTime, int maxOutput) {
        return new SandboxCommand(List.of("/bin/cat"), Path.of("/"), Map.of(), new byte[0], wallTime, maxOutput);
    }
}
