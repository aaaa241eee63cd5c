/** What agents remember: the conversation they are in, the facts they work with, and what they learned, in namespaces. */
@NullMarked
package dev.agentos.api.memory;

import org.jspecify.annotations.NullMarked;
