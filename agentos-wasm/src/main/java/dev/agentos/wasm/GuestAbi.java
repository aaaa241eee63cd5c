package dev.agentos.wasm;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;

/** How arguments come into a module and a result out of it. Thread-safe. */
interface GuestAbi {
    /**
     * Checks that a module keeps to it.
     *
     * @throws ModuleFault naming what is missing
     */
    void check(GuestModule module);

    /** {@return what the module makes of the arguments} */
    JsonValue call(GuestModule module, GuestCall call, JsonObject arguments);
}
