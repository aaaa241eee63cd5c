package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.memory.Conversation;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.memory.Summariser;
import dev.agentos.api.memory.TokenCounter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One token is one character here. */
class ConversationTest {
    private static final TokenCounter LENGTH = String::length;

    private final List<AutoCloseable> opened = new ArrayList<>();
    /** What the summariser was shown, and what it makes of it. */
    private final List<List<Line>> summedUp = new CopyOnWriteArrayList<>();

    private final AtomicReference<Summariser> summariser =
            new AtomicReference<>(lines -> "sum" + lines.getLast().position());

    private final OpenedRuntime runtime =
            open(builder -> builder.tokenCounter(LENGTH).summariser(lines -> {
                summedUp.add(lines);
                return summariser.get().summarise(lines);
            }));
    private final Conversation talk = runtime.os.memory("shared/x").conversation("talk");

    private OpenedRuntime open(UnaryOperator<AgentOS.Builder> options) {
        var one = new OpenedRuntime(new FakeStore(), options);
        opened.add(one);
        return one;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(Line::text).toList();
    }

    private void say(String... texts) {
        for (String text : texts) {
            talk.add(Role.USER, text);
        }
    }

    @Test
    void add_returnsTheLine_asItStands() {
        Line first = talk.add(Role.USER, "hello");
        Line second = talk.addTool(Role.TOOL_CALL, "c1", "{}");

        assertThat(first).isEqualTo(new Line(1, Role.USER, "hello", null, 5, OpenedRuntime.START, null));
        assertThat(second).isEqualTo(new Line(2, Role.TOOL_CALL, "{}", "c1", 2, OpenedRuntime.START, null));
        assertThat(talk.lines(0, 10)).containsExactly(first, second);
        assertThat(talk.lines(1, 10)).containsExactly(second);
        assertThat(talk.lines(0, 1)).containsExactly(first);
    }

