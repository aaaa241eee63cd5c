package dev.agentos.api.json;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/*
 * The arguments of a call and the attributes of an action are a few members each, and every crossing of the gate makes, reads and
 * compares several of them: two short arrays take a third of the room of a hash map, and looking through them is no slower.
 */
/** The members of an object with few of them, in order. Immutable. */
final class Members extends AbstractMap<String, JsonValue> {
    /** What has more is a hash map: looking through many names would let whoever sends them make it slow. */
    static final int MOST = 8;

    private final String[] names;
    private final JsonValue[] values;
    /** How many of the elements of these are in use. */
    private final int size;

    private Members(String[] names, JsonValue[] values, int size) {
        this.names = names;
        this.values = values;
        this.size = size;
    }

    /** {@return what a map holds, in its order, unmodifiable} */
    static Map<String, JsonValue> copyOf(Map<String, JsonValue> map) {
        if (map instanceof Members members) {
            return members;
        }
        var copy = new Growing();
        // Not forEach: a map of somebody's could keep what it is given, and put more into it later.
        for (var member : map.entrySet()) {
            copy.put(member.getKey(), member.getValue());
        }
        return copy.members();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable JsonValue get(@Nullable Object name) {
        int at = indexOf(names, size, name);
        return at < 0 ? null : values[at];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return indexOf(names, size, name) >= 0;
    }

    private static int indexOf(String[] names, int length, @Nullable Object name) {
        for (int i = 0; i < length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super JsonValue> action) {
        for (int i = 0; i < size; i++) {
            action.accept(names[i], values[i]);
        }
    }

    @Override
    public Set<String> keySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<String> iterator() {
                return each(i -> names[i]);
            }
        };
    }

    @Override
    public Collection<JsonValue> values() {
        return new AbstractCollection<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<JsonValue> iterator() {
                return each(i -> values[i]);
            }
        };
    }

    @Override
    public Set<Entry<String, JsonValue>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<String, JsonValue>> iterator() {
                return each(i -> Map.entry(names[i], values[i]));
            }
        };
    }

    private <E> Iterator<E> each(IntFunction<E> at) {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public E next() {
                if (next == size) {
                    throw new NoSuchElementException("there are " + size + " members");
                }
                return at.apply(next++);
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Members members)) {
            return super.equals(other);
        }
        if (size != members.size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            // Mostly in the same order.
            JsonValue theirs = names[i].equals(members.names[i]) ? members.values[i] : members.get(names[i]);
            if (!values[i].equals(theirs)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < size; i++) {
            hash += names[i].hashCode() ^ values[i].hashCode();
        }
        return hash;
    }

    /** Collects members in order, each name once: the later value, in the earlier place. Not thread-safe. */
    static final class Growing {
        private static final int FEW = 4;

        private String[] names = new String[FEW];
        private JsonValue[] values = new JsonValue[FEW];
        private int size;
        /** Whether the arrays are those of members, too, which do not change. */
        private boolean handedOver;

        private @Nullable Map<String, JsonValue> many;

        /** {@return the value that the name had before, null if there was none} */
        @Nullable
        JsonValue put(String name, JsonValue value) {
            Objects.requireNonNull(name, "member name");
            Objects.requireNonNull(value, "member value");
            if (many != null) {
                return many.put(name, value);
            }
            int at = indexOf(names, size, name);
            if (at >= 0) {
                own(names.length);
                JsonValue before = values[at];
                values[at] = value;
                return before;
            }
            if (size == MOST) {
                many = inHashMap();
                return many.put(name, value);
            }
            own(size < FEW ? FEW : MOST);
            names[size] = name;
            values[size++] = value;
            return null;
        }

        private void own(int room) {
            if (handedOver || room > names.length) {
                names = Arrays.copyOf(names, room);
                values = Arrays.copyOf(values, room);
                handedOver = false;
            }
        }

        private Map<String, JsonValue> inHashMap() {
            Map<String, JsonValue> map = LinkedHashMap.newLinkedHashMap(2 * MOST);
            for (int i = 0; i < size; i++) {
                map.put(names[i], values[i]);
            }
            return map;
        }

        boolean has(String name) {
            return many != null ? many.containsKey(name) : indexOf(names, size, name) >= 0;
        }

        /** {@return what it has now; it can go on and be asked again} */
        Map<String, JsonValue> members() {
            if (many != null) {
                return Collections.unmodifiableMap(new LinkedHashMap<>(many));
            }
            handedOver = true;
            return new Members(names, values, size);
        }
    }
}
