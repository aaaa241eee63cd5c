package dev.agentos.verify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Doors of the kernel that no program needs; none of them is on the list. */
final class KernelCases {
    private static final String SECCOMP = "seccomp";

    private KernelCases() {}

    static List<SandboxCase> own() {
        return List.of(
                calls(
                        "N50",
                        "keys of the kernel: `add_key`, `request_key`, `keyctl`",
                        "c(248, 'user', 'x', 'y', 1, -3); c(249, 'user', 'x', 0, -3); c(250, 0, -3, 0, 0, 0);"),
                calls(
                        "N51",
                        "System V shared memory, queues, semaphores",
                        "c(29, 4711, 4096, 0x3B6); c(64, 4711, 1, 0x3B6); c(68, 4711, 0x3B6); c(30, 0, 0, 0);"),
                calls("N52", "POSIX message queues", "c(240, 'canary', 0x42, 0600, 0); c(241, 'canary');"),
                calls(
                        "N53",
                        "`bpf`, `perf_event_open`, `userfaultfd`",
                        "my $a = ' ' x 120; c(321, 0, $a, 120); c(298, $a, 0, -1, -1, 0); c(323, 1);"),
                calls(
                        "N54",
                        "the machine: names, clocks, swap, quota, accounting, log, restart, modules",
                        "c(170, 'x', 1); c(171, 'x', 1); c(164, 0, 0); c(227, 0, 0); c(159, 0); c(167, 'x', 0); c(168, 'x'); c(179, 0, 0, 0, 0); "
                                + "c(163, 0); c(103, 3, 0, 0); c(169, 0, 0, 0, 0); c(175, 0, 0, 0); c(313, -1, 0, 0); c(246, 0, 0, 0, 0);"),
                calls(
                        "N55",
                        "the newer calls to mount: `fsopen`, `open_tree`, `move_mount`, `mount_setattr`",
                        "c(430, 'tmpfs', 0); c(428, -100, '.', 1); c(429, -1, '', -1, '', 0); c(442, -100, '.', 0, 0, 0); c(165, 'x', 'x', 'tmpfs', 0, 0); c(166, '/proc', 2);"),
                calls(
                        "N56",
                        "namespaces by `clone`, `unshare`, `setns`",
                        "c(56, 0x10000011, 0, 0, 0, 0); c(56, 0x20000011, 0, 0, 0, 0); c(272, 0x10000000); c(308, 0, 0);"),
                new SandboxCase(
                        "N57", "`clone3`, whose flags no filter can see", SECCOMP + ": not there", KernelCases::clone3),
                new SandboxCase(
                        "N58",
                        "32-bit calls (`int 0x80`), which have other numbers",
                        SECCOMP + ": ends the process",
                        KernelCases::otherEntry),
                calls(
                        "N59",
                        "calls of x32, which have other numbers",
                        "c(0x40000000 + 101, 16, getppid, 0, 0); c(0x40000000 + 41, 2, 1, 0);"),
                calls(
                        "N60",
                        "`personality(READ_IMPLIES_EXEC)` and without random addresses",
                        "c(135, 0x0400000); c(135, 0x0040000);"),
                calls(
                        "N61",
                        "ports of the processor: `iopl`, `ioperm`, `modify_ldt`",
                        "c(172, 3); c(173, 0, 1, 1); c(154, 1, 0, 0);"),
                new SandboxCase(
                        "N62",
                        "a second listener for the filter, or an end of ours",
                        "the kernel: one listener",
                        KernelCases::listener),
                new SandboxCase(
                        "N63",
                        "loosen Landlock with a ruleset that allows all",
                        "Landlock: rulesets add up",
                        KernelCases::ruleset),
                new SandboxCase(
                        "N64",
                        "1,000 denied calls to keep the JVM busy",
                        "only the first 64 are kept",
                        KernelCases::flood),
                new SandboxCase(
                        "N65",
                        "names of network interfaces by `ioctl` on a pair of sockets",
                        SECCOMP,
                        KernelCases::interfaces),
                calls(
                        "N66",
                        "the table of mounts without `/proc`: `listmount`, `statmount`",
                        "my $q = pack('LLQQQ', 32, 0, 0xFFFFFFFFFFFFFFFF, 0, 0); c(458, $q, ' ' x 800, 100, 0); c(457, $q, ' ' x 800, 800, 0);"));
    }

