package dev.agentos.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Bytes that look random and follow from a seed: SHA-256 of seed and counter. Whoever knows tool and idempotency key knows
 * them all: they are no keys and no passwords. Not thread-safe.
 */
final class SeededBytes {
    private final MessageDigest digest;
    private final byte[] seed;
    private final ByteBuffer block;
    private long counter;

    private SeededBytes(MessageDigest digest, byte[] seed) {
        this.digest = digest;
        this.seed = seed;
        this.block = ByteBuffer.allocate(digest.getDigestLength());
        block.position(block.limit());
    }

    static SeededBytes of(String tool, String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new SeededBytes(digest, digest.digest((tool + "\n" + key).getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    byte[] next(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            if (!block.hasRemaining()) {
                refill();
            }
            int part = Math.min(block.remaining(), length - at);
            block.get(bytes, at, part);
            at += part;
        }
        return bytes;
    }

    private void refill() {
        digest.update(seed);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, counter++));
        block.clear().put(digest.digest()).flip();
    }
}
