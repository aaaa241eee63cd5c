/** A sentence transformer in the JVM: texts become vectors, without a network. Found by ServiceLoader. */
@NullMarked
package dev.agentos.embeddings;

import org.jspecify.annotations.NullMarked;
