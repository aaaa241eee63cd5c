package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.StoredRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Windows of any conversation, compared with a model that knows all lines at once and tries every beginning. */
class WindowProperties {
    private static final String NAMESPACE = "shared/x";
    private static final String SESSION = "s";

    /** What is said, without its place; calls are few, so that results, repeats and strays meet. */
    record Said(Role role, int tokens, @Nullable String call, int covers) {}

    @Provide
    Arbitrary<List<Said>> conversations() {
        Arbitrary<Said> plain = net.jqwik.api.Combinators.combine(
                        Arbitraries.of(Role.USER, Role.ASSISTANT, Role.USER, Role.SYSTEM),
                        Arbitraries.integers().between(0, 9))
                .as((role, tokens) -> new Said(role, tokens, null, 0));
        Arbitrary<Said> tools = net.jqwik.api.Combinators.combine(
                        Arbitraries.of(Role.TOOL_CALL, Role.TOOL_RESULT),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.of("a", "b", "c"))
                .as((role, tokens, call) -> new Said(role, tokens, call, 0));
        Arbitrary<Said> summaries = net.jqwik.api.Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 100))
                .as((tokens, covers) -> new Said(Role.SUMMARY, tokens, null, covers));
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(5, plain),
                        net.jqwik.api.Tuple.of(6, tools),
                        net.jqwik.api.Tuple.of(1, summaries))
                .list()
                .ofMaxSize(200);
    }

    private static FakeStore store(List<Said> all) {
        var store = new FakeStore();
        for (int i = 0; i < all.size(); i++) {
            Said said = all.get(i);
            Long covers = said.role == Role.SUMMARY ? (long) Math.min(said.covers, i) : null;
            var line = new Line(0, said.role, "x", said.call, said.tokens, Instant.EPOCH, covers);
            store.commit(List.of(new StoredRow.LineRow(NAMESPACE, SESSION, line, null)), Durability.BUFFERED);
        }
        return store;
    }

    private static boolean isSpoken(Line line) {
        return line.role() != Role.SYSTEM && line.role() != Role.SUMMARY;
    }

    /** The call that a result answers: the newest of its name before it. -1 if there is none. */
    private static int callOf(List<Line> lines, int result) {
        for (int i = result - 1; i >= 0; i--) {
            if (lines.get(i).role() == Role.TOOL_CALL
                    && String.valueOf(lines.get(i).call())
                            .equals(lines.get(result).call())) {
                return i;
            }
        }
        return -1;
    }

    /** Whether lines from there on part no result from its call. */
    private static boolean isWhole(List<Line> lines, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).role() == Role.TOOL_RESULT && callOf(lines, i) < from) {
                return false;
            }
        }
        return true;
    }

    private static List<Line> model(List<Line> spoken, long tokens) {
        for (int from = 0; from <= spoken.size(); from++) {
            List<Line> suffix = spoken.subList(from, spoken.size());
            boolean fits = suffix.stream().mapToLong(Line::tokens).sum() <= tokens;
            if (fits && (from == 0 || isWhole(spoken, from))) {
                var kept = new ArrayList<Line>();
                for (int i = from; i < spoken.size(); i++) {
                    if (spoken.get(i).role() != Role.TOOL_RESULT || callOf(spoken, i) >= 0) {
                        kept.add(spoken.get(i));
                    }
                }
                return kept;
            }
        }
        throw new AssertionError("nothing at all always fits");
    }

    @Property(tries = 1_000)
    void newest_isTheLongestThatFitsWhole(
            @ForAll("conversations") List<Said> all,
            @ForAll @IntRange(max = 400) int tokens,
            @ForAll @IntRange(max = 60) int after) {
        FakeStore store = store(all);
        List<Line> spoken = store.conversations().after(NAMESPACE, SESSION, after, Integer.MAX_VALUE).stream()
                .filter(WindowProperties::isSpoken)
                .toList();

        Window.Suffix suffix = new Window(store.conversations(), NAMESPACE, SESSION).newest(after, tokens);

        assertThat(suffix.kept()).isEqualTo(model(spoken, tokens));
    }

    @Property(tries = 1_000)
    void shown_neverPartsPairs_norNeedsMore_andBeginsWithTheInstructions(
            @ForAll("conversations") List<Said> all, @ForAll @IntRange(max = 400) int more) {
        FakeStore store = store(all);
        List<Line> instructions = store.conversations().all(NAMESPACE, SESSION, Role.SYSTEM);
        long needed = instructions.stream().mapToLong(Line::tokens).sum();
        int tokens = (int) needed + more;

        List<Line> shown = new Window(store.conversations(), NAMESPACE, SESSION).shown(tokens);

        assertThat(shown.stream().mapToLong(Line::tokens).sum()).isLessThanOrEqualTo(tokens);
        assertThat(shown.subList(0, instructions.size())).isEqualTo(instructions);
        List<Line> rest = shown.subList(instructions.size(), shown.size());
        assertThat(rest.stream().filter(line -> line.role() == Role.SUMMARY)).hasSizeLessThanOrEqualTo(1);
        for (int i = 0; i < rest.size(); i++) {
            Line line = rest.get(i);
            assertThat(line.role()).isNotEqualTo(Role.SYSTEM);
            if (line.role() == Role.SUMMARY) {
                assertThat(i).isZero();
                assertThat(rest.stream().skip(1)).allMatch(later -> later.position() > line.covers());
            } else if (line.role() == Role.TOOL_RESULT) {
                assertThat(callOf(rest, i)).isNotNegative();
            }
        }
    }

    @Property(tries = 500)
    void between_andNewest_areAllThatWasSaid(
            @ForAll("conversations") List<Said> all, @ForAll @IntRange(max = 400) int tokens) {
        FakeStore store = store(all);
        var window = new Window(store.conversations(), NAMESPACE, SESSION);
        long from = window.newest(0, tokens).from();

        List<Line> old = window.between(0, from);

        assertThat(old)
                .isEqualTo(store.conversations().after(NAMESPACE, SESSION, 0, Integer.MAX_VALUE).stream()
                        .filter(WindowProperties::isSpoken)
                        .filter(line -> line.position() < from)
                        .toList());
    }
}
