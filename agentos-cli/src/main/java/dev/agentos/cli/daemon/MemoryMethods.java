package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Note;
import dev.agentos.api.memory.Recall;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** {@code memory.*}: working memory by key, long-term memory by id. */
final class MemoryMethods {
    private static final int MOST_AT_ONCE = 1_000;
    private static final String DEFAULT_SESSION = "default";

    private final AgentOS os;

    MemoryMethods(AgentOS os) {
        this.os = os;
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("memory.namespaces", this::namespaces);
        methods.put("memory.keys", this::keys);
        methods.put("memory.read", this::read);
        methods.put("memory.put", this::put);
        methods.put("memory.remove", this::remove);
        methods.put("memory.entries", this::entries);
        methods.put("memory.entry", this::entry);
        methods.put("memory.search", this::search);
        methods.put("memory.remember", this::remember);
        methods.put("memory.forget", this::forget);
        methods.put("memory.export", this::export);
        methods.put("memory.import", this::importFrom);
    }

    private Memory memory(Params params) {
        String namespace = params.text("namespace");
        return Plain.checked(() -> os.memory(namespace));
    }

    private static JsonObject.Builder start(Memory memory) {
        return JsonObject.builder().put("namespace", memory.namespace());
    }

    private JsonObject namespaces(RpcCall call) {
        new Params(call);
        List<JsonObject> all = os.memories().entrySet().stream()
                .map(each -> JsonObject.builder()
                        .put("namespace", each.getKey())
                        .put("entries", each.getValue())
                        .build())
                .toList();
        return JsonObject.builder().put("namespaces", all).build();
    }

    // ---- working memory

    private static WorkingMemory working(Params params, Memory memory) {
        String session = params.optionalText("session").orElse(DEFAULT_SESSION);
        return Plain.checked(() -> memory.working(session));
    }

    private JsonObject keys(RpcCall call) {
        var params = new Params(call, "namespace", "session");
        Memory memory = memory(params);
        WorkingMemory working = working(params, memory);
        var keys = new ArrayList<JsonObject>();
        for (String key : working.keys()) {
            // One that goes between the two reads is not there any more.
            working.get(key, JsonValue.class).ifPresent(value -> keys.add(keyed(working, key, value)));
        }
        return start(memory)
                .put("session", params.optionalText("session").orElse(DEFAULT_SESSION))
                .put("keys", keys)
                .build();
    }

    private static JsonObject keyed(WorkingMemory working, String key, JsonValue value) {
        return JsonObject.builder()
                .put("key", key)
                .put("version", working.version(key))
                .put("value", value)
                .build();
    }

    private JsonObject read(RpcCall call) {
        var params = new Params(call, "namespace", "session", "key");
        Memory memory = memory(params);
        WorkingMemory working = working(params, memory);
        String key = params.text("key");
        JsonValue value = Plain.checked(() -> working.get(key, JsonValue.class))
                .orElseThrow(() -> unknown("no key '" + key + "' in " + memory.namespace() + "; 'agent-os memory list "
                        + memory.namespace() + "' shows those that there are"));
        return start(memory).put("item", keyed(working, key, value)).build();
    }

    private JsonObject put(RpcCall call) {
        var params = new Params(call, "namespace", "session", "key", "value", "ttlMillis", "ifVersion");
        Memory memory = memory(params);
        WorkingMemory working = working(params, memory);
        String key = params.text("key");
        JsonValue value = params.any("value");
        if (params.has("ttlMillis") && params.has("ifVersion")) {
            throw new Failure(Codes.PARAMS_INVALID, "memory.put: either 'ttlMillis' or 'ifVersion', not both");
        }
        long version = Plain.checked(() -> {
            if (params.has("ifVersion")) {
                return putIf(memory, working, key, value, params.count("ifVersion", 0, Long.MAX_VALUE));
            }
            return params.has("ttlMillis")
                    ? working.put(key, value, params.millis("ttlMillis", Duration.ZERO))
                    : working.put(key, value);
        });
        return start(memory).put("key", key).put("version", version).build();
    }

    private static long putIf(Memory memory, WorkingMemory working, String key, JsonValue value, long version) {
        return working.putIfVersion(key, value, version)
                .orElseThrow(() -> new VersionConflictException(
                        "'" + key + "' in " + memory.namespace(), version, working.version(key)));
    }

    private JsonObject remove(RpcCall call) {
        var params = new Params(call, "namespace", "session", "key");
        Memory memory = memory(params);
        String key = params.text("key");
        WorkingMemory working = working(params, memory);
        if (!Plain.checked(() -> working.remove(key))) {
            throw unknown("no key '" + key + "' in " + memory.namespace());
        }
        return start(memory).put("key", key).put("removed", true).build();
    }

    // ---- long-term memory

