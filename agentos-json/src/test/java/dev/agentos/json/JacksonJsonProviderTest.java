package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SpecFileProvider;
import dev.agentos.json.spec.YamlSpecFileProvider;
import dev.agentos.testkit.contract.JsonProviderContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class JacksonJsonProviderTest implements JsonProviderContract {
    private final JsonProvider json = new JacksonJsonProvider();

    @Override
    public JsonProvider json() {
        return json;
    }

    @Test
    void providers_areFoundByName() {
        JsonProvider found = Providers.named(JsonProvider.class, "jackson");
        SpecFileProvider files = Providers.named(SpecFileProvider.class, "yaml");

        assertThat(found).isInstanceOf(JacksonJsonProvider.class);
        assertThat(files).isInstanceOf(YamlSpecFileProvider.class);
    }

    @Test
    void write_isTheTextOfTheValue() {
        JsonValue value = json.parse("{\"b\": [1, 2.50, \"x\"], \"a\": null}");

        String text = json.write(value);

        assertThat(text).isEqualTo("{\"b\":[1,2.5,\"x\"],\"a\":null}");
    }

    @Test
    void writePretty_indentsByTwo_andKeepsEmptyOnesTogether() {
        JsonValue value = json.parse("{\"a\":{\"b\":[1,{}],\"c\":[]},\"d\\n\":\"x\"}");

        String text = json.writePretty(value);

        assertThat(text).isEqualTo("""
                        {
                          "a": {
                            "b": [
                              1,
                              {}
                            ],
                            "c": []
                          },
                          "d\\n": "x"
                        }""");
    }

    @Test
    void twoProviders_shareNothing_butAgree() {
        var other = new JacksonJsonProvider();

        JsonObject schema = other.schemaOf(Order.class);

        assertThat(schema).isEqualTo(json.schemaOf(Order.class)).isNotSameAs(json.schemaOf(Order.class));
        assertThat(other.validator(schema).violations(json.toJson(List.of()))).isNotEmpty();
    }
}
