package dev.agentos.runtime.store;

import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import java.nio.file.Path;

/** Opens storage in memory, under the name {@code heap}. The file is ignored: nothing is ever written. */
public final class HeapStorageProvider implements StorageProvider {
    /** For ServiceLoader. */
    public HeapStorageProvider() {}

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public Storage open(Path file) {
        return new HeapStorage(HeapStorage.DEFAULT_HISTORY);
    }

    @Override
    public Storage openInMemory() {
        return new HeapStorage(HeapStorage.DEFAULT_HISTORY);
    }
}
