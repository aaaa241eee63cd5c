package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.Doc;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaWriterTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Doc("Which way.")
    enum Side {
        @Doc("Takes shares.")
        BUY,
        SELL
    }

    enum Colour {
        RED,
        GREEN
    }

    @Doc("An order for shares.")
    record Order(
            @Doc("The ticker.") String symbol,
            int quantity,
            @Doc("Way of the order.") Side side,
            Optional<BigDecimal> limit,
            @Nullable String note,
            Integer boxed) {}

    record Scalars(
            long l,
            double d,
            boolean b,
            char c,
            byte tiny,
            BigInteger whole,
            Instant at,
            LocalDate day,
            Duration lasts,
            UUID id,
            Object any,
            JsonValue json,
            JsonObject object) {}

    record Containers(
            List<Integer> list,
            Set<Colour> set,
            Map<String, List<String>> map,
            Map<Colour, Boolean> flags,
            String[] array,
            List<Optional<String>> optionals) {}

    record Tree(String name, @Doc("Below it.") List<Tree> children) {}

    record Forest(List<Tree> trees, Tree oldest) {}

    @Doc("What to do.")
    sealed interface Signal permits Buy, Stop {}

    record Buy(String symbol) implements Signal {}

    record Stop() implements Signal {}

    record Batch(List<Signal> signals) {}

    record Pair<A>(A first, A second) {}

    record Bad(Runnable code) {}

    @Test
    void schemaOf_describesComponents() {
        JsonObject schema = json.schemaOf(Order.class);

        assertThat(schema).isEqualTo(json.parse("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "symbol": {"type": "string", "description": "The ticker."},
                                    "quantity": {"type": "integer", "minimum": -2147483648, "maximum": 2147483647},
                                    "side": {"type": "string", "enum": ["BUY", "SELL"], "description": "Way of the order."},
                                    "limit": {"type": "number"},
                                    "note": {"type": "string"},
                                    "boxed": {"type": "integer", "minimum": -2147483648, "maximum": 2147483647}
                                  },
                                  "required": ["symbol", "quantity", "side", "boxed"],
                                  "additionalProperties": false,
                                  "description": "An order for shares."
                                }"""));
        assertThat(schema.at("properties").asObject().members().keySet())
                .containsExactly("symbol", "quantity", "side", "limit", "note", "boxed");
    }

    @Test
    void schemaOf_writesScalars() {
        JsonObject schema = json.schemaOf(Scalars.class);

        assertThat(schema.at("properties")).isEqualTo(json.parse("""
                                {
                                  "l": {"type": "integer", "minimum": -9223372036854775808, "maximum": 9223372036854775807},
                                  "d": {"type": "number"},
                                  "b": {"type": "boolean"},
                                  "c": {"type": "string", "minLength": 1, "maxLength": 1},
                                  "tiny": {"type": "integer", "minimum": -128, "maximum": 127},
                                  "whole": {"type": "integer"},
                                  "at": {"type": "string", "format": "date-time"},
                                  "day": {"type": "string", "format": "date"},
                                  "lasts": {"type": "string", "format": "duration"},
                                  "id": {"type": "string", "format": "uuid"},
                                  "any": {},
                                  "json": {},
                                  "object": {"type": "object"}
                                }"""));
    }

    @Test
    void schemaOf_writesContainers() {
        JsonObject schema = json.schemaOf(Containers.class);

        assertThat(schema.at("properties")).isEqualTo(json.parse("""
                                {
                                  "list": {"type": "array",
                                    "items": {"type": "integer", "minimum": -2147483648, "maximum": 2147483647}},
                                  "set": {"type": "array", "items": {"type": "string", "enum": ["RED", "GREEN"]},
                                    "uniqueItems": true},
                                  "map": {"type": "object",
                                    "additionalProperties": {"type": "array", "items": {"type": "string"}}},
                                  "flags": {"type": "object", "properties": {"RED": {"type": "boolean"},
                                    "GREEN": {"type": "boolean"}}, "additionalProperties": false},
                                  "array": {"type": "array", "items": {"type": "string"}},
                                  "optionals": {"type": "array", "items": {"type": "string"}}
                                }"""));
    }

    @Test
    void schemaOf_saysWhatConstantsMean() {
        JsonObject schema = json.schemaOf((java.lang.reflect.Type) Side.class);

        assertThat(schema.at("description").text()).isEqualTo("Which way.\nBUY: Takes shares.");
    }

    @Test
    void schemaOf_refersToRecords_thatContainThemselves() {
        JsonObject schema = json.schemaOf(Tree.class);
        var validator = json.validator(schema);

        assertThat(schema.at("type").text()).as("the root stays an object").isEqualTo("object");
        assertThat(schema.at("$defs", "Tree", "properties", "children"))
                .isEqualTo(json.parse("{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/Tree\"},"
                        + "\"description\":\"Below it.\"}"));
        assertThat(validator.violations(json.toJson(new Tree("a", List.of(new Tree("b", List.of()))))))
                .isEmpty();
        assertThat(validator.violations(json.parse("{\"name\":\"a\",\"children\":[{\"name\":\"b\"}]}")))
                .containsExactly("/children/0/children: expected a value, but it is missing");
    }

    @Test
    void schemaOf_refersFromEverywhere_toWhatContainsItself() {
        JsonObject schema = json.schemaOf(Forest.class);
        var validator = json.validator(schema);
        var tree = new Tree("a", List.of());

        assertThat(schema.at("$defs").asObject().members()).containsOnlyKeys("Tree");
        assertThat(validator.violations(json.toJson(new Forest(List.of(tree), tree))))
                .isEmpty();
        assertThat(validator.violations(json.parse("{\"trees\":[{}],\"oldest\":1}")))
                .isNotEmpty();
    }

    @Test
    void schemaOf_tellsTheRecordsOfASealedInterfaceApart() {
        JsonObject schema = json.schemaOf(Batch.class);
        var validator = json.validator(schema);

        assertThat(schema.at("properties", "signals", "items")).isEqualTo(json.parse("""
                                {
                                  "type": "object",
                                  "required": ["type"],
                                  "anyOf": [
                                    {"type": "object", "properties": {"type": {"const": "Buy"}, "symbol": {"type": "string"}},
                                     "required": ["symbol"], "additionalProperties": false},
                                    {"type": "object", "properties": {"type": {"const": "Stop"}},
                                     "additionalProperties": false}
                                  ],
                                  "description": "What to do."
                                }"""));
        assertThat(validator.violations(json.toJson(new Batch(List.of(new Buy("A"), new Stop())))))
                .isEmpty();
        assertThat(validator.violations(json.parse("{\"signals\":[{\"type\":\"Hold\"}]}")))
                .containsExactly("/signals/0: expected a match of one of 2 alternatives");
        assertThat(validator.violations(json.parse("{\"signals\":[{\"symbol\":\"A\"}]}")))
                .containsExactly("/signals/0/type: expected a value, but it is missing");
    }

    /** Else what the record's own JSON is would be refused as arguments. */
    @Test
    void schemaOf_allowsTheType_inARecordOfASealedInterface() {
        var validator = json.validator(json.schemaOf(Buy.class));

        assertThat(validator.violations(json.toJson(new Buy("A")))).isEmpty();
        assertThat(validator.violations(json.parse("{\"symbol\":\"A\"}"))).isEmpty();
        assertThat(validator.violations(json.parse("{\"symbol\":\"A\",\"type\":\"Sell\"}")))
                .containsExactly("/type: expected \"Buy\"");
    }

    @Test
    void schemaOf_readsGenericTypes() throws NoSuchMethodException {
        var type = SchemaWriterTest.class.getDeclaredMethod("pair").getGenericReturnType();

        JsonObject schema = json.schemaOf(type);

        assertThat(schema.at("properties", "second")).isEqualTo(json.parse("{\"type\":\"boolean\"}"));
    }

    static Pair<Boolean> pair() {
        return new Pair<>(true, false);
    }

    @Test
    void schemaOf_refusesComponents_thatJsonCannotCarry() {
        assertThatThrownBy(() -> json.schemaOf(Bad.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("component code: java.lang.Runnable has no JSON form");
    }

    @Test
    void schemaOf_isCompiled_withoutTheGeneralValidator() {
        for (Class<?> type :
                List.of(Order.class, Scalars.class, Containers.class, Batch.class, Buy.class, Pair.class)) {
            JsonObject schema = json.schemaOf((java.lang.reflect.Type) type);

            assertThat(SchemaCompiler.compile(schema)).as(type.getName()).isPresent();
        }
    }
}
