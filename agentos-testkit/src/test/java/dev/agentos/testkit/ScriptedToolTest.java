package dev.agentos.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptedToolTest implements ToolContract {
    private static final ToolCall CALL =
            new ToolCall("quote", JsonObject.builder().put("symbol", "AAPL").build());
    private static final ToolContext CONTEXT = Fakes.unusable(ToolContext.class);

    private final ScriptedTool tool = ScriptedTool.named("quote");

    @Override
    public Tool tool() {
        return tool;
    }

    @Override
    public JsonObject validArguments() {
        return CALL.arguments();
    }

    @Test
    void invoke_givesTheLinesInOrder_andTheLastAgainAndAgain() throws Exception {
        tool.returns("one").fails("closed").returns(Map.of("price", 3));

        var results = List.of(invoke(), invoke(), invoke(), invoke());

        var three = ToolResult.Ok.of(JsonValue.of(Map.of("price", 3)));
        assertThat(results)
                .containsExactly(
                        ToolResult.Ok.of(JsonValue.of("one")),
                        new ToolResult.Failed("closed", ErrorCode.TOOL_FAILED),
                        three,
                        three);
    }

    @Test
    void invoke_throwsWhatTheScriptSays() {
        var failure = new IOException("no line");
        tool.throwing(failure);

        assertThatThrownBy(this::invoke).isSameAs(failure);
    }

    @Test
    void invoke_givesTheCallToTheScript() throws Exception {
        tool.then((call, context) -> ToolResult.Ok.of(JsonValue.of(call.tool() + (context == CONTEXT))));

        assertThat(invoke().text()).isEqualTo("quotetrue");
    }

    @Test
    void calls_keepsWhatItWasCalledWith_failedOnesIncluded() throws Exception {
        tool.fails("closed");

        invoke();
        invoke();

        assertThat(tool.calls()).containsExactly(CALL, CALL);
    }

    @Test
    void invoke_namesTheTool_whenTheScriptIsEmpty() {
        assertThatThrownBy(this::invoke)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'quote'");
    }

    @Test
    void spec_hasTheEffectClassThatWasGiven() {
        assertThat(ScriptedTool.named("a.b", Effect.READ_ONLY).spec().effect()).isEqualTo(Effect.READ_ONLY);
        assertThat(tool.spec().effect()).isEqualTo(Effect.EFFECT);
    }

    private ToolResult invoke() throws Exception {
        return tool.invoke(CALL, CONTEXT);
    }
}
