package dev.agentos.tools.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.testkit.LeakCheck;
import dev.agentos.testkit.contract.ToolContract;
import dev.agentos.tools.FakeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file tools as the gate calls them. */
@Timeout(60)
class FileToolsTest {
    @TempDir
    private Path temp;

    private Path workspace;
    private List<Tool> tools;
    private FakeContext context;

    @BeforeEach
    void openTools() throws IOException {
        workspace = Files.createDirectory(temp.toRealPath().resolve("ws"));
        Files.writeString(temp.resolve("secret"), "outside");
        tools = FileTools.open();
        context = FakeContext.granting("file:" + workspace + "/** read,write,delete");
    }

    @AfterEach
    void closeTools() throws Exception {
        for (Tool tool : tools) {
            ((AutoCloseable) tool).close();
        }
    }

    @Test
    void write_read_list_delete_work_underOneGrant() throws Exception {
        ToolResult.Ok written = ok("file.write", Map.of("path", ws("a/b.txt"), "content", "hi", "parents", true));
        ToolResult.Ok read = ok("file.read", Map.of("path", ws("a/b.txt")));
        ToolResult.Ok listed = ok("file.list", Map.of("path", ws("a")));
        ToolResult.Ok deleted = ok("file.delete", Map.of("path", ws("a/b.txt")));

        assertThat(written.value().at("created").bool()).isTrue();
        assertThat(read.text()).isEqualTo("hi");
        assertThat(read.value().at("content").text()).isEqualTo("hi");
        assertThat(read.value().at("inode")).isEqualTo(written.value().at("inode"));
        assertThat(listed.text()).isEqualTo("b.txt");
        assertThat(listed.value().at("entries", "0", "type").text()).isEqualTo("file");
        assertThat(deleted.text()).contains("deleted");
        assertThat(workspace.resolve("a")).isEmptyDirectory();
    }

    @Test
    void describe_namesTheFileActionAlone_withoutTouchingTheDisk() {
        List<Action> read = tool("file.read").describe(FakeContext.call("file.read", Map.of("path", "/no/such/file")));
        List<Action> write = tool("file.write")
                .describe(FakeContext.call("file.write", Map.of("path", "/no/such/file", "content", "üx")));

        assertThat(read).containsExactly(Action.of("file:/no/such/file", "read"));
        assertThat(write)
                .containsExactly(Action.of("file:/no/such/file", "write")
                        .with("bytes", 3)
                        .with("mode", "replace"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "x", "~/x", "/a/../b", "/a//b", "/a/", "/a\0b", "/a\nb", "/a\u202eb", ""})
    void describe_refuses_whenThePathIsNotCanonical(String path) {
        for (Tool tool : tools) {
            var call = FakeContext.call(tool.spec().name(), Map.of("path", path, "content", ""));

            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> tool.describe(call));
        }
    }

    @Test
    void call_isDenied_whenNoGrantCoversThePath() {
        assertThatExceptionOfType(DeniedException.class)
                .isThrownBy(() -> context.call(tool("file.read"), Map.of("path", temp + "/secret")))
                .withMessageContaining("read");
    }

    @Test
    void read_opensBeneathTheFilesFolder_whenTheGrantIsExact() throws Exception {
        Files.writeString(workspace.resolve("one"), "1");
        Files.createSymbolicLink(workspace.resolve("link"), workspace.resolve("one"));
        context = FakeContext.granting("file:" + ws("one") + " read", "file:" + ws("link") + " read");

        assertThat(ok("file.read", Map.of("path", ws("one"))).text()).isEqualTo("1");
        assertThat(failed("file.read", Map.of("path", ws("link"))).code()).isEqualTo(ErrorCode.DENIED);
    }

    @Test
    void read_opensBeneathTheLiteralBeginning_whenTheGrantHasAWildcard() throws Exception {
        Files.createDirectories(workspace.resolve("u1"));
        Files.writeString(workspace.resolve("u1/x"), "1");
        context = FakeContext.granting("file:" + workspace + "/*/x read");

        assertThat(ok("file.read", Map.of("path", ws("u1/x"))).text()).isEqualTo("1");
    }

    @Test
    void list_works_onTheGrantedFolderItself() throws Exception {
        Files.createDirectory(workspace.resolve("d"));

        assertThat(ok("file.list", Map.of("path", workspace.toString())).text()).isEqualTo("d/");
    }

