package dev.agentos.api.error;

import java.util.Objects;

/**
 * The process of an isolated agent ended before the agent's life was over, was ended for what it did, or was not started for lack of room;
 * says what stopped it.
 *
 * @since 0.3
 */
public final class IsolatedAgentException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What ended it. */
    public enum Reason {
        /** The code of the agent threw what none of its calls had thrown; the message says what. */
        THREW,
        /** It ended itself: {@code System.exit}, or a crash of its JVM. */
        EXITED,
        /** A signal that we did not send. */
        SIGNAL,
        /** It said on its connection what no agent says: no frame, no request, too large, a handle that it was not given. */
        PROTOCOL,
        /** Its heap, or the memory of its process. */
        MEMORY,
        /** It used up its CPU time. */
        CPU_TIME,
        /** It printed far more than is kept. */
        OUTPUT,
        /** It started too many threads or processes. */
        PROCESSES,
        /** It wrote too large a file, or filled the folders that it may write to. */
        DISK,
        /** A grant that its process rests on was revoked, or has expired. */
        REVOKED,
        /** It was ended together with the runtime's sandbox. */
        CANCELLED,
        /** It was never started: as many isolated agents live as the runtime may have at a time. */
        TOO_MANY
    }

    /** Says what ended it. */
    public IsolatedAgentException(Reason reason, String message) {
        super(ErrorCode.ISOLATED_AGENT, message, null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return what ended it} */
    public Reason reason() {
        return reason;
    }
}
