package dev.agentos.cli.daemon;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** The store of a data folder that has no daemon. Each call locks the folder and opens the store for itself. */
public final class StoreFile {
    private final Path data;
    private final Path store;

    /** Names the store of a data folder. */
    public StoreFile(Path data) {
        this.data = data;
        this.store = DataFolder.store(data);
    }

    /** Looks for what is wrong. */
    public JsonObject check() {
        return with(maintenance -> StoreDocument.check(store, maintenance.check()));
    }

    /** Mends what can be made from rows. */
    public JsonObject repair() {
        return with(maintenance -> StoreDocument.repair(store, maintenance.repair()));
    }

    /** Copies it to a file that does not exist. */
    public JsonObject backup(Path to) {
        return with(maintenance -> {
            maintenance.backup(to);
            return StoreDocument.backup(store, to);
        });
    }

    /** Gives back room. */
    public JsonObject vacuum() {
        return with(maintenance -> {
            long before = StoreDocument.size(store);
            maintenance.vacuum();
            return StoreDocument.vacuum(store, before);
        });
    }

    /**
     * Opens the store for one deed.
     *
     * @throws Failure if there is none, somebody has it, or it cannot be opened
     */
    private JsonObject with(Function<Storage.Maintenance, JsonObject> deed) {
        if (!Files.exists(store)) { // and none is made just for looking
            throw new Failure(Codes.START_FAILED, "there is no store at " + store + "; choose a folder with --data");
        }
        try (var _ = DataFolder.open(data);
                Storage storage =
                        Providers.named(StorageProvider.class, "sqlite").open(store)) {
            return deed.apply(storage.maintenance());
        } catch (AgentOsException e) {
            throw Problems.of(e);
        } catch (IOException e) {
            throw new Failure(Codes.START_FAILED, "cannot use the data folder " + data + ": " + FileProblem.of(e));
        }
    }
}
