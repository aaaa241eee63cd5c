/**
 * Mailboxes, workers, timers: who runs which reactive agent when. Knows nothing of agents' meaning: it runs {@link
 * dev.agentos.runtime.schedule.Cell cells} and hands them opaque messages. Not exported; depends on the JDK and SLF4J only.
 */
@NullMarked
package dev.agentos.runtime.schedule;

import org.jspecify.annotations.NullMarked;
