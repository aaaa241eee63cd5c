package dev.agentos.verify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.Tool;
import dev.agentos.testkit.AgentOSSetup;
import dev.agentos.testkit.AgentOSTest;
import dev.agentos.testkit.contract.ToolContract;
import org.junit.jupiter.api.Test;

/** A tool from a record of arguments is held to the contract of every tool; that takes the JSON module. */
@AgentOSTest
class RecordToolTest implements ToolContract, AgentOSSetup {
    private final Tool tool = Tool.builder("add", Sum.class)
            .description("Adds two numbers")
            .handler((sum, context) -> sum.a() + sum.b())
            .build();

    @Override
    public Tool tool() {
        return tool;
    }

    @Override
    public JsonObject validArguments() {
        return JsonObject.builder().put("a", 1).put("b", 2).build();
    }

    @Override
    public void configure(AgentOS.Builder builder) {
        builder.tool(tool);
    }

    @Test
    void call_takesTheRecord_andGivesTheResult(AgentOS os) {
        assertThat(os.tools().call("add", new Sum(40, 2)).as(Integer.class)).isEqualTo(42);
    }

    record Sum(int a, int b) {}
}
