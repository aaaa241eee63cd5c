package dev.agentos.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Durable agents whose program is killed in the middle, again and again. */
class DurableKillTest {
    @TempDir
    Path folder;

    @Test
    void tokens_areNeitherLostNorDoubled_whenTheProgramIsKilled() throws Exception {
        assertTokensSurvive(3, 1);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("seeds")
    void tokens_areNeitherLostNorDoubled_whereverItIsKilled(long seed) throws Exception {
        assertTokensSurvive(5, seed);
    }

    private void assertTokensSurvive(int lives, long seed) throws Exception {
        Path file = folder.resolve("ring.db");
        var random = new Random(seed);
        for (int life = 0; life < lives; life++) {
            runAndKill(file, life == 0, 1 + random.nextInt(8), random.nextInt(30));
        }

        assertThat(Stores.query(file, "PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(Stores.query(file, "select count(*) from dead_letters")).isEqualTo("0");
        try (Storage storage = Stores.open(file)) {
            Map<Integer, DurablePassers.Token> waiting = waiting(storage);
            assertThat(waiting).as("each token once, in one inbox").hasSize(DurablePassers.TOKENS);
            for (var token : waiting.values()) {
                // The agent before the one whose inbox it is in had it last, one hop ago, and each before that one hop
                // earlier.
                for (int back = 1; back <= Math.min(DurablePassers.AGENTS, token.hops()); back++) {
                    long hop = token.hops() - back;
                    DurablePassers.Seen seen = seen(storage, (int) (hop % DurablePassers.AGENTS));
                    assertThat(seen.hops().get(token.id())).isEqualTo(hop);
                }
            }
            long hops = waiting.values().stream()
                    .mapToLong(DurablePassers.Token::hops)
                    .sum();
            long turns = 0;
            for (int place = 0; place < DurablePassers.AGENTS; place++) {
                turns += seen(storage, place).turns();
            }
            assertThat(turns).as("each hop is one turn's effect").isEqualTo(hops);
        }
    }

    private static Map<Integer, DurablePassers.Token> waiting(Storage storage) {
        var waiting = new HashMap<Integer, DurablePassers.Token>();
        for (StoredRow.AgentRow agent : storage.agents().all()) {
            for (StoredRow.MessageRow row : storage.messages().pending(agent.id())) {
                var token = row.message().payload(DurablePassers.Token.class);
                assertThat(DurablePassers.address((int) (token.hops() % DurablePassers.AGENTS)))
                        .isEqualTo(agent.id().address());
                assertThat(waiting.put(token.id(), token)).isNull();
            }
        }
        return waiting;
    }

    private static DurablePassers.Seen seen(Storage storage, int place) {
        StoredRow.AgentRow agent = storage.agents().all().stream()
                .filter(row -> row.id().address().equals(DurablePassers.address(place)))
                .findFirst()
                .orElseThrow();
        return storage.working()
                .find("agent/" + agent.id(), "agentos", "checkpoint", Instant.now())
                .map(row -> Stores.JSON.fromJson(Objects.requireNonNull(row.value()), DurablePassers.Seen.class))
                .orElseGet(DurablePassers::fresh);
    }

    /** Kills it after so many reports, and a moment more, so that it is hit anywhere. */
    private static void runAndKill(Path file, boolean first, int reports, int spins) throws Exception {
        Process child = start(file, first);
        List<String> wrong = new ArrayList<>();
        boolean ran = false;
        try (BufferedReader lines = child.inputReader()) {
            int turns = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("WRONG")) {
                    wrong.add(line);
                }
                ran |= line.equals("running");
                turns += line.equals("turn") ? 1 : 0;
                if (ran && turns >= reports) {
                    for (int i = 0; i < spins * 10_000; i++) {
                        Thread.onSpinWait();
                    }
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(wrong).isEmpty();
        assertThat(ran).as("the program ran").isTrue();
    }

    private static Process start(Path file, boolean first) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.sqlite.tmpdir=" + file.getParent(), // who is killed leaves its library there
                        "-cp",
                        System.getProperty("java.class.path"),
                        DurablePassers.class.getName(),
                        file.toString(),
                        String.valueOf(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
