package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.tool.ToolResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that nobody granted, by every name that they have. */
final class FileCases {
    private static final String LANDLOCK = "Landlock path rules";

    private FileCases() {}

    static List<SandboxCase> listed() {
        return List.of(
                new SandboxCase(
                        "E1",
                        "read a file outside, `/etc/shadow`, `~/.ssh`, another workspace",
                        LANDLOCK,
                        FileCases::read),
                new SandboxCase(
                        "E2",
                        "write outside: a new file, an old one, the system's temporary folder",
                        LANDLOCK,
                        FileCases::write),
                new SandboxCase(
                        "E3",
                        "symbolic link in the workspace to a file outside: read, append",
                        LANDLOCK,
                        FileCases::follow),
                new SandboxCase(
                        "E4",
                        "hard link to a file outside, into the workspace",
                        LANDLOCK + " (`REFER`)",
                        FileCases::link),
                new SandboxCase(
                        "E5",
                        "hard link to a file outside that was there before",
                        "nothing; `file.read` refuses what has two names",
                        FileCases::oldLink),
                new SandboxCase(
                        "E6", "rename files into and out of the workspace", LANDLOCK + " (`REFER`)", FileCases::rename),
                new SandboxCase(
                        "E7", "`/proc/self/root`, `/proc/1/root`, `/proc/$PPID/cwd`", LANDLOCK, FileCases::magicLinks),
                new SandboxCase(
                        "E8",
                        "environment, memory and descriptors of the JVM, even if `/proc` is granted",
                        "Landlock (no `ptrace` out of the domain)",
                        FileCases::jvm),
                new SandboxCase(
                        "E35",
                        "`chmod`, `touch` and attributes of a file of the same user outside",
                        "nothing: needs a mount namespace",
                        FileCases::metadata),
                new SandboxCase(
                        "E36",
                        "write `.git/hooks`, `.envrc`, `.vscode/tasks.json` in the workspace",
                        "nothing: a right to write is one to write these",
                        FileCases::persistence));
    }

    private static String read(CaseRoom room) throws Exception {
        Path other = Files.createDirectory(room.base.resolve("other"));
        Files.writeString(other.resolve("note"), CaseRoom.CANARY);

        return room.denied(
                room.bash("cat ../outside/secret ../other/note " + room.outside
                        + "/secret /etc/shadow ~root/.ssh/id_rsa; ls ../outside ../other /root /tmp"),
                "EACCES");
    }

    private static String write(CaseRoom room) {
        String inTemp = "/tmp/" + room.base.getFileName() + ".new";

        String errors = room.denied(
                room.bash("echo x > ../outside/new; echo x >> ../outside/secret; echo x > " + inTemp
                        + "; echo x >> ~root/.bashrc; mkdir ../outside/folder; rm ../outside/secret"),
                "EACCES");

        assertThat(Path.of(inTemp)).doesNotExist();
        return errors;
    }

    private static String follow(CaseRoom room) throws Exception {
        Files.createSymbolicLink(room.workspace.resolve("theirs"), room.outside.resolve("secret"));

        return room.denied(
                room.bash("ln -s ../outside/secret own; cat own theirs; echo x >> own; echo x >> theirs; "
                        + "ln -s ../outside folder; cat folder/secret; echo x > folder/new"),
                "EACCES");
    }

    private static String link(CaseRoom room) {
        String errors = room.denied(
                room.bash("ln ../outside/secret own; ln /etc/passwd p; cat own p"), "EXDEV", "EACCES", "EPERM");

        assertThat(room.workspace.resolve("own")).doesNotExist();
        assertThat(room.workspace.resolve("p")).doesNotExist();
        return errors;
    }

    private static String oldLink(CaseRoom room) throws Exception {
        Files.createLink(room.workspace.resolve("hard"), room.outside.resolve("secret"));

        var process = room.bash("cat hard");
        ToolResult tool = room.tool("file.read", JsonObject.EMPTY.with("path", room.workspace + "/hard"));

        assertThat(process.stdout()).isEqualTo(CaseRoom.CANARY);
        assertThat(tool).isInstanceOf(ToolResult.Failed.class);
        return "**allowed** to a process, refused by `file.read`";
    }

    private static String rename(CaseRoom room) throws Exception {
        Files.writeString(room.workspace.resolve("mine"), "x");

        return room.denied(
                room.perl("rename('../outside/secret', 'got') or print STDERR \"$!\\n\"; "
                        + "rename('mine', '../outside/new') or print STDERR \"$!\\n\";"),
                "EACCES",
                "EXDEV");
    }

    private static String magicLinks(CaseRoom room) {
        return room.denied(
                room.bash("cat /proc/self/root" + room.outside
                        + "/secret /proc/1/root/etc/shadow /proc/$PPID/cwd/pom.xml "
                        + "/proc/self/cwd/../outside/secret"),
                "EACCES");
    }

