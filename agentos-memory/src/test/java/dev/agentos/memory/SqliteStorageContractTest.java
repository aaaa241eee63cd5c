package dev.agentos.memory;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.testkit.contract.ApprovalContract;
import dev.agentos.testkit.contract.DatabaseRowsContract;
import dev.agentos.testkit.contract.EntryContract;
import dev.agentos.testkit.contract.EntrySearchContract;
import dev.agentos.testkit.contract.GrantRowsContract;
import dev.agentos.testkit.contract.StorageContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** As a runtime gets it, by its name: in a file, in memory, and behind the storage that keeps only what is searched in a database. */
class SqliteStorageContractTest {
    @Nested
    class InAFile
            implements StorageContract,
                    ApprovalContract,
                    DatabaseRowsContract,
                    GrantRowsContract,
                    EntryContract,
                    EntrySearchContract {
        private final AtomicInteger stores = new AtomicInteger();

        @TempDir
        Path folder;

        @Override
        public Storage openStorage() {
            return Providers.named(StorageProvider.class, "sqlite")
                    .open(folder.resolve("desk-" + stores.incrementAndGet() + ".db"));
        }
    }

    @Nested
    class InMemory
            implements StorageContract,
                    ApprovalContract,
                    DatabaseRowsContract,
                    GrantRowsContract,
                    EntryContract,
                    EntrySearchContract {
        @Override
        public Storage openStorage() {
            return Providers.named(StorageProvider.class, "sqlite").openInMemory();
        }
    }

    @Nested
    class BehindTheHeap
            implements StorageContract,
                    ApprovalContract,
                    DatabaseRowsContract,
                    GrantRowsContract,
                    EntryContract,
                    EntrySearchContract {
        @Override
        public Storage openStorage() {
            return Providers.named(StorageProvider.class, "heap").openInMemory();
        }
    }
}
