package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The members of an object beside a hash map that keeps the order, on both sides of the number from which they are one. */
class MembersProperties {
    private static final int MOST_PUTS = 3 * Members.MOST;

    private record Put(String name, JsonValue value) {}

    @Provide
    Arbitrary<List<Put>> puts() {
        // Few names, so that many are put twice, and more than an array takes; "Aa" and "BB" have the same hash code.
        var names = Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "Aa", "BB");
        var values = Arbitraries.integers().between(0, 3).map(JsonNumber::of);
        return Combinators.combine(names, values).as(Put::new).list().ofMaxSize(MOST_PUTS);
    }

    @Property(tries = 500)
    void members_areThoseOfAHashMap(@ForAll("puts") List<Put> puts) {
        Map<String, JsonValue> expected = mapOf(puts);

        Map<String, JsonValue> members = new JsonObject(expected).members();

        assertSame(members, expected);
    }

    @Property(tries = 500)
    void equality_doesNotMindTheOrder(@ForAll("puts") List<Put> puts) {
        Map<String, JsonValue> there = mapOf(puts);
        Map<String, JsonValue> back = new LinkedHashMap<>();
        List.copyOf(there.keySet()).reversed().forEach(name -> back.put(name, there.get(name)));

        assertThat(new JsonObject(back)).isEqualTo(new JsonObject(there)).hasSameHashCodeAs(new JsonObject(there));
        there.keySet().stream().findFirst().ifPresent(name -> {
            back.put(name, JsonBoolean.TRUE);
            assertThat(new JsonObject(back)).isNotEqualTo(new JsonObject(there));
            back.remove(name);
            assertThat(new JsonObject(back)).isNotEqualTo(new JsonObject(there));
            back.put(name + "'", there.get(name));
            assertThat(new JsonObject(back)).isNotEqualTo(new JsonObject(there));
        });
    }

    @Property(tries = 500)
    void growing_leavesWhatItGaveAsItWas(@ForAll("puts") List<Put> puts) {
        var growing = new Members.Growing();
        Map<String, JsonValue> expected = new LinkedHashMap<>();
        var given = new ArrayList<Map<String, JsonValue>>();
        var copies = new ArrayList<Map<String, JsonValue>>();

        for (Put put : puts) {
            assertThat(growing.has(put.name)).isEqualTo(expected.containsKey(put.name));
            assertThat(growing.put(put.name, put.value)).isEqualTo(expected.put(put.name, put.value));
            given.add(growing.members());
            copies.add(new LinkedHashMap<>(expected));
        }

        for (int i = 0; i < given.size(); i++) {
            assertSame(given.get(i), copies.get(i));
        }
    }

    @Example
    void members_stayAsTheyAre_whateverTheMapKeeps() {
        var kept = new ArrayList<BiConsumer<? super String, ? super JsonValue>>();
        var map = new LinkedHashMap<String, JsonValue>(Map.of("a", JsonNull.NULL)) {
            private static final long serialVersionUID = 1L;

            @Override
            public void forEach(BiConsumer<? super String, ? super JsonValue> action) {
                kept.add(action);
                super.forEach(action);
            }
        };

        var object = new JsonObject(map);

        kept.forEach(action -> action.accept("a", JsonBoolean.TRUE));
        map.put("a", JsonBoolean.TRUE);
        assertThat(object).isEqualTo(JsonObject.builder().put("a", null).build());
    }

    private static Map<String, JsonValue> mapOf(List<Put> puts) {
        var map = new LinkedHashMap<String, JsonValue>();
        puts.forEach(put -> map.put(put.name, put.value));
        return map;
    }

    private static void assertSame(Map<String, JsonValue> members, Map<String, JsonValue> expected) {
        assertThat(members).isEqualTo(expected).hasSameHashCodeAs(expected).hasSize(expected.size());
        assertThat(expected).isEqualTo(members);
        assertThat(members.keySet()).containsExactlyElementsOf(expected.keySet());
        assertThat(members.values()).containsExactlyElementsOf(expected.values());
        assertThat(members.entrySet()).containsExactlyElementsOf(expected.entrySet());
        var each = new ArrayList<Map.Entry<String, JsonValue>>();
        members.forEach((name, value) -> each.add(Map.entry(name, value)));
        assertThat(each).containsExactlyElementsOf(expected.entrySet());
        for (String name : List.of("a", "Aa", "BB", "k", "none")) {
            assertThat(members.get(name)).isEqualTo(expected.get(name));
            assertThat(members.containsKey(name)).isEqualTo(expected.containsKey(name));
        }
        assertUnmodifiable(members);
    }

    private static void assertUnmodifiable(Map<String, JsonValue> members) {
        assertThatThrownBy(() -> members.put("new", JsonNull.NULL)).isInstanceOf(UnsupportedOperationException.class);
        var names = members.keySet().iterator();
        while (names.hasNext()) {
            String name = names.next();
            assertThatThrownBy(() -> members.put(name, JsonNull.NULL))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> members.remove(name)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(names::remove).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThatThrownBy(names::next).isInstanceOf(NoSuchElementException.class);
        members.entrySet()
                .forEach(entry -> assertThatThrownBy(() -> entry.setValue(JsonNull.NULL))
                        .isInstanceOf(UnsupportedOperationException.class));
    }
}
