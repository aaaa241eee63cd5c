package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.event.SystemEvent.Logged;
import dev.agentos.api.message.Address;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private static final AgentId AGENT = new AgentId(Address.of("desk"), 1);

    private final FakeEvents events = new FakeEvents();
    private final AgentOS os = Fakes.answering(AgentOS.class, Map.of("events", _ -> events));

    @Test
    void events_beginWithTheRecorder() {
        events.publish(AGENT, new Logged("before"));
        var recorder = Recorder.of(os);

        events.publish(AGENT, new Logged("after"));

        assertThat(recorder.events(Logged.class)).containsExactly(new Logged("after"));
    }

    @Test
    void events_waitsForWhatHasHappened_andIsNotToldYet() {
        var recorder = Recorder.of(os);
        var late = events.happen(AGENT, new Logged("late"));
        Thread.ofVirtual().start(() -> events.tell(late));

        assertThat(recorder.events()).containsExactly(late);
    }

    @Test
    void events_areReadFromTheHistory_whereTheRecorderFellBehind() {
        var recorder = Recorder.of(os);
        events.publish(AGENT, new Logged("1"));
        events.happen(AGENT, new Logged("2"));
        events.happen(AGENT, new Logged("3"));

        events.tell(new Event(3, Instant.EPOCH, null, "events.gap", new SystemEvent.Gap(2, 3)));
        events.publish(AGENT, new Logged("4"));

        assertThat(recorder.events(Logged.class)).extracting(Logged::line).containsExactly("1", "2", "3", "4");
    }

    @Test
    void events_ofAKind_leaveOutOthers() {
        var recorder = Recorder.of(os);
        events.publish(AGENT, new Logged("line"));
        events.publish(AGENT, new SystemEvent.Hogging("thread"));

        assertThat(recorder.events(SystemEvent.Hogging.class)).containsExactly(new SystemEvent.Hogging("thread"));
    }

    @Test
    void awaitEvent_findsPastOnes() {
        var recorder = Recorder.of(os);
        events.publish(AGENT, new Logged("a"));
        events.publish(AGENT, new Logged("b"));

        assertThat(recorder.awaitEvent(Logged.class)).isEqualTo(new Logged("a"));
        assertThat(recorder.awaitEvent(event -> event.sequence() == 2).data()).isEqualTo(new Logged("b"));
    }

    @Test
    void awaitEvent_waitsForOnesToCome() {
        var recorder = Recorder.of(os);
        Thread.ofVirtual().start(() -> events.publish(AGENT, new Logged("soon")));

        assertThat(recorder.awaitEvent(Logged.class)).isEqualTo(new Logged("soon"));
    }

    @Test
    void awaitEvent_fails_whenItsThreadIsInterrupted() {
        var recorder = Recorder.of(os);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> recorder.awaitEvent(Logged.class)).isInstanceOf(AssertionError.class);
        assertThat(Thread.interrupted()).as("kept for whoever interrupted").isTrue();
    }

    @Test
    void close_endsTheSubscription_andKeepsWhatIsThere() {
        var recorder = Recorder.of(os);
        events.publish(AGENT, new Logged("kept"));

        recorder.close();
        events.publish(AGENT, new Logged("missed"));

        assertThat(events.listeners()).isZero();
        assertThat(recorder.events(Logged.class)).containsExactly(new Logged("kept"));
    }
}
