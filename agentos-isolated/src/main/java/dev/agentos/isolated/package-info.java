/** This JVM's side: starts the process of an agent, does what it asks for as that agent, and says how it ended. */
@NullMarked
package dev.agentos.isolated;

import org.jspecify.annotations.NullMarked;
