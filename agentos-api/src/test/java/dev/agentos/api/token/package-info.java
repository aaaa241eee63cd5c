@org.jspecify.annotations.NullMarked
package dev.agentos.api.token;
