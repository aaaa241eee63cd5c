/** The tool that runs programs. */
@NullMarked
package dev.agentos.tools.shell;

import org.jspecify.annotations.NullMarked;
