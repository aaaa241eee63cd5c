package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.ToolResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A grant that counts bytes counts what a tool hands over, not only what is shown of it. */
class ResultBytesTest {
    private static ToolResult read(JsonValue value) {
        var read = FakeTool.named("read")
                .does((call, context) -> new ToolResult.Ok("[bytes that are no text]", value, Confinement.NONE));
        try (var os = new GateFixture(List.of(read))) {
            var desk = os.agent("desk", "tool:read call; maxBytes=100B");
            return os.toolbox.of(desk).tryCall("read", "{}");
        }
    }

    @Test
    void call_withholdsTheResult_whenWhatIsNotShownOfItIsTooMuch() {
        ToolResult result = read(JsonObject.EMPTY.with("base64", "x".repeat(100)));

        assertThat(result).isInstanceOf(ToolResult.Denied.class);
        assertThat(result.text()).contains("withheld");
    }

    @Test
    void call_returnsTheResult_whenAllOfItIsWithinTheGrant() {
        ToolResult result = read(JsonObject.EMPTY.with("base64", "x".repeat(50)));

        assertThat(result).isInstanceOf(ToolResult.Ok.class);
    }
}
