package dev.agentos.runtime.memory;

import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.WorkingMemory;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.StoredRow.WorkingRow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Within a turn that keeps what it writes, a key's version is what the store has and one for each change of the turn. Only the first change
 * of a key carries the version that it expects: what follows it in the same batch cannot be parted from it by anybody.
 */
/** The keys of one session. */
final class StoredWorking implements WorkingMemory {
    /** How many bytes a value may have as JSON. */
    static final int MOST_BYTES = 1 << 20;

    private final Access access;
    private final String session;

    StoredWorking(Access access, String session) {
        this.access = access;
        this.session = session;
    }

    private Deed deed(String verb, String key) {
        Texts.name("key", key);
        return Deed.of(verb, "working " + session + " " + key)
                .with("session", session)
                .with("key", key);
    }

    // ---- reading

    @Override
    public <T> Optional<T> get(String key, Class<T> type) {
        Objects.requireNonNull(type, "type");
        Optional<JsonValue> value = access.read(
                deed(Deed.READ, key),
                () -> value(key),
                found -> found.map(this::size).orElse(0L));
        return value.map(json -> access.json().fromJson(json, type));
    }

    private Optional<JsonValue> value(String key) {
        String stored = access.stored();
        Turn turn = access.holder().turn();
        WorkingRow mine = turn == null ? null : turn.working(stored, session, key);
        Optional<WorkingRow> row =
                mine == null ? stored(stored, key) : Optional.of(mine).filter(this::holds);
        row.ifPresent(this::seen);
        return row.map(WorkingRow::value);
    }

    /** Taints the turn of whoever reads what a tainted one has written. */
    private void seen(WorkingRow row) {
        if (access.desk().surroundings().followsTaint()) {
            access.actor().tainted(row.taint());
        }
    }

    private Optional<WorkingRow> stored(String stored, String key) {
        Instant now = access.now();
        return access.ask(() -> keys(access.storage()).find(stored, session, key, now));
    }

    private static Storage.WorkingRepository keys(Storage storage) {
        return storage.working();
    }

    private boolean holds(WorkingRow row) {
        return row.value() != null && (row.expires() == null || row.expires().isAfter(access.now()));
    }

    private long size(JsonValue value) {
        return Texts.bytes(access.json().write(value));
    }

    @Override
    public long version(String key) {
        return access.read(deed(Deed.READ, key), () -> version(access.stored(), key), _ -> (long) Long.BYTES);
    }

    private long version(String stored, String key) {
        Turn turn = access.holder().turn();
        WorkingRow mine = turn == null ? null : turn.working(stored, session, key);
        if (turn == null || mine == null) {
            return versionInStore(stored, key);
        }
        return holds(mine) ? versionInStore(stored, key) + turn.changes(stored, session, key) : ABSENT;
    }

    private long versionInStore(String stored, String key) {
        return stored(stored, key).map(WorkingRow::version).orElse(ABSENT);
    }

    @Override
    public List<String> keys() {
        Deed deed = Deed.of(Deed.READ, "working " + session).with("session", session);
        return access.read(
                deed,
                this::present,
                keys -> keys.stream().mapToLong(Texts::bytes).sum());
    }

    private List<String> present() {
        String stored = access.stored();
        Instant now = access.now();
        var rows = new TreeMap<String, WorkingRow>();
        access.ask(() -> keys(access.storage()).all(stored, session, now)).forEach(row -> rows.put(row.key(), row));
        Turn turn = access.holder().turn();
        if (turn != null) {
            for (WorkingRow mine : turn.workingOf(stored, session)) {
                if (holds(mine)) {
                    rows.put(mine.key(), mine);
                } else {
                    rows.remove(mine.key());
                }
            }
        }
        rows.values().forEach(this::seen);
        return List.copyOf(rows.keySet());
    }

    // ---- changing

    /** A value on its way in. */
    private record Change(
            String key,
            @Nullable JsonValue value,
            long expected,
            @Nullable Instant expires) {}

    @Override
    public long put(String key, Object value) {
        return put(key, value, (Instant) null);
    }

    @Override
    public long put(String key, Object value, Duration timeToLive) {
        if (!timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live is positive: " + timeToLive);
        }
        return put(key, value, after(access.now(), timeToLive));
    }

    /** {@return the time so long after another; null for what no calendar reaches, which is never} */
    static @Nullable Instant after(Instant now, Duration life) {
        try {
            return now.plus(life);
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private long put(String key, Object value, @Nullable Instant expires) {
        Deed deed = deed(Deed.WRITE, key);
        JsonValue json = json(value);
        Deed carrying = deed.carrying(access.json().write(json));
        return access.change(carrying, () -> write(carrying, new Change(key, json, WorkingRow.ANY, expires)));
    }

    /**
     * Converts a value.
     *
     * @throws dev.agentos.api.error.JsonException if it has no JSON form
     * @throws IllegalArgumentException if it is too large
     */
    private JsonValue json(Object value) {
        Objects.requireNonNull(value, "value");
        JsonProvider provider = access.json();
        JsonValue json = provider.toJson(value);
        Texts.checkSize("a value of a working memory", Texts.bytes(provider.write(json)), MOST_BYTES);
        return json;
    }

    @Override
    public Optional<Long> putIfVersion(String key, Object value, long version) {
        Deed deed = deed(Deed.WRITE, key);
        if (version < ABSENT) {
            throw new IllegalArgumentException("a version counts from 1, and " + ABSENT + " is for none: " + version);
        }
        JsonValue json = json(value);
        Deed carrying = deed.carrying(access.json().write(json)).with("version", version);
        try {
            return Optional.of(access.change(carrying, () -> write(carrying, new Change(key, json, version, null))));
        } catch (VersionConflictException conflict) {
            return Optional.empty();
        }
    }

    @Override
    public boolean remove(String key) {
        Deed deed = deed(Deed.WRITE, key).with("removed", true);
        return access.change(deed, () -> removed(deed, key));
    }

    private boolean removed(Deed deed, String key) {
        while (true) {
            long version = version(access.stored(), key);
            if (version == ABSENT) {
                return false;
            }
            try {
                write(deed, new Change(key, null, version, null));
                return true;
            } catch (VersionConflictException conflict) {
                // Somebody has changed it in between: look again whether there is one.
            }
        }
    }

    /** {@return the new version} */
    private long write(Deed deed, Change change) {
        String stored = access.stored();
        Turn turn = access.holder().turn();
        if (turn != null) {
            return keep(turn, stored, deed, change);
        }
        List<StoredRow> numbered = access.commit(deed, List.of(row(stored, change, change.expected)));
        return numbered.stream()
                .filter(WorkingRow.class::isInstance)
                .map(row -> ((WorkingRow) row).version())
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("the store has not said which version " + change.key + " has now"));
    }

    private WorkingRow row(String stored, Change change, long expected) {
        return new WorkingRow(
                stored,
                session,
                change.key,
                change.value,
                expected,
                access.now(),
                change.expires,
                access.actor().taint());
    }

    private long keep(Turn turn, String stored, Deed deed, Change change) {
        while (true) {
            int before = turn.changes(stored, session, change.key);
            long present = version(stored, change.key);
            if (change.expected != WorkingRow.ANY && change.expected != present) {
                throw new VersionConflictException(
                        access.text() + " " + session + " " + change.key, change.expected, present);
            }
            long expected = before == 0 ? change.expected : WorkingRow.ANY;
            if (turn.addIfUnchanged(row(stored, change, expected), before)) {
                StoredRow fact = access.fact(deed);
                if (fact != null) {
                    turn.add(fact);
                }
                return version(stored, change.key);
            }
        }
    }
}
