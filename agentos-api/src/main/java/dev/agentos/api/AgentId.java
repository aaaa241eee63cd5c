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
        if (hash < 0) {
            throw new IllegalArgumentException("an agent id is address#incarnation: '" + text + "'");
        }
        try {
            return new AgentId(Address.of(text.substring(0, hash)), Long.parseLong(text.substring(hash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an agent id is address#incarnation: '" + text + "'", e);
        }
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
