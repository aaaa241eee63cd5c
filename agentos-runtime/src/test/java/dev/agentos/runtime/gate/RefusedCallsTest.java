package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.Tools;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A loop of calls that are refused meets the same limits as one of calls that are performed. */
class RefusedCallsTest {
    private final FakeTool order = FakeTool.taking("order.place", Map.of("notional", Map.of("type", "number")));
    private final GateFixture os = new GateFixture(List.of(order));

    @AfterEach
    void close() {
        os.close();
    }

    private Tools tools(Limits limits) {
        return os.toolbox.of(os.agent("desk", limits, "tool:order.place call; notional<=100"));
    }

    @Test
    void identicalCalls_areLimited_whenEachIsDenied() {
        Tools tools = tools(Limits.defaults());
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> tools.call("order.place", Map.of("notional", 999)))
                    .isInstanceOf(DeniedException.class);
        }

        ToolResult eleventh = tools.tryCall("order.place", "{\"notional\":999}");

        assertThat(eleventh)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        assertThat(os.lastRecord().action().text("notional")).isEqualTo("999");
    }

    @Test
    void callsOfATurn_areLimited_whetherTheyAreDeniedInvalidOrForNoTool() {
        Tools tools = tools(Limits.builder().toolCallsPerTurn(3).build());

        assertThatThrownBy(() -> tools.call("order.place", Map.of("notional", 999)))
                .isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> tools.call("order.place", Map.of("notional", "all")))
                .isInstanceOf(InvalidArgumentsException.class);
        assertThatThrownBy(() -> tools.call("order.palce", Map.of())).isInstanceOf(ToolException.class);

        for (Map<String, ?> arguments :
                List.of(Map.of("notional", 998), Map.of("notional", "x"), Map.of("notional", 1))) {
            assertThatThrownBy(() -> tools.call("order.place", arguments))
                    .isInstanceOfSatisfying(
                            LimitExceededException.class,
                            e -> assertThat(e.limit()).isEqualTo(Limit.TOOL_CALLS_PER_TURN));
        }
        assertThatThrownBy(() -> tools.call("order.palce", Map.of())).isInstanceOf(LimitExceededException.class);
        assertThat(order.calls).isEmpty();
    }

    @Test
    void everyAttempt_isRecorded_alsoBeyondTheLimit() {
        Tools tools = tools(Limits.builder().toolCallsPerTurn(1).build());

        for (int i = 0; i < 3; i++) {
            tools.tryCall("order.place", "{\"notional\":" + (1_000 + i) + "}");
        }

        assertThat(os.records())
                .extracting(record -> record.action().text("notional"))
                .containsExactly("1000", "1001", "1002");
    }
}
