package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.agentos.api.spi.SandboxPlan.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Filters as the kernel takes them, each written once: most processes of a sandbox have the same network. Thread-safe. */
final class FilterPrograms {
    private static final int MOST = 32;
    private static final int INSTRUCTION_BYTES = 8;

    private final Architecture architecture;
    private final Map<Network, MemorySegment> programs = new HashMap<>(); // guarded by this

    FilterPrograms(Architecture architecture) {
        this.architecture = architecture;
    }

    /** {@return a {@code struct sock_fprog}} Whoever passes its address to the kernel keeps it reachable until then. */
    synchronized MemorySegment of(Network network) {
        if (programs.size() >= MOST) {
            programs.clear();
        }
        return programs.computeIfAbsent(network, any -> program(SeccompFilter.of(architecture, network, true)));
    }

    private static MemorySegment program(List<Bpf.Instruction> filter) {
        var arena = Arena.ofAuto();
        MemorySegment code = arena.allocate((long) INSTRUCTION_BYTES * filter.size(), INSTRUCTION_BYTES);
        for (int i = 0; i < filter.size(); i++) {
            Bpf.Instruction each = filter.get(i);
            long at = (long) INSTRUCTION_BYTES * i;
            code.set(JAVA_SHORT, at, (short) each.code());
            code.set(JAVA_BYTE, at + 2, (byte) each.ifTrue());
            code.set(JAVA_BYTE, at + 3, (byte) each.ifFalse());
            code.set(JAVA_INT, at + 4, each.operand());
        }
        // Of the same arena, so that the one keeps the other.
        MemorySegment header = arena.allocate(16, 8);
        header.set(JAVA_SHORT, 0, (short) filter.size());
        header.set(JAVA_LONG, 8, code.address());
        return header;
    }
}
