package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Paths into values, against a walk through the plain Java data that they stand for. */
class JsonPathProperties {

    @Property(tries = 3_000)
    void find_goesWhereAWalkThroughPlainDataGoes(
            @ForAll("values") JsonValue value, @ForAll("paths") List<String> path) {
        List<@Nullable Object> expected = walk(value.toJava(), path);
        Statistics.label("found").collect(!expected.isEmpty());

        var found = value.find(path.toArray(String[]::new));

        assertThat(found.isPresent()).isEqualTo(!expected.isEmpty());
        found.ifPresent(there -> {
            assertThat(there).isEqualTo(JsonValue.of(expected.getFirst()));
            assertThat(value.at(path.toArray(String[]::new))).isSameAs(there);
        });
    }

    @Property(tries = 1_000)
    void at_throwsWithThePath_exactlyWhereFindIsEmpty(
            @ForAll("values") JsonValue value, @ForAll("paths") List<String> path) {
        String[] steps = path.toArray(String[]::new);

        if (value.find(steps).isEmpty()) {
            assertThatThrownBy(() -> value.at(steps))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("nothing at " + String.join("/", path));
        }
    }

    /** Every part of a value has a path, and the path leads there. */
    @Property(tries = 500)
    void everyPart_isAtItsPath(@ForAll("values") JsonValue value) {
        for (List<String> path : paths(value)) {
            assertThat(value.find(path.toArray(String[]::new)))
                    .as(path.toString())
                    .isPresent();
        }
    }

    @Property(tries = 500)
    void with_changesOneMember_andLeavesTheOriginal(@ForAll("values") JsonValue value) {
        JsonObject before = JsonObject.builder().put("a", 1).put("b", 2).build();

        JsonObject after = before.with("a", value);
        JsonObject more = before.with("c", value);

        assertThat(after.members().keySet()).containsExactly("a", "b");
        assertThat(after.at("a")).isEqualTo(value);
        assertThat(more.members().keySet()).containsExactly("a", "b", "c");
        assertThat(before)
                .isEqualTo(JsonObject.builder().put("a", 1).put("b", 2).build());
        assertThat(after.with("a", 1)).isEqualTo(before);
    }

    /** One element, or none if the path leads nowhere; the element may be null. */
    private static List<@Nullable Object> walk(@Nullable Object plain, List<String> path) {
        if (path.isEmpty()) {
            var found = new ArrayList<@Nullable Object>();
            found.add(plain);
            return found;
        }
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (plain instanceof Map<?, ?> map && map.containsKey(step)) {
            return walk(map.get(step), rest);
        }
        if (plain instanceof List<?> list) {
            return IntStream.range(0, list.size())
                    .filter(i -> Integer.toString(i).equals(step))
                    .mapToObj(i -> walk(list.get(i), rest))
                    .findFirst()
                    .orElse(List.of());
        }
        return List.of();
    }

    private static List<List<String>> paths(JsonValue value) {
        var all = new ArrayList<List<String>>();
        all.add(List.of());
        switch (value) {
            case JsonObject(var members) -> members.forEach((name, member) -> add(all, name, member));
            case JsonArray(var elements) ->
                IntStream.range(0, elements.size()).forEach(i -> add(all, Integer.toString(i), elements.get(i)));
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {}
        }
        return all;
    }

    private static void add(List<List<String>> all, String step, JsonValue below) {
        for (List<String> path : paths(below)) {
            var longer = new ArrayList<String>();
            longer.add(step);
            longer.addAll(path);
            all.add(longer);
        }
    }

    @Provide
    Arbitrary<List<String>> paths() {
        return Arbitraries.of("a", "b", "0", "1", "01", "-1", "", "a/b").list().ofMaxSize(3);
    }

    @Provide
    Arbitrary<JsonValue> values() {
        Arbitrary<JsonValue> scalars = Arbitraries.of(
                JsonNull.NULL,
                JsonBoolean.TRUE,
                new JsonString("x"),
                JsonNumber.of(7),
                JsonArray.EMPTY,
                JsonObject.EMPTY);
        return Arbitraries.recursive(
                () -> scalars,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMinSize(1).ofMaxSize(3).map(JsonArray::new),
                        Arbitraries.maps(Arbitraries.of("a", "b", "0", "", "a/b"), inner)
                                .ofMinSize(1)
                                .ofMaxSize(3)
                                .map(JsonObject::new)),
                0,
                3);
    }
}
