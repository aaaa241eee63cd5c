package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.message.Address;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceTest {
    @Test
    void parse_knowsWhoseItIs() {
        assertThat(Namespace.parse("agent/desk/broker").agent()).isEqualTo(Address.of("desk/broker"));
        assertThat(Namespace.parse("shared/market").agent()).isNull();
        assertThat(Namespace.of(Address.of("desk"))).isEqualTo(Namespace.parse("agent/desk"));
    }

    @Test
    void stored_namesTheLife_soThatALaterAgentInheritsNothing() {
        Address desk = Address.of("desk");

        assertThat(Namespace.stored(desk, 7)).isEqualTo("agent/desk#7").isNotEqualTo(Namespace.stored(desk, 17));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "agent",
                "agent/",
                "shared",
                "shared/",
                "Agent/a",
                "agents/a",
                "/agent/a",
                " agent/a",
                "agent/a ",
                "agent//a",
                "agent/a/",
                "agent/../b",
                "agent/a/../b",
                "agent/./a",
                "agent/a#7",
                "agent/@host",
                "agent/*",
                "agent/**",
                "shared/**",
                "shared/m*",
                "shared/a%2Fb",
                "shared/a\u0000b",
                "shared/a\nb",
                "shared/\u0430",
                "shared/a;b",
                "shared/a b",
                "shared/@user:alice",
                "shared/market' OR '1'='1",
                "other/a"
            })
    void parse_throwsWithTheValue_whenItIsNoNamespace(String text) {
        assertThatThrownBy(() -> Namespace.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void parse_throws_whenItIsTooLong() {
        String name = "x".repeat(128);
        String path = "shared/" + (name + "/").repeat(9) + "end";

        assertThatThrownBy(() -> Namespace.parse(path)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Namespace.parse("shared/" + name + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever is let through is the text of one action, and says no other. */
    @Property
    void parse_letsOnlyThroughWhatOneActionSays(@ForAll String text) {
        Namespace namespace;
        try {
            namespace = Namespace.parse("shared/" + text);
        } catch (IllegalArgumentException e) {
            return;
        }

        assertThat(namespace.text()).isEqualTo("shared/" + text);
        assertThat(namespace.action("read", Map.of()).resource()).isEqualTo("shared/" + text);
        assertThat(text).matches("[A-Za-z0-9][A-Za-z0-9._+=@:-]*(/[A-Za-z0-9][A-Za-z0-9._+=@:-]*)*");
    }
}
