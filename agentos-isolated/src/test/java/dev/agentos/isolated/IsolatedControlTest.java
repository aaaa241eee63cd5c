package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.PauseResult;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Requested;
import dev.agentos.api.Restart;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.message.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pause, resume, stop, terminate and limits reach into the process. */
class IsolatedControlTest extends IsolatedFixture {
    private static final String TELL = "ctx.send(Address.of(\"probe\"), \"pid \" + ProcessHandle.current().pid());";

    @TempDir
    private static Path folder;

    private static Path jar;

    @BeforeAll
    static void compile() {
        jar = new AgentJar()
                .run("Waiter", TELL + "ctx.result(ctx.receive().payload(String.class));")
                .run("Busy", TELL + "while (true) { ctx.random().nextLong(); }")
                .run("Endless", TELL + "while (true) { Thread.onSpinWait(); }")
                .run("Stubborn", TELL + """
                                while (true) {
                                    try {
                                        ctx.receive();
                                    } catch (Throwable stopped) {
                                        while (true) { Thread.onSpinWait(); }
                                    }
                                }
                                """)
                .run("Parent", TELL + "new ProcessBuilder(\"/bin/sleep\", \"600\").start(); ctx.receive();")
                .run("Divided", TELL + "new Thread(() -> System.exit(9)).start(); ctx.receive();")
                .run(
                        "Hoarder",
                        TELL + "List<byte[]> all = new ArrayList<>(); while (true) { all.add(new byte[1 << 20]); }")
                .run("Talker", "while (true) { System.out.println(\"x\".repeat(8000)); }")
                .in(folder);
    }

    // ---- pause

    @Test
    void pause_holdsAnAgentThatWaits_withItsMail() {
        AgentHandle waiter = spawn(jar, "Waiter");
        toldProcess();

        PauseResult paused = waiter.pause("look")
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        waiter.send("mail");

        assertThat(paused).isEqualTo(PauseResult.HELD);
        assertThat(waiter.state()).isEqualTo(AgentState.PAUSED);
        assertThat(waiter.info().pending()).isEqualTo(1);
        waiter.resume();
        assertThat(completed(waiter.await(LIMIT))).isEqualTo("mail");
    }

    @Test
    void pause_holdsAnAgentThatWorks_atItsNextCall() {
        AgentHandle busy = spawn(jar, "Busy");
        ProcessHandle process = toldProcess();

        PauseResult paused = busy.pause("look")
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();

        assertThat(paused).isEqualTo(PauseResult.HELD);
        assertThat(process.isAlive()).isTrue();
        busy.resume();
        assertThat(busy.awaitState(AgentState.RUNNING, LIMIT)).isTrue();
        assertThat(busy.terminate("enough")).isInstanceOf(Exit.Terminated.class);
    }

    @Test
    void pause_isOnlyRequested_whileAnAgentComputes() {
        AgentHandle endless = spawn(jar, "Endless");
        toldProcess();

        var paused = endless.pause("look").toCompletableFuture();

        assertThat(endless.info().requested()).isEqualTo(Requested.PAUSE);
        assertThat(endless.state()).isEqualTo(AgentState.RUNNING);
        endless.terminate("enough");
        assertThat(paused.join()).isEqualTo(PauseResult.ENDED);
    }

    // ---- ends

    @Test
    void stop_endsTheWait_andTheProcess() {
        AgentHandle waiter = spawn(jar, "Waiter");
        ProcessHandle process = toldProcess();

        Exit exit = waiter.stop(LIMIT);

        assertThat(exit).isEqualTo(new Exit.Completed(null));
        assertGone(process);
    }

    @Test
    void terminate_killsAProcess_thatListensToNobody() {
        AgentHandle endless = spawn(jar, "Endless");
        ProcessHandle process = toldProcess();

        Exit exit = endless.terminate("enough");

        assertThat(exit).isInstanceOfSatisfying(Exit.Terminated.class, terminated -> {
            assertThat(terminated.reason()).isEqualTo("enough");
            assertThat(terminated.abandoned()).isEmpty();
        });
        assertGone(process);
    }

    @Test
    void terminate_killsAProcess_thatIsPaused() {
        AgentHandle busy = spawn(jar, "Busy");
        ProcessHandle process = toldProcess();
        busy.pause("look").toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();

        Exit exit = busy.terminate("enough");

        assertThat(exit).isInstanceOf(Exit.Terminated.class);
        assertGone(process);
    }

