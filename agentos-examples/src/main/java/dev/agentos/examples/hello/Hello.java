package dev.agentos.examples.hello;

import dev.agentos.api.AgentOS;

/** Starts a runtime in memory, has one agent say hello, and ends. */
public final class Hello {
    private Hello() {}

    /** Says hello. */
    public static void main(String... args) {
        try (var os = AgentOS.inMemory()) {
            os.spawn("hello", ctx -> ctx.log("Hello from {}", ctx.self())).await();
        }
    }
}
