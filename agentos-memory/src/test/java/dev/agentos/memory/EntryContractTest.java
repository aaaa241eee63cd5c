package dev.agentos.memory;

import dev.agentos.api.spi.Storage;
import dev.agentos.testkit.contract.EntryContract;
import dev.agentos.testkit.contract.EntrySearchContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class EntryContractTest {
    @Nested
    class InAFile implements EntryContract, EntrySearchContract {
        private final AtomicInteger stores = new AtomicInteger();

        @TempDir
        Path folder;

        @Override
        public Storage openStorage() {
            return Stores.open(folder.resolve("desk-" + stores.incrementAndGet() + ".db"));
        }
    }

    @Nested
    class InMemory implements EntryContract, EntrySearchContract {
        @Override
        public Storage openStorage() {
            return SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());
        }
    }
}
