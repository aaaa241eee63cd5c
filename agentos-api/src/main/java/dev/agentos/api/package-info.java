/**
 * Start here: {@link dev.agentos.api.AgentOS} is a runtime, {@link dev.agentos.api.AgentSpec} says what an agent is,
 * {@link dev.agentos.api.AgentHandle} controls one run of it, {@link dev.agentos.api.AgentContext} is everything that
 * the agent can do.
 */
@NullMarked
package dev.agentos.api;

import org.jspecify.annotations.NullMarked;
