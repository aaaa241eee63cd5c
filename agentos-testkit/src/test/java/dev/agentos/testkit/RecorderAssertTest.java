package dev.agentos.testkit;

import static dev.agentos.api.AgentState.COMPLETED;
import static dev.agentos.api.AgentState.PENDING;
import static dev.agentos.api.AgentState.RUNNING;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionLog;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecorderAssertTest {
    private static final AgentId DESK = new AgentId(Address.of("desk"), 1);
    private static final Action ORDER = Action.of("tool:order.place", "call");

    private final FakeEvents events = new FakeEvents();
    private final List<ActionRecord> actions = new ArrayList<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final AgentOS os = Fakes.answering(
            AgentOS.class, Map.of("events", _ -> events, "actions", _ -> new Log(), "deadLetters", _ -> letters));
    private final RecorderAssert recorded = Recorder.of(os).assertThat();

    @Test
    void denied_holds_forADenialOfThatResource() {
        record(ORDER, Decision.deny("no grant"), Outcome.NOT_STARTED);

        holds(() -> recorded.denied("tool:order.place"));
        fails(() -> recorded.denied("tool:order"), "tool:order,", "tool:order.place call");
    }

    @Test
    void denied_doesNotHold_forWhatWasAllowed() {
        record(ORDER, Decision.allow(), Outcome.DONE);

        fails(() -> recorded.denied("tool:order.place"), "expected a denial of tool:order.place", "[]");
        holds(recorded::deniedNothing);
    }

    @Test
    void deniedNothing_saysWhatWasDenied() {
        record(ORDER, Decision.deny("no grant"), Outcome.NOT_STARTED);

        fails(recorded::deniedNothing, "tool:order.place call NOT_STARTED");
    }

    @Test
    void performed_countsWhatWasDone_andNoFailures() {
        record(ORDER, Decision.allow(), Outcome.DONE);
        record(ORDER, Decision.allow(), Outcome.FAILED);
        record(ORDER, Decision.allow(), Outcome.DONE);
        record(Action.of("tool:other", "call"), Decision.allow(), Outcome.DONE);

        holds(() -> recorded.performed("tool:order.place", 2));
        fails(() -> recorded.performed("tool:order.place", 3), "3 times, not 2", "tool:other call DONE");
    }

    @Test
    void deadLetter_looksForTheReason() {
        letters.add(new DeadLetter(
                1, Instant.EPOCH, Fakes.message("lost"), DeadLetter.Reason.UNHANDLED, "nobody knows it"));

        holds(() -> recorded.deadLetter(DeadLetter.Reason.UNHANDLED));
        fails(() -> recorded.deadLetter(DeadLetter.Reason.MAILBOX_FULL), "MAILBOX_FULL", "nobody knows it");
    }

    @Test
    void states_areAllOfThem_inOrder() {
        change(DESK, PENDING, RUNNING);
        change(new AgentId(Address.of("other"), 2), PENDING, RUNNING);
        change(DESK, RUNNING, COMPLETED);

        holds(() -> recorded.states(DESK.address(), PENDING, RUNNING, COMPLETED));
        fails(() -> recorded.states(DESK.address(), PENDING, RUNNING), "it went through [PENDING, RUNNING, COMPLETED]");
        fails(() -> recorded.states(DESK.address(), RUNNING, COMPLETED), "expected desk to go through");
        fails(() -> recorded.states(Address.of("nobody"), PENDING), "it went through []");
    }

    private void change(AgentId agent, AgentState from, AgentState to) {
        events.publish(agent, new SystemEvent.StateChanged(from, to, ""));
    }

    private void record(Action action, Decision decision, Outcome outcome) {
        actions.add(new ActionRecord(
                actions.size() + 1L,
                Instant.EPOCH,
                PrincipalId.agent(DESK),
                action,
                decision,
                outcome,
                "",
                Duration.ZERO));
    }

    private static void holds(ThrowingCallable assertion) {
        assertThatCode(assertion).doesNotThrowAnyException();
    }

    private static void fails(ThrowingCallable assertion, String... parts) {
        assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContainingAll(parts);
    }

    private final class Log implements ActionLog {
        @Override
        public List<ActionRecord> find(ActionQuery query) {
            return actions.stream().filter(query::matches).toList();
        }

        @Override
        public long lastSequence() {
            return actions.size();
        }
    }
}
