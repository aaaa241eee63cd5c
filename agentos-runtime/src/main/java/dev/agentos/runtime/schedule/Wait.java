package dev.agentos.runtime.schedule;

/** Why a turn waits; tells a simulated clock whether anything still goes on. */
public enum Wait {
    /** Only another agent, a timer, or somebody outside can end it: ask, receive, sleep, a full mailbox, pause, approval. */
    PASSIVE,
    /** Something is at work on its behalf: a tool call, a query, a model. Time must not be moved past it. */
    ACTIVE
}
