package dev.agentos.tools.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * Body of an answer.
 *
 * @param bytes decoded, at most as many as were allowed
 * @param truncated whether there was more
 */
@SuppressWarnings("ArrayRecordComponent") // handed to one caller and never compared
record Body(byte[] bytes, boolean truncated) {
    static final Body EMPTY = new Body(new byte[0], false);

    private static final int CHUNK_BYTES = 16 * 1024;

    /** The cap is on what comes out of the decoder: ten gigabytes of zeros arrive as ten megabytes. */
    static Body read(HttpEntity entity, int maxBytes) throws IOException {
        InputStream in = decoded(entity.getContent(), entity.getContentEncoding());
        var out = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        while (out.size() <= maxBytes) {
            int got = in.read(chunk, 0, Math.min(chunk.length, maxBytes + 1 - out.size()));
            if (got < 0) {
                return new Body(out.toByteArray(), false);
            }
            out.write(chunk, 0, got);
        }
        return new Body(Arrays.copyOf(out.toByteArray(), maxBytes), true);
    }

    private static InputStream decoded(InputStream raw, @Nullable String encoding) throws IOException {
        return switch (encoding == null ? "identity" : encoding.trim().toLowerCase(Locale.ROOT)) {
            case "identity", "" -> raw;
            case "gzip", "x-gzip" -> new GZIPInputStream(raw);
            default ->
                throw new HttpRefusedException(
                        HttpProblem.UNSUPPORTED_ENCODING,
                        "the body has an encoding other than gzip, which was not asked for");
        };
    }
}