    @Test
    void failure_saysNothingOutsideTheRoot_whenAFileIsMissing() throws Exception {
        ToolResult.Failed failed = failed("file.read", Map.of("path", ws("a/b")));

        assertThat(failed.text()).isEqualTo("a/b: no such file or directory");
        assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_FAILED);
    }

    @Test
    void read_marksTheCut_andGoesOnFromThere() throws Exception {
        Files.writeString(workspace.resolve("t"), "äöü€"); // 2 + 2 + 2 + 3 bytes

        ToolResult.Ok first = ok("file.read", Map.of("path", ws("t"), "maxBytes", 5));
        long next = first.value().at("nextOffset").number().longValueExact();
        ToolResult.Ok second = ok("file.read", Map.of("path", ws("t"), "offset", next, "maxBytes", 4));

        assertThat(first.value().at("content").text()).isEqualTo("äö");
        assertThat(first.text()).isEqualTo("äö\n[… cut after byte 4 of 9 …]");
        assertThat(second.value().at("content").text()).isEqualTo("ü");
        assertThat(second.value().at("nextOffset").number().longValueExact()).isEqualTo(6);
    }

    @Test
    void read_reachesTheEndPageByPage_whateverTheCharacters() throws Exception {
        String text = "a€\uD83D\uDE00ü".repeat(50);
        Files.writeString(workspace.resolve("t"), text);
        var read = new StringBuilder();
        long offset = 0;
        boolean more = true;

        while (more) {
            ToolResult.Ok page = ok("file.read", Map.of("path", ws("t"), "offset", offset, "maxBytes", 7));
            read.append(page.value().at("content").text());
            more = page.value().at("truncated").bool();
            offset = more ? page.value().at("nextOffset").number().longValueExact() : offset;
        }

        assertThat(read).hasToString(text);
    }

    @Test
    void read_givesBase64_whenTheBytesAreNoText() throws Exception {
        byte[] bytes = {(byte) 0xff, 0, 1, (byte) 0xfe};
        Files.write(workspace.resolve("b"), bytes);

        ToolResult.Ok read = ok("file.read", Map.of("path", ws("b")));

        assertThat(Base64.getDecoder().decode(read.value().at("base64").text())).isEqualTo(bytes);
        assertThat(read.value().asObject().has("content")).isFalse();
    }

    @Test
    void write_takesBytes_whenGivenAsBase64() throws Exception {
        ok("file.write", Map.of("path", ws("b"), "base64", Base64.getEncoder().encodeToString(new byte[] {1, -1})));

        assertThat(workspace.resolve("b")).hasBinaryContent(new byte[] {1, -1});
    }

    @Test
    void write_honoursItsMode() throws Exception {
        ok("file.write", Map.of("path", ws("f"), "content", "1", "mode", "create"));
        ok("file.write", Map.of("path", ws("f"), "content", "2", "mode", "append"));

        assertThat(failed("file.write", Map.of("path", ws("f"), "content", "3", "mode", "create"))
                        .text())
                .isEqualTo("f: exists already");
        assertThat(workspace.resolve("f")).hasContent("12");
    }

    @Test
    void write_isRefused_whenContentIsMissingOrDouble() {
        for (Map<String, String> extra : List.of(Map.<String, String>of(), Map.of("content", "", "base64", ""))) {
            var arguments = new HashMap<String, String>(extra);
            arguments.put("path", ws("f"));

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> tool("file.write").describe(FakeContext.call("file.write", arguments)));
        }
    }

    @Test
    void list_marksWhatItLeavesOut() throws Exception {
        for (String name : List.of("a", "b", "c", "bad\nname")) {
            Files.createFile(workspace.resolve(name));
        }

        ToolResult.Ok listed = ok("file.list", Map.of("path", workspace.toString(), "maxEntries", 2));

        assertThat(listed.text()).isEqualTo("a\nb\n[… 2 more …]");
        assertThat(listed.value().at("total").number().intValueExact()).isEqualTo(4);
        assertThat(listed.value().at("unaddressable").number().intValueExact()).isEqualTo(1);
    }

    @Test
    void call_isCancelled_whenItsThreadIsInterrupted() throws Exception {
        Thread.currentThread().interrupt();

        ToolResult result = context.call(tool("file.read"), Map.of("path", ws("f")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class, f -> assertThat(f.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
    }

    @Test
    void tools_leaveNoThreadBehind_onceClosed() throws Exception {
        var leaks = LeakCheck.begin();
        List<Tool> own = FileTools.open();
        Tool list = own.stream()
                .filter(tool -> tool.spec().name().equals("file.list"))
                .findFirst()
                .orElseThrow();
        context.call(list, Map.of("path", workspace.toString()));

        ((AutoCloseable) list).close();

        leaks.assertNothingLeft();
        assertThat(context.call(list, Map.of("path", workspace.toString()))).isInstanceOf(ToolResult.Failed.class);
    }

    @Nested
    class ReadContract implements ToolContract {
        @Override
        public Tool tool() {
            return FileToolsTest.this.tool("file.read");
        }

        @Override
        public JsonObject validArguments() {
            return JsonObject.EMPTY.with("path", "/a");
        }
    }

    @Nested
    class WriteContract implements ToolContract {
        @Override
        public Tool tool() {
            return FileToolsTest.this.tool("file.write");
        }

        @Override
        public JsonObject validArguments() {
            return JsonObject.EMPTY.with("path", "/a").with("content", "x");
        }
    }

    @Nested
    class ListContract implements ToolContract {
        @Override
        public Tool tool() {
            return FileToolsTest.this.tool("file.list");
        }

        @Override
        public JsonObject validArguments() {
            return JsonObject.EMPTY.with("path", "/a");
        }
    }

    @Nested
    class DeleteContract implements ToolContract {
        @Override
        public Tool tool() {
            return FileToolsTest.this.tool("file.delete");
        }

        @Override
        public JsonObject validArguments() {
            return JsonObject.EMPTY.with("path", "/a");
        }
    }

    private Tool tool(String name) {
        return tools.stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String ws(String below) {
        return workspace.resolve(below).toString();
    }

    private ToolResult.Ok ok(String tool, Map<String, ?> arguments) throws Exception {
        return (ToolResult.Ok) context.call(tool(tool), arguments);
    }

    private ToolResult.Failed failed(String tool, Map<String, ?> arguments) throws Exception {
        return (ToolResult.Failed) context.call(tool(tool), arguments);
    }
}
