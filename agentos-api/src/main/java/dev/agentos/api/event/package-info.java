/** Facts about the system, numbered without gaps: what dashboards, alerts and tests read. */
@NullMarked
package dev.agentos.api.event;

import org.jspecify.annotations.NullMarked;
