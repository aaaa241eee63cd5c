package dev.agentos.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * How the code that performed an action was confined.
 *
 * @param level what was achieved
 * @param degraded what the level should include and this machine did not give, such as {@code TREE_KILL}
 * @since 0.1
 */
public record Confinement(SandboxLevel level, List<String> degraded) {
    /** Trusted code of this JVM. */
    public static final Confinement NONE = new Confinement(SandboxLevel.NONE, List.of());

    /** Copies the list. */
    public Confinement {
        Objects.requireNonNull(level, "level");
        degraded = List.copyOf(degraded);
    }

    /** {@return {@code NONE}, or {@code PROCESS_SANDBOX DEGRADED(TREE_KILL)}} */
    @Override
    public String toString() {
        return degraded.isEmpty() ? level.name() : level + " DEGRADED(" + String.join(",", degraded) + ")";
    }
}
