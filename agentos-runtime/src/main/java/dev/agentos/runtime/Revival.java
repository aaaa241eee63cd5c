package dev.agentos.runtime;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings durable agents back when a runtime starts over the store that they were left in: by itself those that know how they were made. The
 * others wait until somebody spawns a durable spec of their address.
 */
final class Revival {
    private static final Logger log = LoggerFactory.getLogger(Revival.class);
    private static final String ORIGIN = "origin";
    private static final String GRANTS = "grants";
    private static final String KEEPS_GRANTS = "keepsGrants";
    private static final String SUBSCRIPTIONS = "subscriptions";

    private final Kernel kernel;
    private final SpecSource specs;
    /** In whose name agents without a parent come back. */
    private final Actor host;

    Revival(Kernel kernel, SpecSource specs, Actor host) {
        this.kernel = kernel;
        this.specs = specs;
        this.host = host;
    }

    // ---- what a row says of a durable agent

    static JsonValue describe(AgentSpec spec) {
        JsonObject description = JsonObject.EMPTY
                .with("name", spec.name())
                .with(KEEPS_GRANTS, JsonValue.of(true))
                .with(
                        GRANTS,
                        JsonValue.of(
                                spec.grants().stream().map(Capability::toString).toList()))
                .with(SUBSCRIPTIONS, JsonValue.of(spec.subscriptions()));
        JsonValue origin = spec.origin();
        return origin == null ? description : description.with(ORIGIN, origin);
    }

    /** {@return whether the grants of the agent have rows of their own} Not those that 0.2 has left. */
    static boolean keepsGrants(JsonObject description) {
        return description.find(KEEPS_GRANTS).isPresent();
    }

    /** {@return the capabilities that its spec handed over, as text} */
    static List<String> grantsOf(JsonObject description) {
        return texts(description, GRANTS);
    }

    private static Optional<JsonValue> origin(StoredRow.AgentRow row) {
        return row.spec() instanceof JsonObject spec ? spec.find(ORIGIN) : Optional.empty();
    }

    /** Makes the spec again: what may be changed after it was made is as the row says. */
    private AgentSpec specOf(StoredRow.AgentRow row, JsonValue origin) {
        AgentSpec made = specs.again(origin).named(row.id().address().name());
        var builder = made.toBuilder().durable().origin(origin);
        row.labels().forEach(builder::label);
        var spec = (JsonObject) Objects.requireNonNull(row.spec());
        var grants = new ArrayList<>(texts(spec, GRANTS));
        made.grants().forEach(capability -> grants.remove(capability.toString()));
        grants.forEach(builder::grant);
        var subscriptions = new ArrayList<>(texts(spec, SUBSCRIPTIONS));
        subscriptions.removeAll(made.subscriptions());
        subscriptions.forEach(builder::subscribe);
        return builder.build();
    }

    private static List<String> texts(JsonObject spec, String field) {
        return spec.find(field).orElse(JsonArray.EMPTY) instanceof JsonArray array
                ? array.elements().stream().map(JsonValue::text).toList()
                : List.of();
    }

    // ---- the start of a runtime

    /** Brings back whoever can be made again. One that cannot stays in the store. */
    void run() {
        for (StoredRow.AgentRow row : kernel.dormant.all()) {
            JsonValue origin = origin(row).orElse(null);
            if (origin != null && row.equals(kernel.dormant.find(row.id().address()))) {
                revive(row, origin);
            }
        }
    }

    private void revive(StoredRow.AgentRow row, JsonValue origin) {
        Address above = row.id().address().parent().orElse(null);
        AgentCell parent = above == null ? null : kernel.directory.find(above);
        if (above != null && parent == null) {
            log.atInfo()
                    .addKeyValue("agent", row.id())
                    .log("a durable agent stays in the store until its parent lives");
            return;
        }
        try {
            kernel.spawner.revive(host, parent, specOf(row, origin));
        } catch (RuntimeException e) { // whatever a template or a rule makes of it
            kernel.chronicle.notRevived(row.id(), e);
        }
    }
}
