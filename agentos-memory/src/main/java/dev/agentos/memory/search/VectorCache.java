package dev.agentos.memory.search;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Vectors of the namespaces that were searched last, within a bound of bytes. Thread-safe. */
public final class VectorCache {
    private static final long MOST_BYTES = 128L << 20;

    /** Of the heap. */
    private static final long SHARE = 8;

    private final long mostBytes;
    /** In the order of their last use. Guarded by itself, like the bytes. */
    private final Map<Key, Cached> blocks = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /**
     * What is cached together.
     *
     * @param namespace its number
     */
    public record Key(long namespace, String model, int dimensions) {}

    private record Cached(long generation, VectorBlock block) {}

    /** Holds at most 128 MB, and an eighth of the heap. */
    public VectorCache() {
        this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE));
    }

    VectorCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The vectors as they were when somebody read them last in this generation; there may be further ones since. */
    @Nullable
    VectorBlock find(Key key, long generation) {
        synchronized (blocks) {
            Cached cached = blocks.get(key);
            return cached != null && cached.generation() == generation ? cached.block() : null;
        }
    }

    /** Keeps vectors, unless they are too many. */
    void put(Key key, long generation, VectorBlock block) {
        synchronized (blocks) {
            Cached before = blocks.get(key);
            if (before != null && before.generation() > generation) {
                return;
            }
            remove(key);
            if (block.bytes() <= mostBytes) {
                blocks.put(key, new Cached(generation, block));
                bytes += block.bytes();
            }
            while (bytes > mostBytes) {
                remove(blocks.keySet().iterator().next());
            }
        }
    }

    private void remove(Key key) {
        Cached removed = blocks.remove(key);
        if (removed != null) {
            bytes -= removed.block().bytes();
        }
    }

    long bytes() {
        synchronized (blocks) {
            return bytes;
        }
    }
}
