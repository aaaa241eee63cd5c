package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.spi.Sandbox;
import dev.agentos.testkit.contract.SandboxContract;
import org.junit.jupiter.api.BeforeEach;

class BubblewrapContractTest implements SandboxContract {
    @BeforeEach
    void needsBubblewrap() {
        BubblewrapScripts.needsBubblewrap();
    }

    @Override
    public Sandbox openSandbox() {
        return new BubblewrapSandboxProvider().open();
    }
}
