/** What waits for a person: the tickets, who waits for them, and who decides. Not exported. */
@NullMarked
package dev.agentos.runtime.approval;

import org.jspecify.annotations.NullMarked;
