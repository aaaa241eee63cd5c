package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Isolation;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;

/** A runtime with an agent that hears what isolated ones tell it. */
abstract class IsolatedFixture {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Pattern PROCESS = Pattern.compile("pid ([0-9]+)");

    final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    final AgentOS os = open(builder());

    /** {@return the builder of the runtime of each test} */
    AgentOS.Builder builder() {
        return AgentOS.builder();
    }

    final AgentOS open(AgentOS.Builder builder) {
        AgentOS opened = builder.randomSeed(7).build();
        opened.spawn(AgentSpec.builder("probe")
                .onMessage((message, ctx) -> told.add(message.payload()))
                .build());
        return opened;
    }

    @AfterEach
    void close() {
        os.close();
    }

    /** An isolated agent, named like its class, that may tell the probe. */
    static AgentSpec.Builder spec(Path jar, String className) {
        return AgentSpec.builder(className.toLowerCase(java.util.Locale.ROOT))
                .code(jar, className)
                .isolation(Isolation.PROCESS)
                .grant("agent:probe send");
    }

    AgentHandle spawn(Path jar, String className) {
        return os.spawn(spec(jar, className).build());
    }

    /** What the probe was told next. */
    Object told() {
        try {
            return Objects.requireNonNull(told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "nothing was told");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The process whose number the probe was told as {@code pid 17}. */
    ProcessHandle toldProcess() {
        var number = PROCESS.matcher((String) told());
        assertThat(number.matches()).isTrue();
        return ProcessHandle.of(Long.parseLong(number.group(1))).orElseThrow();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it came true in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static void assertGone(ProcessHandle process) {
        assertThat(process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .succeedsWithin(LIMIT);
    }

    static Object completed(Exit exit) {
        assertThat(exit).isInstanceOf(Exit.Completed.class);
        return Objects.requireNonNull(((Exit.Completed) exit).value());
    }

    static JsonValue json(Exit exit) {
        return (JsonValue) completed(exit);
    }

    static IsolatedAgentException failed(Exit exit) {
        assertThat(exit).isInstanceOf(Exit.Failed.class);
        Throwable cause = ((Exit.Failed) exit).cause();
        assertThat(cause).isInstanceOf(IsolatedAgentException.class);
        return (IsolatedAgentException) cause;
    }
}
