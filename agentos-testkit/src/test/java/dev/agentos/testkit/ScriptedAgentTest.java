package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentContext;
import dev.agentos.api.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptedAgentTest {
    private final List<String> said = new ArrayList<>();
    private final AgentContext ctx = Fakes.answering(
            AgentContext.class, Map.of("reply", say("reply"), "refuse", say("refuse"), "unhandled", say("unhandled")));
    private final ScriptedAgent agent = ScriptedAgent.script();

    @Test
    void reply_answersPayloadsOfItsType() throws Exception {
        agent.reply(Integer.class, number -> number + 1).reply(String.class, String::length);

        tell(41);
        tell("four");

        assertThat(said).containsExactly("reply 42", "reply 4");
    }

    @Test
    void line_isTheFirstThatFits() throws Exception {
        agent.reply(Integer.class, _ -> "integer").reply(Number.class, _ -> "number");

        tell(1);
        tell(1.5);

        assertThat(said).containsExactly("reply integer", "reply number");
    }

    @Test
    void line_isReplaced_byALaterOneOfItsType() throws Exception {
        agent.reply(Integer.class, _ -> "first").reply(Integer.class, _ -> "second");

        tell(1);

        assertThat(said).containsExactly("reply second");
    }

    @Test
    void refuse_tellsTheReason() throws Exception {
        agent.refuse(String.class, "closed");

        tell("open?");

        assertThat(said).containsExactly("refuse closed");
    }

    @Test
    void fail_throws() {
        var failure = new IllegalStateException("broken");
        agent.fail(String.class, failure);

        assertThatThrownBy(() -> tell("work")).isSameAs(failure);
    }

    @Test
    void message_isUnhandled_whenNoLineFits() throws Exception {
        agent.reply(Integer.class, number -> number);

        tell("no number");

        assertThat(said).hasSize(1).first().asString().startsWith("unhandled ");
    }

    @Test
    void received_keepsEverything_inOrder() throws Exception {
        agent.reply(Integer.class, number -> number);

        tell(1);
        tell("two");

        assertThat(agent.received()).extracting(Message::payload).containsExactly(1, "two");
    }

    private void tell(Object payload) throws Exception {
        agent.onMessage(Fakes.message(payload), ctx);
    }

    private Fakes.Answer say(String what) {
        return arguments -> {
            said.add(what + " " + arguments[arguments.length - 1]);
            return null;
        };
    }
}
