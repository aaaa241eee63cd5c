package dev.agentos.security.sandbox.linux;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a provider that starts processes through another program takes of this one. Thread-safe. */
public final class KernelParts implements AutoCloseable {
    private static final int INSTRUCTION_BYTES = 8;

    private final ControlGroups groups;

    private KernelParts(ControlGroups groups) {
        this.groups = groups;
    }

    /** Makes a folder for control groups, where the machine lets us. */
    public static KernelParts open(String name) {
        return new KernelParts(ControlGroups.open(name));
    }

    /** {@return those of a machine without control groups} */
    public static KernelParts withoutGroups() {
        return new KernelParts(ControlGroups.none());
    }

    /** {@return whether {@code pids} or {@code memory} can be limited for all processes together} */
    public boolean counts(String controller) {
        return groups.has(controller);
    }

    /**
     * Returns a group with these limits; null where there is no place for one.
     *
     * @throws SandboxException if it does not take them
     */
    public @Nullable Group newGroup(SandboxLimits limits) {
        ControlGroup group = groups.newGroup();
        if (group == null) {
            return null;
        }
        if (!group.limit(limits)) {
            group.remove();
            throw new SandboxException("a control group does not take the limits", null);
        }
        return new Group(group, counts("memory"));
    }

    /** A control group of one process. Used by one thread at a time. */
    public static final class Group {
        private final ControlGroup group;
        private final boolean memory;

        private Group(ControlGroup group, boolean memory) {
            this.group = group;
            this.memory = memory;
        }

        /** {@return the files to which a process writes its number to come in} */
        public List<Path> doors() {
            return group.doors();
        }

        /** {@return whether somebody was killed for want of memory} */
        public boolean ranOutOfMemory() {
            return memory && group.ranOutOfMemory();
        }

        /** {@return what was used so far} */
        public Usage usage() {
            return new Usage(Duration.ofNanos(Math.max(0, group.cpuNanos())), Math.max(0, group.peakMemory()));
        }

        /** Removes it when nobody is in it any more. */
        public void remove() {
            group.remove();
        }
    }

    /** {@return whether there is a filter for the processor of this machine} */
    public static boolean canFilter() {
        return Architecture.current().isPresent();
    }

    /**
     * {@return the filter of system calls as the kernel reads it; what it denies fails with EPERM, and nobody is asked}
     *
     * @throws SandboxException on a processor that is not known
     */
    public static byte[] filter(SandboxPlan.Network network) {
        return code(SeccompFilter.of(architecture(), network, false));
    }

    /**
     * {@return the filter for a relay, under which another one has to be laid over what it starts}
     *
     * @throws SandboxException on a processor that is not known
     */
    public static byte[] relayFilter() {
        return code(SeccompFilter.ofRelay(architecture()));
    }

    /** {@return the number of the call {@code seccomp}} */
    public static int seccompCall() {
        return architecture().number(SystemCall.SECCOMP);
    }

    /** {@return the number of the call {@code prctl}} */
    public static int prctlCall() {
        return architecture().number(SystemCall.PRCTL);
    }

    private static Architecture architecture() {
        return Architecture.current()
                .orElseThrow(() -> new SandboxException("no filter for " + System.getProperty("os.arch"), null));
    }

    private static byte[] code(List<Bpf.Instruction> program) {
        ByteBuffer code =
                ByteBuffer.allocate(INSTRUCTION_BYTES * program.size()).order(ByteOrder.nativeOrder());
        for (Bpf.Instruction each : program) {
            // What is held there for a listener has no one to hold it here: a new session is harmless.
            boolean asks = each.code() == Bpf.RETURN && each.operand() == SeccompFilter.NOTIFY;
            code.putShort((short) each.code())
                    .put((byte) each.ifTrue())
                    .put((byte) each.ifFalse())
                    .putInt(asks ? SeccompFilter.ALLOW : each.operand());
        }
        return code.array();
    }

    /** {@return what is true when a process has filled the folders of its plan by more than the limit} */
    public static BooleanSupplier diskWatch(SandboxPlan plan, long limit) {
        return new DiskUse(plan, limit)::isOver;
    }

    /** {@return files and folders of the system that every process may read, as they are named; not all are there} */
    public static List<Path> systemFiles(boolean network) {
        var files = Stream.concat(SystemFiles.PROGRAMS.stream(), SystemFiles.SETTINGS.stream());
        return (network ? Stream.concat(files, SystemFiles.NETWORK_SETTINGS.stream()) : files)
                .map(Path::of)
                .toList();
    }

    /** {@return the devices that every process may use} */
    public static List<Path> devices() {
        return Stream.concat(SystemFiles.READ_DEVICES.stream(), SystemFiles.DEVICES.stream())
                .map(Path::of)
                .toList();
    }

    @Override
    public void close() {
        groups.close();
    }
}
