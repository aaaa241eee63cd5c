@org.jspecify.annotations.NullMarked
package dev.agentos.memory.search;
