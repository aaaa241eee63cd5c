package dev.agentos.runtime.memory;

import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Summariser;
import dev.agentos.api.memory.TokenCounter;
import dev.agentos.api.spi.EmbedderProvider;
import dev.agentos.api.spi.Providers;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How memories count, sum up and understand.
 *
 * @param embedder asked when it is first needed, on a thread that may wait; null if there is none
 * @param summariser null if there is none
 */
public record MemoryOptions(
        @Nullable Supplier<Embedder> embedder,
        TokenCounter tokens,
        @Nullable Summariser summariser) {
    /** Checks that nothing is missing. */
    public MemoryOptions {
        Objects.requireNonNull(tokens, "tokens");
    }

    /**
     * Takes the embedder that is found if none was given.
     *
     * @throws dev.agentos.api.error.ProviderSelectionException if none was given, and several are found
     */
    public static MemoryOptions of(@Nullable Embedder embedder, TokenCounter tokens, @Nullable Summariser summariser) {
        return new MemoryOptions(embedder == null ? found() : () -> embedder, tokens, summariser);
    }

    private static @Nullable Supplier<Embedder> found() {
        if (Providers.all(EmbedderProvider.class).isEmpty()) {
            return null;
        }
        EmbedderProvider only = Providers.only(EmbedderProvider.class);
        return only::open;
    }
}
