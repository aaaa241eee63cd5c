/**
 * File tools and what they stand on: paths checked before any system call, and an opener that never leaves its root.
 */
@NullMarked
package dev.agentos.tools.file;

import org.jspecify.annotations.NullMarked;
