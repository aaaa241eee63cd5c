package dev.agentos.api.token;

/**
 * How a key signs. A signature is checked with the algorithm of the key that is expected, never with one that the signed thing
 * names.
 *
 * @since 0.3
 */
public enum KeyAlgorithm {
    /** Ed25519 (RFC 8032); a public key is 32 bytes, a signature 64. */
    ED25519("ed25519", 32),
    /** ECDSA over P-256 with SHA-256; a public key is a compressed point of 33 bytes, a signature DER with the lower s. */
    P256("p256", 33);

    private final String text;
    private final int keyBytes;

    KeyAlgorithm(String text, int keyBytes) {
        this.text = text;
        this.keyBytes = keyBytes;
    }

    /** {@return how many bytes a public key has} */
    public int keyBytes() {
        return keyBytes;
    }

    /** {@return the name in the text form of keys} */
    @Override
    public String toString() {
        return text;
    }
}
