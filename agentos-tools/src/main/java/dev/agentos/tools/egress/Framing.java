package dev.agentos.tools.egress;

import java.util.List;
import java.util.regex.Pattern;

/** How long the body of a request is. Whatever two readers could see differently is refused (RFC 9112, 6.3). */
sealed interface Framing {
    /** There is none. */
    record Empty() implements Framing {}

    /** So many bytes. */
    record Length(long bytes) implements Framing {}

    /** In pieces, each of which says its length. */
    record Chunked() implements Framing {}

    /** {@return what the headers say} */
    static Framing of(RequestHead head) throws RefusedException {
        List<String> codings = head.values("transfer-encoding");
        List<String> lengths = head.values("content-length");
        if (codings.isEmpty() && lengths.isEmpty()) {
            return new Empty();
        }
        if (codings.size() + lengths.size() > 1) {
            throw RefusedException.malformed("a request that says twice how long it is");
        }
        if (lengths.isEmpty()) {
            if (!head.http11() || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw RefusedException.malformed("a transfer encoding other than chunked of HTTP/1.1");
            }
            return new Chunked();
        }
        if (!Syntax.LENGTH.matcher(lengths.getFirst()).matches()) {
            throw RefusedException.malformed("a malformed Content-Length");
        }
        return new Length(Long.parseLong(lengths.getFirst()));
    }

    /** How lengths are spelt. */
    final class Syntax {
        private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

        private Syntax() {}
    }
}
