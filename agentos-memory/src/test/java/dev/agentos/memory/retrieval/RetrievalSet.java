package dev.agentos.memory.retrieval;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** 15 dialogues of 20 turns about everyday things, and 100 questions, each with the turns that answer it. Written for this project. */
public record RetrievalSet(List<Turn> turns, List<Question> questions) {
    /** What somebody said. */
    public record Turn(String id, String session, String speaker, Instant time, String text) {}

    /**
     * A question about it.
     *
     * @param meaning whether it says with other words what the answer says
     * @param evidence the turns that answer it
     */
    public record Question(String id, String text, boolean meaning, Set<String> evidence) {}

    /** Reads the set. */
    public static RetrievalSet load() {
        JsonProvider json = Providers.only(JsonProvider.class);
        return new RetrievalSet(
                lines("turns.jsonl").map(json::parse).map(RetrievalSet::turn).toList(),
                lines("questions.jsonl")
                        .map(json::parse)
                        .map(RetrievalSet::question)
                        .toList());
    }

    private static Turn turn(JsonValue line) {
        return new Turn(
                line.at("id").text(),
                line.at("session").text(),
                line.at("speaker").text(),
                Instant.parse(line.at("time").text()),
                line.at("text").text());
    }

    private static Question question(JsonValue line) {
        return new Question(
                line.at("id").text(),
                line.at("question").text(),
                line.at("needs").text().equals("meaning"),
                line.at("evidence").asArray().elements().stream()
                        .map(JsonValue::text)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private static Stream<String> lines(String name) {
        try (InputStream in = Objects.requireNonNull(RetrievalSet.class.getResourceAsStream("/retrieval/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