    @Test
    void stop_becomesATermination_whenTheAgentGoesOn() {
        AgentHandle stubborn = spawn(jar, "Stubborn");
        ProcessHandle process = toldProcess();

        Exit exit = stubborn.stop(Duration.ofMillis(200));

        assertThat(exit).isInstanceOf(Exit.Terminated.class);
        assertGone(process);
    }

    @Test
    void children_endWithTheProcess() {
        AgentHandle parent = spawn(jar, "Parent");
        ProcessHandle process = toldProcess();

        parent.terminate("enough");

        assertGone(process);
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(left -> left.info().command().orElse("").endsWith("sleep"));
    }

    @Test
    void agent_fails_whenItsProcessEnds_whileItWaits() {
        AgentHandle waiter = spawn(jar, "Waiter");
        toldProcess().destroyForcibly();

        var failure = failed(waiter.await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.SIGNAL);
        assertThat(failure).hasMessageContaining("ended by signal 9");
    }

    @Test
    void agent_fails_whenAnotherThreadOfItsProcessExits() {
        var failure = failed(spawn(jar, "Divided").await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.EXITED);
    }

    @Test
    void restart_ofASibling_reachesIntoTheProcess() {
        AgentSpec failing = AgentSpec.builder("failing")
                .onMessage((message, ctx) -> {
                    throw new IllegalStateException("asked to");
                })
                .restart(Restart.upTo(1, Duration.ofHours(1)))
                .build();
        os.spawn(AgentSpec.builder("desk")
                .run(ctx -> ctx.receive())
                .supervision(Supervision.ONE_FOR_ALL)
                .grant("agent:** spawn,send")
                .child(failing)
                .child(spec(jar, "Endless")
                        .restart(Restart.upTo(1, Duration.ofHours(1)))
                        .build())
                .build());
        ProcessHandle first = toldProcess();

        os.send(Address.of("desk/failing"), "go");

        ProcessHandle second = toldProcess();
        assertThat(second.pid()).isNotEqualTo(first.pid());
        assertGone(first);
    }

    @Test
    void close_endsEveryProcess() {
        spawn(jar, "Endless");
        ProcessHandle process = toldProcess();

        os.close();

        assertGone(process);
    }

    // ---- limits

    private Exit exitOf(String className, ProcessLimits limits) {
        return os.spawn(spec(jar, className).processLimits(limits).build()).await(LIMIT);
    }

    @Test
    void cpuTime_isLimited() {
        var failure = failed(exitOf("Endless", new ProcessLimits(16L << 20, Duration.ofSeconds(1))));

        assertThat(failure.reason()).isEqualTo(Reason.CPU_TIME);
        assertThat(failure).hasMessageContaining("used up its CPU time, PT1S");
    }

    @Test
    void heap_isLimited() {
        var failure = failed(exitOf("Hoarder", new ProcessLimits(16L << 20, Duration.ofMinutes(1))));

        assertThat(failure.reason()).isEqualTo(Reason.MEMORY);
        assertThat(failure).hasMessageContaining("its heap is 16 MiB");
    }

    @Test
    void output_isLimited() {
        var failure = failed(exitOf("Talker", ProcessLimits.DEFAULT));

        assertThat(failure.reason()).isEqualTo(Reason.OUTPUT);
    }

    @Test
    void wallTime_isTheAgents() {
        AgentSpec limited = spec(jar, "Endless")
                .limits(Limits.builder().wallTime(Duration.ofMillis(300)).build())
                .build();

        Exit exit = os.spawn(limited).await(LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, it -> assertThat(it.reason()).contains("WALL_TIME"));
    }

    @Test
    void process_endsWithTheGrant_thatItRestsOn() {
        AgentHandle waiter = os.spawn(
                spec(jar, "Waiter").grant("file:" + folder + "/** read").build());
        toldProcess();
        long grant = waiter.info().grants().size();
        os.grants().list().stream()
                .filter(info -> info.capability().toString().startsWith("file:" + folder))
                .forEach(info -> os.grants().revoke(info.id(), "no more"));

        var failure = failed(waiter.await(LIMIT));

        assertThat(grant).isEqualTo(2);
        assertThat(failure.reason()).isEqualTo(Reason.REVOKED);
    }
}
