package dev.agentos.runtime.store;

import dev.agentos.api.spi.Storage;
import dev.agentos.testkit.contract.ApprovalContract;
import dev.agentos.testkit.contract.StorageContract;

class HeapStorageContractTest implements StorageContract, ApprovalContract {
    @Override
    public Storage openStorage() {
        return new HeapStorage(HeapStorage.DEFAULT_HISTORY);
    }
}
