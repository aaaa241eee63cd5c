package dev.agentos.json;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;

/** Writes JSON for people: one member or element a line, indented by two. */
final class PrettyWriter {
    private final StringBuilder out = new StringBuilder();
    private int depth;

    private PrettyWriter() {}

    static String write(JsonValue value) {
        var writer = new PrettyWriter();
        writer.append(value);
        return writer.out.toString();
    }

    private void append(JsonValue value) {
        switch (value) {
            case JsonObject object -> appendObject(object);
            case JsonArray array -> appendArray(array);
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> out.append(value);
        }
    }

    private void appendObject(JsonObject object) {
        if (object.members().isEmpty()) {
            out.append("{}");
            return;
        }
        depth++;
        String separator = "{";
        for (var member : object.members().entrySet()) {
            out.append(separator);
            newLine();
            out.append(new JsonString(member.getKey())).append(": ");
            append(member.getValue());
            separator = ",";
        }
        depth--;
        newLine();
        out.append('}');
    }

    private void appendArray(JsonArray array) {
        if (array.size() == 0) {
            out.append("[]");
            return;
        }
        depth++;
        String separator = "[";
        for (JsonValue element : array.elements()) {
            out.append(separator);
            newLine();
            append(element);
            separator = ",";
        }
        depth--;
        newLine();
        out.append(']');
    }

    private void newLine() {
        out.append('\n').append("  ".repeat(depth));
    }
}
