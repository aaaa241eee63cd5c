package dev.agentos.runtime.memory;

import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.memory.Conversation;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.memory.Summariser;
import dev.agentos.api.spi.StoredRow.LineRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One conversation. Lines are written at once, also within a turn that keeps what it writes: run again, it finds them there. */
final class StoredConversation implements Conversation {
    /** How many bytes a line may have. */
    static final int MOST_BYTES = 1 << 20;

    /** How many lines are given at a time. */
    static final int MOST_LINES = 10_000;

    private final Access access;
    private final String session;

    StoredConversation(Access access, String session) {
        this.access = access;
        this.session = session;
    }

    private Deed deed(String verb) {
        return Deed.of(verb, "conversation " + session).with("session", session);
    }

    @Override
    public String session() {
        return session;
    }

    // ---- adding

    @Override
    public Line add(Role role, String text) {
        return switch (role) {
            case SYSTEM, USER, ASSISTANT -> add(role, text, null);
            case TOOL_CALL, TOOL_RESULT ->
                throw new IllegalArgumentException("a line of a tool names its call: use addTool for " + role);
            case SUMMARY -> throw new IllegalArgumentException("summaries are what compact adds");
        };
    }

    @Override
    public Line addTool(Role role, String call, String text) {
        if (role != Role.TOOL_CALL && role != Role.TOOL_RESULT) {
            throw new IllegalArgumentException("a line of a tool is its call or its result, not " + role);
        }
        return add(role, text, Texts.name("call", call));
    }

    private Line add(Role role, String text, @Nullable String call) {
        Deed deed = deed(Deed.WRITE).with("role", role.name()).carrying(checked(text));
        var line = line(role, text, call, null);
        return access.change(deed, () -> {
            Turn turn = access.holder().turn();
            return written(deed, new LineRow(access.stored(), session, line, turn == null ? null : turn.step()));
        });
    }

    private static String checked(String text) {
        Texts.checkSize("a line", Texts.bytes(Objects.requireNonNull(text, "text")), MOST_BYTES);
        return text;
    }

    /** Without its position, which the store gives. */
    private Line line(Role role, String text, @Nullable String call, @Nullable Long covers) {
        int tokens = access.desk().options().tokens().count(text);
        return new Line(0, role, text, call, tokens, access.now(), covers);
    }

    private Line written(Deed deed, LineRow row) {
        access.desk().marks().adding(access, session);
        return access.commit(deed, List.of(row)).stream()
                .filter(LineRow.class::isInstance)
                .map(numbered -> ((LineRow) numbered).line())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the store has not said where the line stands"));
    }

    // ---- reading

    @Override
    public List<Line> window(int tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException("a window has no fewer than 0 tokens: " + tokens);
        }
        return read(window -> window.shown(tokens));
    }

    @Override
    public List<Line> lines(long afterPosition, int most) {
        if (afterPosition < 0 || most < 1 || most > MOST_LINES) {
            throw new IllegalArgumentException("lines are asked for from position 0 on, 1 to " + MOST_LINES
                    + " at a time, not " + most + " after " + afterPosition);
        }
        return access.read(
                deed(Deed.READ),
                () -> {
                    access.desk().marks().seen(access, session);
                    String stored = access.stored();
                    return access.ask(
                            () -> access.storage().conversations().after(stored, session, afterPosition, most));
                },
                StoredConversation::size);
    }

    private List<Line> read(Function<Window, List<Line>> query) {
        return access.read(
                deed(Deed.READ),
                () -> {
                    var window = window();
                    return access.ask(() -> query.apply(window));
                },
                StoredConversation::size);
    }

    private Window window() {
        access.desk().marks().seen(access, session);
        return new Window(access.storage().conversations(), access.stored(), session);
    }

    private static long size(List<Line> lines) {
        return lines.stream().mapToLong(line -> Texts.bytes(line.text())).sum();
    }

    // ---- compaction

    /** What is to be summed up; the first is the summary before, if there is one. */
    private record Old(List<Line> lines, long covers) {}

    @Override
    public Optional<Line> compact(int keepTokens) {
        if (keepTokens < 0) {
            throw new IllegalArgumentException("a compaction keeps no fewer than 0 tokens: " + keepTokens);
        }
        Summariser summariser = access.desk().options().summariser();
        if (summariser == null) {
            throw new IllegalStateException("there is no summariser: give the builder one");
        }
        Deed write = deed(Deed.WRITE).with("role", Role.SUMMARY.name());
        var actions = new ArrayList<>(access.reads(deed(Deed.READ)));
        actions.add(access.action(write));
        return access.cross(
                actions,
                new Access.Work<>(
                        () -> summedUp(write, summariser, keepTokens),
                        0,
                        summary -> summary.map(line -> Texts.bytes(line.text())).orElse(0L),
                        summary -> summary.map(line -> "it covers the lines up to " + line.covers())
                                .orElse("there was nothing to sum up")));
    }

    private Optional<Line> summedUp(Deed deed, Summariser summariser, int keepTokens) {
        var window = window();
        Optional<Old> old = access.ask(() -> old(window, keepTokens));
        if (old.isEmpty()) {
            return Optional.empty();
        }
        String text = checked(summary(summariser, old.get().lines));
        long covers = old.get().covers;
        var row = new LineRow(
                access.stored(),
                session,
                line(Role.SUMMARY, text, null, covers),
                // Whoever sums up the same lines at the same time gets the summary that came first.
                "summary/" + covers);
        return Optional.of(written(deed, row));
    }

    private static Optional<Old> old(Window window, int keepTokens) {
        Line before = window.summary();
        long after = Window.covered(before);
        List<Line> covered =
                window.between(after, window.newest(after, keepTokens).from());
        if (covered.isEmpty()) {
            return Optional.empty();
        }
        var lines = new ArrayList<Line>(covered.size() + 1);
        if (before != null) {
            lines.add(before);
        }
        lines.addAll(covered);
        return Optional.of(new Old(List.copyOf(lines), covered.getLast().position()));
    }

    private String summary(Summariser summariser, List<Line> lines) {
        try {
            String text = summariser.summarise(lines);
            if (text == null || text.isBlank()) {
                throw new IllegalStateException(
                        "the summariser made nothing of " + lines.size() + " lines of conversation '" + session + "'");
            }
            return text;
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(e);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private AgentOsException failed(Exception cause) {
        return new AgentOsException(
                ErrorCode.TOOL_FAILED, "the summariser of conversation '" + session + "' failed: " + cause, cause);
    }
}
