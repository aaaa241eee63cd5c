package dev.agentos.security.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.SandboxPolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The same ends on a machine that gives no control groups: what is missing is said. */
class LinuxSandboxWithoutGroupsTest extends LinuxSandboxEndTest {
    @Override
    Machine machine(Native os) {
        return Machine.probe(os, ControlGroups.none(), true);
    }

    @Test
    void result_saysWhatIsMissing() {
        assertThat(run(policy(), "true").confinement()).hasToString("PROCESS_SANDBOX DEGRADED(TREE_KILL,PIDS,MEMORY)");
    }

    @Test
    void start_refuses_whenNothingMayBeMissing() {
        var strict = new SandboxPolicy(PrincipalId.HOST, List.of(), List.of(), Set.of());

        assertThatThrownBy(() -> sandbox.start(strict, command("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("TREE_KILL")
                .hasMessageContaining("acceptDegraded");
    }
}
