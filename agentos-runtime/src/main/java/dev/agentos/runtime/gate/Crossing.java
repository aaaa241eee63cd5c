package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to cross the gate. Used once, by one thread.
 *
 * @param <T> what performing it returns
 */
interface Crossing<T> {
    /** What it costs. */
    enum Cost {
        /** Nothing that is limited here. */
        NONE,
        /** One tool call. */
        CALL
    }

    /** Who attempts it. */
    Actor actor();

    /** Stands before the gate: held there, or stopped, if that is asked of the actor. */
    default void enter() {
        actor().crossing();
    }

    /** What is recorded when {@link #describe} fails: the attempt without its arguments. */
    Action nominal();

    /**
     * Says what it is, canonically; pure.
     *
     * @throws dev.agentos.api.error.AgentOsException if that cannot be understood: the attempt is refused with it
     */
    List<Action> describe();

    Cost cost();

    /** What a person is shown of it beside the actions, exactly and without secrets; empty if the actions say all. */
    default JsonObject arguments() {
        return JsonObject.EMPTY;
    }

    /** Whether a person can be waited for. */
    default boolean waits() {
        return true;
    }

    /** Whether doing it twice is as good as doing it once. */
    default boolean isRepeatable() {
        return false;
    }

    /** Whether its arguments could be others. */
    default boolean isEditable() {
        return false;
    }

    /**
     * The attempt with other arguments; null if it is none whose arguments could be others.
     *
     * @throws IllegalArgumentException if they cannot be so
     */
    default @Nullable Crossing<T> edited(JsonObject arguments, String note) {
        return null;
    }

    /** The bytes that it carries in, for grants that count them. */
    default long bytes() {
        return 0;
    }

    /** A bound that it meets by what it is, rather than by a count; null if none. */
    default @Nullable Exceeded exceeded() {
        return null;
    }

    /** Told that it was refused, after the refusal was kept. */
    default void refused(String reason) {}

    /** Does it. What it throws is a failure. */
    T perform(Passage passage) throws Exception;

    /** How it ended. */
    default Ended ended(T result) {
        return Ended.DONE;
    }

    /** How an action of it is kept. */
    default Action recorded(Action action) {
        return Shortening.of(action);
    }

    /** The attempt that differs from this one as one action differs from another; null if there is no such attempt. */
    default @Nullable Crossing<T> replaced(Action original, Action by, String reason) {
        return null;
    }

    /**
     * How an attempt ended.
     *
     * @param detail empty if there is nothing to say
     */
    record Ended(Outcome outcome, String detail) {
        static final Ended DONE = new Ended(Outcome.DONE, "");
    }
}
