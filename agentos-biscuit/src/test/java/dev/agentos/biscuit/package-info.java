@org.jspecify.annotations.NullMarked
package dev.agentos.biscuit;
