package dev.agentos.security.sandbox.linux;

import static dev.agentos.security.sandbox.linux.SeccompFilter.ALLOW;
import static dev.agentos.security.sandbox.linux.SeccompFilter.ENOSYS;
import static dev.agentos.security.sandbox.linux.SeccompFilter.EPERM;
import static dev.agentos.security.sandbox.linux.SeccompFilter.KILL_PROCESS;
import static dev.agentos.security.sandbox.linux.SeccompFilter.NOTIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.spi.SandboxPlan.Network;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter, run in a machine of the test: every call that it looks at, on both architectures. */
class SeccompFilterTest {
    private static final Network EVERYWHERE = new Network(true, Set.of(), Set.of());
    private static final Network PORT_443 = new Network(false, Set.of(443), Set.of());
    private static final Network SERVER = new Network(false, Set.of(), Set.of(8080));

    private static BpfMachine machine(Architecture architecture, Network network) {
        return new BpfMachine(SeccompFilter.of(architecture, network, false), architecture.auditNumber());
    }

    private static int answer(Architecture on, Network network, SystemCall call, long... arguments) {
        return machine(on, network).answer(on.number(call), arguments);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void calls_thatNobodyMakes_areDenied_whateverTheirArguments(Architecture on) {
        for (SystemCall call : SeccompFilter.DENIED) {
            if (on.number(call) >= 0) {
                assertThat(answer(on, EVERYWHERE, call)).as("%s", call).isEqualTo(EPERM);
                assertThat(answer(on, Network.NONE, call, -1, -1, -1, -1, -1, -1))
                        .as("%s", call)
                        .isEqualTo(EPERM);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void calls_thatAreNotListed_areAllowed(Architecture on) {
        var looked = on.byNumber();
        var machine = machine(on, Network.NONE);

        var unlisted = IntStream.range(0, 600)
                .filter(number -> !looked.containsKey(number))
                .toArray();

        assertThat(unlisted).hasSizeGreaterThan(400);
        assertThat(Arrays.stream(unlisted).map(number -> machine.answer(number, 1, 2, 3)))
                .allMatch(answer -> answer == ALLOW);
        assertThat(machine.answer(on.number(SystemCall.READ), 0, 0, 10)).isEqualTo(ALLOW);
        assertThat(machine.answer(on.number(SystemCall.KILL), 1, 9)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void otherArchitectures_areKilled(Architecture on) {
        var program = SeccompFilter.of(on, Network.NONE, true);

        for (int audit : new int[] {0x4000_0003, 0x4000_0028, 0xC000_0016, 0}) { // i386, arm, s390x, nothing
            assertThat(new BpfMachine(program, audit).answer(0)).isEqualTo(KILL_PROCESS);
        }
    }

    @Test
    void x32_isDenied() {
        var machine = machine(Architecture.X86_64, EVERYWHERE);

        assertThat(machine.answer(0x4000_0000)).isEqualTo(EPERM);
        assertThat(machine.answer(0x4000_0000 | 101)).isEqualTo(EPERM);
        assertThat(machine.answer(-1)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void calls_withArgumentsBehindPointers_areNotThere(Architecture on) {
        assertThat(answer(on, EVERYWHERE, SystemCall.CLONE3)).isEqualTo(ENOSYS);
        assertThat(answer(on, EVERYWHERE, SystemCall.OPENAT2)).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void clone_makesProcessesAndThreads_andNoNamespaces(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.CLONE, 17)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.CLONE, 0x3D0F00)).isEqualTo(ALLOW); // pthread_create
        assertThat(answer(on, Network.NONE, SystemCall.CLONE, 0x4111)).isEqualTo(ALLOW); // vfork
        for (int bit : new int[] {15, 17, 25, 26, 27, 28, 29, 30}) { // 15: a child of our parent
            assertThat(answer(on, Network.NONE, SystemCall.CLONE, 17 | 1L << bit))
                    .isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void callThatHoldsAProcess_isAsked_alsoWhenNothingElseIs(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.FCHDIR, Gate.HOLD)).isEqualTo(NOTIFY);
        assertThat(answer(on, Network.NONE, SystemCall.FCHDIR, 3)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void denials_areReported_ifAskedFor(Architecture on) {
        var reporting = new BpfMachine(SeccompFilter.of(on, Network.NONE, true), on.auditNumber());

        assertThat(reporting.answer(on.number(SystemCall.PTRACE))).isEqualTo(NOTIFY);
        assertThat(reporting.answer(on.number(SystemCall.SOCKET), 2, 1, 0)).isEqualTo(NOTIFY);
        assertThat(reporting.answer(on.number(SystemCall.CLONE3))).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void terminals_takeNoInputFromUs(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 0, 0x5412)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 0, 0x541C)).isEqualTo(EPERM);
        // The kernel looks at 32 bits only: a filter that compares 64 is passed by setting the others.
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 0, 0x1_0000_5412L))
                .isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 0, 0x5401)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void priorities_andLimits_areOnesOwn(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.PRLIMIT64, 0, 7)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.PRLIMIT64, 4242, 7)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.SCHED_SETAFFINITY, 4242)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.SETPRIORITY, 0, 0, 5)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.SETPRIORITY, 0, 4242, 5)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOPRIO_SET, 1, 0)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.IOPRIO_SET, 1, 4242)).isEqualTo(EPERM);
    }

    /** "0" as a user is everything that the user runs, and as a group what shares ours. */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void priorities_ofAUser_areDenied(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.SETPRIORITY, 2, 0, 19)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.SETPRIORITY, 1, 0, 19)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOPRIO_SET, 3, 0, 0x6000))
                .isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOPRIO_SET, 2, 0, 0x6000))
                .isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void requestsToInterfaces_areDenied_withoutANetwork(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 3, 0x8910)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 3, 0x89FF)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 3, 0x88FF)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 3, 0x8A00)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.IOCTL, 3, 0x8000_6600)).isEqualTo(ALLOW);
        assertThat(answer(on, EVERYWHERE, SystemCall.IOCTL, 3, 0x8910)).isEqualTo(ALLOW);
        assertThat(answer(on, EVERYWHERE, SystemCall.IOCTL, 3, 0x5412)).isEqualTo(EPERM);
    }

    /** sendto(2) with an address works on an end of such a pair, whomever it is connected to. */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void pairs_ofDatagrams_areDenied(Architecture on) {
        for (var network : new Network[] {Network.NONE, PORT_443, EVERYWHERE}) {
            assertThat(answer(on, network, SystemCall.SOCKETPAIR, 1, 1 | 0x80000, 0))
                    .isEqualTo(ALLOW);
            assertThat(answer(on, network, SystemCall.SOCKETPAIR, 1, 5, 0)).isEqualTo(ALLOW);
            assertThat(answer(on, network, SystemCall.SOCKETPAIR, 1, 2, 0)).isEqualTo(EPERM);
            assertThat(answer(on, network, SystemCall.SOCKETPAIR, 1, 3 | 0x800, 0))
                    .isEqualTo(EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void modes_haveNoSetIdBits(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.FCHMOD, 3, 0755)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.FCHMOD, 3, 04755)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.FCHMODAT, 3, 0, 02755)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.FCHMODAT2, 3, 0, 06755)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.MKNODAT, 3, 0, 04755)).isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.OPENAT, 3, 0, 0x41, 04755))
                .isEqualTo(EPERM);
        assertThat(answer(on, Network.NONE, SystemCall.OPENAT, 3, 0, 0x41, 0644))
                .isEqualTo(ALLOW);
        // Without O_CREAT nobody looks at the mode, and whatever was in the register is there.
        assertThat(answer(on, Network.NONE, SystemCall.OPENAT, 3, 0, 0, 04755)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void personality_canBeAsked_andNotChanged(Architecture on) {
        assertThat(answer(on, Network.NONE, SystemCall.PERSONALITY, 0xFFFF_FFFFL))
                .isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.PERSONALITY, 0x004_0000)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void sockets_areNone_withoutANetwork(Architecture on) {
        for (int family = 0; family < 50; family++) {
            assertThat(answer(on, Network.NONE, SystemCall.SOCKET, family, 1, 0))
                    .isEqualTo(EPERM);
        }
        for (var call : new SystemCall[] {
            SystemCall.CONNECT, SystemCall.BIND, SystemCall.LISTEN, SystemCall.ACCEPT, SystemCall.ACCEPT4
        }) {
            assertThat(answer(on, Network.NONE, call)).as("%s", call).isEqualTo(EPERM);
        }
        assertThat(answer(on, Network.NONE, SystemCall.SOCKETPAIR, 1, 1, 0)).isEqualTo(ALLOW);
        assertThat(answer(on, Network.NONE, SystemCall.SOCKETPAIR, 16, 1, 0)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void sockets_areTcpAlone_forAPort(Architecture on) {
        int cloexec = 0x80000;

        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 2, 1 | cloexec, 6)).isEqualTo(ALLOW);
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 10, 1, 0)).isEqualTo(ALLOW);
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 2, 2, 0)).isEqualTo(EPERM); // UDP
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 2, 1, 262)).isEqualTo(EPERM); // MPTCP
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 2, 1, 132)).isEqualTo(EPERM); // SCTP
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 2, 3, 1)).isEqualTo(EPERM); // raw
        assertThat(answer(on, PORT_443, SystemCall.SOCKET, 1, 1, 0)).isEqualTo(EPERM); // unix
        assertThat(answer(on, PORT_443, SystemCall.CONNECT, 3)).isEqualTo(ALLOW);
        assertThat(answer(on, PORT_443, SystemCall.BIND, 3)).isEqualTo(EPERM);
        assertThat(answer(on, PORT_443, SystemCall.LISTEN, 3)).isEqualTo(EPERM);
    }

    /** TCP fast open connects without connect(2), where the kernel looks at the port. */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void fastOpen_isDenied_forAPort(Architecture on) {
        assertThat(answer(on, PORT_443, SystemCall.SENDTO, 3, 0, 5, 0x2000_0000))
                .isEqualTo(EPERM);
        assertThat(answer(on, PORT_443, SystemCall.SENDMSG, 3, 0, 0x2000_4000)).isEqualTo(EPERM);
        assertThat(answer(on, PORT_443, SystemCall.SENDMMSG, 3, 0, 1, 0x2000_0000))
                .isEqualTo(EPERM);
        assertThat(answer(on, PORT_443, SystemCall.SENDTO, 3, 0, 5, 0x4000)).isEqualTo(ALLOW);
        assertThat(answer(on, EVERYWHERE, SystemCall.SENDTO, 3, 0, 5, 0x2000_0000))
                .isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void sockets_areTcpAndUdp_everywhere(Architecture on) {
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 2, 1, 0)).isEqualTo(ALLOW);
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 10, 2, 17)).isEqualTo(ALLOW);
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 2, 2, 1)).isEqualTo(EPERM); // ping
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 2, 3, 255)).isEqualTo(EPERM); // raw
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 16, 3, 0)).isEqualTo(EPERM); // netlink
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 40, 1, 0)).isEqualTo(EPERM); // vsock
        assertThat(answer(on, EVERYWHERE, SystemCall.SOCKET, 17, 3, 0)).isEqualTo(EPERM); // packet
        assertThat(answer(on, EVERYWHERE, SystemCall.BIND, 3)).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void servers_mayBindAndListen(Architecture on) {
        for (var call : new SystemCall[] {SystemCall.BIND, SystemCall.LISTEN, SystemCall.ACCEPT, SystemCall.ACCEPT4}) {
            assertThat(answer(on, SERVER, call, 3)).as("%s", call).isEqualTo(ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void relays_waitForTcp_andMakeUnixStreams_andNothingElse(Architecture on) {
        var machine = new BpfMachine(SeccompFilter.ofRelay(on), on.auditNumber());
        int socket = on.number(SystemCall.SOCKET);

        assertThat(machine.answer(socket, 1, 1 | 0x80000, 0)).isEqualTo(ALLOW);
        assertThat(machine.answer(socket, 2, 1, 0)).isEqualTo(ALLOW);
        assertThat(machine.answer(on.number(SystemCall.BIND), 3)).isEqualTo(ALLOW);
        assertThat(machine.answer(on.number(SystemCall.SECCOMP), 1, 0, 0)).isEqualTo(ALLOW);
        assertThat(machine.answer(socket, 1, 2, 0)).isEqualTo(EPERM); // datagrams
        assertThat(machine.answer(socket, 1, 5, 0)).isEqualTo(EPERM); // packets
        assertThat(machine.answer(socket, 2, 2, 0)).isEqualTo(EPERM); // UDP
        assertThat(machine.answer(socket, 2, 3, 1)).isEqualTo(EPERM); // raw
        assertThat(machine.answer(socket, 16, 3, 0)).isEqualTo(EPERM); // netlink
        SeccompFilter.DENIED.stream()
                .map(on::number)
                .filter(number -> number >= 0)
                .forEach(number -> assertThat(machine.answer(number)).isEqualTo(EPERM));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void program_isWithinWhatTheKernelTakes(Architecture on) {
        assertThat(SeccompFilter.of(on, PORT_443, true)).hasSizeLessThan(Bpf.MAX_INSTRUCTIONS / 4);
    }

    @Test
    void assembler_refuses_whatTheKernelWould() {
        assertThatThrownBy(() -> new Bpf().load(0).assemble()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(
                        () -> new Bpf().ifEqual(1, "nowhere", "").answer(ALLOW).assemble())
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new Bpf()
                        .label("back")
                        .ifEqual(1, "back", "")
                        .answer(ALLOW)
                        .assemble())
                .hasMessageContaining("back");
        assertThatThrownBy(() -> new Bpf().label("a").label("a")).hasMessageContaining("a");
        var far = new Bpf().ifEqual(1, "far", "");
        IntStream.range(0, 256).forEach(each -> far.load(0));
        assertThatThrownBy(() -> far.label("far").answer(ALLOW).assemble()).hasMessageContaining("far");
    }

    @Test
    void assembler_jumpsFarther_whereNothingIsCompared() {
        var far = new Bpf().jump("far");
        IntStream.range(0, 1_000).forEach(each -> far.answer(EPERM));

        var program = far.label("far").answer(ALLOW).assemble();

        assertThat(new BpfMachine(program, 0).answer(1)).isEqualTo(ALLOW);
    }
}
