package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What hostile bytes cannot do to those who read them. */
class EgressProperties {
    private static final String HOST = "api.example.com";

    /** Says the same bytes over and over, never ends, and knows how much was asked for. */
    private static final class Endless implements ReadableByteChannel {
        private final byte[] bytes;
        private long said;

        Endless(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer to) {
            int some = Math.min(to.remaining(), 1_000);
            for (int i = 0; i < some; i++) {
                to.put(bytes[(int) (said++ % bytes.length)]);
            }
            return some;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Property(tries = 300)
    void greeting_isReadOrRefused_withinItsBound(@ForAll @Size(min = 1, max = 200) byte[] bytes) throws IOException {
        var endless = new Endless(bytes);
        var input = new ClientInput(endless);

        try {
            ClientHello hello = ClientHello.in(input.view());
            while (hello == null && input.fill()) {
                hello = ClientHello.in(input.view());
            }
            assertThat(hello).as("it ends in one way or the other").isNotNull();
        } catch (RefusedException e) {
            assertThat(e.kind()).isEqualTo(RefusedException.Kind.DENIED);
        }

        assertThat(endless.said).isLessThanOrEqualTo(ClientHello.MOST);
    }

    @Property(tries = 300)
    void greeting_namesWhatItNames_howeverItIsCut(
            @ForAll("names") String name, @ForAll @IntRange(min = 1, max = 300) int most) throws RefusedException {
        byte[] cut = Greeting.records(Greeting.message(Greeting.name(name)), most);

        ClientHello hello = ClientHello.in(ByteBuffer.wrap(cut));

        assertThat(hello).isEqualTo(new ClientHello(name));
    }

    @Property(tries = 1_000)
    void greeting_ofAnotherHost_isNeverTakenForOneOfOurs_afterAnyChange(
            @ForAll @IntRange(min = 0, max = 94) int at,
            @ForAll byte value,
            @ForAll @IntRange(min = 1, max = 100) int most) {
        byte[] bytes = Greeting.records(Greeting.message(Greeting.name("evil.example.com")), most);
        bytes[at % bytes.length] = value;

        try {
            ClientHello hello = ClientHello.in(ByteBuffer.wrap(bytes));
            // One byte cannot turn the one name into the other.
            assertThat(hello == null ? "" : hello.serverName()).isNotEqualTo(HOST);
        } catch (RefusedException e) {
            assertThat(e.kind()).isEqualTo(RefusedException.Kind.DENIED);
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars('.', '-')
                .ofMinLength(1)
                .ofMaxLength(253);
    }

    @Property(tries = 300)
    void head_isReadOrRefused_withinItsBound(@ForAll("heads") String text) throws IOException {
        var endless = new Endless((text + "x").getBytes(StandardCharsets.ISO_8859_1));

        try {
            RequestHead head = RequestHead.parse(new ClientInput(endless).takeHead());
            assertThat(RequestHead.parse(written(head))).isEqualTo(head);
        } catch (RefusedException e) {
            assertThat(e.kind()).isIn(RefusedException.Kind.MALFORMED, RefusedException.Kind.TOO_LARGE);
        }

        assertThat(endless.said).isLessThanOrEqualTo(ClientInput.MOST);
    }

    @Provide
    Arbitrary<String> heads() {
        Arbitrary<String> piece = Arbitraries.of(
                "GET",
                " ",
                "/",
                "http://h.example/",
                " HTTP/1.1",
                " HTTP/1.0",
                "\r\n",
                "\n",
                "\r",
                "\t",
                ":",
                "Host: a",
                "Content-Length: 1",
                "Transfer-Encoding: chunked",
                "\0",
                "ü",
                "x");
        return Arbitraries.oneOf(
                piece.list().ofMaxSize(20).map(list -> String.join("", list)),
                piece.list()
                        .ofMaxSize(8)
                        .map(list -> "GET http://h.example/ HTTP/1.1\r\n" + String.join("", list) + "\r\n\r\n"),
                Arbitraries.strings().ofMaxLength(60));
    }

    private static byte[] written(RequestHead head) {
        String headers = head.headers().stream()
                .map(header -> header.name() + ": " + header.value() + "\r\n")
                .collect(Collectors.joining());
        return (head.method() + " " + head.target() + " HTTP/1." + (head.http11() ? 1 : 0) + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
