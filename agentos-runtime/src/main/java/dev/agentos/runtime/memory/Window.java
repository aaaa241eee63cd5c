package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.spi.Storage.ConversationRepository;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Read in pages, newest first, until the tokens are used up: what is older is never looked at. A tool's result stands there before its call
 * does then, so whether a line may be the first of a window is known only where no result waits for its call. Where the lines begin (or the
 * summary ends), results without a call are left out.
 */
/** Picks lines of one conversation: what a model is shown, and what a compaction leaves alone. */
final class Window {
    /** Lines that are read at a time. */
    static final int PAGE = 64;

    private final ConversationRepository lines;
    private final String namespace;
    private final String session;

    Window(ConversationRepository lines, String namespace, String session) {
        this.lines = lines;
        this.namespace = namespace;
        this.session = session;
    }

    /**
     * The newest lines of a conversation, without instructions and summaries.
     *
     * @param kept oldest first
     * @param from the position of the oldest; {@link Long#MAX_VALUE} if there is none
     */
    record Suffix(List<Line> kept, long from) {}

    /**
     * {@return instructions, the newest summary if it fits, and the newest lines that fit with them}
     *
     * @throws IllegalArgumentException if the instructions alone need more
     */
    List<Line> shown(int tokens) {
        List<Line> shown = new ArrayList<>(lines.all(namespace, session, Role.SYSTEM));
        long left = tokens - sum(shown);
        if (left < 0) {
            throw new IllegalArgumentException("the instructions of conversation '" + session + "' need " + sum(shown)
                    + " tokens, more than the " + tokens + " of the window");
        }
        Line summary = summary();
        if (summary != null && summary.tokens() <= left) {
            shown.add(summary);
            shown.addAll(newest(covered(summary), left - summary.tokens()).kept());
        } else {
            shown.addAll(newest(0, left).kept()); // nothing stands in the place of what the summary covers
        }
        return List.copyOf(shown);
    }

    private static long sum(List<Line> some) {
        return some.stream().mapToLong(Line::tokens).sum();
    }

    @Nullable
    Line summary() {
        return lines.newest(namespace, session, Role.SUMMARY).orElse(null);
    }

    static long covered(@Nullable Line summary) {
        Long covers = summary == null ? null : summary.covers();
        return covers == null ? 0 : covers;
    }

    /** {@return as many of the newest lines after a position as fit, no call of a tool parted from its result} */
    Suffix newest(long after, long tokens) {
        var found = new ArrayList<Line>();
        var waiting = new HashSet<String>();
        int whole = 0;
        long left = tokens;
        long before = Long.MAX_VALUE;
        List<Line> page;
        do {
            page = lines.before(namespace, session, before, PAGE);
            for (Line line : page) {
                before = line.position();
                if (before <= after) {
                    return suffix(found, found.size());
                }
                if (!isSpoken(line)) {
                    continue;
                }
                left -= line.tokens();
                if (left < 0) {
                    return suffix(found, whole);
                }
                found.add(line);
                pair(line, waiting);
                whole = waiting.isEmpty() ? found.size() : whole;
            }
        } while (page.size() == PAGE);
        return suffix(found, found.size());
    }

    private static void pair(Line line, Set<String> waiting) {
        if (line.role() == Role.TOOL_RESULT) {
            waiting.add(String.valueOf(line.call()));
        } else if (line.role() == Role.TOOL_CALL) {
            waiting.remove(String.valueOf(line.call()));
        }
    }

    /** Turns the first so many around, and leaves out results that have no call before them. */
    private static Suffix suffix(List<Line> newestFirst, int count) {
        var kept = new ArrayList<Line>(count);
        var called = new HashSet<String>();
        for (int i = count - 1; i >= 0; i--) {
            Line line = newestFirst.get(i);
            if (line.role() == Role.TOOL_CALL) {
                called.add(String.valueOf(line.call()));
            }
            if (line.role() != Role.TOOL_RESULT || called.contains(String.valueOf(line.call()))) {
                kept.add(line);
            }
        }
        return new Suffix(
                kept, count == 0 ? Long.MAX_VALUE : newestFirst.get(count - 1).position());
    }

    /** {@return lines after one position and before another, oldest first, without instructions and summaries} */
    List<Line> between(long after, long before) {
        var found = new ArrayList<Line>();
        long position = after;
        List<Line> page;
        do {
            page = lines.after(namespace, session, position, PAGE);
            for (Line line : page) {
                position = line.position();
                if (position >= before) {
                    return found;
                }
                if (isSpoken(line)) {
                    found.add(line);
                }
            }
        } while (page.size() == PAGE);
        return found;
    }

    private static boolean isSpoken(Line line) {
        return line.role() != Role.SYSTEM && line.role() != Role.SUMMARY;
    }
}