    private static SandboxCase calls(String id, String attempt, String program) {
        return new SandboxCase(id, attempt, SECCOMP, room -> room.denied(room.calls(program), "EPERM"));
    }

    private static String clone3(CaseRoom room) {
        return room.denied(
                room.calls("my $a = pack('Q11', 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0); c(435, $a, 88);"),
                "ENOSYS");
    }

    /**
     * A program of 64 bits that calls getuid by the door for 32 bits and exits with 42 by the other one; it lies where
     * execution is granted.
     */
    private static String otherEntry(CaseRoom room) throws IOException {
        byte[] code = hex("b818000000cd80" + "b83c000000" + "bf2a000000" + "0f05");
        byte[] header =
                hex("7f454c46020101000000000000000000" + "02003e0001000000" + "7800400000000000" + "4000000000000000"
                        + "0000000000000000" + "00000000" + "4000" + "3800" + "0100" + "0000" + "0000" + "0000"
                        + "0100000005000000" + "0000000000000000" + "0000400000000000" + "0000400000000000"
                        + "8900000000000000" + "8900000000000000" + "0010000000000000");
        byte[] all = Arrays.copyOf(header, header.length + code.length);
        System.arraycopy(code, 0, all, header.length, code.length);
        Files.write(room.workspace.resolve("entry"), all);

        var ended = room.calls(
                "chmod 0755, 'entry'; my $s = system('./entry'); print 'signal ', $s & 127, ' exit ', $s >> 8;",
                "file:" + room.workspace + "/** execute");

        assertThat(ended.stdout()).isEqualTo("signal 31 exit 0");
        return "SIGSYS";
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String listener(CaseRoom room) {
        var ended = room.calls(
                "my $i = pack('SCCL', 6, 0, 0, 0x7fc00000); my $f = pack('Sx6p', 1, $i); syscall(157, 38, 1, 0, 0, 0); "
                        + "my $r = syscall(317, 1, 8, $f); print $r < 0 ? 'no ' . ($! + 0) : 'ALLOWED';");

        assertThat(ended.stdout()).isEqualTo("no 16");
        return "EBUSY";
    }

    private static String ruleset(CaseRoom room) {
        return room.denied(
                room.calls("my $a = pack('QQQ', 4, 0, 0); my $r = syscall(444, $a, 24, 0); die \"$!\" if $r < 0; "
                        + "my $n = '/'; my $d = syscall(257, -100, $n, 0x210000, 0); my $p = pack('Ql', 4, $d); die \"no rule $!\" if syscall(445, $r, 1, $p, 0) < 0; "
                        + "syscall(157, 38, 1, 0, 0, 0); die \"not restricted $!\" if syscall(446, $r, 0) < 0; "
                        + "print STDERR (open(my $s, '<', '../outside/secret') ? 'ALLOWED' : \"$!\\n\");"),
                "EACCES");
    }

    private static String flood(CaseRoom room) {
        var ended = room.calls("my $n = 0; for (1 .. 1000) { $n++ if syscall(101, 16, 1, 0, 0) < 0 } print $n;");

        assertThat(ended.stdout()).isEqualTo("1000");
        return "EPERM, each of them";
    }

    private static String interfaces(CaseRoom room) {
        var ended = room.calls(
                "my $f = pack('ll', 0, 0); syscall(53, 1, 1, 0, $f); my ($x) = unpack('ll', $f); my $q = pack('x16lx20', 1); "
                        + "c(16, $x, 0x8910, $q); $q = pack('x16lx20', 1); c(16, $x, 0x8912, $q);");

        return room.denied(ended, "EPERM");
    }
}
