package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.security.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
