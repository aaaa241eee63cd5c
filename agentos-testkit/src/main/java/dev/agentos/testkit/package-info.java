/**
 * A runtime for each test: {@link dev.agentos.testkit.AgentOSTest} injects it, beside a
 * {@link dev.agentos.testkit.ManualClock}, a {@link dev.agentos.testkit.Recorder} and
 * {@link dev.agentos.testkit.Probe}s, and fails a test that leaves threads, processes or sockets behind.
 */
@NullMarked
package dev.agentos.testkit;

import org.jspecify.annotations.NullMarked;
