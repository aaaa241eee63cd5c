package dev.agentos.api.memory;

import java.util.List;

/**
 * Makes a short text of many lines: a model, or a rule. Called on a thread of the agent that compacts.
 *
 * @since 0.2
 */
@FunctionalInterface
public interface Summariser {
    /**
     * Returns what is worth keeping of these lines.
     *
     * @param lines in order; the first is the previous summary, if there was one
     * @throws Exception fails the compaction, which then has changed nothing
     */
    String summarise(List<Line> lines) throws Exception;
}
