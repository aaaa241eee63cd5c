/** How long-term memory is searched: words, vectors, and one order made of both. */
@org.jspecify.annotations.NullMarked
package dev.agentos.memory.search;
