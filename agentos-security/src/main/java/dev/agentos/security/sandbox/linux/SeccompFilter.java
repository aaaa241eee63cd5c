package dev.agentos.security.sandbox.linux;

import static dev.agentos.security.sandbox.linux.SystemCall.*;

import dev.agentos.api.spi.SandboxPlan.Network;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/*
 * A list of what is denied, not of what is allowed: programs have to run, and new calls appear with every release of a C
 * library. What each group would do is beside it. Arguments are looked at only where they are numbers; what they point to
 * may change while it is looked at.
 *
 * Calls that are not here are answered by the kernel from a bitmap, without running the program (since 5.11), so that the
 * length of the list costs those nothing. To make the bitmap, the kernel runs the program for each of its some 470 calls,
 * whenever a process is started: one comparison after the other took 160 microseconds, a search by halves takes 55.
 */
/** Writes the seccomp filter of a process. */
final class SeccompFilter {
    static final int ALLOW = 0x7FFF_0000;
    static final int KILL_PROCESS = 0x8000_0000;
    static final int NOTIFY = 0x7FC0_0000;
    private static final int ERRNO = 0x0005_0000;
    static final int EPERM = ERRNO | 1;
    static final int ENOSYS = ERRNO | 38;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    /** Numbers from here on are x32: 32-bit pointers with the calls of x86-64, which a list of numbers would not meet. */
    private static final int X32 = 0x4000_0000;

    /** CLONE_NEW*: time, mount, cgroup, uts, ipc, user, pid, net. CLONE_NEWTIME is a signal number in clone(2). */
    private static final int NEW_NAMESPACES =
            0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000;

    /** Makes a sibling instead of a child: the child of this JVM, which would not know that it has to be collected. */
    private static final int CLONE_PARENT = 0x8000;

    private static final int SET_ID_BITS = 06000;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    /** Requests to network interfaces, which any socket takes, and which name them: from here to the next page. */
    private static final int SOCKET_REQUESTS = 0x8900;

    private static final int AFTER_SOCKET_REQUESTS = 0x8A00;
    /** Data in the first packet: reaches a port without connect(2), which is where Landlock looks. */
    private static final int MSG_FASTOPEN = 0x2000_0000;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_UNIX = 1;
    private static final int SOCK_TYPE = 0xF;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;

    /** What is never done. */
    static final Set<SystemCall> DENIED = Set.of(
            // Other processes: their memory, descriptors, pages.
            PTRACE,
            PROCESS_VM_READV,
            PROCESS_VM_WRITEV,
            PIDFD_GETFD,
            KCMP,
            PROCESS_MADVISE,
            PROCESS_MRELEASE,
            MOVE_PAGES,
            MIGRATE_PAGES,
            PERF_EVENT_OPEN,
            UPROBE,
            URETPROBE,
            // Doors around this filter and around Landlock: rings, handles, programs in the kernel, faults handled
            // outside.
            IO_URING_SETUP,
            IO_URING_ENTER,
            IO_URING_REGISTER,
            OPEN_BY_HANDLE_AT,
            NAME_TO_HANDLE_AT,
            BPF,
            USERFAULTFD,
            FANOTIFY_INIT,
            LOOKUP_DCOOKIE,
            // Names of what others do in folders that cannot be listed. Programs that watch files look from time to
            // time instead.
            INOTIFY_ADD_WATCH,
            // Where everything is mounted: the same as /proc/self/mountinfo, which is hidden.
            STATMOUNT,
            LISTMOUNT,
            // Mounts and namespaces.
            MOUNT,
            UMOUNT2,
            PIVOT_ROOT,
            CHROOT,
            MOVE_MOUNT,
            OPEN_TREE,
            OPEN_TREE_ATTR,
            FSOPEN,
            FSCONFIG,
            FSMOUNT,
            FSPICK,
            MOUNT_SETATTR,
            UNSHARE,
            SETNS,
            // The machine.
            INIT_MODULE,
            FINIT_MODULE,
            DELETE_MODULE,
            CREATE_MODULE,
            KEXEC_LOAD,
            KEXEC_FILE_LOAD,
            REBOOT,
            SWAPON,
            SWAPOFF,
            SETTIMEOFDAY,
            CLOCK_SETTIME,
            ADJTIMEX,
            CLOCK_ADJTIME,
            SETHOSTNAME,
            SETDOMAINNAME,
            ACCT,
            QUOTACTL,
            QUOTACTL_FD,
            SYSLOG,
            VHANGUP,
            IOPL,
            IOPERM,
            MODIFY_LDT,
            USELIB,
            SYSCTL,
            // Keys, and memory and queues that outlive their processes and are shared by all of a user.
            ADD_KEY,
            REQUEST_KEY,
            KEYCTL,
            SHMGET,
            SHMAT,
            SHMCTL,
            SEMGET,
            SEMOP,
            SEMCTL,
            SEMTIMEDOP,
            MSGGET,
            MSGSND,
            MSGRCV,
            MSGCTL,
            MQ_OPEN,
            MQ_UNLINK);

