package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/** Taking all of the machine, and staying on it. */
final class LimitCases {
    private static final long MOST_GROWTH = 256L << 20;

    private LimitCases() {}

    static List<SandboxCase> listed() {
        return List.of(
                new SandboxCase(
                        "E26", "fork bomb", "control group, else limit of the user's processes", LimitCases::forks),
                new SandboxCase(
                        "E27",
                        "memory bomb: 10 GB through `tail`",
                        "control group, else limit of each process and a look at all",
                        LimitCases::memory),
                new SandboxCase(
                        "E28", "endless loop; a sleep of 1000 s", "limits of CPU and wall time", LimitCases::time),
                new SandboxCase(
                        "E29",
                        "10 GB of output, one line of 1 GB, invalid UTF-8",
                        "bounded capture",
                        LimitCases::output),
                new SandboxCase(
                        "E30",
                        "fill the disk, a sparse file of 1 TB",
                        "limits of file size and disk",
                        LimitCases::disk),
                new SandboxCase(
                        "E31",
                        "daemons: `setsid`, `nohup`, double fork",
                        "control group, else session and a look at all",
                        LimitCases::daemons),
                new SandboxCase(
                        "E37",
                        "a machine that lacks what the policy wants",
                        "refused, or `DEGRADED` in the result",
                        LimitCases::lacking),
                new SandboxCase(
                        "E38",
                        "restrictions that leak into the JVM, after 100 processes",
                        "throw-away threads",
                        LimitCases::threads),
                new SandboxCase(
                        "E39",
                        "kill the JVM with SIGKILL while a tool runs",
                        "watchdog process",
                        LimitCases::hostDeath));
    }

    private static String forks(CaseRoom room) {
        boolean counted = !room.bash("true").confinement().contains("PIDS");
        if (room.root && !counted) {
            throw new TestAbortedException("nothing limits the processes of root here: this would take the machine");
        }

        ToolResultText bomb = limited(room, "f() { f | f & }; f; sleep 2; echo over", 4);
        var other = room.bash("echo fine");

        // The kernel refuses it more processes; where only looking counts them, they are too many at one look.
        assertThat(bomb.text()).containsAnyOf("Resource temporarily unavailable", "started too many processes");
        assertThat(other.stdout()).isEqualTo("fine\n");
        return "held; others start";
    }

    /** Its text only: what ended too soon has no more. */
    private record ToolResultText(String text) {}

    private static ToolResultText limited(CaseRoom room, String script, int seconds) {
        return new ToolResultText(room.call(JsonObject.EMPTY
                        .with("argv", List.of("bash", "-c", script))
                        .with("timeoutSeconds", seconds))
                .text());
    }

