package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.Exit;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.event.EventFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile agent tries, and what stops it. After each case this JVM is as it was. */
class HostileProcessTest extends IsolatedFixture {
    /** Tries something, and completes with what stopped it. */
    private static final String TRY =
            "try { %s ctx.result(\"DONE\"); } catch (Throwable e) { ctx.result(e.toString()); }";

    /** Sends a frame of its own making, and goes on as if nothing was. */
    private static final String SEND = """
            var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
            byte[] frame = %s;
            out.writeInt(frame.length);
            out.write(frame);
            while (true) { java.util.concurrent.locks.LockSupport.park(); }
            """;

    @TempDir
    private static Path folder;

    private static Path jar;

    @BeforeAll
    static void compile() {
        String store = folder.resolve("store.db").toString();
        jar = new AgentJar()
                .run("Exits", "System.exit(7);")
                .run("Halts", "Runtime.getRuntime().halt(0);")
                .run("Shadow", TRY.formatted("Files.readString(Path.of(\"/etc/shadow\"));"))
                .run("Store", TRY.formatted("Files.readString(Path.of(\"" + store + "\"));"))
                .run("Writes", TRY.formatted("Files.writeString(Path.of(\"" + store + ".new\"), \"x\");"))
                .run("OwnJar", TRY.formatted("Files.writeString(Path.of(\"" + folder + "/agents.jar\"), \"x\");"))
                .run(
                        "HostProc",
                        TRY.formatted(
                                "Files.readAllBytes(Path.of(\"/proc/\" + ctx.param(\"host\", Long.class) + \"/environ\"));"))
                .run("Connects", TRY.formatted("new Socket(\"127.0.0.1\", ctx.param(\"port\", Integer.class));"))
                .run("Resolves", TRY.formatted("InetAddress.getByName(\"example.com\");"))
                .run("Listens", TRY.formatted("new ServerSocket(0);"))
                .run("Kills", TRY.formatted("""
                        if (!ProcessHandle.of(ctx.param("host", Long.class)).map(ProcessHandle::destroyForcibly).orElse(false)) {
                            throw new SecurityException("not killed");
                        }
                        """))
                .run("Foreign", TRY.formatted("""
                        java.lang.foreign.Linker.nativeLinker().downcallHandle(
                            java.lang.foreign.FunctionDescriptor.ofVoid());
                        """))
                .run("Unsafe", TRY.formatted("""
                        var field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
                        field.setAccessible(true);
                        Object unsafe = field.get(null);
                        unsafe.getClass().getMethod("allocateMemory", long.class).invoke(unsafe, 8L);
                        """))
                .run("Reflects", TRY.formatted("""
                        var field = String.class.getDeclaredField("value");
                        field.setAccessible(true);
                        """))
                .run(
                        "Environment",
                        "ctx.result(new TreeMap<>(System.getenv()).keySet() + \" \" + System.getProperty(\"java.class.path\"));")
                .run("OffHeap", """
                        List<java.util.zip.Deflater> all = new ArrayList<>();
                        byte[] some = new byte[1 << 16];
                        while (true) {
                            var each = new java.util.zip.Deflater(9);
                            each.setInput(some);
                            each.deflate(new byte[1 << 10], 0, 1 << 10, java.util.zip.Deflater.SYNC_FLUSH);
                            all.add(each);
                        }
                        """)
                .run("Forks", """
                        List<Process> all = new ArrayList<>();
                        try {
                            while (all.size() < 1000) { all.add(new ProcessBuilder("/bin/sleep", "600").start()); }
                            ctx.result("1000");
                        } catch (Throwable e) {
                            ctx.result("stopped after " + all.size());
                        }
                        """)
                .run("Threads", """
                        int count = 0;
                        try {
                            while (count < 2000) {
                                var thread = new Thread(() -> { while (true) { java.util.concurrent.locks.LockSupport.park(); } });
                                thread.setDaemon(true);
                                thread.start();
                                count++;
                            }
                            ctx.result("2000");
                        } catch (Throwable e) {
                            ctx.result("stopped after " + count);
                        }
                        """)
                .run("Garbage", """
                        var out = new FileOutputStream(FileDescriptor.out);
                        out.write("GET / HTTP/1.1\\r\\n\\r\\n".getBytes());
                        while (true) { java.util.concurrent.locks.LockSupport.park(); }
                        """)
                .run("Huge", """
                        var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
                        out.writeInt(Integer.MAX_VALUE);
                        out.write(new byte[1000]);
                        while (true) { java.util.concurrent.locks.LockSupport.park(); }
                        """)
                .run("Half", """
                        var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
                        out.writeInt(100);
                        out.write(new byte[50]);
                        Runtime.getRuntime().halt(0);
                        """)
                .run("Closes", """
                        new FileOutputStream(FileDescriptor.out).close();
                        while (true) { java.util.concurrent.locks.LockSupport.park(); }
                        """)
                .run("Raw", SEND.formatted("ctx.param(\"frame\", String.class).getBytes(\"UTF-8\")"))
                .run("NotText", SEND.formatted("new byte[] {'{', (byte) 0xC3, (byte) 0x28, '}'}"))
                .run(
                        "Deep",
                        SEND.formatted(
                                "(\"{\\\"call\\\":\" + \"[\".repeat(100000) + \"]\".repeat(100000) + \"}\").getBytes()"))
                .run("Flood", """
                        byte[] text = "{\\"call\\":\\"log\\",\\"message\\":\\"x\\"}".getBytes();
                        var out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
                        for (int i = 0; i < 20_000; i++) { out.writeInt(text.length); out.write(text); }
                        while (true) { java.util.concurrent.locks.LockSupport.park(); }
                        """)
                .run("Logs", "for (int i = 0; i < 20; i++) { ctx.log(\"x\".repeat(500_000)); }")
                .run("Large", TRY.formatted("ctx.log(\"x\".repeat(2_000_000));"))
                .in(folder);
    }

