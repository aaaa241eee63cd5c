package dev.agentos.security.sandbox.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentos.api.spi.Sandbox;
import dev.agentos.testkit.contract.SandboxContract;
import org.junit.jupiter.api.BeforeEach;

class LinuxSandboxContractTest implements SandboxContract {
    @BeforeEach
    void needsLinux() {
        assumeTrue(Architecture.current().isPresent(), "needs Linux on a processor that is known");
    }

    @Override
    public Sandbox openSandbox() {
        return new LinuxSandboxProvider().open();
    }
}
