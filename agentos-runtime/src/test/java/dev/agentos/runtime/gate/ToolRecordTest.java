package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of a call, and what must not be. */
@Timeout(30)
class ToolRecordTest {
    private static final Map<String, ?> TEXT = Map.of("type", "string");
    private static final Map<String, ?> SECRET = Map.of("type", "string", "writeOnly", true);
    private static final String PASSWORD = "correct horse battery staple";

    @Test
    void record_hasAHash_whereTheSchemaSaysWriteOnly() {
        FakeTool login = FakeTool.taking("login", Map.of("user", TEXT, "password", SECRET));
        try (var os = new GateFixture(List.of(login))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:login call"));
            tools.call("login", Map.of("user", "alice", "password", PASSWORD));
            tools.call("login", Map.of("user", "bob", "password", PASSWORD));

            var passwords = os.records().stream()
                    .map(record -> record.action().text("password"))
                    .toList();

            assertThat(login.calls.getFirst().at("password").text()).isEqualTo(PASSWORD);
            assertThat(passwords.getFirst()).startsWith("hash:").isEqualTo(passwords.getLast());
            assertThat(os.records().getFirst().action().text("user")).isEqualTo("alice");
        }
    }

    @Test
    void hash_isSalted_soThatTwoRuntimesDiffer() {
        FakeTool login = FakeTool.taking("login", Map.of("password", SECRET));
        var hashes = new ArrayList<String>();

        for (int i = 0; i < 2; i++) {
            try (var os = new GateFixture(List.of(login))) {
                os.toolbox.of(os.agent("desk", "tool:login call")).call("login", Map.of("password", "1234"));
                hashes.add(os.lastRecord().action().text("password"));
            }
        }

        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void secret_isInNoRuleNoEventAndNoError() {
        var seen = new ArrayList<String>();
        Rule watching = (principal, action) -> {
            seen.add(action.toString());
            return Decision.deny("closed");
        };
        FakeTool login = FakeTool.taking("login", Map.of("password", SECRET));
        try (var os = new GateFixture(List.of(login), watching)) {
            var tools = os.toolbox.of(os.agent("desk", "tool:login call"));

            var denied = catchThrowableOfType(
                    DeniedException.class, () -> tools.call("login", Map.of("password", PASSWORD)));

            assertThat(denied).hasMessageContaining("hash:");
            assertThat(denied.getMessage()).doesNotContain("horse");
            assertThat(seen).singleElement().asString().doesNotContain("horse");
            assertThat(os.facts(SystemEvent.Denied.class).toString()).doesNotContain("horse");
            assertThat(os.records().toString()).doesNotContain("horse");
        }
    }

    @Test
    void secret_mayBeNestedOrReferredTo() {
        JsonObject schema = JsonObject.builder()
                .put("type", "object")
                .put("$defs", Map.of("key", Map.of("type", "string", "writeOnly", true)))
                .put(
                        "properties",
                        Map.of(
                                "nested", Map.of("type", "object", "properties", Map.of("pin", SECRET)),
                                "listed", Map.of("type", "array", "items", SECRET),
                                "referred", Map.of("$ref", "#/$defs/key"),
                                "plain", TEXT))
                .build();
        FakeTool tool = FakeTool.of("keep", schema, Duration.ofMinutes(1));
        try (var os = new GateFixture(List.of(tool))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:keep call"));

            tools.call(
                    "keep",
                    Map.of(
                            "nested",
                            Map.of("pin", "0000"),
                            "listed",
                            List.of("0000"),
                            "referred",
                            "0000",
                            "plain",
                            "shown"));

            assertThat(os.lastRecord().action().toString())
                    .doesNotContain("0000")
                    .contains("plain=shown");
        }
    }

    @Test
    void allowedBy_understandsTheToolsOwnDescription_whenItHasSecrets() {
        FakeTool login = FakeTool.taking("login", Map.of("password", SECRET));
        login.does((call, context) -> dev.agentos.api.tool.ToolResult.Ok.of(dev.agentos.api.json.JsonValue.of(
                context.allowedBy(login.describe(call).getFirst()).toString())));
        try (var os = new GateFixture(List.of(login))) {
            var desk = os.agent("desk", "tool:login call");

            var result = os.toolbox.of(desk).call("login", Map.of("password", PASSWORD));

            assertThat(result.text()).isEqualTo("tool:login call");
        }
    }

    @Test
    void record_cutsWhatIsLong_andTellsItApart() {
        FakeTool write = FakeTool.taking("write", Map.of("text", TEXT));
        try (var os = new GateFixture(List.of(write))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:write call"));

            tools.call("write", Map.of("text", "a".repeat(100_000)));
            tools.call("write", Map.of("text", "a".repeat(99_999) + "b"));

            var kept = os.records().stream()
                    .map(record -> record.action().text("text"))
                    .toList();
            assertThat(kept)
                    .doesNotHaveDuplicates()
                    .allSatisfy(text -> assertThat(text).hasSizeLessThan(400).contains("100000 characters"));
            assertThat(write.calls.getFirst().at("text").text()).hasSize(100_000);
        }
    }

    @Test
    void record_namesTheToolAndItsArguments_whenTheActionIsAnother() {
        FakeTool read = FakeTool.taking("file.get", Map.of("path", TEXT, "encoding", TEXT))
                .describedAs(call -> List.of(Action.of("file:/data/a", "read")));
        try (var os = new GateFixture(List.of(read))) {
            var tools = os.toolbox.of(os.agent("desk", "file:/data/** read"));

            tools.call("file.get", Map.of("path", "/data/a", "encoding", "utf-8"));

            assertThat(os.lastRecord().action().toString())
                    .isEqualTo("file:/data/a read; encoding=utf-8; path=/data/a; tool=file.get");
        }
    }

    @Test
    void record_survivesArgumentsOfAnyName() {
        FakeTool any = FakeTool.named("any");
        try (var os = new GateFixture(List.of(any))) {
            var tools = os.toolbox.of(os.agent("desk", "tool:any call"));

            tools.tryCall("any", "{\"\": 1, \"a b\": 2, \"ä\": 3, \"ok\": 4, \"x; y\": 5}");

            assertThat(os.lastRecord().action().text("ok")).isEqualTo("4");
            assertThat(os.lastRecord().action().text("otherArguments"))
                    .isEqualTo("{\"\":1,\"a b\":2,\"ä\":3,\"x; y\":5}");
            assertThat(any.calls).hasSize(1);
        }
    }
}
