package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.Effect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One namespace, as one holder gets at it: every read and every change crosses the gate here. What is the holder's own is read without a
 * record; everything else leaves one. Thread-safe, as far as the holder is.
 */
final class Access {
    private final MemoryDesk desk;
    private final Holder holder;
    private final Namespace namespace;

    Access(MemoryDesk desk, Holder holder, Namespace namespace) {
        this.desk = desk;
        this.holder = holder;
        this.namespace = namespace;
    }

    MemoryDesk desk() {
        return desk;
    }

    Holder holder() {
        return holder;
    }

    Actor actor() {
        return holder.actor();
    }

    Storage storage() {
        return desk.surroundings().storage();
    }

    JsonProvider json() {
        return desk.surroundings().json().get();
    }

    Instant now() {
        return desk.surroundings().time().now();
    }

    String text() {
        return namespace.text();
    }

    Access of(String other) {
        return new Access(desk, holder, Namespace.parse(other));
    }

    /** Whether it is the memory of the agent that looks at it. */
    boolean isOwn() {
        AgentId self = actor().agent();
        return self != null && self.address().equals(namespace.agent());
    }

    Action action(Deed deed) {
        return namespace.action(deed.verb(), deed.attributes());
    }

    /**
     * Finds out what the namespace is called in the store; once the right was checked.
     *
     * @throws IllegalArgumentException if it is that of an agent, and there never was such an agent
     */
    String stored() {
        Address address = namespace.agent();
        if (address == null) {
            return namespace.text();
        }
        AgentId self = actor().agent();
        AgentId resident = self != null && self.address().equals(address)
                ? self
                : ask(() -> Optional.ofNullable(desk.surroundings().residents().at(address)))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no agent '" + address + "' lives here, or has lived here"));
        return Namespace.stored(address, resident.incarnation());
    }

    // ---- through the gate

    /** Reads. */
    <T> T read(Deed deed, Supplier<T> effect, ToLongFunction<T> size) {
        return read(deed, new Work<>(effect, 0, size, _ -> ""));
    }

    <T> T read(Deed deed, Work<T> work) {
        if (isOwn()) {
            allow(action(deed));
            return work.perform();
        }
        return act(List.of(action(deed)), work);
    }

    /** Checks the right to read what is then changed; {@return what has to be recorded of it} */
    List<Action> reads(Deed deed) {
        if (isOwn()) {
            allow(action(deed));
            return List.of();
        }
        return List.of(action(deed));
    }

    /** Changes something, which is recorded, whoever does it. */
    <T> T change(Deed deed, Supplier<T> effect) {
        return cross(List.of(action(deed)), new Work<>(effect, deed.bytes(), _ -> 0, _ -> ""));
    }

    /** Does what may need several rights. */
    <T> T cross(List<Action> actions, Work<T> work) {
        T result = act(actions, work);
        StoreWait.passed(actor());
        return result;
    }

    private void allow(Action action) {
        try {
            desk.surroundings().gate().allow(actor(), action);
        } catch (DeniedException denied) {
            throw plain(denied);
        }
    }

    private <T> T act(List<Action> actions, Work<T> work) {
        try {
            return desk.surroundings().gate().act(actor(), actions, work);
        } catch (DeniedException denied) {
            throw plain(denied);
        }
    }

    /** The grant to add is one for the namespace, rather than for this key and just so many bytes. */
    private static DeniedException plain(DeniedException denied) {
        Action action = denied.action();
        return denied.missing().isEmpty() || !action.type().equals(Namespace.TYPE)
                ? denied
                : new DeniedException(action, denied.reason(), action.grantText());
    }

    /**
     * What is done once the gate has let it through.
     *
     * @param bytes what it carries in
     * @param size of what it returns, in bytes
     * @param detail what its record says of it
     */
    record Work<T>(Supplier<T> effect, long bytes, ToLongFunction<T> size, Function<T, String> detail)
            implements Effect<T> {
        @Override
        public T perform() {
            return effect.get();
        }

        @Override
        public long bytes(T result) {
            return size.applyAsLong(result);
        }

        @Override
        public String detail(T result) {
            return detail.apply(result);
        }
    }

    // ---- the store, once the gate has let it through

    /** Asks the store, where it may take its time. */
    <T> T ask(Supplier<T> query) {
        return desk.waits().read(actor(), query);
    }

    /** Writes at once; others are told of what is not the holder's own. {@return the rows as they were numbered} */
    List<StoredRow> commit(Deed deed, List<? extends StoredRow> rows) {
        var all = new ArrayList<StoredRow>(rows);
        StoredRow fact = fact(deed);
        if (fact != null) {
            all.add(fact);
        }
        return desk.waits().commit(actor(), all, durability());
    }

    /** {@return the event that tells others; null if the namespace is nobody's business but the holder's} */
    @Nullable
    StoredRow fact(Deed deed) {
        return isOwn()
                ? null
                : desk.surroundings()
                        .facts()
                        .row(actor(), new SystemEvent.MemoryChanged(text(), deed.verb(), deed.what()));
    }

    private Durability durability() {
        boolean byHost = actor().agent() == null && desk.surroundings().isPersistent();
        return holder.isDurable() || byHost ? Durability.DURABLE : Durability.BUFFERED;
    }
}
