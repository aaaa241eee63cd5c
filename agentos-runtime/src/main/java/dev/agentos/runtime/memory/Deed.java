package dev.agentos.runtime.memory;

import dev.agentos.api.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is done to a memory, as it is decided and recorded: what it is done to, never what is remembered, which is named by its
 * length and a hash.
 *
 * @param verb {@code read}, {@code write}, {@code delete} or {@code share}
 * @param what for events, for people: the kind of thing and its name
 */
record Deed(String verb, String what, Map<String, JsonValue> attributes, long bytes) {
    static final String READ = "read";
    static final String WRITE = "write";
    static final String DELETE = "delete";
    static final String SHARE = "share";

    private static final int HASH_BYTES = 8;

    static Deed of(String verb, String what) {
        return new Deed(verb, what, Map.of(), 0);
    }

    Deed with(String attribute, Object value) {
        var more = new TreeMap<>(attributes);
        more.put(attribute, JsonValue.of(value));
        return new Deed(verb, what, more, bytes);
    }

    /** Names a text that is written. */
    Deed carrying(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        var more = with("bytes", utf8.length).with("hash", hash(utf8));
        return new Deed(verb, what, more.attributes, utf8.length);
    }

    Deed carrying(long size) {
        return new Deed(verb, what, with("bytes", size).attributes, size);
    }

    private static String hash(byte[] utf8) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(utf8);
            return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