    private JsonObject entries(RpcCall call) {
        var params = new Params(call, "namespace", "after", "limit");
        Memory memory = memory(params);
        int limit = (int) Math.max(1, params.count("limit", MOST_AT_ONCE, MOST_AT_ONCE));
        UUID after = params.has("after") ? id(params, "after") : null;
        List<Entry> page = Plain.checked(() -> memory.longTerm().list(after, limit + 1));
        boolean more = page.size() > limit;
        return start(memory)
                .put(
                        "entries",
                        (more ? page.subList(0, limit) : page)
                                .stream().map(EntryDocument::of).toList())
                .put("more", more)
                .build();
    }

    private JsonObject entry(RpcCall call) {
        var params = new Params(call, "namespace", "id");
        Memory memory = memory(params);
        UUID id = id(params, "id");
        Entry entry = memory.longTerm().get(id).orElseThrow(() -> noEntry(memory, id));
        return start(memory).put("entry", EntryDocument.of(entry)).build();
    }

    private JsonObject search(RpcCall call) {
        var params = new Params(call, "namespace", "text", "limit", "by", "fusion", "kind", "metadata", "asOf", "also");
        Memory memory = memory(params);
        try {
            var question = Recall.builder(params.text("text"))
                    .limit((int) params.count("limit", 10, Recall.MAX_LIMIT))
                    .by(params.constant("by", Recall.By.class).orElse(Recall.By.AUTO))
                    .fusion(params.constant("fusion", Recall.Fusion.class).orElse(Recall.Fusion.MIN_MAX));
            params.constant("kind", MemoryKind.class).ifPresent(question::kind);
            params.textsByName("metadata").forEach(question::metadata);
            params.moment("asOf").ifPresent(question::asOf);
            params.texts("also").forEach(question::also);
            List<JsonObject> hits = memory.longTerm().recall(question.build()).stream()
                    .map(EntryDocument::of)
                    .toList();
            return start(memory).put("hits", hits).build();
        } catch (IllegalArgumentException | IllegalStateException e) { // the latter: there is no embedder
            throw new Failure(Codes.PARAMS_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private JsonObject remember(RpcCall call) {
        var params = new Params(
                call, "namespace", "text", "kind", "importance", "metadata", "time", "ttlMillis", "supersedes");
        Memory memory = memory(params);
        UUID id = Plain.checked(() -> {
            Note note = note(params);
            LongTermMemory longTerm = memory.longTerm();
            return params.has("supersedes") ? longTerm.update(id(params, "supersedes"), note) : longTerm.remember(note);
        });
        return start(memory).put("id", id.toString()).build();
    }

    private static Note note(Params params) {
        Note.Builder note = Note.builder(params.text("text")).importance(params.number("importance", 0.5, 1));
        params.constant("kind", MemoryKind.class).ifPresent(note::kind);
        params.textsByName("metadata").forEach(note::metadata);
        params.moment("time").ifPresent(note::time);
        if (params.has("ttlMillis")) {
            note.timeToLive(params.millis("ttlMillis", Duration.ZERO));
        }
        return note.build();
    }

    private JsonObject forget(RpcCall call) {
        var params = new Params(call, "namespace", "id", "purge");
        Memory memory = memory(params);
        UUID id = id(params, "id");
        boolean purge = params.flag("purge");
        boolean done = purge ? memory.longTerm().purge(id) : memory.longTerm().forget(id);
        if (!done) {
            throw noEntry(memory, id);
        }
        return start(memory).put("id", id.toString()).put("purged", purge).build();
    }

    private JsonObject export(RpcCall call) throws IOException {
        Memory memory = memory(new Params(call, "namespace"));
        try (var out = new TellingStream(call)) {
            long exported = memory.longTerm().export(out);
            out.flush();
            return start(memory).put("exported", exported).build();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private JsonObject importFrom(RpcCall call) {
        var params = new Params(call, "namespace", "file");
        Memory memory = memory(params);
        Path file = params.path("file");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            long imported = memory.longTerm().importFrom(in);
            return start(memory).put("imported", imported).build();
        } catch (IOException e) {
            throw new Failure(Codes.PARAMS_INVALID, "cannot import " + FileProblem.of(e));
        } catch (UncheckedIOException e) {
            throw new Failure(
                    Codes.PARAMS_INVALID, "cannot import " + FileProblem.of(Objects.requireNonNull(e.getCause())));
        }
    }

    private static UUID id(Params params, String name) {
        String text = params.text(name);
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Codes.PARAMS_INVALID, "'" + text + "' is no id of an entry");
        }
    }

    private static Failure noEntry(Memory memory, UUID id) {
        return unknown("no entry " + id + " in " + memory.namespace() + ", or it has ended");
    }

    private static Failure unknown(String message) {
        return new Failure(Codes.NOT_REMEMBERED, message);
    }
}
