package dev.agentos.api.spi;

/**
 * Makes sandboxes.
 *
 * @since 0.1
 */
public interface SandboxProvider extends NamedProvider {
    /** {@return a sandbox of its own for one runtime} */
    Sandbox open();
}