    /** What programs do without if it is missing; its arguments are behind a pointer. */
    private static final List<SystemCall> NOT_THERE = List.of(CLONE3, OPENAT2);

    /** To connect to a port, and to wait at one. */
    private static final Network RELAYED = new Network(false, Set.of(1), Set.of(1));

    /** How many calls are compared one after the other, where the search by halves ends. */
    private static final int IN_A_ROW = 5;

    private final Architecture architecture;
    private final int denied;
    private final boolean relays;
    private final Bpf program = new Bpf();
    /** What is done about a call, by its number; what is said first counts. */
    private final NavigableMap<Integer, Runnable> bodies = new TreeMap<>();

    private SeccompFilter(Architecture architecture, int denied, boolean relays) {
        this.architecture = architecture;
        this.denied = denied;
        this.relays = relays;
    }

    /**
     * Returns a filter.
     *
     * @param reported whether denied calls are reported to the listener, which denies them, instead of being denied at once
     */
    static List<Bpf.Instruction> of(Architecture architecture, Network network, boolean reported) {
        return new SeccompFilter(architecture, reported ? NOTIFY : EPERM, false).write(network);
    }

    /**
     * Returns the filter of a relay, which waits for TCP connections and makes Unix ones. What it starts has to get one of its
     * own over it.
     */
    static List<Bpf.Instruction> ofRelay(Architecture architecture) {
        return new SeccompFilter(architecture, EPERM, true).write(RELAYED);
    }

    private List<Bpf.Instruction> write(Network network) {
        program.load(ARCHITECTURE)
                .ifEqual(architecture.auditNumber(), "known", "")
                .answer(KILL_PROCESS)
                .label("known")
                .load(NUMBER);
        if (architecture == Architecture.X86_64) {
            String plain = program.fresh();
            program.ifAtLeast(X32, "", plain).answer(EPERM).label(plain);
        }
        DENIED.stream().sorted().forEach(call -> when(call, () -> program.answer(denied)));
        NOT_THERE.forEach(call -> when(call, () -> program.answer(ENOSYS)));
        // Held until the process has its limits; see Gate.
        when(FCHDIR, () -> {
            String other = program.fresh();
            argument(0)
                    .ifEqual(Gate.HOLD, "", other)
                    .answer(NOTIFY)
                    .label(other)
                    .answer(ALLOW);
        });
        when(CLONE, () -> denyAnyBit(0, NEW_NAMESPACES | CLONE_PARENT));
        when(IOCTL, () -> requests(network));
        when(PERSONALITY, () -> allowValues(0, 0, -1));
        others();
        modes();
        network(network);
        search(List.copyOf(bodies.entrySet()));
        return program.assemble();
    }

    /** Finds the body of the call whose number is in the accumulator, among these, which are in the order of numbers. */
    private void search(List<Map.Entry<Integer, Runnable>> among) {
        if (among.size() > IN_A_ROW) {
            int middle = among.size() / 2;
            String below = program.fresh();
            String above = program.fresh();
            program.ifAtLeast(among.get(middle).getKey(), "", below).jump(above).label(below);
            search(among.subList(0, middle));
            program.label(above);
            search(among.subList(middle, among.size()));
            return;
        }
        among.forEach(each -> {
            String other = program.fresh();
            program.ifEqual(each.getKey(), "", other);
            each.getValue().run();
            program.label(other);
        });
        program.answer(ALLOW);
    }

    /** Priorities, processors and limits of other processes, such as this JVM: only for oneself, which is 0. */
    private void others() {
        for (SystemCall call :
                List.of(PRLIMIT64, SCHED_SETAFFINITY, SCHED_SETSCHEDULER, SCHED_SETPARAM, SCHED_SETATTR)) {
            when(call, () -> allowValues(0, 0));
        }
        // 0 is oneself only if it is a process (0 here, 1 there): as a user it is all of that user, this JVM too.
        when(SETPRIORITY, () -> allowOneself(0));
        when(IOPRIO_SET, () -> allowOneself(1));
    }

    private void allowOneself(int kindOfProcess) {
        String process = program.fresh();
        argument(0).ifEqual(kindOfProcess, process, "").answer(denied).label(process);
        allowValues(1, 0);
    }

    private void requests(Network network) {
        if (network.isNone()) {
            String above = program.fresh();
            String other = program.fresh();
            argument(1)
                    .ifAtLeast(SOCKET_REQUESTS, above, other)
                    .label(above)
                    .ifAtLeast(AFTER_SOCKET_REQUESTS, other, "")
                    .answer(denied)
                    .label(other);
        }
        denyValues(1, TIOCSTI, TIOCLINUX);
    }

