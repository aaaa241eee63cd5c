package dev.agentos.api.memory;

/**
 * The memory of one namespace, as somebody sees it: {@code agent/<path>} for what an agent keeps for itself,
 * {@code shared/<topic>} for what several share. Each call crosses the gate as {@code memory:<namespace>} with the verb
 * {@code read}, {@code write}, {@code delete} or {@code share}; an agent needs no grant to read and write its own. Writes
 * and reads of a foreign namespace are recorded one by one. To remove a key of working memory is to write; to forget or purge
 * entries is to delete.
 *
 * <p>{@code agent/<path>} means the agent that lives under that path, or lived there last; a new agent of an old name does
 * not see what the old one remembered. Used on the threads of whoever it was given to.
 *
 * @since 0.2
 */
public interface Memory {
    /** {@return the namespace, as in {@code shared/market}} */
    String namespace();

    /** {@return the conversation of that name, empty until something is added} */
    Conversation conversation(String session);

    /** {@return the working memory of the session {@code default}} */
    default WorkingMemory working() {
        return working("default");
    }

    /**
     * Returns the working memory of a session, empty until something is put.
     *
     * @throws IllegalArgumentException for {@code agentos}: there the system keeps how far durable agents have come
     */
    WorkingMemory working(String session);

    /** {@return what is remembered for good} */
    LongTermMemory longTerm();
}
