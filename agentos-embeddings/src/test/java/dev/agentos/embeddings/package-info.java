@NullMarked
package dev.agentos.embeddings;

import org.jspecify.annotations.NullMarked;
