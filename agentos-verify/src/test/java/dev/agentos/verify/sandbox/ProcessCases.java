package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a process inherits, and what it can do to others. */
final class ProcessCases {
    private static final String SCOPE = "Landlock scope of signals";

    private ProcessCases() {}

    static List<SandboxCase> listed() {
        return List.of(
                new SandboxCase(
                        "E9",
                        "use descriptors of the JVM",
                        "closed when the process starts",
                        ProcessCases::descriptors),
                new SandboxCase(
                        "E10",
                        "read secrets in the environment of the JVM",
                        "environment from a list",
                        ProcessCases::environment),
                new SandboxCase(
                        "E11",
                        "`LD_PRELOAD`, `BASH_ENV`, `GIT_*`, `JAVA_TOOL_OPTIONS` from the caller",
                        "`shell.execute`",
                        ProcessCases::variables),
                new SandboxCase(
                        "E12",
                        "a program of one's own for `ls`; a relative program",
                        "fixed `PATH`, `shell.execute`",
                        ProcessCases::path),
                new SandboxCase(
                        "E14",
                        "`ptrace`, `process_vm_readv` and `gdb` on the JVM",
                        "seccomp, Landlock",
                        ProcessCases::debug),
                new SandboxCase(
                        "E15", "kill the JVM, its watchdog, and what another agent runs", SCOPE, ProcessCases::kill),
                new SandboxCase(
                        "E16",
                        "`su`, a copied shell with the set-id bit",
                        "`no_new_privs`, seccomp",
                        ProcessCases::setId),
                new SandboxCase("E17", "`unshare`, `mount`, `chroot`, `nsenter`", "seccomp", ProcessCases::namespaces),
                new SandboxCase("E18", "`io_uring_setup`", "seccomp", ProcessCases::rings),
                new SandboxCase(
                        "E33",
                        "type into the terminal of whoever started the JVM (`TIOCSTI`)",
                        "own session, seccomp",
                        ProcessCases::terminal));
    }

    private static String descriptors(CaseRoom room) {
        var ended = room.perl(
                "for my $i (0 .. 255) { open(my $f, '<&', $i) || open($f, '>&', $i) or next; print \"$i \"; }");

        assertThat(ended.stdout()).isEqualTo("0 1 2 ");
        return "0, 1 and 2 only";
    }

    private static String environment(CaseRoom room) {
        assertThat(System.getenv("CANARY_TOKEN")).isEqualTo(CaseRoom.CANARY);

        var ended = room.bash("env; set");

        assertThat(ended.stdout()).contains("PATH=").doesNotContain(CaseRoom.CANARY, "CANARY_TOKEN");
        return "not there";
    }

    private static String variables(CaseRoom room) {
        for (String name : List.of(
                "LD_PRELOAD",
                "LD_LIBRARY_PATH",
                "BASH_ENV",
                "ENV",
                "GIT_DIR",
                "JAVA_TOOL_OPTIONS",
                "NODE_OPTIONS",
                "PATH")) {
            var ended = room.call(JsonObject.EMPTY.with("argv", List.of("env")).with("env", Map.of(name, "/x")));
            assertThat(ended.ok()).as(name).isFalse();
        }
        return "refused";
    }

