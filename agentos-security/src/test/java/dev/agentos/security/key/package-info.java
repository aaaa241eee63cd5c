@org.jspecify.annotations.NullMarked
package dev.agentos.security.key;
