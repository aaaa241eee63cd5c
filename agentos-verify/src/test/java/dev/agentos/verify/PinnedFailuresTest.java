package dev.agentos.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.error.MailboxFullException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a project before this one failed; with everything that is published, and nothing faked. */
@Timeout(60)
class PinnedFailuresTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AgentOS os = AgentOS.inMemory();

    @TempDir
    private Path temp;

    @AfterEach
    void close() {
        os.close();
    }

    private ToolResult call(String tool, JsonObject arguments, String... grants) {
        var spec = AgentSpec.builder("worker").run(ctx -> ctx.result(ctx.tools().tryCall(tool, arguments.toString())));
        for (String grant : grants) {
            spec.grant(grant);
        }
        return os.spawn(spec.build()).await(LIMIT).result(ToolResult.class);
    }

    private ToolResult read(String path, String grant) {
        return call("file.read", JsonObject.builder().put("path", path).build(), grant);
    }

    @Test
    void aGrantForAFolder_matchesWhatIsInIt_andNoStepOutOfIt() throws IOException {
        Path root = temp.toRealPath();
        Files.createDirectories(root.resolve("ws/deep"));
        Files.writeString(root.resolve("ws/deep/a.txt"), "inside");
        Files.writeString(root.resolve("secret.txt"), "outside");
        Files.writeString(root.resolve("ws-secret.txt"), "beside");
        String grant = "file:" + root + "/ws/** read";

        assertThat(read(root + "/ws/deep/a.txt", grant).text()).isEqualTo("inside");
        for (String path : List.of(
                "/ws/../secret.txt",
                "/ws/deep/../../secret.txt",
                "/ws/./../secret.txt",
                "/ws//../secret.txt",
                "/secret.txt",
                "/ws-secret.txt",
                "/ws/..%2Fsecret.txt")) {
            assertThat(read(root + path, grant)).as(path).isNotInstanceOf(ToolResult.Ok.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/data/** read;maxBytes=1MB",
                "file:/data/** read; maxBytes=1mb",
                "file:/data/** read; maxbytes=1MB",
                "file:/data/** read ; maxBytes=1MB",
                "file:/data/**  read",
                "file:/data/** read,",
                "file:/data/** Read",
                "file:/data/**read",
                "file:/data/**/x read",
                "file:data/** read",
                "file:/data/../** read",
                "file:/data/%2e%2e/** read",
                "FILE:/data/** read",
                "tool:order.place call; notional<10000",
                "tool:order.place call; notional<=10,000",
                "tool:order.place call; notional<=ten",
                "tool:order.place call; symbol=",
                "tool:order.place call; symbol=AAPL; symbol=MSFT",
                "tool:order.place call; uses=-1",
                "tool:order.place call; expires=tomorrow",
                "tool:order.place call; approval=maybe",
                "tool:order.place call; rate=10",
                "tool:order.place",
                "order.place call",
                ""
            })
    void aGrantOfOddSyntax_isRefused_whereItIsGiven(String odd) {
        var spec = AgentSpec.builder("a").run(ctx -> {});

        assertThatThrownBy(() -> spec.grant(odd)).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void aPause_endsNothing_andTheRunGoesOn() {
        var steps = new ConcurrentLinkedQueue<Object>();
        AgentHandle agent = os.spawn("a", ctx -> {
            for (int i = 0; i < 3; i++) {
                steps.add(ctx.receive().payload());
            }
        });
        agent.send("one");

        PauseResult held = agent.pause("look")
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        agent.send("two");
        agent.send("three");
        assertThat(held).isEqualTo(PauseResult.HELD);
        assertThat(agent.state()).isEqualTo(AgentState.PAUSED);
        agent.resume();

        assertThat(agent.await(LIMIT)).isInstanceOf(Exit.Completed.class);
        assertThat(steps).containsExactly("one", "two", "three");
    }

    @Test
    void aTimeout_isKept_byAProgramThatHeedsNoSignal() {
        var arguments = JsonObject.builder()
                .put("shell", "trap '' TERM INT HUP; echo begun; while :; do sleep 1000; done")
                .put("timeoutSeconds", 1)
                .build();

        ToolResult result = call("shell.execute", arguments, "tool:shell.execute shell");

        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.TOOL_TIMEOUT));
        assertThat(result.text()).contains("begun");
    }

    @Test
    void e39_terminate_leavesNoGrandchildren_notEvenDaemons() throws IOException {
        Path begun = temp.toRealPath().resolve("begun");
        String script = "(setsid sleep 4242 &) ; sleep 4242 & : > '" + begun + "'; sleep 4242";
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .run(ctx -> ctx.tools()
                        .tryCall(
                                "shell.execute",
                                JsonObject.builder()
                                        .put("shell", script)
                                        .build()
                                        .toString()))
                .grant("tool:shell.execute shell")
                .grant("file:" + begun.getParent() + "/** write")
                .build());
        until(() -> Files.exists(begun) && sleepers() == 3);

        Exit exit = agent.terminate("enough");

        assertThat(exit).isInstanceOf(Exit.Terminated.class);
        until(() -> sleepers() == 0);
    }

    /** Processes that only the test above starts. */
    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).equals(List.of("4242")))
                        .isPresent())
                .count();
    }

    @Test
    void aMessageToNobody_isAnErrorAndADeadLetter_neverLost() {
        assertThatThrownBy(() -> os.send(Address.of("nobody"), "hello")).isInstanceOf(DeliveryException.class);

        assertThat(os.deadLetters(0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNKNOWN_RECIPIENT);
            assertThat(letter.message().payload()).isEqualTo("hello");
        });
    }

    @Test
    void aMailbox_takesAsManyAsItSays_andTheSenderLearnsIt() {
        var handling = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        AgentHandle slow = os.spawn(AgentSpec.builder("slow")
                .onMessage((message, ctx) -> {
                    handling.countDown();
                    goOn.await();
                })
                .mailbox(8, Overflow.FAIL)
                .build());
        slow.send(0);
        await(handling);

        int accepted = 0;
        try {
            while (accepted < 1_000) {
                slow.send(accepted);
                accepted++;
            }
        } catch (MailboxFullException full) {
            assertThat(full).hasMessageContaining("slow");
        }
        goOn.countDown();

        assertThat(accepted).isEqualTo(8);
    }

    private static void await(CountDownLatch latch) {
        until(() -> latch.getCount() == 0);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("within " + LIMIT).isNegative();
            LockSupport.parkNanos(500_000);
        }
    }
}
