package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Entry;

/** Entries under other names of their namespace. */
final class Entries {
    private Entries() {}

    static Entry in(String namespace, Entry entry) {
        return new Entry(
                entry.id(),
                namespace,
                entry.kind(),
                entry.text(),
                entry.metadata(),
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                entry.expires(),
                entry.ended(),
                entry.supersedes());
    }
}
