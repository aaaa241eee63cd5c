package dev.agentos.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.MemoryKind;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is written is read again, the same. */
class TransferProperties {
    private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");
    private static final JsonProvider JSON = Providers.only(JsonProvider.class);

    /** Every character that JSON can carry: halves of surrogate pairs it cannot. */
    private static Arbitrary<String> texts(int most) {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(most)
                .map(text -> text.codePoints()
                        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
    }

    private static Arbitrary<Instant> times() {
        return Combinators.combine(
                        Arbitraries.longs().between(-100_000_000_000L, 100_000_000_000L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    @Provide
    Arbitrary<List<Entry>> entries() {
        Arbitrary<UUID> ids = Arbitraries.longs().tuple2().map(bits -> new UUID(bits.get1(), bits.get2()));
        Arbitrary<Map<String, String>> metadata =
                Arbitraries.maps(texts(5), texts(5)).ofMaxSize(4);
        return Combinators.combine(
                        ids,
                        Arbitraries.of(MemoryKind.values()),
                        texts(50).filter(text -> !text.isBlank()),
                        metadata,
                        Arbitraries.doubles().between(0, 1),
                        texts(20),
                        times(),
                        times().injectNull(0.5))
                .as((id, kind, text, known, importance, around, time, expires) -> new Entry(
                        id, "shared/x", kind, text, known, importance, around, time, NOW, expires, null, null))
                .list()
                .ofMaxSize(10);
    }

    @Property(tries = 500)
    void read_isWhatWasWritten(@ForAll("entries") List<Entry> entries) {
        var out = new ByteArrayOutputStream();
        var writer = new EntryWriter(JSON, out);
        entries.forEach(writer::write);
        var firsts = new LinkedHashMap<UUID, Entry>();
        entries.forEach(entry -> firsts.putIfAbsent(entry.id(), entry));

        List<Entry> read = new EntryReader(JSON, new ByteArrayInputStream(out.toByteArray()))
                .all().stream().map(each -> each.entry("shared/x", NOW)).toList();

        assertThat(read).containsExactlyElementsOf(firsts.values());
        assertThat(writer.bytes()).isEqualTo(out.size());
    }

    /** Whatever bytes come, they are read or refused with their line, and nothing else happens. */
    @Property(tries = 1_000)
    void anyBytes_areReadOrRefused(@ForAll byte[] bytes) {
        try {
            new EntryReader(JSON, new ByteArrayInputStream(bytes)).all();
        } catch (dev.agentos.api.error.JsonException e) {
            assertThat(e.line()).isPositive();
            assertThat(e).hasMessageStartingWith("line " + e.line() + ": ");
        }
    }
}
