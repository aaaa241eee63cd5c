/** Who may do what: actions that cross the gate, capabilities that cover them, decisions and their records. */
@NullMarked
package dev.agentos.api.security;

import org.jspecify.annotations.NullMarked;
