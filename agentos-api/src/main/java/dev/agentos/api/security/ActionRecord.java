package dev.agentos.api.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One attempt to cross the gate, as it is kept.
 *
 * @param sequence counts records from 1, without gaps
 * @param time when it was attempted
 * @param principal who attempted it
 * @param action what was attempted, with its canonical arguments
 * @param decision what the gate said
 * @param outcome what became of it
 * @param detail why it failed, or how its process was confined; empty if there is nothing to say
 * @param duration from the decision to the outcome
 * @since 0.1
 */
public record ActionRecord(
        long sequence,
        Instant time,
        PrincipalId principal,
        Action action,
        Decision decision,
        Outcome outcome,
        String detail,
        Duration duration) {
    /** Checks that nothing is missing. */
    public ActionRecord {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(duration, "duration");
    }

    /** {@return this record under a number} */
    public ActionRecord numbered(long number) {
        return new ActionRecord(number, time, principal, action, decision, outcome, detail, duration);
    }
}
