package dev.agentos.testkit;

import dev.agentos.api.AgentState;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on what a {@link Recorder} has recorded.
 *
 * @since 0.1
 */
public final class RecorderAssert extends AbstractAssert<RecorderAssert, Recorder> {
    RecorderAssert(Recorder actual) {
        super(actual, RecorderAssert.class);
    }

    /** Checks that an action on this resource ({@code tool:order.place}) was refused. */
    public RecorderAssert denied(String resource) {
        if (actual.denials().stream().noneMatch(record -> on(record, resource))) {
            failWithMessage("expected a denial of %s, denied were %s", resource, resources(actual.denials()));
        }
        return this;
    }

    /** Checks that nothing was refused. */
    public RecorderAssert deniedNothing() {
        if (!actual.denials().isEmpty()) {
            failWithMessage("expected no denial, denied were %s", resources(actual.denials()));
        }
        return this;
    }

    /** Checks that an action on this resource was performed so often. */
    public RecorderAssert performed(String resource, int times) {
        var done = actual.actions().stream()
                .filter(record -> record.outcome() == Outcome.DONE && on(record, resource))
                .toList();
        if (done.size() != times) {
            failWithMessage(
                    "expected %s to be performed %s times, not %s; recorded were %s",
                    resource, times, done.size(), resources(actual.actions()));
        }
        return this;
    }

    /** Checks that there is a dead letter for this reason. */
    public RecorderAssert deadLetter(DeadLetter.Reason reason) {
        if (actual.deadLetters().stream().noneMatch(letter -> letter.reason() == reason)) {
            failWithMessage("expected a dead letter for %s, there were %s", reason, actual.deadLetters());
        }
        return this;
    }

    /**
     * Checks that an agent went through these states, in this order and no others, the first being the one it was in when
     * the recorder began.
     */
    public RecorderAssert states(Address agent, AgentState first, AgentState... then) {
        var changes = actual.events().stream()
                .filter(event ->
                        event.agent() != null && event.agent().address().equals(agent))
                .map(Event::data)
                .filter(SystemEvent.StateChanged.class::isInstance)
                .map(SystemEvent.StateChanged.class::cast)
                .toList();
        var seen = new ArrayList<AgentState>();
        changes.stream().findFirst().ifPresent(change -> seen.add(change.from()));
        changes.forEach(change -> seen.add(change.to()));
        var wanted = new ArrayList<>(List.of(first));
        wanted.addAll(List.of(then));
        if (!seen.equals(wanted)) {
            failWithMessage("expected %s to go through %s, it went through %s", agent, wanted, seen);
        }
        return this;
    }

    private static boolean on(ActionRecord record, String resource) {
        return resource.equals(record.action().type() + ":" + record.action().resource());
    }

    private static List<String> resources(List<ActionRecord> records) {
        return records.stream()
                .map(record -> record.action() + " " + record.outcome())
                .toList();
    }
}