    private static String path(CaseRoom room) throws IOException {
        Path own = Files.writeString(room.workspace.resolve("ls"), "#!/bin/sh\necho own\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();

        var byName = room.call(JsonObject.EMPTY.with("argv", List.of("ls")));
        var relative = room.call(JsonObject.EMPTY.with("argv", List.of("./ls")));
        var writable = room.call(JsonObject.EMPTY.with("argv", List.of(own.toString())));

        assertThat(byName.stdout()).isEqualTo("ls\n");
        assertThat(relative.ok()).isFalse();
        assertThat(writable.ok()).isFalse();
        return "the system's `ls`; refused";
    }

    private static String debug(CaseRoom room) {
        return room.denied(
                room.calls("my $p = getppid; c(101, 16, $p, 0, 0); c(101, 0x4206, $p, 0, 0); my $b = ' ' x 8; "
                        + "my $v = pack('pQ', $b, 8); c(310, $p, $v, 1, $v, 1, 0); c(311, $p, $v, 1, $v, 1, 0);"),
                "EPERM");
    }

    private static String kill(CaseRoom room) throws IOException {
        Process stranger = new ProcessBuilder("sleep", room.forLong).start();
        try {
            room.anotherSleeps();
            CaseRoom.await(() -> room.sleeping().size() == 2);
            String all = room.sleeping().stream().map(each -> "" + each.pid()).collect(Collectors.joining(" "));
            var children = ProcessHandle.current()
                    .children()
                    .filter(ProcessHandle::isAlive)
                    .toList();

            String errors =
                    room.denied(room.bash("for p in $PPID 1 " + all + "; do kill -9 $p; kill -STOP $p; done"), "EPERM");
            var everybody = room.bash("kill -9 -1; kill -9 -$PPID; echo on");

            assertThat(everybody.text()).doesNotContain("ALLOWED");
            assertThat(room.sleeping()).hasSize(2);
            assertThat(children).allMatch(ProcessHandle::isAlive);
            return errors;
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static String setId(CaseRoom room) {
        var ended =
                room.bash("id -u; cp /bin/bash own; chmod u+s own; chmod 4755 own; install -m 6755 /bin/bash other; "
                        + "su -c 'id -u' nobody; su root -c 'id -u' < /dev/null; ls -l | grep -c rws");

        assertThat(ended.stdout().lines())
                .contains("0")
                .containsOnly(room.bash("id -u").stdout().strip(), "0");
        assertThat(ended.errors()).contains("EPERM");
        assertThat(ended.stdout().lines().filter("0"::equals).count()).isEqualTo(room.root ? 2 : 1);
        return "EPERM; the user stays";
    }

    private static String namespaces(CaseRoom room) {
        return room.denied(
                room.bash(
                        "unshare -Ur true; unshare -n true; unshare -m true; mkdir m; chroot m /bin/true; "
                                + "nsenter -t 1 -m true; mount -t tmpfs none m; "
                                + "ls m",
                        "file:/proc/** read,list"),
                "EPERM",
                "EACCES");
    }

    private static String rings(CaseRoom room) {
        return room.denied(
                room.calls("my $p = ' ' x 120; c(425, 8, $p); c(426, 0, 0, 0, 0, 0, 0); c(427, 0, 0, 0, 0);"), "EPERM");
    }

    private static String terminal(CaseRoom room) {
        String errors = room.denied(
                room.perl(
                        "ioctl(STDIN, 0x5412, my $c = 'x') or print STDERR \"$!\\n\"; "
                                + "ioctl(STDIN, 0x541C, my $d = 'x') or print STDERR \"$!\\n\"; open(my $t, '<', '/dev/tty') or print STDERR \"$!\\n\";"),
                "EPERM",
                "EACCES",
                "ENXIO");
        assertThat(errors).contains("EPERM");
        return errors;
    }

    // ---- not on the list

    static List<SandboxCase> own() {
        return List.of(
                new SandboxCase(
                        "N20",
                        "signal a stranger through `pidfd_open` and `pidfd_send_signal`",
                        SCOPE,
                        ProcessCases::pidfd),
                new SandboxCase(
                        "N21",
                        "have the kernel send SIGKILL: `F_SETOWN`, `F_SETSIG`, `O_ASYNC`",
                        SCOPE,
                        ProcessCases::asynchronous),
                new SandboxCase(
                        "N22", "become a child of the JVM: `clone(CLONE_PARENT)`", "seccomp", ProcessCases::parent),
                new SandboxCase(
                        "N23",
                        "slow down all of the user, the JVM too: `setpriority`, `ioprio_set` (`PRIO_USER`)",
                        "seccomp",
                        ProcessCases::priorities),
                new SandboxCase(
                        "N24",
                        "limits, processors and policy of the JVM: `prlimit`, `sched_setaffinity`, …",
                        "seccomp",
                        ProcessCases::others),
                new SandboxCase("N25", "raise one's own limits", "hard limits, no capabilities", ProcessCases::raise),
                new SandboxCase(
                        "N26",
                        "memory of others: `process_madvise`, `process_mrelease`, `pidfd_getfd`, `kcmp`, `move_pages`",
                        "seccomp",
                        ProcessCases::memory),
                new SandboxCase("N27", "debug one's own child, and inject into it", "seccomp", ProcessCases::ownChild),
                new SandboxCase(
                        "N28",
                        "a filter of one's own that allows all, then `ptrace`",
                        "seccomp: the strictest filter counts",
                        ProcessCases::filter),
                new SandboxCase(
                        "N29", "take on capabilities, users and groups", "no capabilities", ProcessCases::identity),
                new SandboxCase(
                        "N30",
                        "leave session, parent and environment behind, and live on",
                        "control group; else not found",
                        ProcessCases::vanish));
    }

    /** A process of the same user that is not in the sandbox has to survive what a program does to it. */
    private static String survives(CaseRoom room, String program, String... errors) throws IOException {
        Process stranger = new ProcessBuilder("sleep", room.forLong).start();
        try {
            String got = room.denied(room.calls("my $p = " + stranger.pid() + "; " + program), errors);
            assertThat(stranger.isAlive()).isTrue();
            return got;
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static String pidfd(CaseRoom room) throws IOException {
        return survives(
                room,
                "my $f = syscall(434, $p, 0); die \"$!\" if $f < 0; c(424, $f, 9, 0, 0); c(234, $p, $p, 9); c(200, $p, 9);",
                "EPERM");
    }

    private static String asynchronous(CaseRoom room) throws IOException {
        Process stranger = new ProcessBuilder("sleep", room.forLong).start();
        try {
            var ended = room.calls(
                    "pipe(my $r, my $w); my $p = " + stranger.pid()
                            + "; for my $f ($r, $w) { fcntl($f, 8, $p); fcntl($f, 10, 9); "
                            + "fcntl($f, 4, 020000); } syswrite($w, 'x'); sysread($r, my $b, 1); syswrite($w, 'x'); print 'tried';");

            assertThat(ended.stdout()).isEqualTo("tried");
            assertThat(stranger.isAlive()).isTrue();
            return "no signal arrives";
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static String parent(CaseRoom room) {
        String errors = room.denied(
                room.calls("my $r = syscall(56, 0x8011, 0, 0, 0, 0); exit 0 if $r == 0; "
                        + "print STDERR ($r < 0 ? \"$!\\n\" : \"ALLOWED\\n\");"),
                "EPERM");
        return errors;
    }

    private static String priorities(CaseRoom room) throws IOException {
        String before = nice();

        String errors = room.denied(
                room.calls("c(141, 2, 0, 19); c(141, 2, $<, 19); c(251, 3, 0, 0x6000); c(251, 3, $<, 0x6000);"),
                "EPERM");

        assertThat(nice()).isEqualTo(before);
        return errors;
    }

    private static String nice() throws IOException {
        return Files.readString(Path.of("/proc/self/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ", -1)[16];
    }

    private static String others(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $p = getppid; my $m = pack('Q', 1); my $l = pack('QQ', 3, 3); c(302, $p, 7, $l, 0); c(203, $p, 8, $m); "
                                + "my $s = pack('l', 0); c(144, $p, 3, $s); c(142, $p, $s); c(314, $p, pack('LLQlLQQQ', 48), 0); c(141, 0, $p, 19);"),
                "EPERM");
    }

    private static String raise(CaseRoom room) {
        var ended = room.bash(
                "for l in n v f; do ulimit -H -$l 1>/dev/null; done; ulimit -n 1000000; ulimit -f unlimited; ulimit -c 1; ulimit -e 40; ulimit -r 10");

        assertThat(ended.stderr().lines()).hasSize(5).allMatch(line -> line.contains("cannot modify limit"));
        return ended.errors();
    }

    private static String memory(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $p = getppid; my $f = syscall(434, $p, 0); my $v = pack('QQ', 0, 4096); c(440, $f, $v, 1, 21, 0); c(448, $f, 0); "
                                + "c(438, $f, 1, 0); c(312, $$, $p, 0, 0, 0); c(279, $p, 0, 0, 0, 0, 0); c(256, $p, 8, $v, $v);"),
                "EPERM");
    }

    private static String ownChild(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $k = fork; if (!$k) { sleep 5; exit } c(101, 16, $k, 0, 0); c(101, 0, 0, 0, 0); kill 9, $k; wait;"),
                "EPERM");
    }

    private static String filter(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $i = pack('SCCL', 6, 0, 0, 0x7fff0000); my $f = pack('Sx6p', 1, $i); syscall(157, 38, 1, 0, 0, 0); "
                                + "print STDERR \"no filter: $!\\n\" if syscall(317, 1, 0, $f) < 0; c(101, 16, getppid, 0, 0); c(41, 2, 1, 0); c(41, 1, 1, 0);"),
                "EPERM");
    }

    private static String identity(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $h = pack('Ll', 0x20080522, 0); my $d = pack('LLLLLL', (0xFFFFFFFF) x 6); c(126, $h, $d); "
                                + "c(117, 4711, 4711, 4711); c(119, 4711, 4711, 4711); my $g = pack('L', 0); c(116, 1, $g); "
                                + "my $x = pack('L', 0); c(92, '../outside/secret', 4711, 4711); "),
                "EPERM");
    }

    private static String vanish(CaseRoom room) {
        var ended = room.bash("(env -i setsid setsid sleep " + room.forLong + " > /dev/null 2>&1 < /dev/null &) ; "
                + "(env -i setsid bash -c 'setsid sleep " + room.forLong
                + " & exit 0' > /dev/null 2>&1 < /dev/null &); sleep 0.5");
        var left = room.sleeping();
        left.forEach(ProcessHandle::destroyForcibly);

        if (ended.confinement().contains("TREE_KILL")) {
            return "`DEGRADED(TREE_KILL)`: " + (left.isEmpty() ? "found" : "**not found**");
        }
        assertThat(left).isEmpty();
        return "0 survivors";
    }
}
