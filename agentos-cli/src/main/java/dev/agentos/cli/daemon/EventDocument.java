package dev.agentos.cli.daemon;

import dev.agentos.api.event.Event;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.nio.charset.StandardCharsets;

/** An event as a document. Its fields and their order are part of the contract with scripts. */
final class EventDocument {
    /** Larger facts are left out, so that a page of events stays far below what one line may have. */
    private static final int LARGEST = 8 * 1024;

    private EventDocument() {}

    static JsonObject of(Event event) {
        JsonValue data = Plain.json(event.data());
        boolean small = data.toString().getBytes(StandardCharsets.UTF_8).length <= LARGEST;
        return JsonObject.builder()
                .put("sequence", event.sequence())
                .put("time", event.time().toString())
                .put("agent", event.agent() == null ? null : event.agent().toString())
                .put("type", event.type())
                .put("conversation", event.correlation())
                .put("text", LogEntry.cut(LogEntry.text(event.data())))
                .put("data", small ? data : null)
                .build();
    }
}
