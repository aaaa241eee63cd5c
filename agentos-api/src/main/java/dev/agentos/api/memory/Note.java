package dev.agentos.api.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something to remember.
 *
 * @param text what it says, which searches read; not blank, at most {@value #MAX_TEXT} characters
 * @param kind {@link MemoryKind#SEMANTIC} unless said
 * @param metadata what else is known of it; empty unless said
 * @param importance from 0 to 1; 0.5 unless said
 * @param surroundings what stands around the text where it came from, which helps searches by words to find it and counts
 *     less than the text; empty unless said
 * @param time when it was so; null for now
 * @param timeToLive after which it is hidden, and later deleted; null for never
 * @since 0.2
 */
public record Note(
        String text,
        MemoryKind kind,
        Map<String, String> metadata,
        double importance,
        String surroundings,
        @Nullable Instant time,
        @Nullable Duration timeToLive) {
    /** The longest text. */
    public static final int MAX_TEXT = 100_000;

    /** Checks and copies. */
    public Note {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(surroundings, "surroundings");
        metadata = Map.copyOf(metadata);
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "a note has a text of at most " + MAX_TEXT + " characters, not " + text.length());
        }
        if (!(importance >= 0 && importance <= 1)) {
            throw new IllegalArgumentException("importance is from 0 to 1: " + importance);
        }
        if (timeToLive != null && !timeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live is positive: " + timeToLive);
        }
    }

    /** {@return a note with every default} */
    public static Note of(String text) {
        return builder(text).build();
    }

    /** {@return a builder of a note} */
    public static Builder builder(String text) {
        return new Builder(text);
    }

    /** Collects the parts of a note. Not thread-safe. */
    public static final class Builder {
        private final String text;
        private MemoryKind kind = MemoryKind.SEMANTIC;
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private double importance = 0.5;
        private String surroundings = "";
        private @Nullable Instant time;
        private @Nullable Duration timeToLive;

        private Builder(String text) {
            this.text = Objects.requireNonNull(text, "text");
        }

        /** What sort of thing it is. */
        public Builder kind(MemoryKind what) {
            kind = Objects.requireNonNull(what, "what");
            return this;
        }

        /** Something that is known of it. */
        public Builder metadata(String key, String value) {
            metadata.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** From 0 to 1. */
        public Builder importance(double weight) {
            importance = weight;
            return this;
        }

        /** What stands around the text where it came from. */
        public Builder surroundings(String neighbours) {
            surroundings = Objects.requireNonNull(neighbours, "neighbours");
            return this;
        }

        /** When it was so. */
        public Builder time(Instant when) {
            time = Objects.requireNonNull(when, "when");
            return this;
        }

        /** After which it is hidden from searches, and later deleted. */
        public Builder timeToLive(Duration life) {
            timeToLive = Objects.requireNonNull(life, "life");
            return this;
        }

        /** {@return the note} May be called again. */
        public Note build() {
            return new Note(text, kind, metadata, importance, surroundings, time, timeToLive);
        }
    }
}
