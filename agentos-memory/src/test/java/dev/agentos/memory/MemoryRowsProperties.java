package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.VersionConflictException;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Line;
import dev.agentos.api.memory.Role;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Messages, working memory and lines come out of the database equal, and follow simple models of themselves. */
class MemoryRowsProperties {
    private static final AtomicLong FRESH = new AtomicLong();
    private static @Nullable Storage shared;

    @BeforeContainer
    static void open() {
        shared = SqliteStorage.openInMemory(Stores.JSON, new MemoryConnections());
    }

    @AfterContainer
    static void close() {
        storage().close();
    }

    private static Storage storage() {
        return Objects.requireNonNull(shared);
    }

    record Quote(String symbol, BigDecimal price, List<String> notes) {}

    @Property(tries = 200)
    void message_comesBackEqual(@ForAll("messages") Message message, @ForAll StoredRow.Stage stage) {
        var inbox = new AgentId(Address.of("desk/broker"), FRESH.incrementAndGet());
        var fresh = new Message(
                FRESH.incrementAndGet(),
                message.sender(),
                message.recipient(),
                message.type(),
                message.payload(),
                message.correlation(),
                message.causation(),
                message.time(),
                message.headers());
        var row = new StoredRow.MessageRow(fresh, inbox, stage, 3);

        Stores.commit(storage(), row);

        assertThat(storage().messages().pending(inbox))
                .isEqualTo(stage == StoredRow.Stage.PENDING ? List.of(row) : List.of());
        assertThat(storage().messages().conversation(fresh.correlation(), Integer.MAX_VALUE))
                .contains(fresh);
    }

    @Property(tries = 300)
    void working_comesBackEqual(
            @ForAll("texts") String session,
            @ForAll("texts") String key,
            @ForAll("values") JsonValue value,
            @ForAll("instants") Instant time,
            @ForAll @Size(max = 3) Set<@AlphaChars @NotEmpty String> taint) {
        String namespace = "shared/" + FRESH.incrementAndGet();
        Instant expires = time.isBefore(Instant.MAX.minusSeconds(1)) ? time.plusNanos(1) : null;
        var row = new StoredRow.WorkingRow(namespace, session, key, value, 0, time, expires, taint);

        var written = (StoredRow.WorkingRow) Stores.commit(storage(), row).getFirst();

        assertThat(storage().working().find(namespace, session, key, time)).contains(written);
        assertThat(storage().working().all(namespace, session, time)).containsExactly(written);
        assertThat(storage().working().sessions(namespace, time)).containsExactly(session);
        assertThat(written)
                .isEqualTo(new StoredRow.WorkingRow(namespace, session, key, value, 1, time, expires, taint));
    }

    @Property(tries = 200)
    void lines_comeBackEqual_inTheirOrder(@ForAll("lines") @Size(max = 12) List<Line> lines) {
        String namespace = "shared/" + FRESH.incrementAndGet();
        StoredRow[] rows = lines.stream()
                .map(line -> new StoredRow.LineRow(namespace, "s", line, null))
                .toArray(StoredRow[]::new);

        List<Line> written = Stores.commit(storage(), rows).stream()
                .map(row -> ((StoredRow.LineRow) row).line())
                .toList();

        var conversations = storage().conversations();
        assertThat(written)
                .extracting(Line::text)
                .isEqualTo(lines.stream().map(Line::text).toList());
        assertThat(conversations.after(namespace, "s", 0, 100)).isEqualTo(written);
        assertThat(conversations.before(namespace, "s", Long.MAX_VALUE, 100)).isEqualTo(written.reversed());
        for (Role role : Role.values()) {
            List<Line> ofRole =
                    written.stream().filter(line -> line.role() == role).toList();
            assertThat(conversations.all(namespace, "s", role)).isEqualTo(ofRole);
            assertThat(conversations.newest(namespace, "s", role).stream().toList())
                    .isEqualTo(ofRole.reversed().stream().limit(1).toList());
        }
    }

    /**
     * What somebody does to a key.
     *
     * @param after how many seconds after the step before
     * @param off how far the version that he expects is from the one that is there; null: he expects none
     * @param value null to remove the key
     * @param seconds until it expires; 0 for never
     */
    record Step(
            String key,
            int after,
            @Nullable Integer off,
            @Nullable Integer value,
            int seconds) {}

    /** A key in a model: its last version, its value, and when that expires. */
    record Cell(long last, @Nullable Integer value, Instant expires) {
        long version(Instant now) {
            return value != null && now.isBefore(expires) ? last : 0;
        }
    }

