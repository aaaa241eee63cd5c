package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.json.JsonValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionTest {

    @Test
    void of_splitsAtTheFirstColon() {
        var action = Action.of("memory:shared/a:b", "read");

        assertThat(action.type()).isEqualTo("memory");
        assertThat(action.resource()).isEqualTo("shared/a:b");
        assertThat(action.verb()).isEqualTo("read");
        assertThat(action.attributes()).isEmpty();
    }

    @Test
    void toString_isCanonical() {
        var action = Action.of("tool:order.place", "call")
                .with("symbol", List.of("AAPL", "B;C"))
                .with("notional", 12000)
                .with("note", "50% = half")
                .with("meta", Map.of("a", 1))
                .with("dry", true)
                .with("stop", null);

        assertThat(action)
                .hasToString("tool:order.place call; dry=true; meta={\"a\":1}; note=50%25%20%3D%20half; notional=12000;"
                        + " stop=null; symbol=AAPL,B%3BC");
    }

    @Test
    void toString_escapesTheResource_asCapabilitiesDo() {
        var action = Action.of("file:/data/a b*;\n\u00E9", "read");

        assertThat(action).hasToString("file:/data/a%20b%2A%3B%0A%C3%A9 read");
        assertThat(Capability.parse(action.toString()).covers(action)).isTrue();
    }

    @Test
    void toString_isNoCapability_whenAStringIsHalfACharacter() {
        var action = Action.of("tool:a", "call").with("x", "\uD800");

        assertThat(action).hasToString("tool:a call; x=%ED%A0%80");
        assertThatThrownBy(() -> Capability.parse(action.toString())).isInstanceOf(RuntimeException.class);
    }

    @Test
    void with_replaces_andLeavesTheOriginalAlone() {
        var first = Action.of("tool:a", "call").with("n", 1);

        Action second = first.with("n", 2);

        assertThat(first.attribute("n")).hasValue(JsonNumber.of(1));
        assertThat(second.attribute("n")).hasValue(JsonNumber.of(2));
        assertThat(second.attribute("m")).isEmpty();
    }

    @Test
    void text_isTheStringItself_orJson() {
        var action =
                Action.of("tool:a", "call").with("s", "a \"b\"").with("n", 1.50).with("l", List.of("x"));

        assertThat(action.text("s")).isEqualTo("a \"b\"");
        assertThat(action.text("n")).isEqualTo("1.5");
        assertThat(action.text("l")).isEqualTo("[\"x\"]");
        assertThat(action.text("none")).isEmpty();
    }

    @Test
    void attributes_areCopiedAndSorted() {
        var given = new HashMap<String, JsonValue>(Map.of("b", JsonNumber.of(2), "a", new JsonString("x")));
        var action = new Action("tool", "a", "call", given);

        given.clear();

        assertThat(action.attributes().keySet()).containsExactly("a", "b");
        assertThatThrownBy(() -> action.attributes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(action).isEqualTo(Action.of("tool:a", "call").with("b", 2.0).with("a", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:data",
                "file:",
                "file:/data/",
                "file:/data//x",
                "file://data",
                "file:/data/../etc",
                "file:/..",
                "file:/./x",
                "file:/data/.",
                "file:/data/\u0000",
                "file:/data/\uDC00",
                "memory:",
                "memory:/shared",
                "memory:shared/",
                "memory:shared/../agent/x",
                "agent:a//b",
                "tool:",
                "tool:a..b",
                "tool:.a",
                "tool:a.",
                "TOOL:a",
                "to ol:a",
                "tool",
                ":a",
                ""
            })
    void of_refuses_whenTheResourceIsNotCanonical(String resource) {
        assertThatThrownBy(() -> Action.of(resource, "call")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Call", "call me", "call,read", "*", "call;", "-call", "1call", "c\u0430ll"})
    void of_refuses_whenTheVerbIsNoName(String verb) {
        assertThatThrownBy(() -> Action.of("tool:a", verb)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "1a", "\u00E9", "a<b"})
    void with_refuses_whenTheKeyIsNoName(String key) {
        var action = Action.of("tool:a", "call");

        assertThatThrownBy(() -> action.with(key, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_takesNamesThatOnlyLookOdd() {
        for (String resource :
                Arrays.asList("file:/", "file:/...", "file:/data/..a", "file:/%2e%2e", "file:/a*b", "tool:*")) {
            assertThat(Action.of(resource, "call").type()).as(resource).isNotEmpty();
        }
    }

    @Test
    void of_takesAStarLiterally() {
        var star = Action.of("file:/data/*", "read");

        assertThat(Capability.parse("file:/data/%2A read").covers(star)).isTrue();
        assertThat(Capability.covering(star).covers(Action.of("file:/data/x", "read")))
                .isFalse();
    }

    @Test
    void of_refuses_whenTheResourceIsTooLong() {
        String longest = "x".repeat(ResourceSyntax.MAX_LENGTH);

        assertThat(Action.of("memory:" + longest, "read").resource()).hasSize(ResourceSyntax.MAX_LENGTH);
        assertThatThrownBy(() -> Action.of("memory:x" + longest, "read")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Action.of("memory:" + "%".repeat(2_000), "read"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_refuses_whenTheResourceIsTooDeep() {
        String deepest = "/x".repeat(ResourcePattern.MAX_SEGMENTS - 1);

        assertThat(Capability.covering(Action.of("file:" + deepest, "read")).isExact())
                .isTrue();
        assertThatThrownBy(() -> Action.of("file:" + deepest + "/x", "read"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Action.of("file:" + "/x".repeat(4_096), "read"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Action.of("net:https://h.example" + deepest + "/x".repeat(9), "get"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void constructor_refusesNulls() {
        assertThatNullPointerException().isThrownBy(() -> new Action(null, "a", "call", Map.of()));
        assertThatNullPointerException().isThrownBy(() -> new Action("tool", null, "call", Map.of()));
        assertThatNullPointerException().isThrownBy(() -> new Action("tool", "a", null, Map.of()));
        assertThatNullPointerException().isThrownBy(() -> new Action("tool", "a", "call", null));
    }
}