    @Test
    void add_refusesRoles_thatHaveAnotherWayIn() {
        assertThatThrownBy(() -> talk.add(Role.SUMMARY, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.add(Role.TOOL_CALL, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.addTool(Role.USER, "c", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.addTool(Role.TOOL_CALL, "", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.add(Role.USER, "x".repeat(StoredConversation.MOST_BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(runtime.store.written).isEmpty();
    }

    @Test
    void lines_areBounded() {
        assertThatThrownBy(() -> talk.lines(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.lines(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.lines(0, StoredConversation.MOST_LINES + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> talk.window(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void window_hasTheNewestThatFit_inOrder_afterTheInstructions() {
        say("aaaa", "bbb");
        talk.add(Role.SYSTEM, "be kind");
        say("cc", "d");

        assertThat(texts(talk.window(10))).containsExactly("be kind", "cc", "d");
        assertThat(texts(talk.window(9))).containsExactly("be kind", "d");
        assertThat(texts(talk.window(13))).containsExactly("be kind", "bbb", "cc", "d");
        assertThat(texts(talk.window(7))).containsExactly("be kind");
        assertThat(texts(talk.window(1_000))).containsExactly("be kind", "aaaa", "bbb", "cc", "d");
    }

    @Test
    void window_throws_whenTheInstructionsAloneNeedMore() {
        talk.add(Role.SYSTEM, "be kind");

        assertThatThrownBy(() -> talk.window(6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 tokens")
                .hasMessageContaining("6");
    }

    @Test
    void window_leavesOutBoth_whenOneOfACallAndItsResultDoesNotFit() {
        talk.addTool(Role.TOOL_CALL, "c1", "call");
        say("between");
        talk.addTool(Role.TOOL_RESULT, "c1", "result");
        say("after");

        assertThat(texts(talk.window(20))).containsExactly("after");
        assertThat(texts(talk.window(22))).containsExactly("call", "between", "result", "after");
    }

    @Test
    void window_showsACall_thatHasNoResultYet() {
        say("go");
        talk.addTool(Role.TOOL_CALL, "c1", "call");

        assertThat(texts(talk.window(5))).containsExactly("call");
        assertThat(texts(talk.window(6))).containsExactly("go", "call");
    }

    @Test
    void window_readsNoMore_thanItShows() {
        for (int i = 0; i < 1_000; i++) {
            talk.add(Role.USER, "line");
        }
        var reads = new AtomicInteger();
        runtime.store.beforeRead = reads::incrementAndGet;

        List<Line> window = talk.window(40);

        assertThat(window).hasSize(10);
        assertThat(reads).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void compact_addsASummary_thatStandsForWhatItCovers() {
        talk.add(Role.SYSTEM, "sys");
        say("aaaa", "bbbb", "cccc", "dddd");

        Optional<Line> summary = talk.compact(8);

        assertThat(summary).contains(new Line(6, Role.SUMMARY, "sum3", null, 4, OpenedRuntime.START, 3L));
        assertThat(summedUp)
                .singleElement()
                .satisfies(lines -> assertThat(texts(lines)).containsExactly("aaaa", "bbbb"));
        assertThat(texts(talk.window(100))).containsExactly("sys", "sum3", "cccc", "dddd");
        assertThat(texts(talk.lines(0, 10))).containsExactly("sys", "aaaa", "bbbb", "cccc", "dddd", "sum3");
    }

    @Test
    void compact_givesTheSummaryBefore_toTheNext() {
        say("aaaa", "bbbb");
        talk.compact(0);
        say("cccc");

        talk.compact(0);

        assertThat(texts(summedUp.getLast())).containsExactly("sum2", "cccc");
        assertThat(texts(talk.window(100))).containsExactly("sum4");
    }

    @Test
    void compact_isEmpty_whenThereIsNothingToSumUp() {
        talk.add(Role.SYSTEM, "sys");
        assertThat(talk.compact(0)).isEmpty();
        say("aaaa");

        assertThat(talk.compact(4)).isEmpty();
        assertThat(talk.compact(0)).isPresent();
        assertThat(talk.compact(0)).isEmpty();
        assertThat(summedUp).hasSize(1);
    }

    @Test
    void compact_doesNotPartACallFromItsResult() {
        say("aaaa");
        talk.addTool(Role.TOOL_CALL, "c", "cccc");
        talk.addTool(Role.TOOL_RESULT, "c", "rrrr");

        talk.compact(4);

        assertThat(texts(summedUp.getFirst())).containsExactly("aaaa", "cccc", "rrrr");
    }

    @Test
    void window_goesOnIntoWhatIsCovered_whenTheSummaryDoesNotFit() {
        say("aaaa", "bb", "cc");
        summariser.set(lines -> "a long summary");
        talk.compact(2);

        assertThat(texts(talk.window(4))).containsExactly("bb", "cc");
    }

    @Test
    void compact_changesNothing_whenTheSummariserFails() {
        say("aaaa");
        summariser.set(lines -> {
            throw new IOException("the model is away");
        });

        assertThatThrownBy(() -> talk.compact(0))
                .isInstanceOf(AgentOsException.class)
                .hasMessageContaining("the model is away")
                .hasCauseInstanceOf(IOException.class);
        summariser.set(lines -> " ");
        assertThatThrownBy(() -> talk.compact(0)).isInstanceOf(IllegalStateException.class);

        assertThat(texts(talk.lines(0, 10))).containsExactly("aaaa");
        assertThat(runtime.records()).contains("host FAILED memory:shared/x write");
    }

    @Test
    void compact_throws_whenThereIsNoSummariser() {
        OpenedRuntime without = open(builder -> builder);
        Conversation lines = without.os.memory("shared/x").conversation("talk");
        lines.add(Role.USER, "aaaa");

        assertThatThrownBy(() -> lines.compact(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("summariser");
    }

    @Test
    void compact_addsOneSummary_whenTwoSumUpTheSameLines() {
        say("aaaa", "bbbb");
        var inner = new AtomicReference<Optional<Line>>(Optional.empty());
        summariser.set(lines -> {
            summariser.set(again -> "the other's");
            inner.set(talk.compact(0)); // comes in between, as another thread would
            return "mine";
        });

        Optional<Line> outer = talk.compact(0);

        assertThat(outer).isEqualTo(inner.get()).get().extracting(Line::text).isEqualTo("the other's");
        assertThat(texts(talk.lines(0, 10))).containsExactly("aaaa", "bbbb", "the other's");
    }

    @Test
    void compact_callsTheSummariser_onAThreadOfTheAgent() {
        Object same = runtime.inAgent("a", ctx -> {
            ctx.memory().conversation("talk").add(Role.USER, "aaaa");
            Thread mine = Thread.currentThread();
            summariser.set(lines -> {
                ctx.log("summing up"); // works on the agent's own threads only
                return Thread.currentThread() == mine ? "same" : "other";
            });
            return ctx.memory().conversation("talk").compact(0).orElseThrow().text();
        });

        assertThat(same).isEqualTo("same");
    }
}
