package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code approvals}, against a live daemon: a clerk wants to write a file, and has to ask each time. */
@Timeout(120)
class ApprovalsCommandTest {
    @TempDir
    Path folder;

    private LiveDaemon daemon;

    @BeforeEach
    void startDaemon() {
        daemon = new LiveDaemon(folder.resolve("d"));
        daemon.spawn("clerk", "--name", "desk", "--grant", "file:" + folder + "/** write; approval=required");
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private Invocation approvals(String... words) {
        var all = new ArrayList<>(List.of("approvals"));
        all.addAll(List.of(words));
        return daemon.run(all.toArray(String[]::new));
    }

    /** Has the clerk write, which waits. */
    private CompletableFuture<Invocation> write(String name) {
        String order = "{\"call\": \"file.write\", \"arguments\": " + arguments(name) + "}";
        return CompletableFuture.supplyAsync(() -> daemon.run("ask", "desk", order, "--timeout", "60s", "--json"));
    }

    private String arguments(String name) {
        return "{\"path\": \"" + folder.resolve(name) + "\", \"content\": \"hello\"}";
    }

    private String ticket() {
        while (true) {
            List<JsonValue> waiting =
                    approvals("list", "--json").json().at("approvals").asArray().elements();
            if (!waiting.isEmpty()) {
                return waiting.getFirst().at("ticket").toString();
            }
            Thread.onSpinWait();
        }
    }

    private static Invocation get(CompletableFuture<Invocation> asked) throws Exception {
        return asked.get(60, TimeUnit.SECONDS);
    }

    @Test
    void approved_isDone() throws Exception {
        CompletableFuture<Invocation> asked = write("a");
        String ticket = ticket();
        Invocation list = approvals("list");
        Invocation show = approvals("show", ticket);
        boolean before = Files.exists(folder.resolve("a"));

        Invocation approved = approvals("approve", ticket, "--if-version", "1");

        assertThat(get(asked).exit()).isZero();
        assertThat(before).isFalse();
        assertThat(folder.resolve("a")).hasContent("hello");
        assertThat(list.out()).startsWith("TICKET").contains("PENDING", "desk#1", "file:" + folder + "/a write");
        assertThat(show.out()).contains("arguments", "hello", "capability", "approval=required");
        assertThat(approved.out()).isEqualTo("approval " + ticket + " is APPROVED\n");
        assertThat(approvals("list").out()).isEqualTo("nothing waits\n");
        assertThat(approvals("list", "--all").out()).contains("APPROVED");
        assertThat(approvals("show", ticket).out()).contains("decided", "by operator:");
        assertThat(daemon.run("log").out()).contains("write; bytes=5", "asked: grant ", "done: approved by operator:");
    }

    @Test
    void denied_isNotDone_andTheAgentIsToldWhy() throws Exception {
        CompletableFuture<Invocation> asked = write("a");
        String ticket = ticket();

        Invocation denied = approvals("deny", ticket, "--reason", "not today");

        assertThat(denied.out()).isEqualTo("approval " + ticket + " is DENIED\n");
        assertThat(get(asked).exit()).isEqualTo(ExitCode.DENIED);
        assertThat(get(asked).err()).contains("not today");
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void edited_isDoneOtherwise_ifThatIsAllowed() throws Exception {
        CompletableFuture<Invocation> asked = write("a");
        String ticket = ticket();

        Invocation edited = approvals("edit", ticket, arguments("b"));

        assertThat(edited.out()).as(edited.err()).isEqualTo("approval " + ticket + " is EDITED\n");
        assertThat(get(asked).exit()).as(get(asked).err()).isZero();
        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(folder.resolve("b")).hasContent("hello");
    }

    @Test
    void edited_isDenied_ifItGoesBeyondTheGrant() throws Exception {
        CompletableFuture<Invocation> asked = write("a");
        Path outside = folder.resolveSibling("outside-" + folder.getFileName());

        approvals("edit", ticket(), "{\"path\": \"" + outside + "\", \"content\": \"hello\"}");

        assertThat(get(asked).exit()).isEqualTo(ExitCode.DENIED);
        assertThat(outside).doesNotExist();
    }

    @Test
    void ticket_isDecidedOnce_andAsItWasRead() throws Exception {
        CompletableFuture<Invocation> asked = write("a");
        String ticket = ticket();

        Invocation other = approvals("approve", ticket, "--if-version", "7");
        Invocation first = approvals("deny", ticket);
        Invocation second = approvals("approve", ticket);

        assertThat(other.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(first.exit()).isZero();
        assertThat(second.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err()).contains("approval " + ticket, "operator:");
        assertThat(get(asked).exit()).isEqualTo(ExitCode.DENIED);
    }

    @Test
    void limit_thatAsks_isShownAndApproved() throws Exception {
        Path spec = Files.writeString(folder.resolve("frugal.yaml"), """
                name: frugal
                template: clerk
                grants: ["file:%s/** write"]
                limits: {toolCalls: 1, onExceed: PAUSE_AND_ASK}
                """.formatted(folder));
        daemon.spawn(spec.toString());
        String first = "{\"call\": \"file.write\", \"arguments\": " + arguments("a") + "}";
        String second = "{\"call\": \"file.write\", \"arguments\": " + arguments("b") + "}";
        daemon.run("ask", "frugal", first, "--timeout", "60s");
        CompletableFuture<Invocation> asked =
                CompletableFuture.supplyAsync(() -> daemon.run("ask", "frugal", second, "--timeout", "60s", "--json"));
        String ticket = ticket();
        Invocation list = approvals("list");
        Invocation show = approvals("show", ticket);
        boolean before = Files.exists(folder.resolve("b"));

        Invocation approved = approvals("approve", ticket);

        assertThat(approved.exit()).as(approved.err()).isZero();
        assertThat(get(asked).exit()).as(get(asked).err()).isZero();
        assertThat(before).isFalse();
        assertThat(folder.resolve("b")).hasContent("hello");
        assertThat(list.out())
                .contains(
                        "frugal#",
                        "limit:TOOL_CALLS extend; maximum=1; used=1",
                        "limit TOOL_CALLS of 'frugal' is used up");
        assertThat(show.out()).contains("capability", "limit:TOOL_CALLS extend", "why", "at most 1 tool calls");
        assertThat(approvals("show", ticket, "--json").json().at("kind").text()).isEqualTo("LIMIT");
    }

    @Test
    void badInput_isNamed() throws IOException {
        assertThat(approvals("show", "99").err()).contains("no approval 99");
        assertThat(approvals("approve", "99").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(approvals("edit", "99", "{").err()).contains("ARGUMENTS is not JSON");
        assertThat(approvals().exit()).isEqualTo(ExitCode.USAGE);
        assertThat(approvals("list").out()).isEqualTo("nothing waits\n");
        assertThat(approvals("list", "--all").out()).isEqualTo("no approvals\n");
    }
}
