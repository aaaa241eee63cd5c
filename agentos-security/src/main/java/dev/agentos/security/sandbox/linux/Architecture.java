package dev.agentos.security.sandbox.linux;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A processor whose system calls are known by number. On any other nothing is started. */
enum Architecture {
    X86_64(0xC000_003E),
    AARCH64(0xC000_00B7);

    /** As {@code linux/audit.h} calls it; what a filter sees. */
    private final int auditNumber;

    Architecture(int auditNumber) {
        this.auditNumber = auditNumber;
    }

    /** {@return the architecture of this JVM, if it runs on Linux and on one of these} */
    static Optional<Architecture> current() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch", "")) {
            case "amd64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    int auditNumber() {
        return auditNumber;
    }

    /** {@return the number of a call; negative if this architecture does not have it} */
    int number(SystemCall call) {
        return this == X86_64 ? call.x86() : call.arm();
    }

    /** {@return the calls of this architecture by their numbers} */
    Map<Integer, SystemCall> byNumber() {
        return java.util.Arrays.stream(SystemCall.values())
                .filter(call -> number(call) >= 0)
                .collect(Collectors.toUnmodifiableMap(this::number, Function.identity()));
    }
}
