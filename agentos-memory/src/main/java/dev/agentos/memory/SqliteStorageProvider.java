package dev.agentos.memory;

import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import java.nio.file.Path;

/** Opens storage in SQLite, in a file or in memory, under the name {@code sqlite}. Beside a file lie {@code .lock} and, while it is open, {@code .pid}. */
public final class SqliteStorageProvider implements StorageProvider {
    /** For ServiceLoader. */
    public SqliteStorageProvider() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public Storage open(Path file) {
        return SqliteStorage.open(file, Providers.only(JsonProvider.class), SqliteConnections::new);
    }

    @Override
    public Storage openInMemory() {
        return SqliteStorage.openInMemory(Providers.json(), new MemoryConnections());
    }
}
