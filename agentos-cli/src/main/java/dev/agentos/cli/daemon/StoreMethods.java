package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.StoreMaintenance;
import dev.agentos.api.json.JsonObject;
import dev.agentos.cli.rpc.RpcCall;
import java.nio.file.Path;
import java.util.Map;

/** {@code store.*}, by the daemon that has the store. */
final class StoreMethods {
    private final AgentOS os;
    private final Path file;

    StoreMethods(AgentOS os, DataFolder data) {
        this.os = os;
        this.file = data.store();
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("store.check", this::check);
        methods.put("store.repair", this::repair);
        methods.put("store.backup", this::backup);
        methods.put("store.vacuum", this::vacuum);
    }

    private StoreMaintenance maintenance() {
        return os.maintenance();
    }

    private JsonObject check(RpcCall call) {
        new Params(call);
        return StoreDocument.check(file, maintenance().check());
    }

    private JsonObject repair(RpcCall call) {
        new Params(call);
        return StoreDocument.repair(file, maintenance().repair());
    }

    private JsonObject backup(RpcCall call) {
        Path to = new Params(call, "file").path("file");
        maintenance().backup(to);
        return StoreDocument.backup(file, to);
    }

    private JsonObject vacuum(RpcCall call) {
        new Params(call);
        long before = StoreDocument.size(file);
        maintenance().vacuum();
        return StoreDocument.vacuum(file, before);
    }
}
