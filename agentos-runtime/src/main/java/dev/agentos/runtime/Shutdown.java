package dev.agentos.runtime;

import dev.agentos.api.Exit;
import dev.agentos.api.ShutdownReport;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends all agents of a runtime: for now, or with the runtime itself. Thread-safe. Bounds are in real time. */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
    /** What is kept of the bound for releasing what agents do not own. */
    private static final int SHARE_FOR_RELEASE = 8;

    private final Kernel kernel;
    private final Duration closeTimeout;
    private final AtomicReference<@Nullable CompletableFuture<ShutdownReport>> once = new AtomicReference<>();

    Shutdown(Kernel kernel, Duration closeTimeout) {
        this.kernel = kernel;
        this.closeTimeout = closeTimeout;
    }

    // ---- halt

    /** Fences and terminates every agent; nothing can be spawned until {@link #unhalt}. */
    ShutdownReport halt(PrincipalId by, String reason) {
        long start = System.nanoTime();
        if (once.get() == null) {
            kernel.halt("the system is halted: " + reason + "; unhalt() allows to spawn again");
            kernel.chronicle.halted(true, reason);
        }
        List<AgentCell> ending = kernel.directory.living();
        terminate(ending, "the system was halted: " + reason, kernel.terminateGrace, by);
        await(ending, start + 2 * kernel.terminateGrace.toNanos());
        return report(ending, Set.of(), start);
    }

    void unhalt() {
        if (once.get() == null && kernel.isHalted()) {
            kernel.unhalt();
            kernel.chronicle.halted(false, "");
        }
    }

    // ---- shutdown

    /** Shuts down within the builder's bound, and logs what did not stop. */
    void close() {
        ShutdownReport report = within(closeTimeout);
        if (!report.abandoned().isEmpty()) {
            log.atWarn().addKeyValue("abandoned", report.abandoned()).log("runtime closed, but not all has stopped");
        }
    }

    /** Stops all agents, terminates what remains after half of the bound, and releases everything. Again: the same report. */
    ShutdownReport within(Duration limit) {
        var mine = new CompletableFuture<ShutdownReport>();
        CompletableFuture<ShutdownReport> first = once.compareAndExchange(null, mine);
        if (first != null) {
            return first.join();
        }
        try {
            mine.complete(shutDown(Times.length(limit)));
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
        return mine.join();
    }

    private ShutdownReport shutDown(long limit) {
        long start = System.nanoTime();
        kernel.close();
        List<AgentCell> ending = kernel.directory.living();
        for (AgentCell cell : ending) {
            if (cell.parent == null) {
                kernel.control.stop(cell, null, "the system shuts down", PrincipalId.HOST);
            }
        }
        await(ending, start + limit / 2);
        long release = limit / SHARE_FOR_RELEASE;
        long left = start + limit - release - System.nanoTime();
        terminate(ending, "the system shuts down", Duration.ofNanos(Math.max(0, left)), PrincipalId.HOST);
        await(ending, start + limit - release / 2);
        return report(ending, kernel.release(Duration.ofNanos(Math.max(0, start + limit - System.nanoTime()))), start);
    }

    private void terminate(List<AgentCell> cells, String reason, Duration grace, PrincipalId by) {
        for (AgentCell cell : cells) {
            if (cell.parent == null && !cell.hasEnded()) {
                kernel.control.terminate(cell, reason, grace, by);
            }
        }
    }

    /** Waits for agents until a moment of real time. An interrupt ends the wait, not the shutdown. */
    private static void await(List<AgentCell> cells, long deadline) {
        for (AgentCell cell : cells) {
            long left = deadline - System.nanoTime();
            if (cell.exit() == null && left > 0 && !Thread.currentThread().isInterrupted()) {
                try {
                    Waits.until(null, cell, () -> cell.exit() != null, Duration.ofNanos(left));
                } catch (IllegalStateException interrupted) {
                    return;
                }
            }
        }
    }

    private static ShutdownReport report(List<AgentCell> cells, Set<String> unreleased, long start) {
        int stopped = 0;
        var abandoned = new LinkedHashSet<String>();
        for (AgentCell cell : cells) {
            switch (cell.exit()) {
                case null -> abandoned.add(cell.id.toString());
                case Exit.Terminated terminated
                when !terminated.abandoned().isEmpty() -> abandoned.addAll(terminated.abandoned());
                case Exit ended -> stopped++;
            }
        }
        abandoned.addAll(unreleased);
        return new ShutdownReport(stopped, new ArrayList<>(abandoned), Duration.ofNanos(System.nanoTime() - start));
    }
}
