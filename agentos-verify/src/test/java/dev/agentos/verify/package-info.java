/** Rules over all modules, and the product as its users get it: built, packaged, started. */
@NullMarked
package dev.agentos.verify;

import org.jspecify.annotations.NullMarked;
