@org.jspecify.annotations.NullMarked
package dev.agentos.runtime.token;
