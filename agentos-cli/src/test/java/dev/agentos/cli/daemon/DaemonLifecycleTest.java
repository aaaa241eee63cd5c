package dev.agentos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcClient;
import dev.agentos.testkit.LeakCheck;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the start of a daemon to its end, in the order that nobody planned for. */
class DaemonLifecycleTest {
    private static final JsonObject ECHO =
            JsonObject.builder().put("template", "echo").build();

    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Path socket() {
        return folder.resolve("s");
    }

    private Daemon start() {
        return Daemon.start(data(), socket());
    }

    private JsonObject call(String method, JsonObject params) {
        try (var client = RpcClient.connect(socket())) {
            return client.call(method, params);
        }
    }

    private static Failure failure(Runnable action) {
        try {
            action.run();
        } catch (Failure failure) {
            return failure;
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void daemon_leavesNothing_howeverOftenItIsStarted() {
        start().close(); // what a JVM opens once and keeps
        var leaks = LeakCheck.begin();

        for (int i = 0; i < 10; i++) {
            try (Daemon daemon = start()) {
                assertThat(daemon).isNotNull();
                assertThat(call("agent.spawn", ECHO).at("agent").text()).isEqualTo("echo#" + (i + 1));
            }
            assertThat(socket()).doesNotExist();
        }

        leaks.assertNothingLeft();
        assertThat(data())
                .isDirectoryNotContaining(file -> !List.of("daemon.lock", "agentos.db", "agentos.db.lock", "token.key")
                        .contains(file.getFileName().toString()));
    }

    @Test
    void folderAndSocket_areFreeAgain_whenTheStartFailed() throws IOException {
        Files.writeString(socket(), "no socket");
        Failure refused = failure(this::start);
        Files.delete(socket());

        try (Daemon daemon = start()) {
            assertThat(daemon).isNotNull();
            assertThat(refused.code()).isEqualTo(Codes.START_FAILED);
            assertThat(call("agent.list", JsonObject.EMPTY).at("more").bool()).isFalse();
        }
    }

    @Test
    void second_isRefused_andTheFirstGoesOn_whoeverOfManyComes() throws Exception {
        int tries = 8;
        var won = new AtomicInteger();
        var lost = new ArrayList<Future<Failure>>();
        var go = new CountDownLatch(1);
        var daemons = java.util.Collections.synchronizedList(new ArrayList<Daemon>());
        try (var threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < tries; i++) {
                lost.add(threads.submit(() -> {
                    go.await();
                    try {
                        daemons.add(start());
                        won.incrementAndGet();
                        return null;
                    } catch (Failure failure) {
                        return failure;
                    }
                }));
            }
            go.countDown();
            for (Future<Failure> loser : lost) {
                Failure failure = loser.get(60, TimeUnit.SECONDS);
                assertThat(failure == null || failure.code().equals(Codes.DAEMON_RUNNING))
                        .isTrue();
            }
        }

        assertThat(won).hasValue(1);
        assertThat(call("agent.spawn", ECHO).at("agent").text()).isEqualTo("echo#1");
        daemons.forEach(Daemon::close);
    }

    @Test
    void staleSocket_isReplaced_byOneForItsOwnerAlone() throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket()))
                .close();
        Files.setPosixFilePermissions(socket(), PosixFilePermissions.fromString("rwxrwxrwx"));

        try (Daemon daemon = start()) {
            assertThat(daemon).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                    .isEqualTo("rw-------");
            assertThat(call("tool.list", JsonObject.EMPTY).at("tools").asArray().size())
                    .isPositive();
        }
    }

    @Test
    void staleLockWithTheNumberOfALivingProcess_keepsNobodyOut() throws IOException {
        Files.createDirectories(
                data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(data().resolve("daemon.lock"), "1\n");

        try (Daemon daemon = start()) {
            assertThat(daemon).isNotNull();
            assertThat(data().resolve("daemon.lock"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void socketThatIsALink_isNotFollowed() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "data");
        Files.createSymbolicLink(socket(), precious);

        Failure refused = failure(this::start);

        assertThat(refused.line()).contains(socket().toString(), "is no socket");
        assertThat(precious).hasContent("data");
        assertThat(socket()).isSymbolicLink();
    }

    @Test
    void socketInAFolderThatDoesNotExist_isRefused_andTheDataFolderIsFree() throws IOException {
        Path nowhere = folder.resolve("no/where");

        Failure refused = failure(() -> Daemon.start(data(), nowhere));

        assertThat(refused.code()).isEqualTo(Codes.START_FAILED);
        assertThat(refused.line()).contains(nowhere.toString());
        DataFolder.open(data()).close();
    }

    @Test
    void dataFolderThatIsAFile_isRefusedInWords() throws IOException {
        Files.writeString(data(), "a file");

        Failure refused = failure(this::start);

        assertThat(refused.line()).isEqualTo("cannot use the data folder " + data() + ": " + data() + " is no folder");
    }

    @Test
    void dataFolderBelowAFile_isRefusedInWords() throws IOException {
        Files.writeString(data(), "a file");

        Failure refused = failure(() -> Daemon.start(data().resolve("below"), socket()));

        assertThat(refused.line()).startsWith("cannot use the data folder ").doesNotContain("Exception");
    }

    @Test
    void follower_isToldThatTheDaemonStops() throws Exception {
        Daemon daemon = start();
        call("agent.spawn", ECHO);
        var told = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<JsonObject> following = threads.submit(() -> {
                try (var client = RpcClient.connect(socket())) {
                    return client.call("log.follow", JsonObject.EMPTY, (name, params) -> told.countDown());
                }
            });
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();

            daemon.close();

            assertThat(following.get(30, TimeUnit.SECONDS).toString()).isEqualTo("{\"ended\":\"the daemon stopped\"}");
        }
    }

    @Test
    void waiter_learnsTheExit_whenTheDaemonStops() throws Exception {
        Daemon daemon = start();
        var spawned = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<JsonObject> waiting = threads.submit(() -> {
                try (var client = RpcClient.connect(socket())) {
                    return client.call(
                            "agent.spawn", ECHO.with("wait", JsonValue.of(true)), (name, told) -> spawned.countDown());
                }
            });
            assertThat(spawned.await(30, TimeUnit.SECONDS)).isTrue();

            daemon.close();

            assertThat(waiting.get(30, TimeUnit.SECONDS).at("exit", "state").text())
                    .isEqualTo("COMPLETED");
        }
    }

    @Test
    void shutdownOfMany_isAnsweredToEach_withOneReport() throws Exception {
        Daemon daemon = start();
        call("agent.spawn", ECHO);
        try (var threads = Executors.newCachedThreadPool()) {
            List<Future<JsonObject>> reports = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                reports.add(threads.submit(() -> call("system.shutdown", JsonObject.EMPTY)));
            }

            JsonObject first = reports.getFirst().get(30, TimeUnit.SECONDS);
            for (Future<JsonObject> report : reports) {
                assertThat(report.get(30, TimeUnit.SECONDS)).isEqualTo(first);
            }
            assertThat(first.at("report", "stopped")).isEqualTo(JsonValue.of(1));
        }
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> daemon.awaitStopping());
        daemon.close();
    }

    @Test
    void spawn_isRefused_onceTheDaemonHasStoppedItsAgents() {
        try (Daemon daemon = start()) {
            call("system.shutdown", JsonObject.EMPTY);

            Failure refused = failure(() -> call("agent.spawn", ECHO));

            assertThat(refused.code()).isEqualTo("HALTED");
            assertThat(daemon).isNotNull();
        }
    }

    @Test
    void close_removesOnlyItsOwnSocket() throws IOException {
        Daemon daemon = start();
        Files.delete(socket());
        try (var other =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket()))) {
            daemon.close();

            assertThat(socket()).exists();
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void fileProblem_saysWhatItIs() {
        assertThat(FileProblem.of(new java.nio.file.AccessDeniedException("/x")))
                .isEqualTo("/x: permission denied");
        assertThat(FileProblem.of(new java.nio.file.NoSuchFileException("/x"))).isEqualTo("/x does not exist");
        assertThat(FileProblem.of(new java.nio.file.FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo("/x: Read-only file system");
        assertThat(FileProblem.of(new IOException("No space left"))).isEqualTo("No space left");
        assertThat(FileProblem.of(new IOException())).isEqualTo("IOException");
    }
}
