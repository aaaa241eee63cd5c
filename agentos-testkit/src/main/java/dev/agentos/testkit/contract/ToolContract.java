package dev.agentos.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Tool} has to do.
 *
 * @since 0.1
 */
public interface ToolContract {
    /** {@return the tool under test} */
    Tool tool();

    /** {@return arguments that match its schema} */
    JsonObject validArguments();

    /** A specification is the same each time. */
    @Test
    default void spec_isTheSame_eachTime() {
        assertThat(tool().spec()).isEqualTo(tool().spec());
        assertThat(tool().spec().description()).as("what a model chooses by").isNotBlank();
    }

    /** The schema describes an object. */
    @Test
    default void schema_isOfAnObject() {
        assertThat(tool().spec().inputSchema().get("type"))
                .hasValueSatisfying(type -> assertThat(type.toString()).isEqualTo("\"object\""));
    }

    /** A description is pure: the same call gives the same actions, and there is at least one. */
    @Test
    default void describe_isPure() {
        var call = new ToolCall(tool().spec().name(), validArguments());

        var first = tool().describe(call);

        assertThat(first).isNotEmpty().isEqualTo(tool().describe(call));
    }
}
