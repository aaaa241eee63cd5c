package dev.agentos.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonProperties {

    @Property
    void of_comesBack_fromPlainJava(@ForAll("values") JsonValue value) {
        assertThat(JsonValue.of(value.toJava())).isEqualTo(value).hasToString(value.toString());
    }

    @Property
    void numbers_areEqual_exactlyWhenTheyCompareEqual(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        assertThat(new JsonNumber(a).equals(new JsonNumber(b))).isEqualTo(a.compareTo(b) == 0);
        assertThat(new JsonNumber(a)).isEqualTo(new JsonNumber(a.setScale(a.scale() + 3)));
        assertThat(new BigDecimal(new JsonNumber(a).toString())).isEqualByComparingTo(a);
    }

    @Property
    void equality_ignoresTheOrderOfMembers(@ForAll Map<String, Integer> members) {
        var names = new ArrayList<>(members.keySet());
        Collections.reverse(names);
        var backwards = new LinkedHashMap<String, Integer>();
        names.forEach(name -> backwards.put(name, members.get(name)));

        assertThat(JsonValue.of(members)).isEqualTo(JsonValue.of(backwards)).hasSameHashCodeAs(JsonValue.of(backwards));
    }

    @Property
    void strings_haveTextWithoutControlCharactersAndHalves(@ForAll String text) {
        String json = new JsonString(text).toString();

        assertThat(json.chars()).noneMatch(c -> c < ' ');
        assertThat(json.codePoints()).noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        assertThat(unescape(json)).isEqualTo(text);
    }

    /** A reader of JSON strings that is as simple as the grammar. */
    private static String unescape(String json) {
        var out = new StringBuilder();
        for (int i = 1; i < json.length() - 1; i++) {
            char c = json.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = json.charAt(++i);
            if (escape == 'u') {
                out.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                out.append("\"\\\b\f\n\r\t".charAt("\"\\bfnrt".indexOf(escape)));
            }
        }
        return out.toString();
    }

    @Provide
    Arbitrary<JsonValue> values() {
        Arbitrary<JsonValue> scalars = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(5).map(JsonString::new),
                Arbitraries.bigDecimals().map(JsonNumber::new),
                Arbitraries.of(true, false).map(JsonBoolean::of),
                Arbitraries.just(JsonNull.NULL));
        return Arbitraries.recursive(
                () -> scalars,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map((List<JsonValue> elements) -> new JsonArray(elements)),
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(3), inner)
                                .ofMaxSize(3)
                                .map(JsonObject::new)),
                0,
                3);
    }
}
