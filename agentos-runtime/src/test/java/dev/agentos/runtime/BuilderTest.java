package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.HaltedException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.security.Decision;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolMethod;
import dev.agentos.api.tool.ToolSpec;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuilderTest {
    record Nothing() {}

    private static Tool tool(String name) {
        return Tool.builder(name, Nothing.class)
                .description("Does nothing.")
                .handler((a, call) -> "")
                .build();
    }

    /** Has a tool like that of {@link #tool}. */
    public static final class Desk {
        /** Made for its annotation. */
        public Desk() {}

        @ToolMethod(value = "Does nothing.", version = "2")
        @SuppressWarnings("MethodCanBeStatic") // annotated tools are methods of an object
        String same() {
            return "";
        }
    }

    @Test
    void twoToolsOfAName_areAnErrorOfBuild_thatSaysWhereTheyComeFrom() {
        var builder = AgentOS.builder().tool(tool("desk.same")).toolsFrom("desk", new Desk());

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two tools are named 'desk.same': the handler in dev.agentos.runtime.BuilderTest for"
                        + " dev.agentos.runtime.BuilderTest$Nothing (version 1) and the method same of"
                        + " dev.agentos.runtime.BuilderTest$Desk (version 2)");
    }

    @Test
    void tools_ofTheBuilder_areListed() {
        try (AgentOS os = AgentOS.builder().tool(tool("mine")).build()) {
            assertThat(os.toolSpecs()).extracting(ToolSpec::name).contains("mine");
        }
    }

    @Test
    void twoTemplatesOfAName_areAnError() {
        var builder = AgentOS.builder().template("t", params -> null);

        assertThatThrownBy(() -> builder.template("t", params -> null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void badNumbers_areRefusedAtOnce() {
        assertThatThrownBy(() -> AgentOS.builder().history(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AgentOS.builder().closeTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void template_makesASpec_orSaysWhatThereIs() {
        try (AgentOS os = AgentOS.builder()
                .template(
                        "trader",
                        params -> AgentSpec.builder("trader-" + params.get("symbol"))
                                .onMessage((m, ctx) -> {})
                                .build())
                .template("strict", params -> {
                    throw new IllegalArgumentException("symbol is missing");
                })
                .build()) {
            assertThat(os.templates()).containsExactly("strict", "trader");
            assertThat(os.template("trader", Map.of("symbol", "AAPL")).name()).isEqualTo("trader-AAPL");
            assertThatThrownBy(() -> os.template("other", Map.of()))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("trader");
            assertThatThrownBy(() -> os.template("strict", Map.of()))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("symbol is missing");
        }
    }

    @Test
    void load_readsASpecFromAFile_thatNamesATemplate(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("agent.yaml"), """
                name: desk
                template: echo
                params:
                  text: hello
                limits:
                  toolCalls: 3
                """);
        try (AgentOS os = AgentOS.builder()
                .template(
                        "echo",
                        params -> AgentSpec.builder("echo")
                                .run(ctx -> ctx.result(params.get("text")))
                                .build())
                .build()) {
            AgentHandle agent = os.spawn(os.load(file, Map.of("text", "bye")));

            assertThat(agent.address().path()).isEqualTo("desk");
            assertThat(agent.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed("bye"));
            assertThat(agent.info().limits().bound(Limit.TOOL_CALLS)).isEqualByComparingTo(BigDecimal.valueOf(3));
        }
    }

    @Test
    void defaultLimits_boundAgentsWithoutLimits() {
        try (AgentOS os = AgentOS.builder()
                .defaultLimits(Limits.builder().turns(1).build())
                .build()) {
            AgentHandle agent =
                    os.spawn(AgentSpec.builder("a").onMessage((m, ctx) -> {}).build());
            agent.send(1);
            agent.send(2);

            assertThat(agent.await(Eventually.LIMIT)).isInstanceOf(Exit.Failed.class);
        }
    }

    @Test
    void rule_isAskedBesideTheGrants() {
        try (AgentOS os = AgentOS.builder()
                .rule((principal, action) ->
                        action.verb().equals("terminate") ? Decision.deny("nobody dies today") : Decision.allow())
                .build()) {
            AgentHandle agent =
                    os.spawn(AgentSpec.builder("a").onMessage((m, ctx) -> {}).build());

            assertThatThrownBy(() -> agent.terminate("now"))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("nobody dies today");
            assertThat(agent.stop(Duration.ofSeconds(5))).isInstanceOf(Exit.Completed.class);
        }
    }

    @Test
    void history_isBounded() {
        try (AgentOS os = AgentOS.builder().history(10).build()) {
            for (int i = 0; i < 50; i++) {
                os.spawn("a", ctx -> {}).await(Eventually.LIMIT);
            }

            assertThat(os.events().history(EventFilter.all(), 0, 1_000)).hasSize(10);
            assertThat(os.events().lastSequence()).isGreaterThan(100);
        }
    }

    @Test
    void extension_isInstalled_beforeBuildReturns() {
        var seen = new ArrayList<AgentOS>();
        try (AgentOS os = AgentOS.builder().install(seen::add).build()) {
            assertThat(seen).isEqualTo(List.of(os));
        }
    }

    @Test
    void closedRuntime_refusesWork_andClosesAgain() {
        AgentOS os = AgentOS.inMemory();
        AgentHandle agent =
                os.spawn(AgentSpec.builder("a").onMessage((m, ctx) -> {}).build());
        os.close();
        os.close();

        assertThat(agent.state().ended()).isTrue();
        assertThatThrownBy(() -> os.spawn("b", ctx -> {})).isInstanceOf(HaltedException.class);
        assertThatThrownBy(os::tools).isInstanceOf(HaltedException.class);
        assertThatThrownBy(() -> agent.send("late")).isInstanceOf(HaltedException.class);
        assertThatThrownBy(() -> agent.ask("late", String.class, Eventually.LIMIT))
                .isInstanceOf(HaltedException.class);
        os.unhalt();
        assertThatThrownBy(() -> os.spawn("b", ctx -> {})).isInstanceOf(HaltedException.class);
    }

    @Test
    void runtime_startsInMemory_withoutLoadingToolsOrJson() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Hello.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(child.waitFor()).isZero();
        assertThat(said).contains("dev.agentos.runtime.Kernel");
        assertThat(said).doesNotContain("tools.jackson", "dev.agentos.tools", "org.sqlite");
    }

    /** Hello world. */
    static final class Hello {
        public static void main(String[] args) {
            try (var os = AgentOS.inMemory()) {
                os.spawn("hello", ctx -> ctx.log("Hello from {}", ctx.self())).await();
            }
        }
    }
}
