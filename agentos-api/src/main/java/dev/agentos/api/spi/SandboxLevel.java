package dev.agentos.api.spi;

/**
 * How strongly code is confined, weakest first.
 *
 * @since 0.1
 */
public enum SandboxLevel {
    /** Not at all: trusted code of this JVM, or a plain child process. */
    NONE,
    /** By the kernel: file system, network, system calls and resources. */
    PROCESS_SANDBOX,
    /** By an interpreter that gives it nothing but what it is handed. */
    WASM,
    /** By another program, such as a container. */
    EXTERNAL
}
