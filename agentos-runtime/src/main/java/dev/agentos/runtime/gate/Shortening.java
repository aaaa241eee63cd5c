package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Keeps records small: what is long is cut, and named by its hash, so that it can still be told from another. */
final class Shortening {
    /** Characters of a value that are kept whole. */
    static final int LONGEST = 1_024;

    /** Attributes of one record. */
    static final int MOST_ATTRIBUTES = 64;

    private static final int KEPT = 256;
    private static final String OMITTED = "omitted";
    private static final int HASH_BYTES = 16;
    private static final Pattern KEY = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    private Shortening() {}

    /** The same action if nothing in it is long. */
    static Action of(Action action) {
        boolean any = action.attributes().size() > MOST_ATTRIBUTES;
        for (JsonValue value : action.attributes().values()) {
            any |= isLong(value);
        }
        if (!any) {
            return action;
        }
        Map<String, JsonValue> attributes = new TreeMap<>();
        few(action.attributes()).forEach((name, value) -> attributes.put(name, isLong(value) ? cut(value) : value));
        return new Action(action.type(), action.resource(), action.verb(), attributes);
    }

    /** The first by name, and a word about the others, so that they can be told from others still. */
    private static Map<String, JsonValue> few(Map<String, JsonValue> attributes) {
        if (attributes.size() <= MOST_ATTRIBUTES) {
            return attributes;
        }
        Map<String, JsonValue> first = new TreeMap<>();
        Map<String, JsonValue> others = new TreeMap<>();
        attributes.forEach((name, value) -> (first.size() < MOST_ATTRIBUTES - 1 ? first : others).put(name, value));
        String hash = hash(new byte[0], new JsonObject(others).toString());
        first.put(OMITTED, new JsonString("[" + others.size() + " attributes, sha-256 " + hash + "]"));
        return first;
    }

    /** The same text if it is not long. */
    static String of(String text) {
        return text.length() <= LONGEST ? text : cut(text);
    }

    /** The hash of some text, after a salt. */
    static String hash(byte[] salt, String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether an attribute of an action may have this name. */
    static boolean isKey(String name) {
        return KEY.matcher(name).matches();
    }

    private static JsonValue cut(JsonValue value) {
        return new JsonString(cut(value instanceof JsonString(var text) ? text : value.toString()));
    }

    private static String cut(String text) {
        // Never between the halves of one character.
        int end = Character.isHighSurrogate(text.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
        return text.substring(0, end) + "… [" + text.length() + " characters, sha-256 " + hash(new byte[0], text) + "]";
    }

    private static boolean isLong(JsonValue value) {
        return room(value, LONGEST) < 0;
    }

    /** What is left of some room when a value, roughly measured, is put into it; stops when there is none. */
    private static int room(JsonValue value, int before) {
        return switch (value) {
            case JsonString(var text) -> before - text.length();
            case JsonNumber(var number) -> before - number.precision();
            case JsonBoolean _, JsonNull _ -> before - 1;
            case JsonArray(var elements) -> {
                int left = before - 1;
                for (JsonValue element : elements) {
                    left = left < 0 ? left : room(element, left - 1);
                }
                yield left;
            }
            case JsonObject(var members) -> {
                int left = before - 1;
                for (var member : members.entrySet()) {
                    left = left < 0
                            ? left
                            : room(member.getValue(), left - 1 - member.getKey().length());
                }
                yield left;
            }
        };
    }
}
