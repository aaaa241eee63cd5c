package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.message.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Entries, changed in one respect. */
final class Entries {
    private Entries() {}

    /** {@return an entry under another name of its namespace} */
    static Entry in(String namespace, Entry entry) {
        return with(entry, namespace, entry.metadata());
    }

    /** {@return where untrusted data came from that the turn had seen which remembered it; empty for most} */
    static Set<String> taint(Entry entry) {
        String taint = entry.metadata().get(Message.TAINT);
        return taint == null ? Set.of() : Set.of(taint.split(","));
    }

    /** {@return an entry that carries the taint of the turn which remembers it, beside its own} */
    static Entry marked(Entry entry, Set<String> taint) {
        return taint.isEmpty() ? entry : with(entry, entry.namespace(), marked(entry.metadata(), taint));
    }

    static Map<String, String> marked(Map<String, String> metadata, Set<String> taint) {
        if (taint.isEmpty()) {
            return metadata;
        }
        var all = new TreeSet<>(taint);
        String before = metadata.get(Message.TAINT);
        if (before != null) {
            all.addAll(Set.of(before.split(",")));
        }
        var marked = new HashMap<>(metadata);
        marked.put(Message.TAINT, String.join(",", all));
        return Map.copyOf(marked);
    }

    private static Entry with(Entry entry, String namespace, Map<String, String> metadata) {
        return new Entry(
                entry.id(),
                namespace,
                entry.kind(),
                entry.text(),
                metadata,
                entry.importance(),
                entry.surroundings(),
                entry.time(),
                entry.remembered(),
                entry.expires(),
                entry.ended(),
                entry.supersedes());
    }
}
