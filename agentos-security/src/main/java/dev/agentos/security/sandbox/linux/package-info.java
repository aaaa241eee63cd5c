/** The sandbox of Linux: Landlock, seccomp and control groups, from the JVM and without a program of its own. */
@NullMarked
package dev.agentos.security.sandbox.linux;

import org.jspecify.annotations.NullMarked;
