/** What hostile programs try in the sandbox of Linux, as root and as anybody, and the table of what stopped them. */
@NullMarked
package dev.agentos.verify.sandbox;

import org.jspecify.annotations.NullMarked;
