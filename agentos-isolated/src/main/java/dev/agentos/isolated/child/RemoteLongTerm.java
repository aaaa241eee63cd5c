package dev.agentos.isolated.child;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Explanation;
import dev.agentos.api.memory.Hit;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.spi.JsonProvider;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a namespace of the host remembers: texts come, are found by their words, and go. */
final class RemoteLongTerm implements LongTermMemory {
    private final RemoteMemory memory;
    private final JsonProvider json;

    RemoteLongTerm(RemoteMemory memory) {
        this.memory = memory;
        this.json = memory.context().host().json();
    }

    @Override
    public UUID remember(Note note) {
        return UUID.fromString(memory.ask(Connection.call("memory.remember").put("note", json.toJson(note)))
                .text());
    }

    @Override
    public List<UUID> rememberAll(List<Note> notes) {
        throw doesNotCross("rememberAll");
    }

    @Override
    public List<Hit> recall(String text, int limit) {
        return memory
                .ask(Connection.call("memory.recall").put("text", text).put("limit", limit))
                .asArray()
                .elements()
                .stream()
                .map(this::hit)
                .toList();
    }

    private Hit hit(JsonValue said) {
        return new Hit(
                json.fromJson(said.at("entry"), Entry.class),
                said.at("score").number().doubleValue(),
                json.fromJson(said.at("why"), Explanation.class));
    }

    @Override
    public List<Hit> recall(Recall question) {
        throw doesNotCross("recall(Recall); recall(text, limit) does");
    }

    @Override
    public Optional<Entry> get(UUID id) {
        throw doesNotCross("get");
    }

    @Override
    public List<Entry> list(@Nullable UUID after, int most) {
        throw doesNotCross("list");
    }

    @Override
    public long size() {
        return memory.ask(Connection.call("memory.size")).number().longValueExact();
    }

    @Override
    public UUID update(UUID id, Note note) {
        throw doesNotCross("update");
    }

    @Override
    public boolean forget(UUID id) {
        return memory.ask(Connection.call("memory.forget").put("id", id.toString()))
                .bool();
    }

    @Override
    public boolean purge(UUID id) {
        return memory.ask(Connection.call("memory.purge").put("id", id.toString()))
                .bool();
    }

    @Override
    public int purgeEndedBefore(Instant moment) {
        throw doesNotCross("purgeEndedBefore");
    }

    @Override
    public UUID share(UUID id, String namespace) {
        throw doesNotCross("share");
    }

    @Override
    public long export(OutputStream out) {
        throw doesNotCross("export");
    }

    @Override
    public long importFrom(InputStream in) {
        throw doesNotCross("importFrom");
    }

    private static UnsupportedOperationException doesNotCross(String what) {
        return new UnsupportedOperationException(
                "of long-term memory, an isolated agent has remember, recall by words, forget, purge and size yet, not "
                        + what);
    }
}
