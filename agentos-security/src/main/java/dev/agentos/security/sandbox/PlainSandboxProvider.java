package dev.agentos.security.sandbox;

import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxProvider;

/**
 * Makes sandboxes that confine nothing: level {@code NONE}. A process gets exactly the environment, directory and input
 * that it is given, and no other file descriptors; its time and output are limited, and it is killed with everything that
 * it started as far as that can be found. Whatever else the user of this JVM may do, it may do. Chosen by the name
 * {@code none}.
 *
 * <p>One variable is added to the environment, {@code AGENTOS_RUN}, by which descendants are found that left their parent
 * and their session. A process that does both and clears its environment as well is not found: therefore every result
 * says {@code DEGRADED(TREE_KILL)}. {@code SESSION} is added where there is no {@code setsid} program, and
 * {@code SURVIVORS} to the result of a run of which something would not die.
 *
 * <p>Escape sequences in the output are passed on as they are: whoever shows it on a terminal has to make them harmless.
 * An exit code from 129 to 192 is taken for a signal, as shells report it: the JVM does not tell the one from the other.
 *
 * @since 0.1
 */
public final class PlainSandboxProvider implements SandboxProvider {
    /** For ServiceLoader. */
    public PlainSandboxProvider() {}

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Sandbox open() {
        return new PlainSandbox();
    }
}
