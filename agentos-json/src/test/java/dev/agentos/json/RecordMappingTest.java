package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordMappingTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    enum Side {
        BUY,
        SELL {
            @Override
            public String toString() {
                return "a constant with a body";
            }
        }
    }

    record Leg(String symbol, BigDecimal price) {}

    record Order(String id, int quantity, long account, Side side, List<Leg> legs, Map<String, Integer> tags) {}

    record Evolved(String id, @Nullable String note, Integer size, Optional<Side> side, Optional<List<Leg>> legs) {}

    record Numbers(byte b, short s, int i, long l, float f, double d, BigDecimal decimal, BigInteger integer) {}

    record Times(
            Instant instant,
            OffsetDateTime offset,
            ZonedDateTime zoned,
            LocalDateTime local,
            LocalDate date,
            LocalTime time,
            YearMonth month,
            Duration duration,
            Period period,
            ZoneId zone,
            ZoneOffset plus) {}

    record Texts(char c, UUID uuid, URI uri, Path path, Address address, AgentId agent, Capability capability) {}

    record Plain(Object any, JsonValue value, JsonObject object, JsonArray array) {}

    record Containers(
            Set<Side> sides, Map<Side, Duration> limits, int[] ints, String[][] table, List<? extends Leg> legs) {}

    record Pair<A, B>(A first, B second) {}

    record Holder(Pair<String, List<Leg>> pair, Pair<Integer, Pair<Side, Leg>> nested) {}

    record Tree(String name, List<Tree> children, Optional<Tree> twin) {}

    record Checked(int size) {
        Checked {
            if (size < 0) {
                throw new IllegalArgumentException("size is negative: " + size);
            }
        }
    }

    record Varied(String... all) {}

    record Empty() {}

    sealed interface Signal permits Buy, Sell, Meta {}

    record Buy(String symbol) implements Signal {}

    record Sell(String symbol, int size) implements Signal {}

    sealed interface Meta extends Signal permits Stop {}

    record Stop() implements Meta {}

    record Batch(List<Signal> signals) {}

    @Test
    void records_comeBackEqual() {
        var order = new Order(
                "o-1",
                -5,
                Long.MAX_VALUE,
                Side.SELL,
                List.of(new Leg("AAPL", new BigDecimal("1.1")), new Leg("MSFT", new BigDecimal("1e30"))),
                Map.of("a", 1));

        JsonValue value = json.toJson(order);

        assertThat(value).isEqualTo(json.parse("""
                                {"id": "o-1", "quantity": -5, "account": 9223372036854775807, "side": "SELL",
                                 "legs": [{"symbol": "AAPL", "price": 1.1}, {"symbol": "MSFT", "price": 1e30}],
                                 "tags": {"a": 1}}"""));
        assertThat(json.fromJson(value, Order.class)).usingRecursiveComparison().isEqualTo(order);
    }

    @Test
    void numbers_areExact() {
        var numbers = new Numbers(
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                0.1f,
                Double.MIN_VALUE,
                new BigDecimal("0.1234567890123456789"),
                BigInteger.TWO.pow(200));

        JsonValue value = json.parse(json.write(json.toJson(numbers)));

        assertThat(json.fromJson(value, Numbers.class)).isEqualTo(numbers);
        assertThat(value.at("f").number()).isEqualTo(new BigDecimal("0.1"));
    }

    @Test
    void times_areIsoStrings() {
        var times = new Times(
                Instant.parse("2026-01-02T03:04:05.123456789Z"),
                OffsetDateTime.parse("2026-01-02T03:04+02:00"),
                ZonedDateTime.parse("2026-07-01T12:00+02:00[Europe/Berlin]"),
                LocalDateTime.parse("2026-01-02T03:04"),
                LocalDate.parse("2026-01-02"),
                LocalTime.parse("03:04:05"),
                YearMonth.parse("2026-01"),
                Duration.parse("PT1M0.5S"),
                Period.ofMonths(1),
                ZoneId.of("Europe/Berlin"),
                ZoneOffset.ofHours(2));

        JsonObject value = json.toJson(times).asObject();

        assertThat(value.members().values()).hasOnlyElementsOfType(JsonString.class);
        assertThat(value.at("offset").text()).isEqualTo("2026-01-02T03:04:00+02:00");
        assertThat(value.at("duration").text()).isEqualTo("PT1M0.5S");
        assertThat(json.fromJson(value, Times.class)).isEqualTo(times);
    }

    @Test
    void instants_takeOffsetsAndMissingSeconds() {
        Instant expected = Instant.parse("2026-01-02T03:04:00Z");

        assertThat(json.fromJson(new JsonString("2026-01-02T03:04Z"), Instant.class))
                .isEqualTo(expected);
        assertThat(json.fromJson(new JsonString("2026-01-02T05:04:00+02:00"), Instant.class))
                .isEqualTo(expected);
        assertThat(json.fromJson(json.toJson(Instant.MAX), Instant.class)).isEqualTo(Instant.MAX);
    }

    @Test
    void textTypes_comeBackEqual() {
        var texts = new Texts(
                '€',
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                URI.create("https://example.com/a?b#c"),
                Path.of("/tmp/a b"),
                Address.of("desk/strategy-1"),
                new AgentId(Address.of("desk"), 7),
                Capability.parse("tool:order.place call; notional<=10000"));

        JsonValue value = json.toJson(texts);

        assertThat(value.asObject().members().values()).hasOnlyElementsOfType(JsonString.class);
        assertThat(json.fromJson(value, Texts.class)).isEqualTo(texts);
    }

    @Test
    void jsonAndPlainData_passThrough() {
        JsonObject value = json.parse(
                        "{\"any\":{\"a\":[1,\"x\",null,true]},\"value\":null,\"object\":{\"b\":1},\"array\":[2]}")
                .asObject();

        Plain plain = json.fromJson(value, Plain.class);

        assertThat(plain.any()).isEqualTo(value.at("any").toJava());
        assertThat(plain.value()).isEqualTo(JsonNull.NULL);
        assertThat(json.toJson(plain)).isEqualTo(value);
    }

    @Test
    void containers_comeBackEqual_andUnmodifiable() {
        var containers = new Containers(
                Set.of(Side.BUY, Side.SELL),
                Map.of(Side.BUY, Duration.ofSeconds(1)),
                new int[] {1, 2},
                new String[][] {{"a"}, {}},
                List.of(new Leg("A", BigDecimal.ONE)));

        Containers back = json.fromJson(json.toJson(containers), Containers.class);

        assertThat(back).usingRecursiveComparison().isEqualTo(containers);
        assertThat(back.sides()).isUnmodifiable();
        assertThat(back.limits()).isUnmodifiable();
        assertThatThrownBy(() -> back.legs().remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void genericRecords_takeTheirArguments() {
        var holder = new Holder(
                new Pair<>("a", List.of(new Leg("A", BigDecimal.ONE))),
                new Pair<>(1, new Pair<>(Side.BUY, new Leg("B", BigDecimal.TWO))));

        Holder back = json.fromJson(json.toJson(holder), Holder.class);

        assertThat(back).isEqualTo(holder);
    }

    @Test
    void genericRecords_areReadAsAnything_whenRaw() {
        JsonValue value = json.parse("{\"first\":[1],\"second\":\"x\"}");

        Pair<?, ?> pair = json.fromJson(value, Pair.class);

        assertThat(pair).isEqualTo(new Pair<>(List.of(BigDecimal.ONE), "x"));
    }

    @Test
    void recursiveRecords_comeBackEqual() {
        var tree = new Tree(
                "a",
                List.of(new Tree("b", List.of(), Optional.empty())),
                Optional.of(new Tree("c", List.of(), Optional.empty())));

        Tree back = json.fromJson(json.toJson(tree), Tree.class);

        assertThat(back).isEqualTo(tree);
    }

    @Test
    void sealedInterfaces_nameTheRecord() {
        var batch = new Batch(List.of(new Buy("AAPL"), new Sell("MSFT", 3), new Stop()));

        JsonValue value = json.toJson(batch);

        assertThat(value.at("signals", "0")).isEqualTo(json.parse("{\"type\":\"Buy\",\"symbol\":\"AAPL\"}"));
        assertThat(json.fromJson(value, Batch.class)).isEqualTo(batch);
        assertThat(json.fromJson(json.toJson(new Stop()), Signal.class)).isEqualTo(new Stop());
        assertThat(json.fromJson(json.toJson(new Buy("A")), Buy.class)).isEqualTo(new Buy("A"));
    }

    @Test
    void sealedInterfaces_refuseUnknownAndMissingTypes() {
        assertThatThrownBy(() -> json.fromJson(json.parse("{\"type\":\"Hold\"}"), Signal.class))
                .hasMessage("/type: expected one of Buy, Sell, Stop");
        assertThatThrownBy(() -> json.fromJson(json.parse("{\"signals\":[{\"symbol\":\"A\"}]}"), Batch.class))
                .hasMessage("/signals/0/type: expected one of Buy, Sell, Stop");
        assertThatThrownBy(() -> json.fromJson(json.parse("[]"), Signal.class))
                .hasMessage("expected an object whose type is one of Buy, Sell, Stop, got array");
    }

    /** STYLE 1: what was stored before a component existed can still be read. */
    @Test
    void missingComponents_areNullOrEmpty_whenOptionalNullableOrBoxed() {
        Evolved evolved = json.fromJson(json.parse("{\"id\":\"a\"}"), Evolved.class);
        Evolved withNulls =
                json.fromJson(json.parse("{\"id\":\"a\",\"note\":null,\"size\":null,\"side\":null}"), Evolved.class);

        assertThat(evolved).isEqualTo(new Evolved("a", null, null, Optional.empty(), Optional.empty()));
        assertThat(withNulls).isEqualTo(evolved);
        assertThat(json.toJson(evolved)).isEqualTo(json.parse("{\"id\":\"a\"}"));
    }

    /** STYLE 1: what a later version stored can still be read. */
    @Test
    void unknownMembers_areIgnored() {
        Leg leg = json.fromJson(json.parse("{\"later\":{\"x\":[1]},\"symbol\":\"A\",\"price\":1}"), Leg.class);

        assertThat(leg).isEqualTo(new Leg("A", BigDecimal.ONE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /id: expected a string, but it is missing",
                "{\"id\":null} | /id: expected a string, got null",
                "{\"id\":1} | /id: expected a string, got number",
                "[] | expected an object, got array",
                "{\"id\":\"a\",\"quantity\":1.5} | /quantity: expected an integer from -2147483648 to 2147483647, got another number",
                "{\"id\":\"a\",\"quantity\":2147483648} | /quantity: expected an integer from -2147483648 to 2147483647, got another number",
                "{\"id\":\"a\",\"quantity\":1e1000000} | /quantity: expected an integer from -2147483648 to 2147483647, got another number",
                "{\"id\":\"a\",\"quantity\":\"1\"} | /quantity: expected an integer from -2147483648 to 2147483647, got string",
                "{\"id\":\"a\",\"quantity\":1,\"account\":2,\"side\":\"HOLD\"} | /side: expected one of BUY, SELL, got another string",
                "{\"id\":\"a\",\"quantity\":1,\"account\":2,\"side\":\"BUY\",\"legs\":{}} | /legs: expected an array, got object",
                "{\"id\":\"a\",\"quantity\":1,\"account\":2,\"side\":\"BUY\",\"legs\":[{\"symbol\":\"A\",\"price\":1},{\"symbol\":\"A\"}]} | /legs/1/price: expected a number, but it is missing",
                "{\"id\":\"a\",\"quantity\":1,\"account\":2,\"side\":\"BUY\",\"legs\":[],\"tags\":{\"a/b~c\":true}} | /tags/a~1b~0c: expected an integer from -2147483648 to 2147483647, got boolean",
            })
    void fromJson_namesThePlaceAndWhatWasExpected(String text, String message) {
        JsonValue value = text.contains("1e1000000")
                ? JsonValue.of(Map.of("id", "a", "quantity", new BigDecimal("1e1000000")))
                : json.parse(text);

        assertThatThrownBy(() -> json.fromJson(value, Order.class))
                .asInstanceOf(InstanceOfAssertFactories.type(JsonException.class))
                .satisfies(e -> assertThat(e.getMessage()).isEqualTo(message))
                .satisfies(e -> assertThat(e.line()).isZero());
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void fromJson_refuses_whatDoesNotFit(Object value, Class<?> type, String message) {
        JsonValue misfit = JsonValue.of(value);

        assertThatThrownBy(() -> json.fromJson(misfit, type))
                .isInstanceOf(JsonException.class)
                .hasMessage(message);
    }

    static List<Object[]> misfits() {
        return List.of(
                new Object[] {"x", Duration.class, "expected an ISO-8601 duration such as PT1M30S, got another string"},
                new Object[] {"2026-13-01", LocalDate.class, "expected an ISO-8601 date, got another string"},
                new Object[] {"now", Instant.class, "expected an ISO-8601 date and time with offset, got another string"
                },
                new Object[] {"1-1-1-1-1", UUID.class, "expected a UUID, got another string"},
                new Object[] {"a b", URI.class, "expected a URI, got another string"},
                new Object[] {"ab", char.class, "expected a string of one character, got another string"},
                new Object[] {"tool:", Capability.class, "expected a capability, got another string"},
                new Object[] {"a//b", Address.class, "expected an address, got another string"},
                new Object[] {new BigDecimal("1e400"), double.class, "expected a number, got another number"},
                new Object[] {new BigDecimal("1e40"), float.class, "expected a number, got another number"},
                new Object[] {
                    new BigDecimal("1e1000000000"), BigInteger.class, "expected an integer, got another number"
                },
                new Object[] {300, byte.class, "expected an integer from -128 to 127, got another number"},
                new Object[] {1, boolean.class, "expected a boolean, got number"},
                new Object[] {1, JsonObject.class, "expected an object, got number"},
                new Object[] {null, Object.class, "expected a value, got null"},
                new Object[] {null, JsonString.class, "expected a string, got null"},
                new Object[] {List.of("BUY", "BUY"), Containers.class, "expected an object, got array"});
    }

    @Test
    void fromJson_refusesDuplicates_inSets() {
        JsonObject value = json.toJson(new Containers(Set.of(), Map.of(), new int[0], new String[0][], List.of()))
                .asObject();

        assertThatThrownBy(() -> json.fromJson(value.with("sides", List.of("BUY", "BUY")), Containers.class))
                .hasMessage("/sides/1: expected no element twice");
        assertThatThrownBy(() -> json.fromJson(value.with("limits", Map.of("HOLD", "PT1S")), Containers.class))
                .hasMessage("/limits/HOLD: expected a name that is one of BUY, SELL");
    }

    /** A message travels further than a value may. */
    @Test
    void fromJson_neverShowsTheValue() {
        JsonValue secret = JsonValue.of(Map.of("symbol", "hunter2", "price", "hunter2"));

        assertThatThrownBy(() -> json.fromJson(secret, Leg.class)).message().doesNotContain("hunter2");
        assertThatThrownBy(() -> json.fromJson(new JsonString("hunter2"), Side.class))
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void fromJson_passesOn_whatTheConstructorSays() {
        JsonValue value = json.parse("[{\"size\":1},{\"size\":-1}]");

        assertThatThrownBy(() -> json.fromJson(value, Checked[].class))
                .hasMessage("/1: Checked refuses it: size is negative: -1")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fromJson_readsGenericTypes() throws NoSuchMethodException {
        var type = RecordMappingTest.class.getDeclaredMethod("legsByName").getGenericReturnType();

        Object value = json.fromJson(json.parse("{\"a\":[{\"symbol\":\"A\",\"price\":1}]}"), type);

        assertThat(value).isEqualTo(Map.of("a", List.of(new Leg("A", BigDecimal.ONE))));
    }

    static Map<String, List<Leg>> legsByName() {
        return Map.of();
    }

    @Test
    void fromJson_readsPrimitivesAndOptionals() {
        assertThat(json.fromJson(JsonValue.of(1), int.class)).isEqualTo(1);
        assertThat(json.fromJson(JsonValue.of(true), boolean.class)).isTrue();
        assertThat((Object) json.fromJson(JsonNull.NULL, Optional.class)).isEqualTo(Optional.empty());
        assertThat((Object) json.fromJson(JsonValue.of("a"), Optional.class)).isEqualTo(Optional.of("a"));
        assertThat(json.fromJson(JsonNull.NULL, (java.lang.reflect.Type) Object.class))
                .isNull();
    }

    @Test
    void varargsAndEmptyRecords_comeBackEqual() {
        Varied back = json.fromJson(json.toJson(new Varied("a", "b")), Varied.class);

        assertThat(back.all()).containsExactly("a", "b");
        assertThat(json.fromJson(json.toJson(new Varied()), Varied.class).all()).isEmpty();
        assertThat(json.fromJson(json.toJson(new Empty()), Empty.class)).isEqualTo(new Empty());
    }

    @Test
    void toJson_refuses_whatHasNoJsonForm() {
        assertThatThrownBy(() -> json.toJson(Map.of("a", List.of(1, Double.NaN))))
                .isInstanceOf(JsonException.class)
                .hasMessage("/a/1: NaN has no JSON form");
        assertThatThrownBy(() -> json.toJson(new Pair<>("a", new Thread())))
                .hasMessage("/second: java.lang.Thread has no JSON form");
        assertThatThrownBy(() -> json.toJson(Map.of(1, 2))).hasMessageContaining("the key 1 is neither");
        assertThatThrownBy(() -> json.fromJson(json.parse("{}"), Thread.class))
                .isInstanceOf(JsonException.class)
                .hasMessage("java.lang.Thread has no JSON form");
    }

    @Test
    void toJson_endsInAnError_whenAListContainsItself() {
        var endless = new ArrayList<Object>();
        endless.add(endless);

        assertThatThrownBy(() -> json.toJson(endless))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("in a cycle");
    }

    @Test
    void toJson_keepsNullsInListsAndMaps_butDropsThemFromRecords() {
        var map = new java.util.HashMap<String, @Nullable Object>();
        map.put("a", null);
        var list = new ArrayList<@Nullable Object>();
        list.add(null);

        assertThat(json.toJson(map)).isEqualTo(json.parse("{\"a\":null}"));
        assertThat(json.toJson(list)).isEqualTo(json.parse("[null]"));
        assertThat(json.toJson(new Pair<@Nullable Object, String>(null, "x")))
                .isEqualTo(json.parse("{\"second\":\"x\"}"));
        assertThat(json.toJson(null)).isEqualTo(JsonNull.NULL);
    }
}
