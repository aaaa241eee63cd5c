/**
 * The way out for processes without a network: an HTTP proxy that holds each process to its rights, with the same vetting of
 * hosts and addresses as {@code http.request}.
 */
@NullMarked
package dev.agentos.tools.egress;

import org.jspecify.annotations.NullMarked;
