package dev.agentos.api.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Something that the holder of a token asks of a system. The holder signs it; only then is the token good for it.
 *
 * {@snippet :
 * var request = TokenRequest.of(token, "desk-2", "POST /orders", body);
 * String header = request.sign(holderKey, Instant.now()).toString();
 * }
 *
 * @param token the token, as it is sent along
 * @param audience the system that is asked
 * @param method what is asked of it, at most 512 characters of one line: {@link #IMPORT}, {@code POST /orders}
 * @param bodyHash SHA-256 of the request's body, in hexadecimal digits
 * @since 0.3
 */
public record TokenRequest(String token, String audience, String method, String bodyHash) {
    /** The method of a request to import a token. */
    public static final String IMPORT = "import";

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final HexFormat HEX = HexFormat.of();
    private static final String EMPTY = HEX.formatHex(sha256(new byte[0]));
    private static final int NONCE_BYTES = 16;
    private static final int MAX_METHOD = 512;

    /** Checks that nothing can be mistaken for something else. */
    public TokenRequest {
        Objects.requireNonNull(token, "token");
        if (audience.isEmpty() || hasControls(audience)) {
            throw new IllegalArgumentException("the audience is a name, not '" + audience + "'");
        }
        if (method.isEmpty() || method.length() > MAX_METHOD || hasControls(method)) {
            throw new IllegalArgumentException("a method is 1 to " + MAX_METHOD + " characters of one line");
        }
        if (!HASH.matcher(bodyHash).matches()) {
            throw new IllegalArgumentException("a body's hash is SHA-256 in hexadecimal, not '" + bodyHash + "'");
        }
    }

    /** {@return a request with a body} */
    public static TokenRequest of(String token, String audience, String method, byte[] body) {
        return new TokenRequest(token, audience, method, HEX.formatHex(sha256(body)));
    }

    /** {@return the request to import a token into a system} */
    public static TokenRequest toImport(String token, String audience) {
        return new TokenRequest(token, audience, IMPORT, EMPTY);
    }

    /** {@return the bytes that are signed} */
    public byte[] message(Instant time, String nonce) {
        String tokenHash = HEX.formatHex(sha256(token.getBytes(StandardCharsets.UTF_8)));
        return ("agentos-request/1\n" + tokenHash + "\n" + audience + "\n" + method + "\n" + bodyHash + "\n"
                        + time.toEpochMilli() + "\n" + nonce)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the proof of whoever has this key, with a new nonce} */
    public RequestProof sign(SigningKey holder, Instant time) {
        var random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = HEX.formatHex(random);
        byte[] signature = holder.sign(message(time, nonce));
        return new RequestProof(
                time, nonce, Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
