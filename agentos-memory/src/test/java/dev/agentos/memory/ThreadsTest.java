package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentState;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Decision;
import dev.agentos.api.spi.Storage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite's native code holds whatever thread is in it: that must never be one of a scheduler's carriers. */
class ThreadsTest {
    private static final Set<Class<?>> WATCHED =
            Set.of(Connection.class, Statement.class, PreparedStatement.class, ResultSet.class);

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @TempDir
    Path folder;

    @Test
    void sqlite_isCalledOnTheStoresOwnPlatformThreadsOnly() throws Exception {
        Thread user = Thread.ofVirtual().start(this::useEverything);
        user.join();

        assertThat(threads).noneMatch(Thread::isVirtual).doesNotContain(Thread.currentThread());
        assertThat(threads.stream().map(Thread::getName).collect(Collectors.toSet()))
                .contains("agentos-store-writer")
                .isSubsetOf("agentos-store-writer", "agentos-store-reader-1", "agentos-store-reader-2");
    }

    @Test
    void sqlite_isCalledOnOneThreadOnly_inMemory() throws Exception {
        Thread user = Thread.ofVirtual().start(this::useMemory);
        user.join();

        assertThat(threads).singleElement().satisfies(thread -> {
            assertThat(thread.isVirtual()).isFalse();
            assertThat(thread.getName()).isEqualTo("agentos-store-memory");
            thread.join(Duration.ofMinutes(1));
            assertThat(thread.isAlive()).isFalse();
        });
    }

    @Test
    void threads_areGone_whenTheStoreIsClosed() {
        useEverything();

        assertThat(threads).hasSizeGreaterThan(1).allSatisfy(thread -> {
            thread.join(Duration.ofMinutes(1));
            assertThat(thread.isAlive()).isFalse();
        });
    }

    private void useEverything() {
        use(SqliteStorage.open(folder.resolve("desk.db"), Stores.JSON, file -> watched(new SqliteConnections(file))));
    }

    private void useMemory() {
        use(SqliteStorage.openInMemory(Stores.JSON, watched(new MemoryConnections())));
    }

    private static void use(Storage storage) {
        try (storage) {
            Stores.commit(
                    storage,
                    Stores.agent("desk", 1, AgentState.RUNNING),
                    Stores.action("x", Decision.allow()),
                    Stores.event("a"),
                    Stores.letter("hello"),
                    Stores.message(7, "hello"),
                    Stores.working("k", 0),
                    Stores.line("hi", "once"),
                    Stores.line("hi again", "once"));
            assertThat(storage.agents().all()).hasSize(1);
            assertThat(storage.agents().lastIncarnation()).isEqualTo(1);
            assertThat(storage.actions().find(ActionQuery.all())).hasSize(1);
            assertThat(storage.events().find(EventFilter.all(), 0, 10)).hasSize(1);
            assertThat(storage.deadLetters().find(0, 10)).hasSize(1);
            assertThat(storage.messages().pending(Stores.DESK)).hasSize(1);
            assertThat(storage.messages().conversation(7, 10)).hasSize(1);
            assertThat(storage.messages().reserved()).isZero();
            assertThat(storage.working().all("shared/x", "s", Instant.EPOCH)).hasSize(1);
            assertThat(storage.working().sessions("shared/x", Instant.EPOCH)).containsExactly("s");
            assertThat(storage.conversations().after("shared/x", "s", 0, 10)).hasSize(1);
            assertThat(storage.conversations().sessions("shared/x")).containsExactly("s");
        }
    }

    private Connections watched(Connections real) {
        return new Connections() {
            @Override
            public Connection writer() throws SQLException {
                return watch(real.writer(), Connection.class);
            }

            @Override
            public Connection reader() throws SQLException {
                return watch(real.reader(), Connection.class);
            }
        };
    }

    private <T> T watch(T real, Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    threads.add(Thread.currentThread());
                    try {
                        return watchIfDatabase(method.invoke(real, arguments), method.getReturnType());
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @SuppressWarnings("unchecked") // a result is of its method's type
    private @Nullable Object watchIfDatabase(@Nullable Object result, Class<?> type) {
        return result != null && WATCHED.contains(type) ? watch(result, (Class<Object>) type) : result;
    }
}
