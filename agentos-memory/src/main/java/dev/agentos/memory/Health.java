package dev.agentos.memory;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.spi.StorageWatcher;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in the way of a store: told to those who watch it when it begins, and when it is over, not each time it shows. Thread-safe. */
final class Health {
    /** What is told when a problem is over. */
    static final String RECOVERED = "recovered";

    private static final Logger log = LoggerFactory.getLogger(Health.class);

    private final List<StorageWatcher> watchers = new CopyOnWriteArrayList<>();
    /** Guarded by itself. */
    private final Map<Concern, String> problems = new EnumMap<>(Concern.class);

    /** What may go wrong beside the others. */
    enum Concern {
        /** Commits fail. */
        WRITES,
        /** Something that was kept cannot be read. */
        READS,
        /** The write-ahead log does not come back to its size. */
        LOG
    }

    void add(StorageWatcher watcher) {
        watchers.add(watcher);
    }

    void begun(Concern concern, StorageException problem) {
        String name = problem.problem().name().toLowerCase(Locale.ROOT).replace('_', '-');
        begun(concern, name, String.valueOf(problem.getMessage()));
    }

    void begun(Concern concern, String problem, String detail) {
        synchronized (problems) {
            if (problem.equals(problems.put(concern, problem))) {
                return;
            }
        }
        tell(problem, detail);
    }

    void over(Concern concern, String detail) {
        synchronized (problems) {
            if (problems.remove(concern) == null) {
                return;
            }
        }
        tell(RECOVERED, detail);
    }

    private void tell(String problem, String detail) {
        for (StorageWatcher watcher : watchers) {
            try {
                watcher.changed(problem, detail);
            } catch (RuntimeException e) {
                log.atError()
                        .addKeyValue("watcher", watcher.getClass().getName())
                        .setCause(e)
                        .log("a watcher of a store failed");
            }
        }
    }
}
