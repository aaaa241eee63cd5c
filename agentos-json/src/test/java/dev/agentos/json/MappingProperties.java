package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.JsonException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** Records through JSON text and back, and what the schema promises to the decoder. */
class MappingProperties {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    enum Side {
        BUY,
        SELL
    }

    record Leg(String symbol, BigDecimal price, Side side) {}

    record Order(
            UUID id,
            Instant at,
            long account,
            int quantity,
            boolean dry,
            List<Leg> legs,
            Map<String, Integer> tags,
            Set<Side> sides,
            Optional<Duration> life,
            @Nullable LocalDate day) {}

    record Times(Instant instant, OffsetDateTime offset, ZonedDateTime zoned, Duration duration, LocalTime time) {}

    record Numbers(double d, float f, long l, short s, byte b, BigInteger whole, BigDecimal decimal) {}

    @Property(tries = 500)
    void records_comeBack_throughText(@ForAll("orders") Order order) {
        JsonValue value = json.toJson(order);

        assertThat(json.fromJson(json.parse(json.write(value)), Order.class)).isEqualTo(order);
        assertThat(json.fromJson(json.parseYaml(json.writePretty(value)), Order.class))
                .isEqualTo(order);
        assertThat(json.validator(json.schemaOf(Order.class)).violations(value)).isEmpty();
    }

    /** The hour that a clock goes back over comes twice; its offset tells which it was. */
    @Property(tries = 1_000)
    void times_comeBack_whateverTheZone(
            @ForAll("instants") Instant instant, @ForAll("zones") ZoneId zone, @ForAll("durations") Duration duration) {
        ZonedDateTime zoned = instant.atZone(zone);
        var times = new Times(instant, zoned.toOffsetDateTime(), zoned, duration, zoned.toLocalTime());

        JsonValue text = json.parse(json.write(json.toJson(times)));

        assertThat(json.fromJson(text, Times.class)).isEqualTo(times);
        assertThat(json.validator(json.schemaOf(Times.class)).violations(text)).isEmpty();
    }

    @Property(tries = 1_000)
    void numbers_comeBackExactly(
            @ForAll long bits, @ForAll int floatBits, @ForAll long whole, @ForAll BigDecimal decimal) {
        double number = Double.longBitsToDouble(bits);
        float single = Float.intBitsToFloat(floatBits);
        var numbers = new Numbers(
                Double.isFinite(number) ? number + 0.0 : 0.5,
                Float.isFinite(single) ? single + 0.0f : 0.5f,
                whole,
                (short) whole,
                (byte) whole,
                BigInteger.valueOf(whole).pow(3),
                asWritten(decimal));

        Numbers back = json.fromJson(json.parse(json.write(json.toJson(numbers))), Numbers.class);

        assertThat(back).isEqualTo(numbers);
    }

    /** Without zeros behind the point, which say nothing, and with those before it, which a person writes. */
    private static BigDecimal asWritten(BigDecimal decimal) {
        BigDecimal stripped = decimal.stripTrailingZeros();
        return stripped.scale() < 0 && stripped.precision() - stripped.scale() <= 21 ? stripped.setScale(0) : stripped;
    }

