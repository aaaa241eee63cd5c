package dev.agentos.api.memory;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of a conversation; never changed once it is there.
 *
 * @param position counts from 1 within the conversation, in the order of adding
 * @param call what pairs a tool's call with its result; null for other lines
 * @param tokens how many tokens the runtime's counter counts in the text
 * @param covers of a summary, the last position that it stands for; null for other lines
 * @since 0.2
 */
public record Line(
        long position,
        Role role,
        String text,
        @Nullable String call,
        int tokens,
        Instant time,
        @Nullable Long covers) {
    /** Checks that a tool's line has its call, and a summary what it covers. */
    public Line {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(time, "time");
        if (tokens < 0) {
            throw new IllegalArgumentException("a line has no fewer than 0 tokens: " + tokens);
        }
        boolean ofTool = role == Role.TOOL_CALL || role == Role.TOOL_RESULT;
        if (ofTool != (call != null)) {
            throw new IllegalArgumentException("tool calls and results name their call, other lines do not: " + role);
        }
        if ((role == Role.SUMMARY) != (covers != null)) {
            throw new IllegalArgumentException("a summary says what it covers, other lines do not: " + role);
        }
    }
}
