package dev.agentos.security.sandbox;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * Who belongs to a process? Whoever has its mark in the environment, is in its session, or is a descendant of somebody who
 * belongs to it or in the session of one. A daemon leaves its parent and its session, but takes the environment along.
 *
 * Processes fork while they are looked at, so that nothing follows from one look: killing is repeated until a look finds
 * nobody. A process in the middle of exec or exit has no environment; on a busy machine that lasts, so it is waited for. A process
 * that was listed and has ended when it is read may have forked in between, and its child is not in the list: such a look
 * counts for nothing, for a while.
 *
 * A process number is used again when its process is gone. So nobody older than the process belongs to it, the start time
 * is read again right before each kill, and the JDK compares it once more when it sends the signal.
 */
/** A process and everything that it started, as far as {@code /proc} shows it. Used by one thread. */
public final class ProcessTree {
    /** The variable by which descendants are known. */
    public static final String MARK_VARIABLE = "AGENTOS_RUN";

    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final int UNCERTAIN_LOOKS = 20;
    private static final Comparator<ProcessStatus> OLDEST_FIRST =
            Comparator.comparingLong(ProcessStatus::startTicks).thenComparingLong(ProcessStatus::pid);

    private final ProcessHandle root;
    private final boolean ownSession;
    private final byte[] mark;
    private final Path proc;
    private final long self = ProcessHandle.current().pid();
    private final long sessionOfSelf;
    private final @Nullable ProcessStatus rootStatus;
    /** Who had ended and was not collected when the last look began. */
    private Set<Long> zombies = Set.of();

    private ProcessTree(ProcessHandle root, boolean ownSession, String mark, Path proc) {
        this.root = root;
        this.ownSession = ownSession;
        this.mark = (MARK_VARIABLE + "=" + mark).getBytes(StandardCharsets.US_ASCII);
        this.proc = proc;
        this.rootStatus = ProcessStatus.read(proc, root.pid());
        ProcessStatus own = ProcessStatus.read(proc, self);
        this.sessionOfSelf = own == null ? -1 : own.session();
    }

    public static ProcessTree of(ProcessHandle root, boolean ownSession, String mark) {
        return new ProcessTree(root, ownSession, mark, Path.of("/proc"));
    }

    /** Without {@code /proc}, only who is still a descendant is found. */
    static ProcessTree of(ProcessHandle root, String mark, Path proc) {
        return new ProcessTree(root, false, mark, proc);
    }

    /**
     * What one look found.
     *
     * @param inExec whether somebody cannot be told at the moment: in the middle of exec, or of exit
     * @param moved whether somebody ended during the look
     */
    private record Look(List<ProcessStatus> members, boolean inExec, boolean moved) {}

