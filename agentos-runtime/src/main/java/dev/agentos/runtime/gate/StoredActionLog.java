package dev.agentos.runtime.gate;

import dev.agentos.api.security.ActionLog;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.spi.Storage;
import java.util.List;

/** The records of actions that a storage keeps. Thread-safe. */
public final class StoredActionLog implements ActionLog {
    private final Storage storage;

    /** Reads what this storage keeps. */
    public StoredActionLog(Storage storage) {
        this.storage = storage;
    }

    @Override
    public List<ActionRecord> find(ActionQuery query) {
        return storage.actions().find(query);
    }

    @Override
    public long lastSequence() {
        return storage.actions().lastSequence();
    }
}
