package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/** What was done with a store, as a document. Fields and their order are part of the contract with scripts. */
final class StoreDocument {
    private StoreDocument() {}

    static JsonObject check(Path store, List<String> problems) {
        return start(store).put("problems", problems).build();
    }

    static JsonObject repair(Path store, List<String> repaired) {
        return start(store).put("repaired", repaired).build();
    }

    static JsonObject backup(Path store, Path copy) {
        return start(store)
                .put("backup", copy.toString())
                .put("bytes", size(copy))
                .build();
    }

    static JsonObject vacuum(Path store, long before) {
        return start(store).put("bytesBefore", before).put("bytes", size(store)).build();
    }

    /** {@return how many bytes a file has; 0 if there is none} */
    static long size(Path file) {
        return file.toFile().length();
    }

    private static JsonObject.Builder start(Path store) {
        return JsonObject.builder().put("store", store.toString());
    }
}
