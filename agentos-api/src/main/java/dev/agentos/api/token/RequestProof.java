package dev.agentos.api.token;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A holder's signature under one request. Its text form, {@code v1.<milliseconds>.<nonce>.<signature>}, fits into a header.
 *
 * @param time when it was signed, in milliseconds; a system accepts what is at most a minute off its own clock
 * @param nonce what makes it different from every other, 32 hexadecimal digits
 * @param signature what the holder's key made of {@link TokenRequest#message}, base64url without padding
 * @since 0.3
 */
public record RequestProof(Instant time, String nonce, String signature) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final Pattern BASE64URL = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int NONCE_LENGTH = 32;
    private static final int MAX_SIGNATURE = 128;

    /** Checks the form. */
    public RequestProof {
        Objects.requireNonNull(time, "time");
        if (nonce.length() != NONCE_LENGTH || !HEX.matcher(nonce).matches()) {
            throw new IllegalArgumentException(
                    "a nonce is " + NONCE_LENGTH + " hexadecimal digits, not '" + nonce + "'");
        }
        if (signature.isEmpty()
                || signature.length() > MAX_SIGNATURE
                || !BASE64URL.matcher(signature).matches()) {
            throw new IllegalArgumentException("a signature is base64url, not '" + signature + "'");
        }
        time = Instant.ofEpochMilli(time.toEpochMilli());
    }

    /**
     * Returns the proof that a text says.
     *
     * @throws IllegalArgumentException if it says none
     */
    public static RequestProof parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("v1") || !parts[1].matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException("a proof is v1.<milliseconds>.<nonce>.<signature>, not '" + text + "'");
        }
        return new RequestProof(Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2], parts[3]);
    }

    /** {@return the text form} */
    @Override
    public String toString() {
        return "v1." + time.toEpochMilli() + "." + nonce + "." + signature;
    }
}
