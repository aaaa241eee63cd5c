package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.spi.StoredValue;
import dev.agentos.memory.Payloads.Kept;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PayloadsTest {
    private final Payloads payloads = new Payloads(Stores.JSON);
    private final Facts facts = new Facts(Stores.JSON, payloads);

    enum Side {
        BUY,
        SELL {
            @Override
            public String toString() {
                return "out";
            }
        }
    }

    record Order(String symbol, Side side, BigDecimal price, List<Integer> legs, Instant time) {}

    record Box(Object content) {}

    /** Nothing to hold on to. */
    static final class Gadget {
        @Override
        public String toString() {
            throw new IllegalStateException("no text either");
        }
    }

    static final List<Object> PLAIN = List.of(
            "text with \" and \u0000 and \ud83d\ude00",
            "half a pair: \ud83d",
            "",
            true,
            'x',
            (byte) -1,
            (short) 2,
            3,
            Long.MIN_VALUE,
            1.5f,
            -0.25,
            new BigDecimal("12.5"),
            new BigInteger("123456789012345678901234567890"),
            Instant.parse("2026-01-05T12:00:00.000000001Z"),
            Duration.ofNanos(-7),
            Side.BUY,
            Side.SELL,
            JsonObject.EMPTY.with("a", List.of(1, "b")),
            new Order("BTC", Side.SELL, new BigDecimal("12.5"), List.of(1, 2), Instant.EPOCH));

    @ParameterizedTest
    @FieldSource("PLAIN")
    void value_comesBackEqual_whenItsClassIsARecordOrPlain(Object value) {
        Kept kept = payloads.keep(value);

        assertThat(kept.form()).isEqualTo(Payloads.JSON);
        assertThat(payloads.restore(kept)).isEqualTo(value);
    }

    @Test
    void value_comesBackAsJson_whenItsClassIsGone() {
        var kept = new Kept("com.example.Order", Payloads.JSON, "{\"symbol\":\"BTC\"}");

        assertThat(payloads.restore(kept))
                .isEqualTo(new StoredValue("com.example.Order", JsonObject.EMPTY.with("symbol", "BTC")));
    }

    @Test
    void value_comesBackAsJson_whenItsClassHasChanged() {
        var kept = new Kept(Order.class.getName(), Payloads.JSON, "{\"symbol\":12}");

        assertThat(payloads.restore(kept))
                .isEqualTo(new StoredValue(Order.class.getName(), JsonObject.EMPTY.with("symbol", 12)));
    }

    @Test
    void map_comesBackAsJson_sinceItsClassIsNobodysBusiness() {
        Object back = payloads.restore(payloads.keep(Map.of("a", 1)));

        assertThat(back)
                .isInstanceOfSatisfying(
                        StoredValue.class, value -> assertThat(value.value()).isEqualTo(JsonValue.of(Map.of("a", 1))));
    }

    @Test
    void value_keepsItsText_whenItHasNoJson() {
        Thread thread = Thread.ofVirtual().name("worker").unstarted(() -> {});

        Kept kept = payloads.keep(thread);

        assertThat(kept.form()).isEqualTo(Payloads.TEXT);
        assertThat(payloads.restore(kept)).isEqualTo(new StoredValue(kept.type(), new JsonString(thread.toString())));
    }

    @Test
    void value_isKept_whenItHasNeitherJsonNorText() {
        Kept kept = payloads.keep(new Gadget());

        assertThat(kept.type()).isEqualTo(Gadget.class.getName());
        assertThat(kept.text()).contains("IllegalStateException");
    }

    @Test
    void cycle_isKeptAsItsText() {
        var parts = new ArrayList<Object>();
        parts.add(new Box(parts));

        Kept kept = payloads.keep(new Box(parts));

        assertThat(kept.form()).isEqualTo(Payloads.TEXT);
        assertThat(payloads.restore(kept)).isInstanceOf(StoredValue.class);
    }

    @Test
    void class_isNotInitialised_whenItIsNoRecord() {
        String name = "dev.agentos.memory.PayloadsTest$Lurking";

        Object back = payloads.restore(new Kept(name, Payloads.JSON, "{}"));

        assertThat(back).isEqualTo(new StoredValue(name, JsonObject.EMPTY));
        assertThat(Sprung.SPRUNG).isFalse();
    }

    /** Would run code, had a row of a database the power to load it. */
    static final class Lurking {
        static {
            Sprung.SPRUNG.set(true);
        }
    }

    static final class Sprung {
        static final AtomicBoolean SPRUNG = new AtomicBoolean();
    }

    @Test
    void json_isHandedOutAsText_whenItIsBeyondTheReadersLimits() {
        String digits = "1".repeat(2_000);

        Object back = payloads.restore(new Kept("java.math.BigInteger", Payloads.JSON, digits));

        assertThat(back).isEqualTo(new StoredValue("java.math.BigInteger", new JsonString(digits)));
    }

    @Test
    void storedValue_keepsItsType_whenItIsStoredAgain() {
        var value = new StoredValue("com.example.Order", JsonObject.EMPTY.with("symbol", "BTC"));

        assertThat(payloads.restore(payloads.keep(value))).isEqualTo(value);
    }

    @Test
    void fact_comesBackInGeneralForm_whenItsKindIsUnknownOrItsPartsAreMissing() {
        var unknown = new Kept("system:agent.teleported", Payloads.JSON, "{\"to\":\"mars\"}");
        var incomplete = new Kept("system:agent.state", Payloads.JSON, "{\"from\":\"PENDING\"}");

        assertThat(facts.restore(unknown))
                .isEqualTo(new StoredValue("system:agent.teleported", JsonObject.EMPTY.with("to", "mars")));
        assertThat(facts.restore(incomplete))
                .isEqualTo(new StoredValue("system:agent.state", JsonObject.EMPTY.with("from", "PENDING")));
    }

    @Test
    void fact_ignoresFieldsThatItDoesNotKnow() {
        var newer = new Kept("system:agent.log", Payloads.JSON, "{\"line\":\"hi\",\"level\":\"INFO\"}");

        assertThat(facts.restore(newer)).isEqualTo(new SystemEvent.Logged("hi"));
    }

    @Test
    void deadLetter_comesBack_whenAnOlderVersionSaidNothingOfRedelivery() {
        DeadLetter letter = Stores.letter("hello").letter();
        Kept kept = facts.keep(new SystemEvent.DeadLettered(letter));

        assertThat(kept.text()).doesNotContain("redelivered");
        assertThat(facts.restore(kept)).isEqualTo(new SystemEvent.DeadLettered(letter));
    }

    @Test
    void data_comesBackAsStoredValue_whenItIsNoRecord() {
        var text = new Kept("java.lang.String", Payloads.JSON, "\"hello\"");

        assertThat(facts.restore(text)).isEqualTo(new StoredValue("java.lang.String", new JsonString("hello")));
    }
}
