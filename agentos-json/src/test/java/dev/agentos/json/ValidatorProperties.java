package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonBoolean;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** The compiled part of JSON Schema and the general validator say the same. */
class ValidatorProperties {
    private static final List<String> NAMES = List.of("a", "b", "c/d");
    private static final List<String> TEXTS = List.of(
            "", "a", "😀", "abc", "2026-01-02", "PT1S", "2026-01-02T03:04:05Z", "123e4567-e89b-12d3-a456-426614174000");
    private static final List<BigDecimal> NUMBERS = List.of(
            new BigDecimal("-1"),
            BigDecimal.ZERO,
            BigDecimal.ONE,
            new BigDecimal("1.5"),
            BigDecimal.TWO,
            new BigDecimal("1e21"));

    private static final GeneralSchemas GENERAL = new GeneralSchemas();

    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @Property(tries = 1_500)
    void compiled_saysTheSameAsGeneral(@ForAll("schemas") JsonObject schema, @ForAll("values") JsonValue value) {
        Check compiled = SchemaCompiler.compile(schema).orElseThrow();
        GeneralSchema general = GENERAL.compile(schema);

        var findings = new Findings();
        compiled.check(value, findings);
        List<String> violations = general.violations(value);

        assertThat(findings.isEmpty())
                .as("%s by %s: %s, general: %s", value, schema, findings.lines(), violations)
                .isEqualTo(violations.isEmpty());
        if (!schema.toString().contains("anyOf") && !schema.toString().contains("\"items\":false")) {
            // An alternative that failed is one finding of ours and many of the general validator's; it says of an
            // array what we say of its elements.
            assertThat(pointers(findings.lines())).as("%s by %s", value, schema).isEqualTo(pointers(violations));
        }
        Statistics.label("verdict").collect(findings.isEmpty()).coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 10);
            coverage.check(false).percentage(share -> share > 10);
        });
    }

    /** Every schema that the compiler takes is one; none of those that are none gets through. */
    @Property(tries = 1_500)
    void compiled_takesNoSchema_thatGeneralRefuses(@ForAll("oddSchemas") JsonObject schema) {
        boolean taken = SchemaCompiler.compile(schema).isPresent();
        boolean valid = isValid(schema);

        assertThat(valid || !taken)
                .as("%s taken: %s, valid: %s", schema, taken, valid)
                .isTrue();
        Statistics.label("valid").collect(valid).coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 5);
            coverage.check(false).percentage(share -> share > 5);
        });
    }

    record Everything(
            String text, int number, List<Boolean> flags, Map<String, Long> counts, Optional<Everything> inner) {}

    @Property(tries = 300)
    void schemaOf_accepts_whatTheRecordBecomes(
            @ForAll String text, @ForAll int number, @ForAll List<Boolean> flags, @ForAll Map<String, Long> counts) {
        var inner = new Everything(text, number, flags, counts, Optional.empty());
        var outer = new Everything(text, number, flags, counts, Optional.of(inner));

        JsonValue value = json.toJson(outer);

        assertThat(json.fromJson(value, Everything.class)).isEqualTo(outer);
        assertThat(json.validator(json.schemaOf(Everything.class)).violations(value))
                .isEmpty();
    }

    private static boolean isValid(JsonObject schema) {
        try {
            GENERAL.compile(schema);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Set<String> pointers(List<String> lines) {
        var pointers = new TreeSet<String>();
        lines.forEach(line -> pointers.add(line.substring(0, line.indexOf(": expected"))));
        return pointers;
    }

    // By a plain random generator: nested arbitraries of this size take jqwik minutes to put together.

    @Provide
    Arbitrary<JsonValue> values() {
        return Arbitraries.randomValue(random -> new Generator(random).value(2));
    }

    @Provide
    Arbitrary<JsonObject> schemas() {
        return Arbitraries.randomValue(random -> new Generator(random).schema(2));
    }

    /** Keywords with values that may be wrong for them. */
    @Provide
    Arbitrary<JsonObject> oddSchemas() {
        return Arbitraries.randomValue(random -> new Generator(random).oddSchema());
    }

    private record Generator(Random random) {
        private static final List<String> KINDS =
                List.of("object", "array", "string", "number", "integer", "boolean", "null");
        private static final List<String> FLAT = List.of(
                "type",
                "types",
                "enum",
                "const",
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "minProperties",
                "maxProperties",
                "uniqueItems",
                "required",
                "format",
                "description");
        private static final List<String> DEEP = List.of("properties", "additionalProperties", "items", "anyOf");

        JsonValue value(int depth) {
            return switch (random.nextInt(depth == 0 ? 4 : 6)) {
                case 0 -> new JsonString(pick(TEXTS));
                case 1, 2 -> JsonValue.of(pick(NUMBERS));
                case 3 -> pick(List.of(JsonBoolean.TRUE, JsonBoolean.FALSE, JsonNull.NULL));
                case 4 -> new JsonArray(some(3, () -> value(depth - 1)));
                default -> new JsonObject(named(() -> value(depth - 1)));
            };
        }

        JsonObject schema(int depth) {
            var members = new LinkedHashMap<String, JsonValue>();
            int keywords = 1 + random.nextInt(3);
            for (int i = 0; i < keywords; i++) {
                String keyword = depth > 0 && random.nextInt(3) > 0 ? pick(DEEP) : pick(FLAT);
                members.put(keyword.equals("types") ? "type" : keyword, argument(keyword, depth - 1));
            }
            return new JsonObject(members);
        }

        JsonObject oddSchema() {
            var members = new LinkedHashMap<String, JsonValue>();
            int keywords = 1 + random.nextInt(3);
            for (int i = 0; i < keywords; i++) {
                String keyword = pick(
                        random.nextBoolean() ? FLAT : List.of("title", "deprecated", "examples", "$schema", "odd"));
                if (random.nextInt(3) == 0) {
                    keyword = pick(DEEP);
                }
                members.put(keyword, odd(keyword));
            }
            return new JsonObject(members);
        }

        private JsonValue odd(String keyword) {
            return switch (random.nextInt(5)) {
                case 0 -> value(2);
                case 1 -> new JsonString(pick(KINDS));
                case 2 -> JsonValue.of(some(2, () -> pick(List.of("a", "string"))));
                case 3 -> schema(1);
                default -> FLAT.contains(keyword) || DEEP.contains(keyword) ? argument(keyword, 1) : value(1);
            };
        }

        private JsonValue argument(String keyword, int depth) {
            return switch (keyword) {
                case "type" -> new JsonString(pick(KINDS));
                case "types" -> JsonValue.of(distinct(1 + random.nextInt(3), KINDS));
                case "enum" -> new JsonArray(List.copyOf(new LinkedHashSet<>(some(3, () -> value(1)))));
                case "const" -> value(1);
                case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" -> JsonValue.of(pick(NUMBERS));
                case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties" ->
                    JsonValue.of(random.nextInt(4));
                case "uniqueItems" -> JsonBoolean.of(random.nextBoolean());
                case "required" -> JsonValue.of(distinct(random.nextInt(3), NAMES));
                case "format" -> new JsonString(pick(List.of("date", "date-time", "duration", "uuid")));
                case "description" -> new JsonString("text");
                case "properties" -> new JsonObject(named(() -> schemaOrBoolean(depth)));
                case "additionalProperties", "items" -> schemaOrBoolean(depth);
                case "anyOf" -> {
                    var all = new ArrayList<JsonValue>(some(2, () -> schemaOrBoolean(depth)));
                    all.add(schemaOrBoolean(depth));
                    yield new JsonArray(all);
                }
                default -> throw new IllegalArgumentException(keyword);
            };
        }

        private JsonValue schemaOrBoolean(int depth) {
            return random.nextInt(5) == 0 ? JsonBoolean.of(random.nextBoolean()) : schema(Math.max(0, depth));
        }

        private <T> T pick(List<? extends T> from) {
            return from.get(random.nextInt(from.size()));
        }

        private <T> List<T> distinct(int count, List<T> from) {
            var shuffled = new ArrayList<>(from);
            Collections.shuffle(shuffled, random);
            return shuffled.subList(0, count);
        }

        private <T> List<T> some(int most, Supplier<T> each) {
            return Stream.generate(each).limit(random.nextInt(most + 1)).toList();
        }

        private Map<String, JsonValue> named(Supplier<JsonValue> each) {
            var members = new LinkedHashMap<String, JsonValue>();
            distinct(random.nextInt(NAMES.size() + 1), NAMES).forEach(name -> members.put(name, each.get()));
            return members;
        }
    }
}
