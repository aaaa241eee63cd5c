package dev.agentos.runtime.memory;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A whole runtime over a {@link FakeStore}, on a clock that stands. */
final class OpenedRuntime implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    private static final AtomicReference<@Nullable FakeStore> STORE = new AtomicReference<>();

    final FakeStore store;
    final ManualClock clock = ManualClock.startingAt(START);
    final AgentOS os;

    /** Found by ServiceLoader, under the name of the store on disk. */
    public static final class FakeProvider implements StorageProvider {
        /** Makes one. */
        public FakeProvider() {}

        @Override
        public String name() {
            return "sqlite";
        }

        @Override
        public Storage open(Path file) {
            return java.util.Objects.requireNonNull(STORE.get());
        }

        @Override
        public Storage openInMemory() {
            throw new UnsupportedOperationException("these tests open a file");
        }
    }

    OpenedRuntime() {
        this(new FakeStore(), builder -> builder);
    }

    OpenedRuntime(FakeStore store, UnaryOperator<AgentOS.Builder> options) {
        this.store = store;
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        STORE.set(store);
        Path directory = services(StorageProvider.class, FakeProvider.class);
        try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            os = options.apply(AgentOS.builder()
                            .storage(Path.of("fake.db"))
                            .time(clock)
                            .closeTimeout(Duration.ofSeconds(5)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            STORE.set(null);
        }
    }

    /** {@return a folder that declares a provider} */
    static Path services(Class<?> kind, Class<?>... providers) {
        try {
            Path directory = Files.createTempDirectory("services");
            Path services = Files.createDirectories(directory.resolve("META-INF/services"));
            Path file = services.resolve(kind.getName());
            Files.write(file, List.of(providers).stream().map(Class::getName).toList());
            // In this order: the last named goes first.
            List.of(directory, services.getParent(), services, file)
                    .forEach(each -> each.toFile().deleteOnExit());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an agent does; it may hold grants. {@return the result} */
    Object inAgent(String name, Body body, String... grants) {
        Exit exit = exitOf(name, body, grants);
        if (exit instanceof Exit.Failed(var cause, var history)) {
            throw new AssertionError("agent " + name + " failed", cause);
        }
        return exit.result(Object.class);
    }

    Exit exitOf(String name, Body body, String... grants) {
        var spec = AgentSpec.builder(name).run(ctx -> ctx.result(body.live(ctx)));
        List.of(grants).forEach(spec::grant);
        return os.spawn(spec.build()).await(LIMIT);
    }

    interface Body {
        Object live(dev.agentos.api.AgentContext ctx) throws Exception;
    }

    /** {@return records of actions on memories, as principal, outcome or decision, and action without attributes} */
    List<String> records() {
        return memoryRecords().stream()
                .map(record -> record.principal().toString().replaceAll("#.*", "") + " "
                        + (record.decision() instanceof dev.agentos.api.security.Decision.Allow
                                ? record.outcome()
                                : "DENIED")
                        + " " + record.action().grantText())
                .toList();
    }

    List<ActionRecord> memoryRecords() {
        return os.actions().find(ActionQuery.all()).stream()
                .filter(record -> record.action().type().equals("memory"))
                .toList();
    }

    List<SystemEvent.MemoryChanged> changes() {
        return os.events().history(EventFilter.all(), 0, 10_000).stream()
                .map(Event::data)
                .filter(SystemEvent.MemoryChanged.class::isInstance)
                .map(SystemEvent.MemoryChanged.class::cast)
                .toList();
    }

    Map<String, Long> memories() {
        return os.memories();
    }

    @Override
    public void close() {
        os.close();
    }
}
