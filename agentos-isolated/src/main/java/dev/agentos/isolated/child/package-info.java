/** The process of an agent: its main class, and the agent's context, whose every call is a question to the host. */
@NullMarked
package dev.agentos.isolated.child;

import org.jspecify.annotations.NullMarked;
