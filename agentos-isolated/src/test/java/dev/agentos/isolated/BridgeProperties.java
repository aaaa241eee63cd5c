package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Any sequence of frames, legal or not, against the real bridge and the real gate: each legal one is answered with one, in order, until
 * the first that no agent sends, which ends it; after that nothing is done any more.
 */
class BridgeProperties {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Queue<Object> TOLD = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static @Nullable AgentOS os;

    @BeforeContainer
    static void open() {
        os = AgentOS.inMemory();
        os.spawn(AgentSpec.builder("probe")
                .onMessage((message, ctx) -> {
                    TOLD.add(message.payload());
                    if (ctx.isAsked(message)) {
                        ctx.reply(message, message.payload());
                    }
                })
                .build());
    }

    @AfterContainer
    static void close() {
        os().close();
    }

    private static AgentOS os() {
        return Objects.requireNonNull(os);
    }

    /** A frame, and what the bridge has to make of it. */
    private record Step(JsonObject frame, Verdict verdict) {
        static Step ok(String call, Object... fields) {
            return new Step(frame(call, fields), Verdict.OK);
        }

        static Step error(String call, Object... fields) {
            return new Step(frame(call, fields), Verdict.ERROR);
        }

        static Step illegal(String call, Object... fields) {
            return new Step(frame(call, fields), Verdict.ILLEGAL);
        }

        private static JsonObject frame(String call, Object... fields) {
            JsonObject.Builder frame = JsonObject.builder().put("call", call);
            for (int i = 0; i < fields.length; i += 2) {
                frame.put((String) fields[i], fields[i + 1]);
            }
            return frame.build();
        }
    }

    private enum Verdict {
        OK,
        ERROR,
        ILLEGAL,
        /** Legal if that many registrations were given. */
        IF_GIVEN
    }

    private static JsonObject payload(Object value) {
        return JsonObject.builder()
                .put("type", value.getClass().getName())
                .put("value", JsonValue.of(value))
                .build();
    }

