package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.ToolResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.opentest4j.TestAbortedException;

/*
 * base/ws is the workspace that the agent may use, base/outside belongs to the same user and to nobody's grant. The
 * programs are bash and perl: perl makes any system call, and is on nearly every machine.
 */
/** Where one case happens: folders, a runtime, and an agent that calls {@code shell.execute} with what it is granted. */
final class CaseRoom implements AutoCloseable {
    static final String CANARY = "canary-4711";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the C library says, and how the table calls it. */
    private static final Map<String, String> ERRORS = Map.ofEntries(
            Map.entry("Permission denied", "EACCES"),
            Map.entry("Operation not permitted", "EPERM"),
            Map.entry("Invalid cross-device link", "EXDEV"),
            Map.entry("Function not implemented", "ENOSYS"),
            Map.entry("No such device or address", "ENXIO"),
            Map.entry("No such file or directory", "ENOENT"),
            Map.entry("Bad file descriptor", "EBADF"),
            Map.entry("Invalid argument", "EINVAL"),
            Map.entry("Too many levels of symbolic links", "ELOOP"),
            Map.entry("Inappropriate ioctl for device", "ENOTTY"),
            Map.entry("Operation not supported", "EOPNOTSUPP"),
            Map.entry("Cannot allocate memory", "ENOMEM"));

    /** Makes a call, and says how it went. */
    private static final String PERL =
            "sub c { my @a = @_; my $n = shift @a; my $r = syscall($n, @a); print STDERR ($r < 0 ? \"$!\\n\" : \"ALLOWED $r\\n\"); $r } ";

    final Path base;
    final Path workspace;
    final Path outside;
    /** Sleeps so many seconds as no other process does: what is left is known by it. */
    final String forLong = "900." + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000);

    final boolean root = "root".equals(System.getProperty("user.name"));
    private final AgentOS os;

    CaseRoom(String sandbox) throws IOException {
        os = AgentOS.builder().sandbox(sandbox).build(); // in memory
        base = Files.createTempDirectory("case").toRealPath();
        workspace = Files.createDirectory(base.resolve("ws"));
        outside = Files.createDirectory(base.resolve("outside"));
        Files.writeString(outside.resolve("secret"), CANARY);
    }

    /** What a program left behind. */
    record Ended(boolean ok, String text, String stdout, String stderr, long exit, String confinement) {
        /** {@return the errors that were reported, each once; what is not on this machine matters if nothing else is said} */
        String errors() {
            var found = new TreeSet<String>();
            ERRORS.forEach((text, name) -> {
                if ((this.text + stderr).contains(text)) {
                    found.add(name);
                }
            });
            if (found.size() > 1) {
                found.remove("ENOENT");
            }
            return String.join(", ", found);
        }
    }

    /** {@return the grants of the agent, beside which there are those of the case} */
    private List<String> grants(String... more) {
        var grants = new ArrayList<>(List.of(
                "tool:shell.execute call", "tool:file.read call", "file:" + workspace + "/** read,list,write,delete"));
        grants.addAll(Arrays.asList(more));
        return grants;
    }

    /** Runs a script of bash. */
    Ended bash(String script, String... grants) {
        return call(JsonObject.EMPTY.with("argv", List.of("bash", "-c", script)), grants);
    }

    /** Runs a program of perl, in which {@code c(number, arguments…)} makes a system call and says how it went. */
    Ended perl(String program, String... grants) {
        needs("/usr/bin/perl");
        return call(JsonObject.EMPTY.with("argv", List.of("perl", "-e", PERL + program)), grants);
    }

    /** The numbers of system calls that the cases have are those of one architecture. */
    Ended calls(String program, String... grants) {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new TestAbortedException("has the system calls of x86-64 only");
        }
        return perl(program, grants);
    }

    static void needs(String program) {
        if (!Files.isExecutable(Path.of(program))) {
            throw new TestAbortedException("needs " + program);
        }
    }

    Ended call(JsonObject arguments, String... grants) {
        JsonObject all = arguments.has("cwd") ? arguments : arguments.with("cwd", workspace.toString());
        return ended(tool("shell.execute", all, grants));
    }

    ToolResult tool(String name, JsonObject arguments, String... grants) {
        var spec =
                AgentSpec.builder("attacker").run(ctx -> ctx.result(ctx.tools().tryCall(name, arguments.toString())));
        grants(grants).forEach(spec::grant);
        return os.spawn(spec.build()).await(PATIENCE).result(ToolResult.class);
    }

    /** Has another agent sleep until the case is over; its process lives when this returns. */
    void anotherSleeps() {
        var spec = AgentSpec.builder("victim")
                .run(ctx -> ctx.tools()
                        .tryCall(
                                "shell.execute",
                                JsonObject.EMPTY
                                        .with("argv", List.of("sleep", forLong))
                                        .toString()))
                .grant("tool:shell.execute call");
        os.spawn(spec.build());
        await(() -> !sleeping().isEmpty());
    }

    private static Ended ended(ToolResult result) {
        if (result instanceof ToolResult.Ok ok && ok.value() instanceof JsonObject value) {
            var said = (Map<?, ?>) value.toJava();
            return new Ended(
                    true,
                    ok.text(),
                    String.valueOf(said.get("stdout")),
                    String.valueOf(said.get("stderr")),
                    Long.parseLong(String.valueOf(said.get("exitCode"))),
                    String.valueOf(said.get("confinement")));
        }
        return new Ended(false, result.text(), "", "", -1, "");
    }

    /** Checks that a program got nothing but these errors, at least one, and returns those it got. */
    String denied(Ended ended, String... expected) {
        assertThat(ended.text()).doesNotContain("ALLOWED", CANARY);
        String errors = ended.errors();
        assertThat(errors).as("%s", ended).isNotEmpty();
        assertThat(expected).as("%s", ended).contains(errors.split(", "));
        return errors;
    }

    // ---- what is seen from outside

    /** {@return who sleeps for the time of this case; a zombie has no arguments} */
    List<ProcessHandle> sleeping() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).equals(List.of(forLong)))
                        .orElse(false))
                .toList();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Ends the runtime, and checks that the attempt has left nothing. */
    @Override
    public void close() throws IOException {
        os.close();
        await(() -> sleeping().isEmpty());
        await(() -> restrictedThreads().isEmpty()); // a thread that has ended stands in /proc for a moment still
        assertThat(Files.readString(outside.resolve("secret"))).isEqualTo(CANARY);
        try (var files = Files.list(outside)) {
            assertThat(files).as("files outside").containsExactly(outside.resolve("secret"));
        }
        try (var files = Files.walk(base)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
        assertThat(base).doesNotExist();
    }

    /** {@return the threads of this JVM to which a restriction has leaked} */
    static List<String> restrictedThreads() {
        var restricted = new ArrayList<String>();
        String[] threads = Path.of("/proc/self/task").toFile().list();
        for (String thread : threads == null ? new String[0] : threads) {
            try {
                String status = Files.readString(Path.of("/proc/self/task/" + thread + "/status"));
                if (status.contains("NoNewPrivs:\t1") || status.contains("Seccomp:\t2")) {
                    restricted.add(status.lines().findFirst().orElse("") + " " + thread);
                }
            } catch (IOException e) {
                // It has ended.
            }
        }
        return restricted;
    }
}
