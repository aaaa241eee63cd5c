package dev.agentos.runtime.memory;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.memory.Note;
import dev.agentos.api.spi.JsonProvider;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads entries from JSON Lines that somebody brings: everything is bounded and checked, and every complaint names its line. */
final class EntryReader {
    static final String ID = "id";
    static final String KIND = "kind";
    static final String TEXT = "text";
    static final String METADATA = "metadata";
    static final String IMPORTANCE = "importance";
    static final String SURROUNDINGS = "surroundings";
    static final String TIME = "time";
    static final String EXPIRES = "expires";
    static final String SUPERSEDES = "supersedes";

    /** How many entries one import may have. */
    static final int MOST_ENTRIES = 100_000;

    /** How many bytes a line may have: each byte of a note may take six as JSON. */
    static final int LONGEST_LINE = 6 * StoredEntries.MOST_BYTES + 4_096;

    private static final double DEFAULT_IMPORTANCE = 0.5;
    private static final Pattern LINE = Pattern.compile("^line \\d+: ");

    private final JsonProvider json;
    private final InputStream in;
    private int line;
    private long bytes;

    EntryReader(JsonProvider json, InputStream in) {
        this.json = json;
        this.in = new BufferedInputStream(in);
    }

    /** What a line says. */
    record Imported(
            UUID id,
            Note note,
            @Nullable Instant expires,
            @Nullable UUID supersedes) {
        Entry entry(String namespace, Instant now) {
            return new Entry(
                    id,
                    namespace,
                    note.kind(),
                    note.text(),
                    note.metadata(),
                    note.importance(),
                    note.surroundings(),
                    note.time() == null ? now : note.time(),
                    now,
                    expires,
                    null,
                    supersedes);
        }
    }

    /**
     * {@return the entries of all lines; of several with one id, the first}
     *
     * @throws JsonException naming the first line that is wrong
     * @throws UncheckedIOException if the stream cannot be read
     */
    List<Imported> all() {
        var entries = new LinkedHashMap<UUID, Imported>();
        for (String text = next(); text != null; text = next()) {
            if (text.isBlank()) {
                continue;
            }
            Imported entry = entry(text);
            entries.putIfAbsent(entry.id, entry);
            if (entries.size() > MOST_ENTRIES) {
                throw wrong("an import has at most " + MOST_ENTRIES + " entries", null);
            }
        }
        return new ArrayList<>(entries.values());
    }

    // ---- lines

    private @Nullable String next() {
        line++;
        var read = new ByteArrayOutputStream();
        try {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            for (; next >= 0 && next != '\n'; next = in.read()) {
                read.write(next);
                if (read.size() > LONGEST_LINE) {
                    throw wrong("a line has at most " + LONGEST_LINE + " bytes", null);
                }
            }
            bytes += read.size();
            if (bytes > StoredEntries.MOST_BYTES_AT_A_TIME) {
                throw wrong("an import has at most " + StoredEntries.MOST_BYTES_AT_A_TIME + " bytes", null);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong("it is not UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("an import could not be read beyond line " + (line - 1), e);
        }
    }

    private JsonException wrong(String problem, @Nullable Throwable cause) {
        return new JsonException(line, problem, cause);
    }

    // ---- what a line says

    private Imported entry(String text) {
        try {
            if (!(json.parse(text) instanceof JsonObject object)) {
                throw wrong("an entry is an object", null);
            }
            Map<String, JsonValue> members = object.members();
            var note = new Note(
                    string(members, TEXT),
                    members.containsKey(KIND) ? MemoryKind.valueOf(string(members, KIND)) : MemoryKind.SEMANTIC,
                    metadata(members),
                    importance(members),
                    members.containsKey(SURROUNDINGS) ? string(members, SURROUNDINGS) : "",
                    optional(members, TIME, Instant::parse),
                    null);
            return new Imported(
                    UUID.fromString(string(members, ID)),
                    note,
                    optional(members, EXPIRES, Instant::parse),
                    optional(members, SUPERSEDES, UUID::fromString));
        } catch (JsonException e) {
            if (e.line() == line && e.getCause() == null) {
                throw e;
            }
            throw wrong(LINE.matcher(String.valueOf(e.getMessage())).replaceFirst(""), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    private String string(Map<String, JsonValue> members, String name) {
        if (members.get(name) instanceof JsonString(var text)) {
            return text;
        }
        throw wrong("an entry has a text '" + name + "'", null);
    }

    private <T> @Nullable T optional(Map<String, JsonValue> members, String name, Function<String, T> reading) {
        return members.containsKey(name) ? reading.apply(string(members, name)) : null;
    }

    private double importance(Map<String, JsonValue> members) {
        return switch (members.get(IMPORTANCE)) {
            case null -> DEFAULT_IMPORTANCE;
            case JsonNumber(var number) -> number.doubleValue();
            case JsonValue _ -> throw wrong("'" + IMPORTANCE + "' is a number", null);
        };
    }

    private Map<String, String> metadata(Map<String, JsonValue> members) {
        return switch (members.get(METADATA)) {
            case null -> Map.of();
            case JsonObject(var known) -> {
                var texts = new LinkedHashMap<String, String>();
                known.keySet().forEach(key -> texts.put(key, string(known, key)));
                yield texts;
            }
            case JsonValue _ -> throw wrong("'" + METADATA + "' is an object of texts", null);
        };
    }
}