    private static String jvm(CaseRoom room) {
        return room.denied(
                room.bash(
                        "cat /proc/$PPID/environ; cat /proc/$PPID/maps; head -c 1 /proc/$PPID/mem; ls -l /proc/$PPID/fd/; "
                                + "readlink /proc/$PPID/exe || cat /proc/$PPID/exe; cat /proc/$PPID/fd/*; cat /proc/$PPID/root/etc/shadow",
                        "file:/proc/** read,list"),
                "EACCES",
                "EPERM");
    }

    private static String metadata(CaseRoom room) throws Exception {
        Path secret = room.outside.resolve("secret");

        var ended = room.bash(
                "chmod 604 ../outside/secret && echo mode; touch -d @1000000000 ../outside/secret && echo time; "
                        + "stat ../outside/secret > stat && echo stat; cat ../outside/secret");

        assertThat(ended.stdout()).isEqualTo("mode\ntime\nstat\n");
        assertThat(Files.getLastModifiedTime(secret).toInstant().getEpochSecond())
                .isEqualTo(1_000_000_000);
        return "**allowed**: mode, times and `stat`, never the content";
    }

    private static String persistence(CaseRoom room) {
        var ended =
                room.bash("mkdir -p .git/hooks .vscode; for f in .git/hooks/pre-commit .envrc .vscode/tasks.json; do "
                        + "echo x > $f; done; ls -A");

        assertThat(ended.stdout()).contains(".envrc", ".git", ".vscode");
        return "**allowed**";
    }

    // ---- not on the list

    static List<SandboxCase> own() {
        return List.of(
                new SandboxCase(
                        "N1",
                        "`O_PATH` descriptor of a folder outside: `openat`, `execveat` through it",
                        LANDLOCK,
                        FileCases::pathDescriptor),
                new SandboxCase(
                        "N2",
                        "`renameat2(RENAME_EXCHANGE)` of a file inside with one outside",
                        LANDLOCK + " (`REFER`)",
                        FileCases::exchange),
                new SandboxCase(
                        "N3",
                        "nameless file (`O_TMPFILE`), then `linkat` to a name outside",
                        LANDLOCK,
                        FileCases::nameless),
                new SandboxCase(
                        "N4", "`truncate` a file outside by its path", LANDLOCK + " (`TRUNCATE`)", FileCases::truncate),
                new SandboxCase(
                        "N5",
                        "make device nodes, open disks, memory and kernel log",
                        LANDLOCK + ", no capabilities",
                        FileCases::devices),
                new SandboxCase(
                        "N6",
                        "write to `/sys`, control groups, `/dev/shm`, `/proc/sys`, even if `/proc` is granted",
                        LANDLOCK,
                        FileCases::machine),
                new SandboxCase("N7", "leave the control group by moving to the one above", LANDLOCK, FileCases::group),
                new SandboxCase(
                        "N8",
                        "`inotify` on a folder outside: names of what others write",
                        "seccomp",
                        FileCases::inotify),
                new SandboxCase(
                        "N9",
                        "file handles: `name_to_handle_at`, `open_by_handle_at`; `fanotify`",
                        "seccomp",
                        FileCases::handles),
                new SandboxCase(
                        "N10",
                        "names and sizes of files outside by `stat`, if their path is known",
                        "nothing: Landlock does not cover it",
                        FileCases::stat),
                new SandboxCase(
                        "N11",
                        "a pipe (FIFO) in the workspace to hang whoever reads it in the JVM",
                        "`file.read` opens plain files only",
                        FileCases::pipe),
                new SandboxCase(
                        "N12",
                        "`chroot` and `pivot_root` by somebody who is root",
                        "seccomp, no capabilities",
                        FileCases::chroot),
                new SandboxCase(
                        "N13", "a core dump with what the program read", "limit of core files", FileCases::core),
                new SandboxCase(
                        "N14",
                        "run a program of the workspace directly",
                        LANDLOCK + " (`EXECUTE`)",
                        FileCases::execute),
                new SandboxCase(
                        "N15",
                        "run it by `ld.so` or from memory (`memfd_create`, `execveat`)",
                        "nothing; it stays confined",
                        FileCases::executeAnyway));
    }

    private static String pathDescriptor(CaseRoom room) {
        return room.denied(
                room.calls("my $n = '../outside'; my $d = syscall(257, -100, $n, 0x210000, 0); die \"$!\" if $d < 0; "
                        + "c(257, $d, 'secret', 0, 0); c(257, $d, 'new', 0x41, 0644); "
                        + "my $s = 'secret'; my $f = syscall(257, $d, $s, 0x200000, 0); c(0, $f, ' ' x 20, 20); "
                        + "my $v = pack('pp', 'x', undef); c(322, $f, '', $v, $v, 0x1000);"),
                "EACCES",
                "EBADF");
    }

