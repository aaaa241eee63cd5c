package dev.agentos.isolated;

import dev.agentos.api.ProcessLimits;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.IsolationProvider;

/** Runs each agent in a JVM of its own, which the runtime's sandbox confines. */
public final class ProcessIsolationProvider implements IsolationProvider {
    /** Makes it. */
    public ProcessIsolationProvider() {}

    @Override
    public String name() {
        return "process";
    }

    @Override
    public int mostAtOnce() {
        return MachineMemory.fits(ProcessCommand.memory(ProcessLimits.DEFAULT), 64);
    }

    @Override
    public void run(IsolatedLife life) {
        new IsolatedRun(life).run();
    }
}
