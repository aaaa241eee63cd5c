/**
 * The JSON provider; found by ServiceLoader, not exported.
 *
 * <p>Text becomes {@code JsonValue} in {@code JsonReader} and {@code YamlReader}, Java types become {@code Shape} in
 * {@code Shapes}; encoder, decoder and schema writer are one switch over shapes each.
 */
@NullMarked
package dev.agentos.json;

import org.jspecify.annotations.NullMarked;
