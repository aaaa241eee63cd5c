package dev.agentos.runtime;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.memory.Residents;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Who lives at an address: known to the directory; who lived there in an earlier program, to the store. */
record Residency(Directory directory, Storage storage) implements Residents {
    @Override
    public @Nullable AgentId at(Address address) {
        AgentCell latest = directory.latest(address);
        if (latest != null) {
            return latest.id;
        }
        return storage.agents().all().stream()
                .map(StoredRow.AgentRow::id)
                .filter(id -> id.address().equals(address))
                .max(Comparator.comparingLong(AgentId::incarnation))
                .orElse(null);
    }
}