    /** A program that anybody runs as us. */
    private void modes() {
        when(CHMOD, () -> denyAnyBit(1, SET_ID_BITS));
        when(FCHMOD, () -> denyAnyBit(1, SET_ID_BITS));
        when(FCHMODAT, () -> denyAnyBit(2, SET_ID_BITS));
        when(FCHMODAT2, () -> denyAnyBit(2, SET_ID_BITS));
        when(CREAT, () -> denyAnyBit(1, SET_ID_BITS));
        when(OPEN, () -> denyModeOfNewFile(1));
        when(OPENAT, () -> denyModeOfNewFile(2));
        when(MKNOD, () -> denyAnyBit(1, SET_ID_BITS));
        when(MKNODAT, () -> denyAnyBit(2, SET_ID_BITS));
    }

    /** The mode means something only where a file may be created; else it is whatever is in the register. */
    private void denyModeOfNewFile(int flags) {
        int creates = 0x40 | 0x40_0000; // O_CREAT, O_TMPFILE without O_DIRECTORY
        String creating = program.fresh();
        argument(flags).ifAnyBit(creates, creating, "").answer(ALLOW).label(creating);
        denyAnyBit(flags + 1, SET_ID_BITS);
    }

    private void network(Network network) {
        when(SOCKETPAIR, this::pairs);
        if (network.isNone()) {
            for (SystemCall call : List.of(SOCKET, CONNECT, BIND, LISTEN, ACCEPT, ACCEPT4)) {
                when(call, () -> program.answer(denied));
            }
            return;
        }
        when(SOCKET, () -> sockets(network.everywhere()));
        if (network.listen().isEmpty()) {
            for (SystemCall call : List.of(BIND, LISTEN, ACCEPT, ACCEPT4)) {
                when(call, () -> program.answer(denied));
            }
        }
        if (!network.everywhere()) {
            when(SENDTO, () -> denyAnyBit(3, MSG_FASTOPEN));
            when(SENDMSG, () -> denyAnyBit(2, MSG_FASTOPEN));
            when(SENDMMSG, () -> denyAnyBit(3, MSG_FASTOPEN));
        }
    }

    /** An end of a pair of datagrams sends to any socket with a name, too, which Landlock does not look at; SOCK_RAW is one. */
    private void pairs() {
        String unix = program.fresh();
        String yes = program.fresh();
        argument(0).ifEqual(AF_UNIX, unix, "").answer(denied).label(unix);
        argument(1).and(SOCK_TYPE).ifEqual(SOCK_STREAM, yes, "").ifEqual(SOCK_SEQPACKET, yes, "");
        program.answer(denied).label(yes).answer(ALLOW);
    }

    /** TCP over both families; UDP where no port has to be checked. Landlock knows nothing but plain TCP. */
    private void sockets(boolean everywhere) {
        String family = program.fresh();
        String type = program.fresh();
        String no = program.fresh();
        if (relays) {
            String other = program.fresh();
            argument(0).ifEqual(AF_UNIX, "", other);
            argument(1)
                    .and(SOCK_TYPE)
                    .ifEqual(SOCK_STREAM, "", no)
                    .answer(ALLOW)
                    .label(other);
        }
        argument(0).ifEqual(AF_INET, family, "").ifEqual(AF_INET6, family, no).label(family);
        argument(1).and(SOCK_TYPE).ifEqual(SOCK_STREAM, type, everywhere ? "" : no);
        String protocol = program.fresh();
        if (everywhere) {
            program.ifEqual(SOCK_DGRAM, type, no);
        }
        program.label(type);
        argument(2).ifEqual(0, protocol, "").ifEqual(IPPROTO_TCP, protocol, everywhere ? "" : no);
        if (everywhere) {
            program.ifEqual(IPPROTO_UDP, protocol, no);
        }
        program.label(protocol).answer(ALLOW).label(no).answer(denied);
    }

    // ---- pieces; each body ends with an answer, since the number is not in the accumulator any more

    private void when(SystemCall call, Runnable body) {
        int number = architecture.number(call);
        if (number >= 0) {
            bodies.putIfAbsent(number, body);
        }
    }

    /** The low half: what is compared is an int in the kernel, whatever is in the high half of the register. */
    private Bpf argument(int index) {
        return program.load(FIRST_ARGUMENT + 8 * index);
    }

    private void denyAnyBit(int argument, int mask) {
        String no = program.fresh();
        argument(argument).ifAnyBit(mask, no, "").answer(ALLOW).label(no).answer(denied);
    }

    private void denyValues(int argument, int... values) {
        String no = program.fresh();
        argument(argument);
        for (int value : values) {
            program.ifEqual(value, no, "");
        }
        program.answer(ALLOW).label(no).answer(denied);
    }

    private void allowValues(int argument, int... values) {
        String yes = program.fresh();
        argument(argument);
        for (int value : values) {
            program.ifEqual(value, yes, "");
        }
        program.answer(denied).label(yes).answer(ALLOW);
    }
}
