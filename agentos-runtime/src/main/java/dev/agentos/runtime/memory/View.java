package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Conversation;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.WorkingMemory;
import java.util.Set;

/** The memory of one namespace, as one holder sees it. */
final class View implements Memory {
    /** Where durable agents keep how far they have come: what is written there decides how they come back. */
    private static final Set<String> RESERVED = Set.of("agentos", Marks.SESSION);

    private final Access access;

    View(Access access) {
        this.access = access;
    }

    @Override
    public String namespace() {
        return access.text();
    }

    @Override
    public Conversation conversation(String session) {
        return new StoredConversation(access, Texts.name("session", session));
    }

    @Override
    public WorkingMemory working(String session) {
        if (RESERVED.contains(session)) {
            throw new IllegalArgumentException("the session '" + session + "' of a working memory is the system's");
        }
        return new StoredWorking(access, Texts.name("session", session));
    }

    @Override
    public LongTermMemory longTerm() {
        return new StoredEntries(access);
    }
}
