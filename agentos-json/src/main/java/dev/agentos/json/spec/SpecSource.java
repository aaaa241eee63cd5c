package dev.agentos.json.spec;

import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** The text of an agent file, which knows the line of each of its fields. */
final class SpecSource {
    /** Bytes: what a person writes is smaller, and what a program writes has no business here. */
    static final int MOST_BYTES = 1024 * 1024;

    private final JsonProvider json;
    private final String name;
    private final String text;

    SpecSource(JsonProvider json, String name, String text) {
        this.json = json;
        this.name = name;
        this.text = text;
    }

    /**
     * Returns the text of a file.
     *
     * @throws InvalidSpecException if it cannot be read
     */
    static String textOf(Path file) {
        String name = file.toString();
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new InvalidSpecException(name, 0, "", "expected a file, this is none");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MOST_BYTES + 1);
            }
            if (bytes.length > MOST_BYTES) {
                throw new InvalidSpecException(name, 0, "", "expected at most 1 MiB");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new InvalidSpecException(name, 0, "", "there is no such file");
        } catch (AccessDeniedException e) {
            throw new InvalidSpecException(name, 0, "", "access denied");
        } catch (CharacterCodingException e) {
            throw new InvalidSpecException(name, 0, "", "expected text in UTF-8");
        } catch (IOException e) {
            throw new InvalidSpecException(name, 0, "", "cannot be read: " + e.getMessage());
        }
    }

    /**
     * Returns what the text says.
     *
     * @throws InvalidSpecException if it is malformed
     */
    JsonValue parse() {
        try {
            return name.toLowerCase(Locale.ROOT).endsWith(".json") ? json.parse(text) : json.parseYaml(text);
        } catch (JsonException e) {
            String message = String.valueOf(e.getMessage());
            String prefix = "line " + e.line() + ": ";
            String problem = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
            throw new InvalidSpecException(name, e.line(), "", problem);
        }
    }

    /** Returns the exception for a problem with the field at a pointer. */
    InvalidSpecException problem(String pointer, String field, String what) {
        return new InvalidSpecException(name, line(pointer), field, what);
    }

    /** Returns the line of the field at a pointer, counted from 1. */
    int line(String pointer) {
        return json.lineOf(text, pointer);
    }

    String name() {
        return name;
    }
}
