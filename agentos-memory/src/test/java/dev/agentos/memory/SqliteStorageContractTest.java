package dev.agentos.memory;

import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.testkit.contract.StorageContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** As a runtime gets it: by its name. */
class SqliteStorageContractTest implements StorageContract {
    private final AtomicInteger stores = new AtomicInteger();

    @TempDir
    Path folder;

    @Override
    public Storage openStorage() {
        return Providers.named(StorageProvider.class, "sqlite")
                .open(folder.resolve("desk-" + stores.incrementAndGet() + ".db"));
    }
}
