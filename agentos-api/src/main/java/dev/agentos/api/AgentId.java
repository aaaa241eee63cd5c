package dev.agentos.api;

import dev.agentos.api.message.Address;
import java.util.Objects;

/**
 * One life of an agent: its address and an incarnation number, written {@code desk/broker#7}. A later agent of the same
 * address has another incarnation and inherits nothing.
 *
 * @param incarnation counts up within one runtime, from 1
 * @since 0.1
 */
public record AgentId(Address address, long incarnation) implements Comparable<AgentId> {
    /** Checks the parts. */
    public AgentId {
        Objects.requireNonNull(address, "address");
        if (incarnation < 1) {
            throw new IllegalArgumentException("an incarnation counts from 1: " + incarnation);
        }
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException if the text is not an address, {@code #} and a number
     */
    public static AgentId parse(String text) {
        int hash = text.lastIndexOf('#');
        try {
            var id = new AgentId(
                    Address.of(text.substring(0, Math.max(hash, 0))), Long.parseLong(text.substring(hash + 1)));
            // "#+7" and "#007" would be second names of one life, and ids are compared as text too.
            if (id.toString().equals(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "an agent id is address#incarnation: '" + text + "': " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("an agent id is address#incarnation: '" + text + "'");
    }

    @Override
    public int compareTo(AgentId other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Long.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return address + "#" + incarnation;
    }
}
