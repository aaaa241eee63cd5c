package dev.agentos.api.token;

/**
 * A key that can sign, wherever its private half is: in memory, in a file, in hardware. Thread-safe; whoever opened it closes
 * it.
 *
 * @since 0.3
 */
public interface SigningKey extends AutoCloseable {
    /** {@return its public half, which says the algorithm too} */
    VerifyingKey verifyingKey();

    /**
     * Signs a message.
     *
     * @return 64 bytes for Ed25519; DER with the lower of both possible s for P-256
     * @throws IllegalStateException if it is closed, or its hardware does not answer
     */
    byte[] sign(byte[] message);

    /** Gives the key up. Again: nothing happens. */
    @Override
    void close();
}
