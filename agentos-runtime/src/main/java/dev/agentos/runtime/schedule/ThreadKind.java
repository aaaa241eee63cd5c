package dev.agentos.runtime.schedule;

/** Which thread runs the turns of a {@link Cell}. */
public enum ThreadKind {
    /** A shared worker virtual thread: the default, and the cheapest by far. */
    SHARED,
    /** A fresh virtual thread for each activation: nothing that user code leaves in thread-locals is seen by others. */
    OWN,
    /** A fresh platform thread for each activation: for turns that compute for long; the operating system shares out the cores. */
    PLATFORM
}
