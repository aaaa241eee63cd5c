package dev.agentos.runtime.memory;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as people and grants write it. In the store, one of an agent carries the incarnation too: {@code agent/desk#7}.
 *
 * @param text {@code agent/<path>} or {@code shared/<path>}
 * @param agent whose it is; null if it is shared
 */
record Namespace(String text, @Nullable Address agent) {
    /** The type of actions on memories. */
    static final String TYPE = "memory";

    private static final String AGENT = "agent/";
    private static final String SHARED = "shared/";

    /**
     * Reads a namespace. Strict: the names of both kinds are those of addresses, so that no two spellings mean one.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Namespace parse(String text) {
        Objects.requireNonNull(text, "namespace");
        try {
            if (text.startsWith(AGENT)) {
                return new Namespace(text, address(text.substring(AGENT.length())));
            }
            if (text.startsWith(SHARED)) {
                address(text.substring(SHARED.length()));
                return new Namespace(text, null);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong(text) + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(wrong(text));
    }

    static Namespace of(Address agent) {
        return new Namespace(AGENT + agent.path(), agent);
    }

    private static Address address(String path) {
        Address address = Address.of(path);
        if (!address.isAgent()) {
            throw new IllegalArgumentException("'" + path + "' has no memory of its own");
        }
        return address;
    }

    private static String wrong(String text) {
        return "a namespace is agent/<path> or shared/<topic>, not '" + text + "'";
    }

    /** {@return what it is called in the store, if that is its agent; an agent of the same path at another time has another} */
    static String stored(Address agent, long incarnation) {
        return AGENT + agent.path() + "#" + incarnation;
    }

    Action action(String verb, Map<String, JsonValue> attributes) {
        return new Action(TYPE, text, verb, attributes);
    }
}
