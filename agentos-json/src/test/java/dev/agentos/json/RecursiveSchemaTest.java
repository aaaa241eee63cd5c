package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that contain themselves, directly, through a sealed interface, or under a name that another one has too. */
class RecursiveSchemaTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    sealed interface Expression permits Number, Sum {}

    record Number(int value) implements Expression {}

    record Sum(Expression left, Expression right) implements Expression {}

    record Chain<T>(T value, Optional<Chain<T>> next) {}

    record Chains(Chain<String> texts, Chain<Integer> numbers) {}

    interface First {
        record Node(String name, List<Node> below) {}
    }

    interface Second {
        record Node(int number, Map<String, Node> below) {}

        record Node3(boolean flag, Optional<Node3> twin) {}
    }

    record Crowd(First.Node first, Second.Node3 third, Second.Node second) {}

    record Otherwise(Second.Node3 third, First.Node first, Second.Node second) {}

    record Even(Optional<Odd> odd) {}

    record Odd(Optional<Even> even) {}

    @Test
    void sealedInterface_mayContainItself() {
        var value = new Sum(new Number(1), new Sum(new Number(2), new Number(3)));
        var validator = json.validator(json.schemaOf(Sum.class));

        assertThat(validator.violations(json.toJson(value))).isEmpty();
        assertThat(json.fromJson(json.toJson(value), Expression.class)).isEqualTo(value);
        assertThat(validator.violations(json.parse("""
            {"left": {"type": "Number", "value": 1},
             "right": {"type": "Sum", "left": {"type": "Number", "value": 2}, "right": {"type": "Product"}}}
            """))).isNotEmpty();
    }

    /** As deep as a text may be: what can be read must not be refused for the validator's own bounds. */
    @Test
    void sealedInterface_isValid_asDeepAsATextMayBe() {
        Expression value = new Number(0);
        for (int i = 0; i < 120; i++) {
            value = new Sum(value, new Number(i));
        }
        JsonValue text = json.parse(json.write(json.toJson(value)));

        List<String> violations = json.validator(json.schemaOf(Sum.class)).violations(text);

        assertThat(violations).isEmpty();
        assertThat(json.fromJson(text, Expression.class)).isEqualTo(value);
    }

    @Test
    void tree_isValid_asDeepAsATextMayBe() {
        var value = new First.Node("leaf", List.of());
        for (int i = 0; i < 60; i++) {
            value = new First.Node("n" + i, List.of(value));
        }
        JsonValue text = json.parse(json.write(json.toJson(value)));

        assertThat(json.validator(json.schemaOf(First.Node.class)).violations(text))
                .isEmpty();
    }

    @Test
    void genericRecord_hasADefinition_forEachOfItsArguments() {
        JsonObject schema = json.schemaOf(Chains.class);
        var validator = json.validator(schema);

        assertThat(schema.at("$defs").asObject().members()).containsOnlyKeys("Chain", "Chain2");
        assertThat(validator.violations(json.parse("""
            {"texts": {"value": "a", "next": {"value": "b", "next": {"value": "c"}}},
             "numbers": {"value": 1, "next": {"value": 2, "next": {"value": 3}}}}
            """))).isEmpty();
        assertThat(validator.violations(json.parse("""
            {"texts": {"value": "a", "next": {"value": "b", "next": {"value": 3}}},
             "numbers": {"value": 1}}
            """)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("/texts/next/next/value: ");
    }

    /** A definition that took another's name would check one record by the other's rules. */
    @ParameterizedTest
    @ValueSource(classes = {Crowd.class, Otherwise.class})
    void definitions_keepApart_whatSharesAName(Class<? extends Record> type) {
        JsonObject schema = json.schemaOf(type);
        var value = new Crowd(
                new First.Node("a", List.of(new First.Node("b", List.of(new First.Node("c", List.of()))))),
                new Second.Node3(true, Optional.of(new Second.Node3(false, Optional.of(twin())))),
                new Second.Node(1, Map.of("x", new Second.Node(2, Map.of("y", new Second.Node(3, Map.of()))))));
        JsonObject good = json.toJson(value).asObject();

        assertThat(schema.at("$defs").asObject().members()).hasSize(3);
        assertThat(json.validator(schema).violations(good)).isEmpty();
        for (String member : good.members().keySet()) {
            JsonObject exchanged = good.with(member, good.at(member.equals("first") ? "second" : "first"));
            assertThat(json.validator(schema).violations(exchanged)).as(member).isNotEmpty();
        }
    }

    private static Second.Node3 twin() {
        return new Second.Node3(true, Optional.empty());
    }

    @Test
    void records_mayContainEachOther() {
        var value = new Even(Optional.of(new Odd(Optional.of(new Even(Optional.of(new Odd(Optional.empty())))))));
        var validator = json.validator(json.schemaOf(Even.class));

        assertThat(validator.violations(json.toJson(value))).isEmpty();
        assertThat(json.fromJson(json.toJson(value), Even.class)).isEqualTo(value);
        assertThat(validator.violations(json.parse("{\"odd\":{\"even\":{\"even\":{}}}}")))
                .isNotEmpty();
    }

    @Test
    void violation_saysTheBoundAsPeopleWriteIt() {
        var validator = json.validator(
                json.parse("{\"items\":{\"minimum\":100,\"maximum\":1000000}}").asObject());

        assertThat(validator.violations(JsonArray.of(99, 100, 1_000_001)))
                .containsExactly("/0: expected at least 100", "/2: expected at most 1000000");
    }
}
