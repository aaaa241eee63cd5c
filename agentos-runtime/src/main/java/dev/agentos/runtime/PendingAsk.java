package dev.agentos.runtime;

import dev.agentos.api.error.AskException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.message.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its answer, and at once the right to answer it: one use. It lies in the recipient's mailbox in place of the
 * message. Settled once, by whoever comes first: an answer, a failure, the end of the asker's patience. Thread-safe.
 */
final class PendingAsk {
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(PendingAsk.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Message message;
    private final Class<?> replyType;
    private final Runnable wake;
    /** The answer, or a {@link Failure}. */
    private volatile @Nullable Object outcome;

    /** The recipient has used its right to answer. The recipient's own threads. */
    private volatile boolean used;

    /** What the answer carries. Set before the ask is settled. */
    private volatile Set<String> taint = Set.of();

    /** Why there is no answer. */
    record Failure(ErrorCode code, String problem, @Nullable Throwable cause) {}

    /** @param wake runs once it is settled; quick, on any thread */
    PendingAsk(Message message, Class<?> replyType, Runnable wake) {
        this.message = message;
        this.replyType = replyType;
        this.wake = wake;
    }

    boolean isOpen() {
        return outcome == null;
    }

    /** {@return whether an answer would reach the asker} The recipient's own threads. */
    boolean isUnanswered() {
        return isOpen() && !used;
    }

    /**
     * Uses the right to answer.
     *
     * @param taint of the turn that answers
     * @throws IllegalStateException if it was used before
     */
    void use(Set<String> taint) {
        if (used) {
            throw new IllegalStateException(
                    "message " + message.id() + " from '" + message.sender() + "' was answered before");
        }
        used = true;
        taint(taint);
    }

    /** Marks what it is settled with. */
    void taint(Set<String> of) {
        taint = of;
    }

    Set<String> taint() {
        return taint;
    }

    /** Gives the right back: what it was used for did not happen. */
    void unuse() {
        used = false;
    }

    /** {@return whether this call settled it} */
    boolean answer(Object reply) {
        if (replyType.isInstance(reply)) {
            return settle(reply);
        }
        String problem = "answered with a " + reply.getClass().getName() + ", expected a " + replyType.getName();
        return settle(new Failure(ErrorCode.ASK_FAILED, problem, null));
    }

    /** {@return whether this call settled it} */
    boolean fail(ErrorCode code, String problem, @Nullable Throwable cause) {
        return settle(new Failure(code, problem, cause));
    }

    private boolean settle(Object result) {
        if (!OUTCOME.compareAndSet(this, null, result)) {
            return false;
        }
        wake.run();
        return true;
    }

    /**
     * Returns the answer of a settled ask.
     *
     * @throws AskException if there is none
     */
    Object result() {
        return switch (outcome) {
            case null -> throw new IllegalStateException("the ask " + message.id() + " is not settled");
            case Failure(var code, var problem, var cause) ->
                throw new AskException(code, message.recipient(), problem, cause);
            case Object answer -> answer;
        };
    }
}
