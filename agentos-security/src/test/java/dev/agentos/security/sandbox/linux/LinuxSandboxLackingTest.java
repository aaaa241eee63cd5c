package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.api.spi.SandboxPolicy;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens on machines that lack something (SECURITY-CASES E37): nothing runs, unless that is accepted, and then it is said. */
class LinuxSandboxLackingTest extends LinuxScripts {
    /** Another machine for one test: this one with an older Landlock, or without listeners. */
    private void use(int landlock, boolean filters) {
        sandbox.close();
        try (var arena = Arena.ofConfined()) {
            Machine here = machine(new Native(Architecture.current().orElseThrow(), arena));
            assumeTrue(here.landlock().version() >= landlock, "the kernel is older than that itself");
            sandbox = LinuxSandbox.on(new Machine(
                    here.architecture(),
                    new Landlock(landlock),
                    filters,
                    here.spawns(),
                    here.groups(),
                    here.watchdog()));
        }
    }

    private static SandboxPolicy accepting(String... features) {
        Set<String> accepted = Stream.concat(SandboxPolicy.ACCEPTED_BY_DEFAULT.stream(), Arrays.stream(features))
                .collect(Collectors.toSet());
        return new SandboxPolicy(PrincipalId.HOST, List.of(), List.of(), accepted);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void start_refuses_whenFilesCannotBeKept(int landlock) {
        use(landlock, true);

        assertThatThrownBy(() -> sandbox.start(policy(), command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(SandboxFeature.FILE_SYSTEM)
                .hasMessageContaining("acceptDegraded");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void start_refuses_whenSignalsCannotBeKept(int landlock) {
        use(landlock, true);

        assertThatThrownBy(() -> sandbox.start(policy(), command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(SandboxFeature.SIGNALS);
    }

    @Test
    void start_refuses_whenCallsCannotBeFiltered_whateverIsAccepted() {
        use(Landlock.FOR_SIGNALS, false);

        assertThatThrownBy(() -> sandbox.start(accepting(SandboxFeature.SYSTEM_CALLS), command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(SandboxFeature.SYSTEM_CALLS);
    }

    @Test
    void result_saysWhatIsMissing_whenThatIsAccepted() {
        use(5, true);

        var result = run(accepting(SandboxFeature.SIGNALS), "cat /etc/shadow; unshare -U true; echo ran");

        assertThat(result.confinement().toString()).contains("DEGRADED").contains(SandboxFeature.SIGNALS);
        assertThat(result.stdout().text()).isEqualTo("ran\n");
        assertThat(result.stderr().text()).contains("Permission denied", "Operation not permitted");
    }
}
