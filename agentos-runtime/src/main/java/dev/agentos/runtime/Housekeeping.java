package dev.agentos.runtime;

import dev.agentos.api.StoreMaintenance;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.event.SystemEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the store in order: when somebody asks, and each hour of the runtime's time as the retention says. Thread-safe. */
final class Housekeeping implements StoreMaintenance {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final Kernel kernel;
    private final StoreRetention retention;

    Housekeeping(Kernel kernel, StoreRetention retention) {
        this.kernel = kernel;
        this.retention = retention;
    }

    /** Begins to look after the store, and tells of its health. */
    void start() {
        kernel.storage.addWatcher((problem, detail) ->
                // Not on the store's own thread: to publish is to write, which may wait for that thread.
                kernel.callbacks.execute(
                        () -> kernel.events.publish(null, new SystemEvent.StorageState(problem, detail))));
        scheduleNext();
    }

    private void scheduleNext() {
        var _ = kernel.alarm(kernel.nanos() + PERIOD.toNanos(), this::due);
    }

    /** On the thread of the timers, which must not wait for a disk; a clock that does not pass by itself waits for what is due. */
    private void due() {
        if (kernel.passes) {
            Thread.ofPlatform().daemon().name("agentos-housekeeping").start(this::pruneQuietly);
        } else {
            pruneQuietly();
        }
        scheduleNext();
    }

    private void pruneQuietly() {
        try {
            var _ = prune();
        } catch (AgentOsException e) {
            log.atWarn().setCause(e).log("history was not pruned; it is tried again in an hour");
        }
    }

    @Override
    public Map<String, Long> prune() {
        Map<String, Long> pruned = kernel.storage.maintenance().prune(retention, kernel.time.now());
        pruned.forEach((what, rows) -> kernel.events.publish(null, new SystemEvent.Pruned(what, rows)));
        return pruned;
    }

    @Override
    public List<String> check() {
        return kernel.storage.maintenance().check();
    }

    @Override
    public List<String> repair() {
        return kernel.storage.maintenance().repair();
    }

    @Override
    public void backup(Path to) {
        kernel.storage.maintenance().backup(to);
    }

    @Override
    public void vacuum() {
        kernel.storage.maintenance().vacuum();
    }
}