    private static String memory(CaseRoom room) throws IOException {
        long before = residentBytes();

        var ended = room.bash("head -c 10G /dev/zero | tail; echo status $?; exit 9");

        assertThat(residentBytes() - before).isLessThan(MOST_GROWTH);
        assertThat(ended.text())
                .containsAnyOf("used too much memory", "memory exhausted", "cannot allocate", "status 1");
        return ended.text().contains("used too much memory") ? "MEMORY" : "no memory given";
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String time(CaseRoom room) {
        var sleeping = limited(room, "sleep 1000", 1);
        var loop = ended(
                room,
                "while :; do :; done",
                limits().cpuTime(Duration.ofSeconds(1)).build());

        assertThat(sleeping.text()).contains("ran longer than PT1S");
        assertThat(loop.cause()).isEqualTo(Cause.CPU_TIME);
        return "WALL_TIME; CPU_TIME";
    }

    private static String output(CaseRoom room) throws IOException {
        long before = residentBytes();

        var flood = room.bash("yes | head -c 10G");
        var line = room.bash("head -c 1G /dev/zero | tr '\\0' a");
        var odd = room.bash("printf '\\xff\\xfe\\xc0\\xaf'; printf '\\033]0;title\\007'; echo end");

        assertThat(residentBytes() - before).isLessThan(MOST_GROWTH);
        assertThat(flood.text()).contains("wrote far more than is kept").hasSizeLessThan(200_000);
        assertThat(line.text()).contains("wrote far more than is kept").hasSizeLessThan(200_000);
        assertThat(odd.stdout()).contains("end").contains("\uFFFD");
        return "OUTPUT, cut; replaced";
    }

    private static String disk(CaseRoom room) throws IOException {
        var small = limits().fileBytes(1 << 20)
                .diskBytes(20 << 20)
                .wallTime(Duration.ofSeconds(20))
                .build();

        var large = ended(room, "head -c 5M /dev/zero > big", small);
        var sparse = ended(room, "truncate -s 1T sparse || dd if=/dev/zero of=sparse bs=1 count=1 seek=1T", small);
        var many = ended(room, "for i in $(seq 1 1000); do head -c 1000K /dev/zero > f$i; done", small);

        assertThat(large.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(sparse.cause()).isEqualTo(Cause.FILE_SIZE);
        assertThat(many.cause()).isEqualTo(Cause.DISK);
        assertThat(Files.size(room.workspace.resolve("big"))).isLessThanOrEqualTo(1 << 20);
        return "FILE_SIZE; DISK";
    }

    private static String daemons(CaseRoom room) {
        var ended = room.bash("setsid nohup sleep " + room.forLong + " > /dev/null 2>&1 & (sleep " + room.forLong
                + " > /dev/null 2>&1 &); (setsid bash -c 'sleep " + room.forLong
                + " & exit 0' > /dev/null 2>&1 &); sleep 0.3; exit 0");

        assertThat(ended.exit()).isZero();
        assertThat(room.sleeping()).isEmpty();
        return "0 survivors" + (ended.confinement().contains("TREE_KILL") ? "; `DEGRADED(TREE_KILL)`" : "");
    }

    private static String lacking(CaseRoom room) {
        var degraded = room.bash("true").confinement();
        try (Sandbox sandbox = Providers.named(SandboxProvider.class, "linux").open()) {
            List<String> missing = sandbox.probe().degraded();
            var strict = new SandboxPolicy(PrincipalId.HOST, List.of(), List.of(), Set.of());
            if (missing.isEmpty()) {
                assertThat(degraded).isEqualTo("PROCESS_SANDBOX");
                return "nothing is lacking; `LinuxSandboxLackingTest` takes things away";
            }
            assertThat(degraded).contains(missing);
            assertThatThrownBy(() -> sandbox.start(strict, command(room, "true", SandboxLimits.DEFAULT)))
                    .isInstanceOf(SandboxException.class)
                    .hasMessageContaining(missing.getFirst());
            return "refused; else `DEGRADED(" + String.join(",", missing) + ")`";
        }
    }

    private static String threads(CaseRoom room) {
        try (Sandbox sandbox = Providers.named(SandboxProvider.class, "linux").open()) {
            for (int i = 0; i < 100; i++) {
                sandbox.start(policy(room), command(room, "true", SandboxLimits.DEFAULT))
                        .onEnd()
                        .toCompletableFuture()
                        .join();
            }
        }

        CaseRoom.await(() -> CaseRoom.restrictedThreads().isEmpty());
        return "0 threads";
    }

    private static String hostDeath(CaseRoom room) throws IOException, InterruptedException {
        boolean groups = !room.bash("true").confinement().contains("TREE_KILL");
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + room.base,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CaseProgram.class.getName(),
                        "victim",
                        room.forLong)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            CaseRoom.await(() -> room.sleeping().size() >= 2);
        } finally {
            host.destroyForcibly().waitFor();
        }
        if (groups) {
            CaseRoom.await(() -> room.sleeping().isEmpty());
            return "0 survivors";
        }
        CaseRoom.await(() -> room.sleeping().stream().allMatch(LimitCases::leadsASession));
        boolean found = room.sleeping().isEmpty();
        room.sleeping().forEach(ProcessHandle::destroyForcibly);
        return "0 survivors in its session; `DEGRADED(TREE_KILL)`: who left it is "
                + (found ? "found" : "**not found**");
    }

    private static boolean leadsASession(ProcessHandle process) {
        try {
            String[] fields = Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                    .replaceFirst(".*\\) ", "")
                    .split(" ", -1);
            return fields[3].equals(Long.toString(process.pid()));
        } catch (IOException e) {
            return true; // it has ended
        }
    }

    /** What {@link #hostDeath} kills: a JVM with a process that runs, and with one that has left its session. */
    static void beVictim(String forLong) throws IOException {
        try (var room = new CaseRoom(SandboxCase.LINUX)) {
            room.bash("sleep " + forLong + " & setsid sleep " + forLong + " & wait");
        }
    }

    // ---- limits that shell.execute does not let its caller choose

    private static SandboxLimits.Builder limits() {
        return SandboxLimits.builder();
    }

    private static SandboxPolicy policy(CaseRoom room) {
        var authority = Providers.only(AuthorityProvider.class).open(TimeSource.system());
        var all = authority.mintRoot(PrincipalId.HOST);
        var capability = Capability.parse("file:" + room.workspace + "/** read,list,write,delete");
        return new SandboxPolicy(
                PrincipalId.HOST, List.of(authority.derive(List.of(all), PrincipalId.HOST, capability)));
    }

    private static SandboxCommand command(CaseRoom room, String script, SandboxLimits limits) {
        return new SandboxCommand(
                List.of("/bin/bash", "-c", script),
                room.workspace,
                Map.of("PATH", "/usr/bin:/bin"),
                new SandboxCommand.Streams.Captured(new byte[0]),
                limits,
                List.of());
    }

    private static SandboxResult ended(CaseRoom room, String script, SandboxLimits limits) {
        try (Sandbox sandbox = Providers.named(SandboxProvider.class, "linux").open()) {
            return sandbox.start(policy(room), command(room, script, limits))
                    .onEnd()
                    .toCompletableFuture()
                    .join();
        }
    }
}
