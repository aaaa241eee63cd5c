package dev.agentos.api.memory;

import java.util.List;
import java.util.Optional;

/**
 * The lines of one session, in order: what a model is shown. Lines are never rewritten: a compaction adds a summary, and the
 * window is a question that is put to what is there.
 *
 * @since 0.2
 */
public interface Conversation {
    /** {@return its name} */
    String session();

    /**
     * Adds a line that belongs to no tool.
     *
     * @return it, with its position and tokens
     */
    Line add(Role role, String text);

    /**
     * Adds a tool's call or result.
     *
     * @param call what pairs the two
     */
    Line addTool(Role role, String call, String text);

    /**
     * Returns the newest lines that fit into so many tokens, in order: before them the newest summary, if it fits, and
     * {@link Role#SYSTEM} lines, which are always there. A tool's call and its result are in it together or not at all.
     * A call without a result yet counts as a pair of its own.
     *
     * @throws IllegalArgumentException if the system lines alone need more
     */
    List<Line> window(int tokens);

    /** {@return lines after a position, oldest first, at most so many} */
    List<Line> lines(long afterPosition, int most);

    /**
     * Has everything summed up but the newest lines of so many tokens: adds one summary, which later windows show in place
     * of what it covers. Changes no line. Empty if there was nothing to sum up.
     *
     * @throws IllegalStateException if the runtime has no {@link Summariser}
     */
    Optional<Line> compact(int keepTokens);
}