    /**
     * Kills until nobody is found.
     *
     * @return the numbers of those who would not die within the bound
     */
    public List<Long> kill(Duration bound) {
        if (!new File(proc.toFile(), "self/stat").exists()) {
            Stream.concat(root.descendants().toList().stream(), Stream.of(root)).forEach(ProcessTree::kill);
            return List.of();
        }
        long deadline = System.nanoTime() + bound.toNanos();
        for (int inRow = 0; ; ) {
            Look look = look();
            inRow = look.members.isEmpty() && !look.inExec ? inRow + 1 : 0;
            if (inRow > 0 && !look.moved || inRow > UNCERTAIN_LOOKS) {
                return List.of();
            }
            look.members.forEach(this::kill);
            if (System.nanoTime() - deadline >= 0) {
                return look.members.stream().map(ProcessStatus::pid).toList();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void kill(ProcessStatus member) {
        ProcessHandle.of(member.pid()).ifPresent(handle -> {
            ProcessStatus now = ProcessStatus.read(proc, member.pid());
            if (now != null && now.startTicks() == member.startTicks()) {
                kill(handle);
            }
        });
    }

    private static void kill(ProcessHandle handle) {
        handle.destroyForcibly();
    }

    private Look look() {
        var candidates = new HashMap<Long, ProcessStatus>();
        boolean moved = addCandidates(candidates);
        boolean inExec = false;
        Set<Long> members = new HashSet<>();
        for (ProcessStatus candidate : candidates.values()) {
            switch (belongs(candidate)) {
                case YES -> members.add(candidate.pid());
                case IN_EXEC -> inExec = true;
                case GONE -> moved = true;
                case NO -> {}
            }
        }
        addRelatives(candidates, members);
        var alive = members.stream()
                .map(candidates::get)
                .filter(member -> member != null && !member.isZombie())
                .sorted(OLDEST_FIRST)
                .toList();
        return new Look(alive, inExec, moved);
    }

    private enum Belongs {
        YES,
        NO,
        IN_EXEC,
        GONE
    }

    /**
     * Asks again where there is no environment: the process may have been in the middle of exec, and be through by now; or of exit, where it is
     * no zombie yet, and may have a child that is not in the list.
     */
    private Belongs belongs(ProcessStatus candidate) {
        if (candidate.isZombie()) {
            // It has no environment any more, and whom it started is known by being new, or its relative.
            return Belongs.NO;
        }
        if (candidate.isKernelThread()) {
            return Belongs.NO;
        }
        for (int again = 0; again < 3; again++) {
            byte[] environment = read(candidate);
            if (environment != null && environment.length > 0) {
                return hasMark(environment) ? Belongs.YES : Belongs.NO;
            }
            ProcessStatus now = ProcessStatus.read(proc, candidate.pid());
            if (now == null || now.isZombie()) {
                return Belongs.GONE;
            }
            if (!now.hasMemory()) {
                return Belongs.IN_EXEC;
            }
            if (environment == null) {
                return Belongs.NO; // somebody else's
            }
        }
        return Belongs.NO;
    }

    /** Adds everybody who is not older than the process. {@return whether somebody ended between the list and the look} */
    private boolean addCandidates(Map<Long, ProcessStatus> candidates) {
        Set<Long> ended = new HashSet<>();
        boolean uncertain = false;
        String[] names = proc.toFile().list((folder, name) -> Character.isDigit(name.charAt(0)));
        for (String name : names == null ? new String[0] : names) {
            ProcessStatus status = ProcessStatus.read(proc, Long.parseLong(name));
            if (status == null) {
                uncertain = true;
            } else if (isYoungEnough(status)) {
                candidates.put(status.pid(), status);
                if (status.isZombie()) {
                    ended.add(status.pid());
                    uncertain |= !zombies.contains(status.pid());
                }
            }
        }
        zombies = ended;
        return uncertain;
    }

    private boolean isYoungEnough(ProcessStatus status) {
        boolean older = rootStatus != null && status.startTicks() < rootStatus.startTicks();
        return !older && status.pid() != self && status.pid() != 1;
    }

    /** Adds who descends from members or is in their sessions, until there are no more. */
    private void addRelatives(Map<Long, ProcessStatus> candidates, Set<Long> members) {
        Set<Long> sessions = new HashSet<>();
        ProcessStatus successor = candidates.get(root.pid());
        boolean reused = successor != null && (rootStatus == null || successor.startTicks() != rootStatus.startTicks());
        if (!reused) {
            members.add(root.pid());
            if (ownSession) {
                sessions.add(root.pid());
            }
        }
        boolean found = true;
        while (found) {
            found = false;
            for (ProcessStatus candidate : candidates.values()) {
                if (members.contains(candidate.pid())) {
                    // Until setsid has run, the process is still in the session of this JVM.
                    found |= candidate.session() != sessionOfSelf && sessions.add(candidate.session());
                } else if (members.contains(candidate.parent()) || sessions.contains(candidate.session())) {
                    found |= members.add(candidate.pid());
                }
            }
        }
    }

    /** Null if it may not be read, or there is none; empty for a kernel thread, and in the middle of exec. */
    private byte @Nullable [] read(ProcessStatus process) {
        Path folder = proc.resolve(Long.toString(process.pid()));
        if (!process.isWithoutFirstThread()) {
            return read(folder);
        }
        String[] threads = folder.resolve("task").toFile().list();
        for (String thread : threads == null ? new String[0] : threads) {
            byte[] environment = read(folder.resolve("task").resolve(thread));
            if (environment != null && environment.length > 0) {
                return environment;
            }
        }
        return null;
    }

    private static byte @Nullable [] read(Path folder) {
        try (var in = new FileInputStream(folder.resolve("environ").toFile())) {
            return in.readAllBytes();
        } catch (IOException e) {
            return null;
        }
    }

    private boolean hasMark(byte[] environment) {
        int from = 0;
        while (from < environment.length) {
            int end = from;
            while (end < environment.length && environment[end] != 0) {
                end++;
            }
            if (Arrays.equals(environment, from, end, mark, 0, mark.length)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }
}
