package dev.agentos.isolated.child;

import dev.agentos.api.json.JsonValue;
import java.util.List;

/** Reads what the host says. */
final class Texts {
    private Texts() {}

    static List<String> of(JsonValue array) {
        return array.asArray().elements().stream().map(JsonValue::text).toList();
    }
}
