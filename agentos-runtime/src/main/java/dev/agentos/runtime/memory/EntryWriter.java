package dev.agentos.runtime.memory;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.spi.JsonProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes entries as JSON Lines, which {@link EntryReader} reads. Not thread-safe. */
final class EntryWriter {
    private final JsonProvider json;
    private final OutputStream out;
    private long bytes;

    EntryWriter(JsonProvider json, OutputStream out) {
        this.json = json;
        this.out = out;
    }

    void write(Entry entry) {
        byte[] line = (json.write(form(entry)) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException("an export ended after " + bytes + " bytes", e);
        }
        bytes += line.length;
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an export ended after " + bytes + " bytes", e);
        }
    }

    /** {@return how many bytes were written} */
    long bytes() {
        return bytes;
    }

    private static JsonObject form(Entry entry) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put(EntryReader.ID, JsonValue.of(entry.id().toString()));
        members.put(EntryReader.KIND, JsonValue.of(entry.kind().name()));
        members.put(EntryReader.TEXT, JsonValue.of(entry.text()));
        if (!entry.metadata().isEmpty()) {
            members.put(EntryReader.METADATA, JsonValue.of(entry.metadata()));
        }
        members.put(EntryReader.IMPORTANCE, JsonValue.of(entry.importance()));
        if (!entry.surroundings().isEmpty()) {
            members.put(EntryReader.SURROUNDINGS, JsonValue.of(entry.surroundings()));
        }
        members.put(EntryReader.TIME, JsonValue.of(entry.time().toString()));
        if (entry.expires() != null) {
            members.put(EntryReader.EXPIRES, JsonValue.of(entry.expires().toString()));
        }
        if (entry.supersedes() != null) {
            members.put(EntryReader.SUPERSEDES, JsonValue.of(entry.supersedes().toString()));
        }
        return new JsonObject(members);
    }
}
