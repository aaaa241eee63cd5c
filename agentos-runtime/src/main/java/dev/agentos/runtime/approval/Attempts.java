package dev.agentos.runtime.approval;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is put before a person, in a line, in a number and as a name. */
final class Attempts {
    private static final int LONGEST_LINE = 256;

    private Attempts() {}

    /** A line for events, cut if it is long. */
    static String line(Approval approval) {
        String all = approval.actions().isEmpty()
                ? approval.capability()
                : approval.actions().stream().map(Action::toString).collect(Collectors.joining(" + "));
        if (all.length() <= LONGEST_LINE) {
            return all;
        }
        int end = Character.isHighSurrogate(all.charAt(LONGEST_LINE - 1)) ? LONGEST_LINE - 1 : LONGEST_LINE;
        return all.substring(0, end) + "…";
    }

    /** Roughly how many characters it takes to show it. */
    static long size(Approval approval) {
        long size = approval.arguments().toString().length();
        for (Action action : approval.actions()) {
            size += action.toString().length();
        }
        return size;
    }

    /** A name for just this attempt, the same in every run of the program: the order in which arguments were given is not. */
    static String name(List<Action> actions, JsonObject arguments) {
        MessageDigest digest = sha256();
        for (Action action : actions) {
            add(digest, action.grantText());
            add(digest, new JsonObject(action.attributes()));
        }
        add(digest, arguments);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, JsonValue value) {
        switch (value) {
            case JsonObject(var members) -> {
                add(digest, "{" + members.size());
                new TreeMap<>(members).forEach((name, member) -> {
                    add(digest, name);
                    add(digest, member);
                });
            }
            case JsonArray(var elements) -> {
                add(digest, "[" + elements.size());
                elements.forEach(element -> add(digest, element));
            }
            case JsonValue plain -> add(digest, plain.kind() + plain);
        }
    }

    /** With its length, so that no two sequences of texts are one. */
    private static void add(MessageDigest digest, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        digest.update((utf8.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(utf8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
