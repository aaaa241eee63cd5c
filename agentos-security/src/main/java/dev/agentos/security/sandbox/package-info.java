/** Sandbox providers: what starts processes, and how strongly it confines them. */
@NullMarked
package dev.agentos.security.sandbox;

import org.jspecify.annotations.NullMarked;
