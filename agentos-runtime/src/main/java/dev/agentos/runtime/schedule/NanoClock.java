package dev.agentos.runtime.schedule;

/** Source of elapsed time in nanoseconds, from an arbitrary origin; never goes back. Thread-safe. */
@FunctionalInterface
public interface NanoClock {

    /** The JVM's own clock. */
    NanoClock SYSTEM = System::nanoTime;

    /** {@return the time in nanoseconds} */
    long nanos();
}
