package dev.agentos.security.sandbox.linux;

import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.security.sandbox.linux.ControlGroups.Hierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** The control groups of one process and all that it starts, one in each hierarchy. Used by one thread. */
final class ControlGroup {
    private static final long PAUSE = 200_000; // nanoseconds
    private static final int REMOVALS = 50;

    private final List<Hierarchy> folders;
    private final List<Long> opened = new ArrayList<>();

    ControlGroup(List<Hierarchy> folders) {
        this.folders = List.copyOf(folders);
    }

    /** {@return whether every limit that it can set was taken} */
    boolean limit(SandboxLimits limits) {
        boolean taken = true;
        for (Hierarchy each : folders) {
            if (each.controllers().contains("pids")) {
                taken &= set(each, "pids.max", limits.processes());
            }
            if (each.controllers().contains("memory")) {
                taken &= set(each, each.unified() ? "memory.max" : "memory.limit_in_bytes", limits.memoryBytes());
                // Without these, what goes over the limit goes to the swap space, or one of many is killed.
                set(
                        each,
                        each.unified() ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
                        each.unified() ? 0 : limits.memoryBytes());
                set(each, "memory.oom.group", 1);
            }
        }
        return taken;
    }

    private static boolean set(Hierarchy group, String name, long value) {
        // Nobody can make files there: what is not there is not written.
        return ControlGroups.write(group.base().resolve(name), Long.toString(value));
    }

    /** {@return whether all is ready for {@link #add}, which is then as short as can be} */
    boolean open() {
        try {
            for (Path door : doors()) {
                opened.add(KernelFiles.openToWrite(door));
            }
        } catch (IOException e) {
            return false;
        }
        return true;
    }

    /** {@return whether the process is in every one of the groups now} Once, after {@link #open}. */
    boolean add(long pid) {
        boolean added = opened.size() == folders.size();
        for (int i = 0; i < opened.size(); i++) {
            try {
                KernelFiles.writeAndClose(opened.get(i), folders.get(i).base(), Long.toString(pid));
            } catch (IOException e) {
                added = false;
            }
        }
        opened.clear();
        return added;
    }

    /**
     * Kills everybody, however often they fork.
     *
     * @param killer sends the signal to a process
     * @return who is left after the bound
     */
    List<Long> kill(Duration bound, LongConsumer killer) {
        if (isEmpty()) {
            return List.of();
        }
        long deadline = System.nanoTime() + bound.toNanos();
        // With no room for another process, the list of those who are there only becomes shorter.
        boolean atOnce = ControlGroups.write(main().base().resolve("cgroup.kill"), "1");
        if (!atOnce) {
            ControlGroups.write(main().base().resolve("pids.max"), "0");
        }
        while (true) {
            List<Long> members = members();
            if (members.isEmpty() || System.nanoTime() - deadline >= 0) {
                return members;
            }
            if (!atOnce) {
                members.forEach(killer::accept);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    /** {@return whether nobody is in it, for certain: then nobody comes any more, either} */
    private boolean isEmpty() {
        try {
            return KernelFiles.read(main().base().resolve("cgroup.procs")).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return the files to which a process writes its number to come in} */
    List<Path> doors() {
        return folders.stream().map(each -> each.base().resolve("cgroup.procs")).toList();
    }

    /** {@return who lives in it} */
    List<Long> members() {
        var members = new ArrayList<Long>();
        ControlGroups.read(main().base().resolve("cgroup.procs")).lines().forEach(line -> {
            if (!line.isBlank()) {
                members.add(Long.parseLong(line.strip()));
            }
        });
        return members;
    }

    private Hierarchy main() {
        return folders.stream()
                .filter(each -> each.unified() || each.controllers().contains("pids"))
                .findFirst()
                .orElse(folders.getFirst());
    }

    /** {@return CPU time of all of them, in nanoseconds; -1 if nobody counts} */
    long cpuNanos() {
        for (Hierarchy each : folders) {
            if (each.controllers().contains("cpuacct")) {
                return each.unified()
                        ? 1_000 * value(each, "cpu.stat", "usage_usec")
                        : number(ControlGroups.read(each.base().resolve("cpuacct.usage")));
            }
        }
        return -1;
    }

    /** {@return the most memory of all of them at once, in bytes; -1 if nobody counts} */
    long peakMemory() {
        for (Hierarchy each : folders) {
            if (each.controllers().contains("memory")) {
                String file = each.unified() ? "memory.peak" : "memory.max_usage_in_bytes";
                return number(ControlGroups.read(each.base().resolve(file)));
            }
        }
        return -1;
    }

    /** {@return whether the kernel killed somebody for want of memory} */
    boolean ranOutOfMemory() {
        for (Hierarchy each : folders) {
            String file = each.unified() ? "memory.events" : "memory.oom_control";
            if (each.controllers().contains("memory") && value(each, file, "oom_kill") > 0) {
                return true;
            }
        }
        return false;
    }

    private static long value(Hierarchy group, String file, String key) {
        return ControlGroups.read(group.base().resolve(file))
                .lines()
                .filter(line -> line.startsWith(key + " "))
                .mapToLong(line -> number(line.substring(key.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1; // the file is not there, or says "max"
        }
    }

    /** Removes the groups; one that still has somebody is left for {@link ControlGroups#close()}. */
    void remove() {
        opened.forEach(KernelFiles::close);
        opened.clear();
        for (Hierarchy each : folders) {
            for (int i = 0; i < REMOVALS && !ControlGroups.remove(each.base()) && Files.exists(each.base()); i++) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
