package dev.agentos.tools.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.Doc;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolMethod;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.contract.ToolContract;
import dev.agentos.tools.FakeContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AnnotatedToolsTest {
    private final Desk desk = new Desk();
    private final FakeContext context = FakeContext.granting("tool:** call");

    /** Methods as a program would write them: private ones and inherited ones too. */
    static class Desk extends Counter {
        private final AtomicReference<String> seen = new AtomicReference<>("");

        @ToolMethod(
                value = "Greets somebody.",
                effect = Effect.READ_ONLY,
                timeout = "PT5S",
                version = "2",
                onRevoke = OnRevoke.CANCEL,
                untrusted = true)
        String greet(@Doc("Whom to greet.") String name, Optional<Integer> times, ToolContext caller) {
            seen.set(caller.principal().toString());
            return ("Hello " + name + "! ").repeat(times.orElse(1)).strip();
        }

        @ToolMethod("Joins words.")
        private String join(List<String> words, boolean loud) {
            String joined = String.join("+", words);
            return loud ? joined.toUpperCase(Locale.ROOT) : joined;
        }

        @ToolMethod("Fails.")
        void fail(String how) throws IOException {
            if (how.equals("checked")) {
                throw new IOException("disk is full");
            }
            throw new StackOverflowError("deep");
        }

        @ToolMethod("Says how it went itself.")
        ToolResult own() {
            return new ToolResult.Failed("not today", ErrorCode.TOOL_FAILED);
        }

        String untouched() {
            return "no tool";
        }
    }

    /** Something to inherit from. */
    static class Counter {
        private int count;

        @ToolMethod("Counts.")
        int count(int by) {
            count += by;
            return count;
        }

        @ToolMethod("Does nothing.")
        void nothing() {}
    }

    @Test
    void of_findsEveryAnnotatedMethod_inheritedAndPrivateOnesToo() {
        List<Tool> tools = AnnotatedTools.of("desk", desk, new PlainJson());

        assertThat(tools)
                .extracting(tool -> tool.spec().name())
                .containsExactly("desk.count", "desk.fail", "desk.greet", "desk.join", "desk.nothing", "desk.own");
    }

    @Test
    void spec_saysWhatAnnotationsAndParametersSay() {
        var spec = tool("desk.greet").spec();

        assertThat(spec.description()).isEqualTo("Greets somebody.");
        assertThat(spec.effect()).isEqualTo(Effect.READ_ONLY);
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.onRevoke()).isEqualTo(OnRevoke.CANCEL);
        assertThat(spec.untrusted()).isTrue();
        assertThat(spec.version()).isEqualTo("2");
        assertThat(spec.attributes()).containsExactlyInAnyOrder("name", "times");
        assertThat(spec.inputSchema().at("properties", "name"))
                .isEqualTo(JsonValue.of(Map.of("type", "string", "description", "Whom to greet.")));
        assertThat(spec.inputSchema().at("required")).isEqualTo(JsonValue.of(List.of("name")));
        assertThat(spec.inputSchema().at("additionalProperties").bool()).isFalse();
    }

    @Test
    void describe_carriesTheArguments_asAttributes() {
        List<Action> actions = tool("desk.greet").describe(FakeContext.call("desk.greet", Map.of("name", "Ada")));

        assertThat(actions).containsExactly(Action.of("tool:desk.greet", "call").with("name", "Ada"));
    }

    @Test
    void call_passesArgumentsOptionalsAndContext() throws Exception {
        assertThat(call("desk.greet", Map.of("name", "Ada")).text()).isEqualTo("Hello Ada!");
        assertThat(call("desk.greet", Map.of("name", "Ada", "times", 2)).text()).isEqualTo("Hello Ada! Hello Ada!");
        assertThat(call("desk.join", Map.of("words", List.of("a", "b"), "loud", true))
                        .text())
                .isEqualTo("A+B");
        assertThat(desk.seen).hasValue("user:tester");
    }

    @Test
    void call_usesTheOneObject_eachTime() throws Exception {
        call("desk.count", Map.of("by", 2));

        assertThat(call("desk.count", Map.of("by", 3)).text()).isEqualTo("5");
        assertThat(((ToolResult.Ok) call("desk.nothing", Map.of())).value().isNull())
                .isTrue();
    }

    @Test
    void call_returnsTheMethodsOwnResult_whenItMakesOne() throws Exception {
        assertThat(call("desk.own", Map.of())).isEqualTo(new ToolResult.Failed("not today", ErrorCode.TOOL_FAILED));
    }

    @Test
    void call_throwsWhatTheMethodThrew_unwrapped() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> call("desk.fail", Map.of("how", "checked")))
                .withMessage("disk is full");
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> call("desk.fail", Map.of("how", "error")));
    }

    @Test
    void call_isRefused_whenAnArgumentIsMissing() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> call("desk.count", Map.of()))
                .withMessageContaining("'by'");
    }

    @Test
    void of_refuses_whenNothingIsAnnotated() {
        assertRefused(new Object(), "no method annotated");
    }

    @Test
    void of_refuses_whenTwoMethodsShareAName() {
        class Overloaded {
            @ToolMethod("One.")
            String same(String a) {
                return a;
            }

            @ToolMethod("Two.")
            int same(int a) {
                return a;
            }
        }

        assertRefused(new Overloaded(), "'p.same'");
    }

    @Test
    void of_refuses_whenATypeHasNoJsonForm() {
        class Odd {
            @ToolMethod("Odd.")
            String odd(Thread thread) {
                return thread.getName();
            }
        }

        assertRefused(new Odd(), "'thread'");
    }

    @Test
    void of_refuses_whenTheTimeoutIsNoDuration() {
        class Slow {
            @ToolMethod(value = "Slow.", timeout = "five seconds")
            void slow() {}
        }

        assertRefused(new Slow(), "five seconds");
    }

    @Test
    void of_takesTheOverridingMethod_whenBothAreAnnotated() throws Exception {
        class Louder extends Counter {
            @Override
            @ToolMethod("Counts down.")
            int count(int by) {
                return -by;
            }
        }

        Tool count = AnnotatedTools.of("", new Louder(), new PlainJson()).getFirst();

        assertThat(count.spec().name()).isEqualTo("count");
        assertThat(count.spec().description()).isEqualTo("Counts down.");
        assertThat(context.call(count, Map.of("by", 4)).text()).isEqualTo("-4");
    }

    @Nested
    class Contract implements ToolContract {
        @Override
        public Tool tool() {
            return AnnotatedToolsTest.this.tool("desk.greet");
        }

        @Override
        public JsonObject validArguments() {
            return JsonObject.EMPTY.with("name", "Ada");
        }
    }

    private Tool tool(String name) {
        return AnnotatedTools.of("desk", desk, new PlainJson()).stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ToolResult call(String name, Map<String, ?> arguments) throws Exception {
        return context.call(tool(name), arguments);
    }

    private static void assertRefused(Object annotated, String named) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> AnnotatedTools.of("p", annotated, new PlainJson()))
                .withMessageContaining(named);
    }
}