    static Path jar() {
        return jar;
    }

    @AfterEach
    void host_isAsItWas() throws IOException, InterruptedException {
        os.close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("agentos-frames")) {
                assertThat(thread.join(LIMIT)).as(thread.getName()).isTrue();
            }
        }
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            assertThat(threads.map(HostileProcessTest::status))
                    .noneMatch(status -> status.contains("NoNewPrivs:\t1") || status.contains("Seccomp:\t2"));
        }
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(each -> each.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains(ProcessCommand.MAIN) || line.contains("sleep 600"));
    }

    private static String status(Path thread) {
        try {
            return Files.readString(thread.resolve("status"));
        } catch (IOException e) {
            return ""; // it has ended meanwhile
        }
    }

    /** {@return what stops an attempt under this sandbox, as a pattern, given what does under ours} */
    String stoppedBy(String ours) {
        return ours;
    }

    /** Tells of an attempt to connect, which must have been stopped. */
    void assertRecorded() {
        assertThat(os.events().history(EventFilter.all(), 0, 1_000))
                .anyMatch(event -> event.data().toString().contains("socket"));
    }

    Exit exitOf(String className) {
        return spawn(jar, className).await(LIMIT);
    }

    // ---- ends itself

    @ParameterizedTest
    @CsvSource({"Exits, 7", "Halts, 0"})
    void exit_endsTheProcessAlone(String className, int code) {
        var failure = failed(exitOf(className));

        assertThat(failure.reason()).isEqualTo(Reason.EXITED);
        assertThat(failure).hasMessageContaining("exited with code " + code);
    }

    // ---- reaches out

    @ParameterizedTest
    @CsvSource({
        "Shadow, AccessDeniedException",
        "Store, AccessDeniedException",
        "Writes, AccessDeniedException",
        "OwnJar, AccessDeniedException",
        "Resolves, UnknownHostException",
        "Listens, SocketException",
        "Foreign, IllegalCallerException",
        "Unsafe, InvocationTargetException",
        "Reflects, InaccessibleObjectException"
    })
    void attempt_isStopped(String className, String by) throws IOException {
        Files.writeString(folder.resolve("store.db"), "rows");

        Object said = completed(exitOf(className));

        assertThat((String) said).containsPattern(stoppedBy(by));
        assertThat(folder.resolve("store.db.new")).doesNotExist();
        assertThat(Files.size(jar)).isGreaterThan(1_000);
    }

    @Test
    void network_isClosed_andTheAttemptRecorded() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AgentHandle agent = os.spawn(
                    spec(jar, "Connects").param("port", server.getLocalPort()).build());

            assertThat((String) completed(agent.await(LIMIT))).contains("Operation not permitted");
        }
        assertRecorded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HostProc", "Kills"})
    void host_isOutOfReach(String className) {
        AgentHandle agent = os.spawn(spec(jar, className)
                .param("host", ProcessHandle.current().pid())
                .build());

        assertThat((String) completed(agent.await(LIMIT))).isNotEqualTo("DONE");
    }

    @Test
    void environment_isEmpty_andTheClassPathMinimal() {
        String said = (String) completed(exitOf("Environment"));

        assertThat(said).matches("\\[AGENTOS_[A-Z_]*, LANG, LD_LIBRARY_PATH(, PWD)?\\] .*agents.jar");
        assertThat(said).doesNotContain("slf4j-api", "assertj", "agentos-security");
    }

    // ---- takes more than its share

    @ParameterizedTest
    @ValueSource(strings = {"Forks", "Threads"})
    void processes_areLimited(String className) {
        Exit exit = exitOf(className);

        if (exit instanceof Exit.Completed(var said)) {
            assertThat((String) said).startsWith("stopped after");
        } else {
            assertThat(failed(exit).reason()).isEqualTo(Reason.PROCESSES);
        }
    }

    @Test
    void memoryBesideTheHeap_isLimited() {
        var failure = failed(exitOf("OffHeap"));

        assertThat(failure.reason()).isEqualTo(Reason.MEMORY);
    }

    // ---- lies on its connection

    @ParameterizedTest
    @CsvSource({
        "Garbage, a frame has 2 to 1048576 bytes",
        "Huge, a frame has 2 to 1048576 bytes",
        "NotText, a frame is text in UTF-8",
        "Deep, a frame is JSON",
    })
    void noise_endsIt(String className, String problem) {
        var failure = failed(exitOf(className));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining(problem);
    }

    @Test
    void end_ofWhatItSays_endsIt() {
        var failure = failed(exitOf("Closes"));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining("it has closed its connection");
    }

    @Test
    void halfAFrame_isNone() {
        var failure = failed(exitOf("Half"));

        assertThat(failure.reason()).isEqualTo(Reason.EXITED);
    }

    @Test
    void lie_endsIt() {
        AgentHandle agent = os.spawn(
                spec(jar, "Raw").param("frame", "{\"call\":\"rights.mint\"}").build());

        var failure = failed(agent.await(LIMIT));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining("nobody knows a call 'rights.mint'");
    }

    @Test
    void flood_isAnsweredOneByOne_andEndsByTermination() {
        AgentHandle flood = spawn(jar, "Flood");
        while (os.events().history(EventFilter.type("agent.log"), 0, 10).isEmpty()) {
            Thread.onSpinWait();
        }

        Exit exit = flood.terminate("enough");

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Terminated.class, it -> assertThat(it.abandoned()).isEmpty());
    }

    @Test
    void longLines_areCut() {
        assertThat(exitOf("Logs")).isEqualTo(new Exit.Completed(null));
    }

    @Test
    void tooLargeACall_endsIt() {
        var failure = failed(exitOf("Large"));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
    }

    @Test
    void next_isUnharmed() {
        failed(os.spawn(spec(jar, "Garbage")
                        .processLimits(new ProcessLimits(16L << 20, Duration.ofMinutes(1)))
                        .build())
                .await(LIMIT));

        assertThat((String) completed(exitOf("Shadow"))).containsPattern(stoppedBy("AccessDeniedException"));
    }
}
