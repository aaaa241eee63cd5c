/** A set of dialogues with questions and what answers them, and how well a store finds that. Other modules use it with their embedders. */
@org.jspecify.annotations.NullMarked
package dev.agentos.memory.retrieval;
