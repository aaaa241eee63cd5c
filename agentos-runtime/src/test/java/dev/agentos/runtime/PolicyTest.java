package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.security.Action;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void policy_forbids_whatAGrantCovers() throws IOException {
        Path file = write("""
                default: allow
                rules:
                  - deny: order:* place; symbol=GME
                    labels: {desk: equities}
                    because: not this one
                """);
        try (AgentOS os = AgentOS.builder().policy(file).build()) {
            Exit forbidden = os.spawn(trader("a", "equities", "GME")).await(LONG);
            Exit otherSymbol = os.spawn(trader("b", "equities", "AAPL")).await(LONG);
            Exit otherDesk = os.spawn(trader("c", "fx", "GME")).await(LONG);

            assertThat(forbidden)
                    .isInstanceOfSatisfying(
                            Exit.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .isInstanceOf(DeniedException.class)
                                    .hasMessageContaining("policy " + file + ":3: not this one"));
            assertThat(otherSymbol).isInstanceOf(Exit.Completed.class);
            assertThat(otherDesk).isInstanceOf(Exit.Completed.class);
        }
    }

    @Test
    void policy_grantsNothing() throws IOException {
        Path file = write("{default: allow, rules: [{allow: 'order:* place'}]}");
        AgentSpec without = AgentSpec.builder("a")
                .run(ctx -> ctx.perform(Action.of("order:new", "place"), () -> "placed"))
                .build();
        try (AgentOS os = AgentOS.builder().policy(file).build()) {
            Exit exit = os.spawn(without).await(LONG);

            assertThat(exit)
                    .isInstanceOfSatisfying(
                            Exit.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(DeniedException.class));
        }
    }

    @Test
    void policy_bindsTheHostToo() throws IOException {
        Path file = write("{default: allow, rules: [{deny: 'agent:rogue spawn', principals: host}]}");
        try (AgentOS os = AgentOS.builder().policy(file).build()) {
            assertThatThrownBy(() -> os.spawn("rogue", ctx -> {}))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("policy");
            assertThat(os.spawn("decent", ctx -> {}).await(LONG)).isInstanceOf(Exit.Completed.class);
        }
    }

    record Nothing() {}

    @Test
    void process_doesNotGet_whatARuleMightForbidOrAskAbout() throws IOException {
        Path file = write("""
                default: allow
                rules:
                  - deny: file:/data/secret/** write
                  - ask: file:/inbox/new read
                  - deny: "file:/out/** write"
                    when: tainted
                """);
        Tool process = Tool.builder("process", Nothing.class)
                .effect(Effect.READ_ONLY)
                .handler((nothing, context) -> {
                    SandboxPlan plan = SandboxPlan.of(context.sandboxPolicy());
                    return Stream.concat(
                                    plan.paths().stream().map(rule -> "may " + rule.path()),
                                    plan.notDelegatedToChild().stream()
                                            .filter(left ->
                                                    left.capability().type().equals("file"))
                                            .map(left -> "not " + left.capability() + ": " + left.reason()))
                            .toList();
                })
                .build();
        AgentSpec spec = AgentSpec.builder("a")
                .grant("tool:process call")
                .grant("file:/data/** read,write")
                .grant("file:/data/public/** read,write")
                .grant("file:/inbox/** read")
                .grant("file:/out/** write")
                .grant("net:https://news.example.com/** get")
                .run(ctx -> {
                    String clean = ctx.tools().call("process", Map.of()).text();
                    var _ = ctx.perform(Action.of("net:https://news.example.com/today", "get"), () -> "a page");
                    ctx.result(
                            clean + "\n" + ctx.tools().call("process", Map.of()).text());
                })
                .build();
        try (AgentOS os = AgentOS.builder().policy(file).tool(process).build()) {
            Exit exit = os.spawn(spec).await(LONG);

            String[] said = String.valueOf(((Exit.Completed) exit).value()).split("\n");
            assertThat(said[0])
                    .contains("may /data/public", "may /out", "not file:/data/** read,write", "not file:/inbox/** read")
                    .contains("no rule is asked about a process", "policy " + file + ":3", "policy " + file + ":4")
                    .doesNotContain("may /data\"", "may /inbox");
            assertThat(said[1]).contains("not file:/out/** write").doesNotContain("may /out");
        }
    }

    @Test
    void build_fails_whenThePolicyIsNotUnderstood() throws IOException {
        Path file = write("default: allow\nrules:\n  - forbid: any\n");

        assertThatThrownBy(() -> AgentOS.builder().policy(file).build())
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith(file + ":3: rules[0].forbid: unknown field");
    }

    private static AgentSpec trader(String name, String desk, String symbol) {
        return AgentSpec.builder(name)
                .label("desk", desk)
                .grant("order:* place")
                .run(ctx -> ctx.perform(Action.of("order:new", "place").with("symbol", symbol), () -> "placed"))
                .build();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("house.yaml"), text);
    }
}
