package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** An action's text is what a person reads, in a denial, before granting it: it must not say more or less than is meant. */
class ActionProperties {

    /** The whole text, granted as it stands, allows the action and no other that reads differently. */
    @Property(tries = 3_000)
    void text_isACapability_forExactlyThisAction(@ForAll("actions") Action action, @ForAll("actions") Action other) {
        Capability capability = Capability.parse(action.toString());

        assertThat(capability.covers(action)).as(capability.toString()).isTrue();
        if (capability.covers(other)) {
            assertThat(other.type()).isEqualTo(action.type());
            assertThat(other.resource()).isEqualTo(action.resource());
            assertThat(other.verb()).isEqualTo(action.verb());
            action.attributes()
                    .keySet()
                    .forEach(key -> assertThat(other.attribute(key)).as(key).isPresent());
        }
    }

    /** What a denial tells to grant is enough, and is not wider than the resource that was asked for. */
    @Property(tries = 2_000)
    void grantText_coversTheAction_andNoOtherResource(
            @ForAll("actions") Action action, @ForAll("actions") Action other) {
        Capability capability = Capability.parse(action.grantText());

        assertThat(capability).isEqualTo(Capability.covering(action));
        assertThat(capability.isExact()).isTrue();
        assertThat(capability.covers(other)).isEqualTo(other.grantText().equals(action.grantText()));
    }

    @Property(tries = 1_000)
    void action_isOne_whateverTheOrderOfItsAttributes(@ForAll("actions") Action action) {
        var backwards = new LinkedHashMap<String, JsonValue>();
        var names = new ArrayList<>(action.attributes().keySet());
        Collections.reverse(names);
        names.forEach(name -> backwards.put(name, action.attributes().get(name)));

        var same = new Action(action.type(), action.resource(), action.verb(), backwards);

        assertThat(same).isEqualTo(action).hasSameHashCodeAs(action).hasToString(action.toString());
        assertThat(List.copyOf(same.attributes().keySet())).isSorted();
    }

    @Property(tries = 1_000)
    void with_givenTheSame_isTheSame(@ForAll("actions") Action action) {
        Action again = action;
        for (Map.Entry<String, JsonValue> attribute : action.attributes().entrySet()) {
            again = again.with(attribute.getKey(), attribute.getValue().toJava());
        }

        assertThat(again).isEqualTo(action);
    }

    @Provide
    Arbitrary<Action> actions() {
        Arbitrary<String> resources = Arbitraries.of(
                "tool:order.place",
                "tool:order",
                "file:/data/a b.csv",
                "file:/data/*",
                "memory:shared/50%",
                "net:https://h.example/a;b",
                "agent:desk/a",
                "topic:ticks.btc");
        Arbitrary<Object> values = Arbitraries.of(
                "AAPL",
                "a b",
                "50%",
                "x,y",
                "x;y",
                "a=b",
                "<=",
                "é😀",
                "1",
                "1.0",
                "true",
                1,
                1.0,
                12_000,
                -0.5,
                true,
                false,
                List.of("AAPL"),
                List.of("x,y", "z"),
                List.of(1, 2));
        return Combinators.combine(
                        resources,
                        Arbitraries.of("call", "read", "get"),
                        Arbitraries.maps(Arbitraries.of("n", "symbol", "note.text"), values)
                                .ofMaxSize(3))
                .as((resource, verb, attributes) -> {
                    Action action = Action.of(resource, verb);
                    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
                        action = action.with(attribute.getKey(), attribute.getValue());
                    }
                    return action;
                });
    }
}
