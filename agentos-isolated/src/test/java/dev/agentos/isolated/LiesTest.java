package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.json.JsonObject;
import dev.agentos.isolated.wire.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process may say that no agent says, without the process: the bridge, the gate and the runtime are real. */
class LiesTest extends IsolatedFixture {
    private AgentHandle says(ScriptedProcess.Script script) {
        var process = new ScriptedProcess(script);
        return os.spawn(AgentSpec.builder("liar")
                .run(ctx -> new ProcessIsolationProvider().run(new ScriptedLife(ctx, process)))
                .grant("agent:probe send")
                .build());
    }

    private static byte[] framed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static JsonObject call(String name) {
        return JsonObject.builder().put("call", name).build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,2]                                                         | a frame is an object",
                "{\"a\":1}                                                     | a frame that asks for nothing",
                "{\"call\":7}                                                  | a frame that asks for nothing",
                "{\"call\":\"log\",\"call\":\"log\"}                           | a frame is JSON",
                "{\"call\":\"format\"}                                         | nobody knows a call 'format'",
                "{\"call\":\"mail.steal\"}                                     | nobody knows a call 'mail.steal'",
                "{\"call\":\"rights.mint\"}                                    | nobody knows a call 'rights.mint'",
                "{\"call\":\"memory.drop\"}                                    | nobody knows a call 'memory.drop'",
                "{\"call\":\"tools.register\"}                                 | nobody knows a call 'tools.register'",
                "{\"call\":\"time.travel\"}                                    | nobody knows a call 'time.travel'",
                "{\"call\":\"log\"}                                            | 'log' without a text named 'message'",
                "{\"call\":\"mail.send\",\"to\":\"probe\"}                     | without an object named 'payload'",
                "{\"call\":\"mail.send\",\"to\":\"probe\",\"payload\":{}}      | a payload without a type or a value",
                "{\"call\":\"time.sleep\",\"time\":\"soon\"}                   | without a duration named 'time'",
                "{\"call\":\"mail.isAsked\",\"message\":1}                     | a message that it was not given: 1",
                "{\"call\":\"mail.isAsked\",\"message\":1e999999}              | a frame is JSON",
                "{\"call\":\"mail.isAsked\",\"message\":0.5}                   | without a whole number named 'message'",
                "{\"call\":\"rights.revoke\",\"grant\":1}                      | a grant that it was not given: 1",
                "{\"call\":\"log\",\"message\":\"x\",\"with\":[9]}             | a grant that it was not given: 9",
                "{\"call\":\"time.close\",\"registration\":5}                  | a registration that it was not given: 5",
                "{\"call\":\"charge\",\"limit\":\"LUCK\",\"amount\":1}         | nobody knows a limit 'LUCK'",
                "{\"call\":\"stopped\"}                                        | it says that it was stopped, and was not",
                "{\"call\":\"failed\"}                                         | without a text named 'trace'",
                "{\"call\":\"mail.next\",\"finished\":true}                  | a turn, of a process that has none",
            })
    void lie_endsIt(String frame, String problem) {
        AgentHandle agent = says(speaker -> {
            speaker.read();
            speaker.raw(framed(frame.strip()));
            speaker.read();
        });

        var failure = failed(agent.await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"call\":\"mail.turns\"}                        | it says twice that it has turns",
                "{\"call\":\"mail.next\",\"finished\":false}      | it says that its turn was stopped, and it was not",
                "{\"call\":\"mail.next\"}                         | without true or false named 'finished'",
            })
    void lieAboutTurns_endsIt(String frame, String problem) {
        AgentHandle agent = says(speaker -> {
            speaker.read();
            speaker.ask(call("mail.turns"));
            speaker.raw(framed(frame.strip()));
            speaker.read();
        });

        assertThat(failed(agent.await(LIMIT))).hasMessageContaining(problem);
    }

    @Test
    void failure_isTheOneThatTheCallThrew_whateverTheProcessSaysOfIt() {
        AgentHandle agent = says(speaker -> {
            speaker.read();
            speaker.ask(JsonObject.builder()
                    .put("call", "mail.send")
                    .put("to", "nobody")
                    .put(
                            "payload",
                            JsonObject.builder().put("type", "").put("value", 1).build())
                    .build());
            speaker.ask(JsonObject.builder()
                    .put("call", "failed")
                    .put("type", "java.lang.VirtualMachineError")
                    .put("message", "all is lost")
                    .put("trace", "at nowhere")
                    .put("thrown", 1)
                    .build());
        });

        var cause = ((Exit.Failed) agent.await(LIMIT)).cause();

        assertThat(cause)
                .isInstanceOfSatisfying(
                        DeniedException.class,
                        denied -> assertThat(denied.missing()).isEqualTo("agent:nobody send"));
        assertThat(cause.getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                        IsolatedAgentException.class, e -> assertThat(e).hasMessageContaining("all is lost"));
    }

    @Test
    void answers_come_oneForEachFrame_whenManyAreSentAtOnce() {
        var answers = new AtomicReference<String>("");
        AgentHandle agent = says(speaker -> {
            speaker.read();
            byte[] frame = Frames.bytes(call("time.now"));
            ByteBuffer many = ByteBuffer.allocate(50 * frame.length);
            for (int i = 0; i < 50; i++) {
                many.put(frame);
            }
            speaker.raw(many.array());
            int count = 0;
            while (count < 50 && speaker.read() != null) {
                count++;
            }
            answers.set("answers: " + count);
            speaker.ask(call("done"));
        });

        completedWithNothing(agent);

        assertThat(answers).hasValue("answers: 50");
    }

    private static void completedWithNothing(AgentHandle agent) {
        assertThat(agent.await(LIMIT)).isEqualTo(new Exit.Completed(null));
    }
}
