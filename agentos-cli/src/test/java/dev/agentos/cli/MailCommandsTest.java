package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ask}, {@code publish}, {@code messages} and {@code dead-letters}, against a live daemon and clerks in it. */
class MailCommandsTest {
    @TempDir
    Path folder;

    private LiveDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder);
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private JsonValue ask(String agent, String order) {
        Invocation asked = daemon.run("ask", agent, order, "--json");
        assertThat(asked.exit()).as(asked.err()).isZero();
        return asked.json().at("answer");
    }

    private List<JsonValue> deadLetters() {
        return daemon.run("dead-letters", "list", "--json")
                .json()
                .at("deadLetters")
                .asArray()
                .elements();
    }

    @Test
    void ask_printsTheAnswer() {
        daemon.spawn("clerk");

        Invocation put = daemon.run("ask", "clerk", "{\"put\": \"k\", \"value\": [1, \"a\"]}");
        Invocation get = daemon.run("ask", "clerk", "{\"get\": \"k\"}", "--json");
        Invocation text = daemon.run("ask", "clerk", "\"hello\"");

        assertThat(put).isEqualTo(new Invocation(0, "{\"version\":1}\n", ""));
        assertThat(get.out()).isEqualTo("{\"agent\":\"clerk#1\",\"answer\":{\"value\":[1,\"a\"]}}\n");
        assertThat(text.out()).isEqualTo("{\"heard\":\"hello\"}\n");
    }

    @Test
    void ask_exits4_whenTheAgentIsDenied_andTheAgentGoesOn() {
        daemon.spawn("clerk");

        Invocation denied = daemon.run("ask", "clerk", "{\"remember\": \"x\", \"in\": \"shared/lab\"}");
        Invocation own = daemon.run("ask", "clerk", "{\"remember\": \"x\"}");

        assertThat(denied.exit()).isEqualTo(4);
        assertThat(denied.err())
                .startsWith("agent-os: denied: memory:shared/lab write")
                .endsWith("; to allow it, add --grant 'memory:shared/lab write'\n")
                .hasLineCount(1);
        assertThat(own.exit()).isZero();
    }

    @Test
    void ask_fails_whenNobodyAnswers() {
        daemon.spawn("echo"); // never answers

        Invocation silent = daemon.run("ask", "echo", "1", "--timeout", "1ms", "--json");
        Invocation unknown = daemon.run("ask", "nobody", "1");
        Invocation refused = daemon.run("ask", "echo", "1", "--timeout", "soon");

        assertThat(silent.exit()).isEqualTo(1);
        assertThat(silent.json().at("error", "code").text()).isEqualTo("ASK_TIMEOUT");
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err()).contains("no agent 'nobody'");
        assertThat(refused.exit()).isEqualTo(2);
    }

    @Test
    void clerks_talk_byMessageAndTopic() {
        daemon.spawn(
                "clerk",
                "--name",
                "bob",
                "--grant",
                "topic:lab.** subscribe",
                "--subscribe",
                "lab.**",
                "--grant",
                "agent:alice send");
        daemon.spawn("clerk", "--name", "alice", "--grant", "agent:bob send", "--grant", "topic:lab.news publish");

        JsonValue told = ask("alice", "{\"tell\": \"bob\", \"payload\": \"hi\"}");
        JsonValue asked = ask("alice", "{\"ask\": \"bob\", \"payload\": {\"put\": \"k\", \"value\": 1}}");
        JsonValue published = ask("alice", "{\"publish\": \"lab.news\", \"payload\": {\"n\": 1}}");

        assertThat(told).hasToString("{\"told\":\"bob\"}");
        assertThat(asked).hasToString("{\"version\":1}");
        assertThat(published).hasToString("{\"subscribers\":1}");
        ask("bob", "{\"get\": \"k\"}"); // behind the topic's message
        assertThat(daemon.run("log", "--agent", "bob").out())
                .contains("alice says \"hi\"", "alice on lab.news says {\"n\":1}");
    }

    @Test
    void clerk_saysWhatAnOrderLacks() {
        daemon.spawn("clerk", "--grant", "agent:clerk send");

        Invocation order = daemon.run("ask", "clerk", "{\"put\": \"k\"}");

        assertThat(order.exit()).isEqualTo(1);
        assertThat(order.err()).contains("the order has no 'value'");
    }

    @Test
    void publish_saysHowManyGetIt() {
        daemon.spawn("clerk", "--grant", "topic:** subscribe", "--subscribe", "a.*", "--subscribe", "*.b");

        assertThat(daemon.run("publish", "a.c", "1").out()).isEqualTo("1 agent gets it\n");
        assertThat(daemon.run("publish", "nobody.listens", "1").out()).isEqualTo("0 agents get it\n");
        assertThat(daemon.run("publish", "a.c", "1", "--json").out())
                .isEqualTo("{\"topic\":\"a.c\",\"subscribers\":1}\n");
        assertThat(daemon.run("publish", "a..c", "1").exit()).isEqualTo(2);
    }

    @Test
    void spawn_isRefused_whenASubscriptionIsNotGranted_orIsNone() {
        Invocation denied = daemon.run("spawn", "clerk", "--subscribe", "a.*");
        Invocation none = daemon.run("spawn", "clerk", "--subscribe", "a..b");

        assertThat(denied.exit()).isEqualTo(4);
        assertThat(denied.err()).contains("--grant 'topic:a.* subscribe'");
        assertThat(none.exit()).isEqualTo(2);
    }

    @Test
    void messages_showAConversation_inCausalOrder() {
        daemon.spawn("clerk", "--name", "bob");
        daemon.spawn("clerk", "--name", "alice", "--grant", "agent:bob send");
        ask("alice", "{\"ask\": \"bob\", \"payload\": \"how are you?\"}");

        String events = daemon.run("events", "--type", "agent.log", "--agent", "bob", "--json")
                .out();
        String conversation =
                Invocation.parse(events).at("events", "0", "conversation").toString();
        Invocation human = daemon.run("messages", "--conversation", conversation);
        JsonObject document =
                daemon.run("messages", "--conversation", conversation, "--json").json();

        List<JsonValue> messages = document.at("messages").asArray().elements();
        assertThat(document.members().keySet()).containsExactly("conversation", "messages");
        assertThat(messages.getFirst().asObject().members().keySet())
                .containsExactly("id", "conversation", "cause", "time", "from", "to", "type", "topic", "payload");
        assertThat(messages).extracting(message -> message.at("to").text()).startsWith("alice", "bob");
        assertThat(messages.get(1).at("cause")).isEqualTo(messages.get(0).at("id"));
        assertThat(human.out())
                .startsWith("ID ")
                .hasLineCount(messages.size() + 1)
                .contains("alice", "\"how are you?\"");
        assertThat(daemon.run("messages", "--conversation", conversation, "--limit", "1", "--json")
                        .json()
                        .at("messages")
                        .asArray()
                        .size())
                .isOne();
        assertThat(daemon.run("messages", "--conversation", "999999").out())
                .isEqualTo("no message of conversation 999999 is kept\n");
    }

    @Test
    void deadLetters_areListed_andSentAgain() {
        daemon.spawn("clerk", "--name", "bob");
        daemon.run("pause", "bob");
        daemon.run("send", "bob", "\"first\"");
        daemon.run("terminate", "bob");
        daemon.spawn("clerk", "--name", "bob");

        Invocation list = daemon.run("dead-letters", "list");
        JsonValue letter = deadLetters().getFirst();
        Invocation redeliver =
                daemon.run("dead-letters", "redeliver", letter.at("sequence").toString());

        assertThat(list.out())
                .startsWith("NUMBER  TIME ")
                .contains("\"first\"", "RECIPIENT_ENDED")
                .hasLineCount(2);
        assertThat(letter.asObject().members().keySet())
                .containsExactly("sequence", "time", "reason", "detail", "redelivered", "message");
        assertThat(letter.at("redelivered").isNull()).isTrue();
        assertThat(redeliver.out()).isEqualTo("dead letter 1 was sent again\n");
        ask("bob", "\"second\"");
        assertThat(daemon.run("log", "--agent", "bob").out()).contains("says \"first\"", "says \"second\"");
        assertThat(deadLetters().getFirst().at("redelivered").isNull()).isFalse();
    }

    @Test
    void deadLetters_areNone_atFirst_andUnknownOnesAreNotSent() {
        Invocation list = daemon.run("dead-letters", "list");
        Invocation redeliver = daemon.run("dead-letters", "redeliver", "7", "--json");

        assertThat(list.out()).isEqualTo("no dead letters\n");
        assertThat(redeliver.exit()).isEqualTo(2);
        assertThat(redeliver.json().at("error", "message").text()).contains("7");
    }

    @Test
    void deadLetters_goOnAfterANumber_whenThereAreMore() {
        daemon.spawn("echo", "--name", "gone");
        daemon.run("pause", "gone");
        daemon.run("send", "gone", "1");
        daemon.run("send", "gone", "2");
        daemon.run("terminate", "gone");

        String first = daemon.run("dead-letters", "list", "--limit", "1").out();
        JsonObject rest =
                daemon.run("dead-letters", "list", "--after", "1", "--json").json();

        assertThat(first).endsWith("there are more; go on with --after 1\n");
        assertThat(rest.at("deadLetters", "0", "sequence")).isEqualTo(JsonValue.of(2));
        assertThat(rest.at("more").bool()).isFalse();
    }
}
