package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How actions and events look in the log: fields, their order, and words. */
class LogEntryTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final AgentId AGENT = AgentId.parse("desk/broker#7");

    record Filled(String symbol, int size) {}

    private static Event event(AgentId agent, SystemEvent data) {
        return new Event(12, NOON, agent, data.type(), (Record) data, null);
    }

    private static ActionRecord action(String what, Decision decision, String detail) {
        Action described = Action.of(what, "spawn");
        return new ActionRecord(
                7,
                NOON,
                PrincipalId.operator(1000),
                described,
                decision,
                Outcome.DONE,
                detail,
                Duration.ofNanos(2_999));
    }

    static Stream<Arguments> events() {
        return Stream.of(
                arguments(new SystemEvent.Spawned(PrincipalId.HOST), "agent.spawned", "spawned by host"),
                arguments(
                        new SystemEvent.StateChanged(AgentState.PENDING, AgentState.RUNNING, ""),
                        "agent.state",
                        "PENDING → RUNNING"),
                arguments(
                        new SystemEvent.StateChanged(AgentState.RUNNING, AgentState.FAILED, "why"),
                        "agent.state",
                        "RUNNING → FAILED: why"),
                arguments(
                        new SystemEvent.ControlRequested("pause", "", PrincipalId.operator(0)),
                        "agent.requested",
                        "pause asked by operator:0"),
                arguments(
                        new SystemEvent.Restarting("boom", 2, Duration.ofMillis(1500)),
                        "agent.restarting",
                        "restart 2 in 1 s 500 ms after boom"),
                arguments(
                        new SystemEvent.Hogging("worker-1"),
                        "agent.hogging",
                        "computes on worker-1 without crossing the gate"),
                arguments(new SystemEvent.Abandoned(List.of("a", "b")), "agent.abandoned", "did not stop: a, b"),
                arguments(
                        new SystemEvent.LimitReached(Address.of("desk"), Limit.TURNS, "5"),
                        "limit.reached",
                        "TURNS of desk is used up: at most 5"),
                arguments(new SystemEvent.Logged("a line"), "agent.log", "a line"),
                arguments(new SystemEvent.Halt(true, "why"), "system.halt", "halted: why"),
                arguments(new SystemEvent.Halt(false, ""), "system.halt", "unhalted"),
                arguments(new SystemEvent.Gap(3, 9), "events.gap", "events 3 to 9 were missed"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void event_isAKindAndALineOfWords(SystemEvent data, String type, String text) {
        LogEntry entry = LogEntry.of(event(AGENT, data));

        assertThat(entry.document().toString())
                .isEqualTo("{\"kind\":\"EVENT\",\"sequence\":12,\"time\":\"2026-01-01T12:00:00Z\","
                        + "\"who\":\"agent:desk/broker#7\",\"type\":\"" + type + "\",\"text\":\"" + text + "\"}");
        assertThat(entry.isWanted()).isTrue();
    }

    @Test
    void eventOfNobody_isTheSystems() {
        LogEntry entry = LogEntry.of(event(null, new SystemEvent.Halt(true, "why")));

        assertThat(entry.who()).isEqualTo("system");
        assertThat(entry.concerns(AGENT)).isFalse();
    }

    @Test
    void eventOfAUser_isItsRecord() {
        LogEntry entry = LogEntry.of(new Event(1, NOON, AGENT, "desk.filled", new Filled("AAPL", 100), null));

        assertThat(entry.document().at("type").text()).isEqualTo("desk.filled");
        assertThat(entry.document().at("text").text()).isEqualTo("Filled[symbol=AAPL, size=100]");
    }

    @Test
    void denialAsAnEvent_isNotWanted_sinceItIsAnActionToo() {
        var denied = new SystemEvent.Denied(PrincipalId.HOST, Action.of("file:/x", "read"), "no grant");

        LogEntry entry = LogEntry.of(event(AGENT, denied));

        assertThat(entry.isWanted()).isFalse();
    }

    static Stream<Arguments> decisions() {
        return Stream.of(
                arguments(new Decision.Allow(), "ALLOW", ""),
                arguments(new Decision.Deny("no grant"), "DENY", "no grant"),
                arguments(new Decision.NeedsApproval("large", Duration.ofMinutes(1)), "NEEDS_APPROVAL", "large"),
                arguments(new Decision.Replace(Action.of("agent:other", "spawn"), "safer"), "REPLACE", "safer"));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void action_tellsHowItWasDecided_inFieldsThatKeepTheirOrder(Decision decision, String name, String reason) {
        JsonObject document =
                LogEntry.of(action("agent:desk", decision, "detail")).document();

        assertThat(document.toString())
                .isEqualTo("{\"kind\":\"ACTION\",\"sequence\":7,\"time\":\"2026-01-01T12:00:00Z\","
                        + "\"who\":\"operator:1000\",\"type\":\"agent\",\"text\":\"agent:desk spawn\",\"decision\":\""
                        + name + "\",\"reason\":\"" + reason
                        + "\",\"outcome\":\"DONE\",\"detail\":\"detail\",\"micros\":2}");
    }

    @Test
    void entry_concernsWhoActs_whomItHappensTo_andWhoIsActedOn() {
        LogEntry happens = LogEntry.of(event(AGENT, new SystemEvent.Logged("x")));
        LogEntry actedOn = LogEntry.of(action("agent:desk/broker", new Decision.Allow(), ""));
        LogEntry other = LogEntry.of(action("agent:desk/broker2", new Decision.Allow(), ""));
        LogEntry file = LogEntry.of(action("file:/desk/broker", new Decision.Allow(), ""));

        assertThat(happens.concerns(AGENT)).isTrue();
        assertThat(happens.concerns(AgentId.parse("desk/broker#8"))).isFalse();
        assertThat(actedOn.concerns(AGENT)).isTrue();
        assertThat(other.concerns(AGENT)).isFalse();
        assertThat(file.concerns(AGENT)).isFalse();
    }

    @Test
    void longText_isCut_andSaysSo() {
        String text = textOf("x".repeat(8_193));

        assertThat(textOf("x".repeat(8_192))).isEqualTo("x".repeat(8_192));
        assertThat(text).isEqualTo("x".repeat(8_192) + "…");
    }

    @Test
    void longText_isNotCutInTheMiddleOfACharacter() {
        String text = textOf("x".repeat(8_191) + "😀😀");

        assertThat(text).isEqualTo("x".repeat(8_191) + "…");
    }

    private static String textOf(String line) {
        return LogEntry.of(event(AGENT, new SystemEvent.Logged(line)))
                .document()
                .at("text")
                .text();
    }

    @Test
    void gap_standsForWhatWasDropped_andConcernsEverybody() {
        LogEntry gap = LogEntry.gap(LogEntry.Kind.ACTION, 5, 9, NOON);

        assertThat(gap.document().toString())
                .isEqualTo("{\"kind\":\"ACTION\",\"sequence\":9,\"time\":\"2026-01-01T12:00:00Z\",\"who\":\"system\","
                        + "\"type\":\"log.gap\",\"text\":\"entries 5 to 9 were dropped before they were read\"}");
        assertThat(gap.concerns(AGENT)).isTrue();
        assertThat(gap.isWanted()).isTrue();
    }
}
