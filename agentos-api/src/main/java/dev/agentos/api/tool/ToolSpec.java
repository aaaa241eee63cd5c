package dev.agentos.api.tool;

import dev.agentos.api.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of a tool without running it.
 *
 * @param name dotted: {@code file.read}
 * @param version changes when the schema or the meaning does
 * @param description for whoever chooses a tool, a model first of all
 * @param inputSchema JSON Schema (2020-12) of the arguments, which are always an object
 * @param effect what calling it does to the world
 * @param attributes arguments that a capability may constrain; sorted, unmodifiable
 * @param timeout how long a call may take; then it is interrupted and fails
 * @param onRevoke what becomes of a call in flight when a grant behind it is revoked
 * @param untrusted whether what it returns may be written by strangers, as a web page is; its result taints the turn that
 *     gets it
 * @since 0.1
 */
public record ToolSpec(
        String name,
        String version,
        String description,
        JsonObject inputSchema,
        Effect effect,
        Set<String> attributes,
        Duration timeout,
        OnRevoke onRevoke,
        boolean untrusted) {
    /** How long a call may take unless the tool says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    /** Makes one whose calls in flight finish when a grant is revoked, and whose results are trusted. */
    public ToolSpec(
            String name,
            String version,
            String description,
            JsonObject inputSchema,
            Effect effect,
            Set<String> attributes,
            Duration timeout) {
        this(name, version, description, inputSchema, effect, attributes, timeout, OnRevoke.FINISH, false);
    }

    /** Checks the name and copies. */
    public ToolSpec {
        if (!name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*") || name.length() > 128) {
            throw new IllegalArgumentException(
                    "a tool is named by letters, digits, _ and -, joined by dots, at most 128: '" + name + "'");
        }
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(inputSchema, "inputSchema");
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(onRevoke, "onRevoke");
        attributes = Collections.unmodifiableSet(new TreeSet<>(attributes));
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the timeout of tool '" + name + "' must be positive: " + timeout);
        }
    }
}