    @Property(tries = 150)
    void working_followsItsModel_whateverIsDone(@ForAll("steps") @Size(max = 25) List<Step> steps) {
        String namespace = "shared/" + FRESH.incrementAndGet();
        var model = new TreeMap<String, Cell>();
        Instant now = Instant.EPOCH;
        for (Step step : steps) {
            now = now.plusSeconds(step.after());
            Cell before = model.getOrDefault(step.key(), new Cell(0, null, Instant.MAX));
            long expected = step.off() == null ? StoredRow.WorkingRow.ANY : before.version(now) + step.off();
            var row = new StoredRow.WorkingRow(
                    namespace,
                    "s",
                    step.key(),
                    step.value() == null ? null : JsonValue.of(step.value()),
                    Math.max(expected, StoredRow.WorkingRow.ANY),
                    now,
                    step.seconds() == 0 ? null : now.plusSeconds(step.seconds()));

            boolean done = commits(row);

            boolean mayBeDone = row.version() == StoredRow.WorkingRow.ANY || row.version() == before.version(now);
            assertThat(done).isEqualTo(mayBeDone);
            if (done && (step.value() != null || before.version(now) > 0)) {
                Instant expires = step.seconds() == 0 ? Instant.MAX : now.plusSeconds(step.seconds());
                model.put(step.key(), new Cell(before.last() + 1, step.value(), expires));
            }
            assertThat(found(namespace, now)).isEqualTo(expected(model, now));
        }
    }

    private static boolean commits(StoredRow row) {
        return storage()
                .commit(List.of(row), Durability.BUFFERED)
                .handle((rows, failure) -> {
                    assertThat(failure == null || failure instanceof VersionConflictException)
                            .isTrue();
                    return failure == null;
                })
                .toCompletableFuture()
                .join();
    }

    private static List<String> found(String namespace, Instant now) {
        return storage().working().all(namespace, "s", now).stream()
                .map(row -> row.key() + "=" + row.value() + "@" + row.version())
                .toList();
    }

    private static List<String> expected(Map<String, Cell> model, Instant now) {
        var held = new ArrayList<String>();
        model.forEach((key, cell) -> {
            if (cell.version(now) > 0) {
                held.add(key + "=" + cell.value() + "@" + cell.version(now));
            }
        });
        return held;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of("a", "b", "ü"),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(-1, 1).injectNull(0.3),
                        Arbitraries.integers().between(0, 9).injectNull(0.2),
                        Arbitraries.integers().between(0, 4))
                .as(Step::new)
                .list();
    }

    @Provide
    Arbitrary<Message> messages() {
        Arbitrary<Object> payload = Arbitraries.oneOf(
                texts().map(text -> text),
                Arbitraries.longs().map(number -> number),
                texts().map(text -> new Quote(text, new BigDecimal("1.25"), List.of(text, "b"))));
        Arbitrary<Address> addresses =
                Arbitraries.of(Address.HOST, Address.of("desk/broker"), Address.of("@user:alice"));
        return Combinators.combine(addresses, addresses, payload, Arbitraries.longs(), instants(), headers())
                .as((from, to, what, cause, time, headers) ->
                        new Message(0, from, to, what.getClass().getName(), what, cause, cause, time, headers));
    }

    @Provide
    Arbitrary<JsonValue> values() {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                texts().map(text -> text),
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1e20"), new BigDecimal("1e20"))
                        .map(number -> number),
                Arbitraries.of(true, false).map(flag -> flag));
        return Arbitraries.oneOf(
                        plain,
                        plain.list().ofMaxSize(4).map(list -> list),
                        Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(5), plain)
                                .ofMaxSize(4)
                                .map(members -> members))
                .map(JsonValue::of);
    }

    @Provide
    Arbitrary<List<Line>> lines() {
        return Combinators.combine(
                        Arbitraries.of(Role.class),
                        texts(),
                        texts(),
                        Arbitraries.integers().greaterOrEqual(0),
                        instants(),
                        Arbitraries.longs().greaterOrEqual(0))
                .as((role, text, call, tokens, time, covers) -> new Line(
                        0,
                        role,
                        text,
                        role == Role.TOOL_CALL || role == Role.TOOL_RESULT ? call : null,
                        tokens,
                        time,
                        role == Role.SUMMARY ? covers : null))
                .list();
    }

    @Provide
    Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                        Arbitraries.longs().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    private static Arbitrary<Map<String, String>> headers() {
        return Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(5), texts())
                .ofMaxSize(3);
    }

    /** What UTF-8 can carry, which is what a column of its own holds. */
    @Provide
    static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(20),
                Arbitraries.of("", "naïve", "\ud83d\ude00 grin", "a\u0000b", "'; DROP TABLE working; --", "%_\\"));
    }
}