    /** A tool's call is checked by its schema before it is authorised; what that lets through must not fail afterwards. */
    @Property(tries = 3_000)
    void decoder_takes_whatTheSchemaTakes(@ForAll("orders") Order order, @ForAll Random random) {
        JsonObject schema = json.schemaOf(Order.class);
        JsonValue changed = changed(json.toJson(order), random);
        boolean valid = json.validator(schema).violations(changed).isEmpty();
        Statistics.label("valid").collect(valid).coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 5);
            coverage.check(false).percentage(share -> share > 5);
        });

        if (valid) {
            assertThat(json.fromJson(changed, Order.class))
                    .as(changed.toString())
                    .isNotNull();
        }
    }

    /** Whatever comes from outside: a record, or an error that says where. */
    @Property(tries = 3_000)
    void decoder_givesARecord_orSaysWhereNot(@ForAll("orders") Order order, @ForAll Random random) {
        JsonValue changed = changed(changed(json.toJson(order), random), random);

        try {
            Order back = json.fromJson(changed, Order.class);
            assertThat(json.fromJson(json.toJson(back), Order.class)).isEqualTo(back);
        } catch (JsonException e) {
            assertThat(e.getMessage()).matches("(/[^ ]*: )?expected [^\\n]*");
        }
    }

    @Property(tries = 1_000)
    void dateTimes_areTakenByInstantAndOffset_exactlyIfTheSchemaTakesThem(@ForAll("almostDateTimes") String text) {
        boolean valid = Formats.matches("date-time", text);
        Statistics.label("valid").collect(valid);

        assertThat(isTaken(text, Instant.class)).as(text).isEqualTo(valid);
        assertThat(isTaken(text, OffsetDateTime.class)).as(text).isEqualTo(valid);
    }

    private boolean isTaken(String text, Class<?> type) {
        try {
            return json.fromJson(new JsonString(text), type) != null;
        } catch (JsonException e) {
            return false;
        }
    }

    /** One change at a random place: another value, a member gone or a member too many. */
    private static JsonValue changed(JsonValue value, Random random) {
        if (value instanceof JsonObject(var members) && !members.isEmpty() && random.nextInt(8) > 0) {
            var copy = new LinkedHashMap<>(members);
            String name = List.copyOf(members.keySet()).get(random.nextInt(members.size()));
            switch (random.nextInt(8)) {
                case 0 -> copy.remove(name);
                case 1 -> copy.put("more", JsonValue.of(1));
                default -> copy.put(name, changed(members.get(name), random));
            }
            return new JsonObject(copy);
        }
        if (value instanceof JsonArray(var elements) && !elements.isEmpty() && random.nextInt(8) > 0) {
            var copy = new ArrayList<>(elements);
            int at = random.nextInt(elements.size());
            copy.set(at, changed(elements.get(at), random));
            return new JsonArray(copy);
        }
        List<Object> others = List.of(
                "text",
                "",
                "BUY",
                "SELL",
                0,
                -1,
                7,
                1.5,
                new BigDecimal("1e30"),
                true,
                List.of(),
                Map.of(),
                "PT1S",
                "2026-01-02",
                "2016-12-31T23:59:60Z",
                "123E4567-e89b-12d3-a456-426614174000");
        return JsonValue.of(others.get(random.nextInt(others.size())));
    }

    @Provide
    Arbitrary<Order> orders() {
        Arbitrary<Leg> legs = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(4),
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.TEN)
                                .ofScale(3),
                        Arbitraries.of(Side.class))
                .as((symbol, price, side) -> new Leg(symbol, asWritten(price), side));
        Arbitrary<String> names = Arbitraries.of("a", "b/c", "d~e", "", "ü", "😀");
        return Combinators.combine(
                        Arbitraries.longs(),
                        instants(),
                        legs.list().ofMaxSize(2),
                        Arbitraries.maps(names, Arbitraries.integers()).ofMaxSize(2),
                        Arbitraries.of(Side.class).set(),
                        durations().optional(),
                        Arbitraries.of(LocalDate.EPOCH, LocalDate.of(2024, 2, 29))
                                .injectNull(0.5))
                .as((number, at, all, tags, sides, life, day) -> new Order(
                        new UUID(number, ~number),
                        at,
                        number,
                        (int) (long) number,
                        number < 0,
                        all,
                        tags,
                        sides,
                        life,
                        day));
    }

    @Provide
    Arbitrary<Instant> instants() {
        // Around the ends of summer time in Europe, too.
        Arbitrary<Long> seconds = Arbitraries.oneOf(
                Arbitraries.longs().between(-60_000_000_000L, 60_000_000_000L),
                Arbitraries.longs().between(1_792_890_000L, 1_792_900_000L));
        return Combinators.combine(seconds, Arbitraries.of(0, 1, 500_000_000, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    @Provide
    Arbitrary<Duration> durations() {
        Arbitrary<Long> seconds =
                Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-70, 70));
        return Combinators.combine(seconds, Arbitraries.of(0, 1, 500_000_000, 999_999_999))
                .as((second, nano) -> Duration.ofSeconds(second == Long.MAX_VALUE ? 0 : second, nano));
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                ZoneOffset.UTC,
                ZoneOffset.ofHoursMinutes(-3, -30),
                ZoneId.of("Europe/Berlin"),
                ZoneId.of("America/New_York"),
                ZoneId.of("Australia/Lord_Howe"),
                ZoneId.of("UTC"));
    }

    @Provide
    Arbitrary<String> almostDateTimes() {
        return Combinators.combine(
                        Arbitraries.of(
                                "2026-01-02", "2016-12-31", "2024-02-29", "2023-02-29", "-0001-01-01", "20260102"),
                        Arbitraries.of("T", "t", " ", ""),
                        Arbitraries.of(
                                "03:04:05", "03:04", "23:59:60", "24:00:00", "24:00:01", "03:04:05.123456789", "3:4"),
                        Arbitraries.of("Z", "z", "+02:00", "-18:00", "+19:00", "+02", "", "[Europe/Berlin]"))
                .as((date, separator, time, zone) -> date + separator + time + zone);
    }
}