    @Provide
    Arbitrary<Step> legal() {
        Arbitrary<String> texts =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8);
        Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 1_000);
        return Arbitraries.oneOf(
                texts.map(text -> Step.ok("log", "message", text + " {}", "arguments", List.of(text))),
                Arbitraries.of(
                        Step.ok("time.now"),
                        Step.ok("random"),
                        Step.ok("rights.held"),
                        Step.ok("rights.lent"),
                        Step.ok("restored"),
                        Step.ok("tools.available"),
                        Step.ok("memory.namespace"),
                        Step.ok("mail.receive", "limit", "PT0S"),
                        Step.ok("time.sleep", "time", "PT0S"),
                        Step.ok("result"),
                        Step.ok("mail.receive", "limit", "PT0S", "with", List.of()),
                        Step.error("time.every", "period", "PT0S", "payload", payload("x")),
                        Step.error("charge", "limit", "TURNS", "amount", 1),
                        Step.error("charge", "limit", "TOKENS", "amount", -1),
                        Step.error("emit", "type", "desk.fact", "fact", Map.of("n", 1)),
                        Step.error("mail.subscribe", "topic", "news.**")),
                numbers.map(number -> Step.ok("mail.send", "to", "probe", "payload", payload(number))),
                texts.map(text -> Step.error("mail.send", "to", "nobody-" + text, "payload", payload(text))),
                numbers.map(number -> Step.ok("mail.ask", "to", "probe", "payload", payload(number), "limit", "PT30S")),
                texts.map(key -> Step.ok("memory.put", "session", "s", "key", key, "value", key)),
                texts.map(key -> Step.ok("memory.get", "session", "s", "key", key)),
                texts.map(name -> Step.error("memory.keys", "namespace", "shared/" + name, "session", "s")),
                numbers.map(number -> Step.ok("checkpoint", "state", number)),
                numbers.map(number -> Step.ok("result", "payload", payload(number))),
                texts.map(tool -> Step.error("tools.call", "tool", tool, "arguments", Map.of())),
                texts.map(tool -> Step.ok("tools.tryCall", "tool", tool, "arguments", "{}")),
                Arbitraries.of(Step.ok("time.after", "delay", "PT1H", "payload", payload("late"))),
                Arbitraries.of(Step.ok(
                        "rights.wouldAllow",
                        "action",
                        Map.of("type", "tool", "resource", "x", "verb", "call", "attributes", Map.of()))));
    }

    @Provide
    Arbitrary<Step> any() {
        Arbitrary<Step> closing = Arbitraries.longs()
                .between(-1, 4)
                .map(number -> new Step(Step.frame("time.close", "registration", number), Verdict.IF_GIVEN));
        Arbitrary<Step> illegal = Arbitraries.of(
                Step.illegal("format"),
                Step.illegal("mail.steal"),
                Step.illegal("mail.next", "finished", true),
                Step.illegal("memory.drop", "session", "s"),
                Step.illegal("log"),
                Step.illegal("log", "message", 7),
                Step.illegal("log", "message", "x", "arguments", List.of(7)),
                Step.illegal("log", "message", "x", "with", List.of(9)),
                Step.illegal("mail.send", "to", "probe"),
                Step.illegal("mail.send", "to", "probe", "payload", Map.of("type", 7, "value", 1)),
                Step.illegal("mail.send", "to", "probe", "payload", payload("x"), "lent", List.of(1)),
                Step.illegal("mail.reply", "message", 1, "payload", payload("x")),
                Step.illegal("mail.broadcast", "pattern", "**", "labels", Map.of("a", 1), "payload", payload("x")),
                Step.illegal("rights.revoke", "grant", 0),
                Step.illegal("rights.wouldAllow", "action", Map.of("type", "tool")),
                Step.illegal("time.sleep", "time", "soon"),
                Step.illegal("time.after", "delay", 7, "payload", payload("x")),
                Step.illegal("charge", "limit", "LUCK", "amount", 1),
                Step.illegal("charge", "limit", "TOKENS", "amount", "1"),
                Step.illegal("stopped"),
                Step.illegal("failed"),
                Step.illegal("failed", "type", "X", "message", "x", "trace", "", "thrown", 99),
                Step.illegal("tools.call", "tool", "x", "arguments", List.of()));
        return Arbitraries.frequencyOf(Tuple.of(20, legal()), Tuple.of(2, closing), Tuple.of(1, illegal));
    }

    /** What the process saw, and how its agent ended. */
    private record Seen(List<JsonObject> answers, Exit exit) {}

    private static Seen play(List<Step> steps) {
        var answers = new ConcurrentLinkedQueue<JsonObject>();
        var process = new ScriptedProcess(speaker -> {
            speaker.read();
            for (Step step : steps) {
                JsonObject answer = speaker.ask(step.frame);
                if (answer == null) {
                    return;
                }
                answers.add(answer);
            }
            speaker.ask(Step.frame("done"));
        });
        AgentHandle agent = os().spawn(AgentSpec.builder("player-" + NAMES.incrementAndGet())
                .run(ctx -> new ProcessIsolationProvider().run(new ScriptedLife(ctx, process)))
                .grant("agent:probe send")
                .build());
        Exit exit = agent.await(LIMIT);
        return new Seen(List.copyOf(answers), exit);
    }

    @Property(tries = 150)
    void frames_areAnsweredOneByOne_untilOneIsIllegal(@ForAll("sequences") List<Step> steps) {
        TOLD.clear();

        Seen seen = play(steps);

        int given = 0;
        int legal = 0;
        var expected = new ArrayList<String>();
        var sent = new ArrayList<Object>();
        for (Step step : steps) {
            Verdict verdict = step.verdict;
            if (verdict == Verdict.IF_GIVEN) {
                long number = step.frame.at("registration").number().longValueExact();
                verdict = number >= 1 && number <= given ? Verdict.OK : Verdict.ILLEGAL;
            }
            if (verdict == Verdict.ILLEGAL) {
                break;
            }
            legal++;
            expected.add(verdict == Verdict.OK ? "ok" : "error");
            String call = step.frame.at("call").text();
            given += call.equals("time.after") ? 1 : 0;
            if (verdict == Verdict.OK && (call.equals("mail.send") || call.equals("mail.ask"))) {
                sent.add(step.frame.at("payload").at("value").number().intValueExact());
            }
        }
        assertThat(seen.answers)
                .extracting(answer -> answer.members().keySet().iterator().next())
                .containsExactlyElementsOf(expected);
        assertThat(seen.exit).isInstanceOf(legal == steps.size() ? Exit.Completed.class : Exit.Failed.class);
        if (seen.exit instanceof Exit.Failed failed) {
            assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                            IsolatedAgentException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL));
        }
        IsolatedFixture.await(() -> TOLD.size() >= sent.size());
        assertThat(List.copyOf(TOLD)).isEqualTo(sent);
    }

    @Provide
    Arbitrary<List<Step>> sequences() {
        return any().list().ofMaxSize(25);
    }

    /** Bytes that are no frames, after some that are. */
    @Property(tries = 60)
    void noise_endsIt_afterWhateverWasLegal(@ForAll("few") List<Step> before, @ForAll("noise") byte[] noise) {
        var answered = new AtomicInteger();
        var process = new ScriptedProcess(speaker -> {
            speaker.read();
            for (Step step : before) {
                speaker.ask(step.frame);
                answered.incrementAndGet();
            }
            speaker.raw(noise);
            speaker.read();
        });
        AgentHandle agent = os().spawn(AgentSpec.builder("noisy-" + NAMES.incrementAndGet())
                .run(ctx -> new ProcessIsolationProvider().run(new ScriptedLife(ctx, process)))
                .grant("agent:probe send")
                .build());

        Exit exit = agent.await(LIMIT);

        assertThat(answered).hasValue(before.size());
        assertThat(((Exit.Failed) exit).cause())
                .isInstanceOfSatisfying(
                        IsolatedAgentException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL));
    }

    @Provide
    Arbitrary<List<Step>> few() {
        return legal().list().ofMaxSize(4);
    }

    /** A length that is none, or one with that many bytes which are no object. */
    @Provide
    Arbitrary<byte[]> noise() {
        Arbitrary<byte[]> lengths = Arbitraries.integers()
                .filter(length -> length < 2 || length > 1 << 20)
                .map(length -> ByteBuffer.allocate(4).putInt(length).array());
        Arbitrary<byte[]> bodies = Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(2)
                .ofMaxSize(64)
                .filter(bytes -> bytes[0] != '{')
                .map(bytes -> ByteBuffer.allocate(4 + bytes.length)
                        .putInt(bytes.length)
                        .put(bytes)
                        .array());
        return Arbitraries.oneOf(lengths, bodies);
    }
}