    private static String exchange(CaseRoom room) throws Exception {
        Files.writeString(room.workspace.resolve("mine"), "x");

        return room.denied(
                room.calls(
                        "c(316, -100, 'mine', -100, '../outside/secret', 2); c(316, -100, '../outside/secret', -100, 'got', 1);"),
                "EACCES",
                "EXDEV");
    }

    private static String nameless(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $n = '.'; my $f = syscall(257, -100, $n, 0x410002, 0600); die \"no file: $!\" if $f < 0; "
                                + "c(265, $f, '', -100, '../outside/new', 0x1000); c(265, -100, \"/proc/self/fd/$f\", -100, '../outside/new', 0x400);"),
                "EACCES",
                "EXDEV",
                "EPERM");
    }

    private static String truncate(CaseRoom room) {
        return room.denied(room.calls("c(76, '../outside/secret', 0);"), "EACCES");
    }

    private static String devices(CaseRoom room) {
        return room.denied(
                room.bash(
                        "mknod d b 8 0; mknod c c 1 1; for d in /dev/mem /dev/kmsg /dev/vda /dev/sda /dev/fuse /dev/kvm /dev/tty; do "
                                + "[ ! -e $d ] || cat $d; done"),
                "EACCES",
                "EPERM");
    }

    private static String machine(CaseRoom room) {
        return room.denied(
                room.bash(
                        "echo 1 > /dev/shm/agentos-canary; echo 0 > /proc/sys/kernel/randomize_va_space; "
                                + "echo b > /proc/sysrq-trigger; echo '|/bin/true' > /proc/sys/kernel/core_pattern; "
                                + "echo -1000 > /proc/self/oom_score_adj; cat /sys/kernel/notes; ls /sys",
                        "file:/proc/** read,list"),
                "EACCES",
                "EPERM");
    }

    private static String group(CaseRoom room) {
        return room.denied(
                room.bash("for f in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/*/tasks "
                        + "/sys/fs/cgroup/pids/cgroup.procs /sys/fs/cgroup/unified/cgroup.procs; do echo $$ > $f; done; "
                        + "mkdir /sys/fs/cgroup/pids/mine"),
                "EACCES");
    }

    private static String inotify(CaseRoom room) {
        return room.denied(room.calls("my $i = syscall(294, 0); c(254, $i, '../outside', 0xFFF);"), "EPERM");
    }

    private static String handles(CaseRoom room) {
        return room.denied(
                room.calls(
                        "my $h = pack('LLx128', 128, 0); my $m = pack('L', 0); c(303, -100, '../outside/secret', $h, $m, 0); "
                                + "c(304, -100, $h, 0); c(300, 0, 0);"),
                "EPERM");
    }

    private static String stat(CaseRoom room) {
        var ended = room.bash("stat -c '%s %F' ../outside/secret; ls ../outside");

        assertThat(ended.stdout()).isEqualTo(CaseRoom.CANARY.length() + " regular file\n");
        return "**allowed**; no folder can be listed";
    }

    private static String pipe(CaseRoom room) {
        var ended = room.bash("mkfifo p");
        ToolResult tool = room.tool("file.read", JsonObject.EMPTY.with("path", room.workspace + "/p"));

        assertThat(ended.exit()).isZero();
        assertThat(tool).isInstanceOf(ToolResult.Failed.class);
        return "refused, at once";
    }

    private static String chroot(CaseRoom room) {
        return room.denied(room.calls("mkdir 'r'; c(161, 'r'); c(155, 'r', 'r');"), "EPERM");
    }

    private static String core(CaseRoom room) {
        var ended = room.bash("ulimit -c; ulimit -c unlimited; (kill -SEGV $BASHPID); ls -A");

        assertThat(ended.stdout()).isEqualTo("0\n");
        assertThat(ended.stderr()).contains("cannot modify limit");
        return "no dump; the limit cannot be raised";
    }

    private static String execute(CaseRoom room) {
        return room.denied(room.bash("cp /bin/true own; chmod +x own; ./own"), "EACCES");
    }

    private static String executeAnyway(CaseRoom room) {
        var ended = room.calls(
                "system('cp /bin/cat own; for l in /lib64/ld-linux*; do $l ./own ../outside/secret; done'); "
                        + "my $n = 'x'; my $f = syscall(319, $n, 0); open(my $p, '<', '/bin/cat'); my $all = do { local $/; <$p> }; syscall(1, $f, $all, length $all); "
                        + "my $v = pack('ppp', 'cat', '../outside/secret', undef); my $e = pack('p', undef); c(322, $f, '', $v, $e, 0x1000);");

        assertThat(ended.text()).doesNotContain(CaseRoom.CANARY);
        assertThat(ended.stderr().split("Permission denied", -1))
                .as("%s", ended)
                .hasSizeGreaterThanOrEqualTo(3);
        return "**allowed** to run, as confined as before: EACCES outside";
    }
}
