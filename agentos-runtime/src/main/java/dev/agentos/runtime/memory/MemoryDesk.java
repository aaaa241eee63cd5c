package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.message.Address;
import dev.agentos.runtime.gate.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The memories of one runtime. Thread-safe. */
public final class MemoryDesk {
    private final Surroundings surroundings;
    private final MemoryOptions options;
    private final StoreWait waits;
    private final Embeddings embeddings;
    private final EntryIds ids = new EntryIds();
    private final Marks marks = new Marks(this);

    /** Opens the memories of a runtime. Starts no thread until one is needed. */
    public MemoryDesk(Surroundings surroundings, MemoryOptions options) {
        this(surroundings, options, Embeddings.LIMIT);
    }

    MemoryDesk(Surroundings surroundings, MemoryOptions options, Duration embedderLimit) {
        this.surroundings = surroundings;
        this.options = options;
        this.waits = new StoreWait(surroundings.storage());
        this.embeddings = new Embeddings(options.embedder(), embedderLimit);
    }

    Surroundings surroundings() {
        return surroundings;
    }

    MemoryOptions options() {
        return options;
    }

    StoreWait waits() {
        return waits;
    }

    Embeddings embeddings() {
        return embeddings;
    }

    Marks marks() {
        return marks;
    }

    EntryIds ids() {
        return ids;
    }

    /** {@return what an agent keeps for itself} */
    public Memory own(Holder holder, Address self) {
        return new View(new Access(this, holder, Namespace.of(self)));
    }

    /**
     * {@return a namespace as somebody sees it}
     *
     * @throws IllegalArgumentException if the text is no namespace
     */
    public Memory of(Holder holder, String namespace) {
        return new View(new Access(this, holder, Namespace.parse(namespace)));
    }

    /** {@return the namespaces with long-term entries that the holder may read, with how many hold now, in order} */
    public Map<String, Long> namespaces(Holder holder) {
        Actor actor = holder.actor();
        actor.crossing();
        Instant now = surroundings.time().now();
        Map<String, Long> stored =
                waits.read(actor, () -> surroundings.storage().entries().namespaces(now));
        var shown = new TreeMap<String, Long>();
        stored.forEach((name, size) -> {
            Namespace namespace =
                    waits.read(actor, () -> Optional.ofNullable(living(name))).orElse(null);
            if (namespace != null && surroundings.gate().covers(actor, namespace.action(Deed.READ, Map.of()))) {
                shown.put(namespace.text(), size);
            }
        });
        return Collections.unmodifiableMap(shown);
    }

    /** {@return the namespace of this name in the store; null if it is of an agent whose place another one has taken} */
    private @Nullable Namespace living(String stored) {
        int hash = stored.indexOf('#');
        if (hash < 0) {
            return Namespace.parse(stored);
        }
        Namespace namespace = Namespace.parse(stored.substring(0, hash));
        Address address = namespace.agent();
        AgentId resident = address == null ? null : surroundings.residents().at(address);
        return resident != null && stored.equals(Namespace.stored(resident.address(), resident.incarnation()))
                ? namespace
                : null;
    }

    /** Ends the threads of the embedder. {@return those that did not end, by name} */
    public List<String> close(Duration limit) {
        return embeddings.close(limit);
    }
}
