package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SecretTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String VALUE = "correct-horse-battery";
    private static final Map<String, String> ARGUMENTS = Map.of("key", "secret:desk/key");

    /** What the tool was given. */
    private final AtomicReference<String> seen = new AtomicReference<>("");

    private final AgentOS os = AgentOS.builder()
            .secrets(name -> name.equals("desk/key") ? Optional.of(VALUE) : Optional.empty())
            .tool(echo("echo"))
            .tool(echo("other"))
            .tool(new Fetch())
            .build();

    record Arguments(String key) {}

    private Tool echo(String name) {
        return Tool.builder(name, Arguments.class)
                .effect(Effect.READ_ONLY)
                .handler((arguments, context) -> {
                    seen.set(arguments.key());
                    if (name.equals("other")) {
                        throw new IllegalStateException(
                                "cannot use " + arguments.key(), new Exception(arguments.key()));
                    }
                    return Map.of("given", arguments.key());
                })
                .build();
    }

    /** Goes to one host, and is sent on to another. */
    private final class Fetch implements Tool {
        private final ToolSpec spec = new ToolSpec(
                "fetch", "1", "", JsonValue.of(Map.of("type", "object")).asObject(), Effect.READ_ONLY, Set.of(), LONG);

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public List<Action> describe(ToolCall call) {
            return List.of(action(call));
        }

        /** A tool that says how much it sends says another number when it has the secret. */
        private static Action action(ToolCall call) {
            return Action.of("net:https://api.example.com/v1", "get")
                    .with("sent", text(call, "key").length());
        }

        @Override
        public ToolResult invoke(ToolCall call, ToolContext context) {
            context.allowedBy(action(call));
            seen.set(text(call, "key"));
            if (!text(call, "next").isEmpty()) {
                context.require(Action.of("net:" + text(call, "next"), "get"));
            }
            if (!text(call, "leak").isEmpty()) {
                context.require(Action.of("x:" + text(call, "key"), "read"));
            }
            return ToolResult.Ok.of(JsonValue.of("fetched"));
        }
    }

    private static String text(ToolCall call, String name) {
        return call.arguments().get(name).map(value -> (String) value.toJava()).orElse("");
    }

    @AfterEach
    void close() {
        os.close();
    }

    @Test
    void tool_getsTheSecret_andEverybodyElseTheReference() {
        Exit exit = run("echo", ARGUMENTS, "tool:echo call", "secret:desk/key use; tool=echo");

        assertThat(seen).hasValue(VALUE);
        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Completed.class,
                        completed -> assertThat(completed.result(String.class))
                                .isEqualTo("{\"given\":\"secret:desk/key\"}"));
        assertThat(recorded())
                .contains("key=secret:desk/key", "secret:desk/key use; tool=echo")
                .doesNotContain(VALUE);
    }

    @Test
    void failure_saysNothingOfTheSecret() {
        Exit exit = run("other", ARGUMENTS, "tool:other call", "secret:desk/key use; tool=other");

        assertThat(seen).hasValue(VALUE);
        assertThat(failure(exit))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("cannot use secret:desk/key")
                .hasNoCause();
        assertThat(recorded()).doesNotContain(VALUE);
    }

    @Test
    void call_isDenied_withoutTheRightToTheSecret() {
        Exit none = run("echo", ARGUMENTS, "tool:echo call");
        Exit otherTool = run("echo", ARGUMENTS, "tool:echo call", "secret:desk/key use; tool=other");
        Exit otherSecret = run("echo", ARGUMENTS, "tool:echo call", "secret:desk/password use; tool=echo");

        for (Exit exit : List.of(none, otherTool, otherSecret)) {
            assertThat(failure(exit))
                    .isInstanceOfSatisfying(
                            DeniedException.class,
                            denied -> assertThat(denied.missing()).contains("secret:desk/key use"));
        }
        assertThat(seen).hasValue("");
    }

    @Test
    void spawn_refusesAGrantOfASecret_thatNamesNoTool() {
        var spec = AgentSpec.builder("a")
                .grant("secret:desk/key use")
                .run(ctx -> {})
                .build();
        var odd = AgentSpec.builder("a")
                .grant("secret:desk/key use; tool=echo; moon=full")
                .run(ctx -> {})
                .build();

        assertThatThrownBy(() -> os.spawn(spec)).hasMessageContaining("has to name the tools that get the secret");
        assertThatThrownBy(() -> os.spawn(odd)).hasMessageContaining("moon");
    }

    @Test
    void secret_goesToTheHostsThatItsGrantNames() {
        String net = "net:https://*/** get";
        var here = Map.of("key", "Bearer secret:desk/key");
        Exit named =
                run("fetch", here, "tool:fetch call", net, "secret:desk/key use; tool=fetch; host=api.example.com");
        Exit another = run("fetch", here, net, "secret:desk/key use; tool=fetch; host=api.example.org");
        Exit nowhere = run("fetch", here, net, "secret:desk/key use; tool=fetch");

        assertThat(named).isInstanceOf(Exit.Completed.class);
        assertThat(seen).hasValue("Bearer " + VALUE);
        assertThat(failure(another)).isInstanceOf(DeniedException.class).hasMessageContaining("host");
        assertThat(failure(nowhere))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("does not say to which hosts the secret may go");
    }

    @Test
    void use_isNotCountedNorRecordedAsAllowed_whenItsGrantNamesNoHost() {
        String[] grants = {"net:https://*/** get", "secret:desk/key use; tool=fetch; uses=1"};
        Exit first = run("fetch", ARGUMENTS, grants);
        Exit away = run(
                "fetch",
                Map.of("key", "secret:desk/key", "next", "https://evil.example.org/x"),
                "net:https://*/** get",
                "secret:desk/key use; tool=fetch; host=api.example.com",
                "secret:desk/key use; tool=fetch; uses=1");

        assertThat(failure(first))
                .isInstanceOfSatisfying(
                        DeniedException.class,
                        denied -> assertThat(denied.missing())
                                .isEqualTo("secret:desk/key use; host=api.example.com; tool=fetch; uses=1"));
        assertThat(failure(away)).isInstanceOf(DeniedException.class).hasMessageContaining("to which hosts");
        assertThat(os.grants().list())
                .filteredOn(info -> info.capability().uses().isPresent())
                .allSatisfy(info -> assertThat(info.usage().uses()).isZero());
        assertThat(os.actions().find(ActionQuery.all()))
                .filteredOn(record ->
                        record.action().type().equals("secret") && record.decision() instanceof Decision.Allow)
                .extracting(record -> record.action().text("host"))
                .containsOnly("api.example.com");
    }

    @Test
    void use_isAllowedByTheGrantThatNamesTheHost_besideAnOlderOneThatNamesNone() {
        Exit exit = run(
                "fetch",
                ARGUMENTS,
                "net:https://*/** get",
                "secret:desk/key use; tool=fetch",
                "secret:desk/key use; tool=fetch; host=api.example.com");

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        assertThat(seen).hasValue(VALUE);
    }

    @Test
    void explain_saysThatAHostIsMissing() {
        var agent = os.spawn(AgentSpec.builder("agent")
                .grant("secret:desk/key use; tool=fetch")
                .onMessage((message, ctx) -> {})
                .build());
        Action use = Action.of("secret:desk/key", "use").with("tool", "fetch");
        PrincipalId who = PrincipalId.agent(agent.id());

        assertThat(os.grants().explain(who, use).allowed()).isTrue();
        assertThat(os.grants().explain(who, use.with("host", "api.example.com")))
                .hasToString("denied: 'secret:desk/key use; tool=fetch' does not say to which hosts the secret may go;"
                        + " it would take 'secret:desk/key use; host=api.example.com; tool=fetch'");
    }

    @Test
    void secret_doesNotFollowARedirect_toAHostThatItsGrantDoesNotName() {
        String net = "net:https://*/** get";
        String secret = "secret:desk/key use; tool=fetch; host=api.example.com";
        Exit away = run("fetch", Map.of("key", "secret:desk/key", "next", "https://evil.example.org/x"), net, secret);
        Exit home = run("fetch", Map.of("key", "secret:desk/key", "next", "https://api.example.com/v2"), net, secret);
        Exit without = run("fetch", Map.of("key", "none", "next", "https://evil.example.org/x"), net);

        assertThat(failure(away)).isInstanceOf(DeniedException.class).hasMessageContaining("evil.example.org");
        assertThat(home).isInstanceOf(Exit.Completed.class);
        assertThat(without).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void secret_goesUnencrypted_onlyWhereItsGrantSaysSo() {
        String net = "net:https://*/** get";
        String http = "net:http://*/** get";
        String encrypted = "secret:desk/key use; tool=fetch; host=api.example.com";
        String open = encrypted + "," + Capability.escape("http://api.example.com");
        var next = Map.of("key", "secret:desk/key", "next", "http://api.example.com/v1");
        Exit refused = run("fetch", next, net, http, encrypted);
        Exit done = run("fetch", next, net, http, open);

        assertThat(failure(refused)).isInstanceOf(DeniedException.class).hasMessageContaining("http://api.example.com");
        assertThat(done).isInstanceOf(Exit.Completed.class);
    }

    @Test
    void tool_cannotRecordASecret_asAnAction() {
        Exit exit = run(
                "fetch",
                Map.of("key", "secret:desk/key", "leak", "x"),
                "net:https://*/** get",
                "x:** read",
                "secret:desk/key use; tool=fetch; host=api.example.com");

        assertThat(failure(exit)).hasMessageContaining("would be recorded with it");
        assertThat(recorded()).doesNotContain(VALUE);
    }

    @Test
    void call_fails_whenNobodyKnowsTheSecret() {
        Exit exit = run("echo", Map.of("key", "secret:desk/none"), "tool:echo call", "secret:** use; tool=echo");

        assertThat(failure(exit))
                .isInstanceOfSatisfying(
                        ToolException.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.SECRET_UNAVAILABLE))
                .hasMessageContaining("secret:desk/none: no provider knows a secret of that name");
        assertThat(seen).hasValue("");
    }

    @Test
    void host_mayUseAnySecret() {
        assertThat(os.tools().call("echo", ARGUMENTS).text()).isEqualTo("{\"given\":\"secret:desk/key\"}");
        assertThat(seen).hasValue(VALUE);
    }

    private Exit run(String tool, Map<String, String> arguments, String... grants) {
        var spec = AgentSpec.builder("agent-" + System.nanoTime());
        for (String grant : grants) {
            spec.grant(grant);
        }
        return os.spawn(spec.run(ctx ->
                                ctx.result(ctx.tools().call(tool, arguments).text()))
                        .build())
                .await(LONG);
    }

    private static Throwable failure(Exit exit) {
        assertThat(exit).isInstanceOf(Exit.Failed.class);
        return ((Exit.Failed) exit).cause();
    }

    private String recorded() {
        return os.actions().find(ActionQuery.all()).toString();
    }
}
