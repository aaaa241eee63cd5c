package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonConversionTest {

    @Test
    void of_understandsPlainData() {
        assertThat(JsonValue.of(null)).isSameAs(JsonNull.NULL);
        assertThat(JsonValue.of("x")).isEqualTo(new JsonString("x"));
        assertThat(JsonValue.of(true)).isSameAs(JsonBoolean.TRUE);
        assertThat(JsonValue.of(TimeUnit.DAYS)).isEqualTo(new JsonString("DAYS"));
        assertThat(JsonValue.of(JsonArray.EMPTY)).isSameAs(JsonArray.EMPTY);
        assertThat(JsonValue.of(Map.of())).isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void of_understandsAllStandardNumbers() {
        for (Number number :
                List.of((byte) 7, (short) 7, 7, 7L, 7f, 7d, BigInteger.valueOf(7), new BigDecimal("7.0"))) {
            assertThat(JsonValue.of(number)).as(number.getClass().getName()).isEqualTo(JsonNumber.of(7));
        }
        assertThat(JsonValue.of(0.1f)).hasToString("0.1");
        assertThat(JsonValue.of(0.1d)).hasToString("0.1");
        assertThat(JsonValue.of(-0.0d)).hasToString("0");
        assertThat(JsonValue.of(Double.MIN_VALUE)).hasToString("4.9E-324");
    }

    @Test
    void of_understandsCollectionsAndArrays_inTheirOrder() {
        assertThat(JsonValue.of(new LinkedHashSet<>(List.of(3, 1, 2)))).hasToString("[3,1,2]");
        assertThat(JsonValue.of(new int[] {1, 2})).hasToString("[1,2]");
        assertThat(JsonValue.of(new Object[] {"a", null, new double[] {0.5}})).hasToString("[\"a\",null,[0.5]]");
        assertThat(JsonArray.of("a", null, List.of())).hasToString("[\"a\",null,[]]");
        assertThat(JsonArray.of()).isEqualTo(JsonArray.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void of_namesThePlace_whenANumberIsNone(double number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonValue.of(Map.of("orders", List.of(1, Map.of("price", number)))))
                .withMessage("$.orders[1].price: " + number + " has no JSON form");
        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of((float) number));
    }

    @Test
    void of_refuses_whenATypeHasNoJsonForm() {
        for (Object other : List.of(Instant.EPOCH, Optional.of(1), new AtomicInteger(1), new StringBuilder("x"), 'c')) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JsonValue.of(List.of(other)))
                    .withMessage("$[0]: " + other.getClass().getName() + " has no JSON form");
        }
    }

    @Test
    void of_refuses_whenAKeyIsNoString() {
        var nullKey = new HashMap<String, Object>();
        nullKey.put(null, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonValue.of(Map.of("a", Map.of(1, 2))))
                .withMessage("$.a: the key 1 is no string");
        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of(nullKey));
    }

    @Test
    void of_takesNestingUpToTheLimit_andNotBeyond() {
        Object fits = nested(JsonValue.MAX_DEPTH);
        Object tooDeep = List.of(fits);

        assertThat(JsonValue.of(fits).toString()).hasSize(2 * JsonValue.MAX_DEPTH + 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonValue.of(tooDeep))
                .withMessageContaining("deeper than 512")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void of_countsTheDepth_whenPartsAreConvertedAlready() {
        JsonValue deep = JsonValue.of(nested(JsonValue.MAX_DEPTH));

        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of(List.of(deep)));
        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of(Map.of("a", deep)));
    }

    @Test
    void of_refuses_whenThereIsACycle() {
        var map = new HashMap<String, Object>();
        var list = new ArrayList<>(Arrays.asList(1, map));
        map.put("list", list);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonValue.of(map))
                .withMessageContaining("$.list[1].list[1]");
        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of(list));
    }

    private static Object nested(int depth) {
        Object value = List.of();
        for (int i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }
}
