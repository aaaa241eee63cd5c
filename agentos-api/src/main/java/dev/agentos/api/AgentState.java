package dev.agentos.api;

/**
 * Where a run is in its life: {@code PENDING → RUNNING ⇄ PAUSED → COMPLETED | FAILED | TERMINATED}.
 *
 * @since 0.1
 */
public enum AgentState {
    /** It has an address and takes mail; its code has not begun. */
    PENDING,
    /** Its code runs, or would if it had mail. */
    RUNNING,
    /** No code of it runs; mail queues up. */
    PAUSED,
    /** It ended by itself, or was stopped in order. */
    COMPLETED,
    /** It ended by an exception that its restart policy did not absorb. */
    FAILED,
    /** It was terminated. */
    TERMINATED;

    /** {@return whether the run is over} */
    public boolean ended() {
        return this == COMPLETED || this == FAILED || this == TERMINATED;
    }
}
