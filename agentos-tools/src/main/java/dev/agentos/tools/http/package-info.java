/**
 * The HTTP tool and what it stands on: one spelling for each URL, vetted addresses, and redirects checked hop by hop.
 */
@NullMarked
package dev.agentos.tools.http;

import org.jspecify.annotations.NullMarked;
