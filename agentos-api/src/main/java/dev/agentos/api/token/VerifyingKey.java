package dev.agentos.api.token;

import java.util.HexFormat;
import java.util.Objects;

/**
 * The public half of a key, as a value. Its text form is {@code ed25519/…} or {@code p256/…} with lower-case hexadecimal digits.
 *
 * @param algorithm how its private half signs
 * @param hex its bytes; for P-256 the compressed point
 * @since 0.3
 */
public record VerifyingKey(KeyAlgorithm algorithm, String hex) {
    private static final HexFormat HEX = HexFormat.of();

    /** Checks the digits and their number. Whether they are a point of the curve shows when something is verified. */
    public VerifyingKey {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(hex, "hex");
        if (hex.length() != 2 * algorithm.keyBytes() || !isLowerHex(hex)) {
            throw new IllegalArgumentException("a key of " + algorithm + " is " + algorithm.keyBytes()
                    + " bytes in lower-case hex, not '" + hex + "'");
        }
    }

    /** {@return the key with these bytes} */
    public static VerifyingKey of(KeyAlgorithm algorithm, byte[] key) {
        return new VerifyingKey(algorithm, HEX.formatHex(key));
    }

    /**
     * Returns the key that a text says.
     *
     * @throws IllegalArgumentException if it says none
     */
    public static VerifyingKey parse(String text) {
        int slash = text.indexOf('/');
        for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
            if (slash > 0 && algorithm.toString().equals(text.substring(0, slash))) {
                return new VerifyingKey(algorithm, text.substring(slash + 1));
            }
        }
        throw new IllegalArgumentException("a key is ed25519/… or p256/…, not '" + text + "'");
    }

    /** {@return its bytes, a copy} */
    public byte[] bytes() {
        return HEX.parseHex(hex);
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    /** {@return the text form} */
    @Override
    public String toString() {
        return algorithm + "/" + hex;
    }
}
