package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    private static final String HOST = "api.example.com";

    @Test
    void in_findsTheName_ofWhatTheJdkSays() throws RefusedException {
        assertThat(name(Greeting.ofJdk(HOST))).isEqualTo(HOST);
        assertThat(name(Greeting.ofJdk(""))).isNull();
    }

    @Test
    void in_waits_untilAllIsThere_andLeavesTheBytes() throws RefusedException {
        byte[] whole = Greeting.ofJdk(HOST);

        for (int length = 0; length < whole.length; length++) {
            assertThat(ClientHello.in(ByteBuffer.wrap(whole, 0, length)))
                    .as("after %s bytes", length)
                    .isNull();
        }
        ByteBuffer more = ByteBuffer.wrap(Greeting.join(whole, Greeting.record(20, new byte[] {1})));
        assertThat(name(more)).isEqualTo(HOST);
        assertThat(more.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 40})
    void in_readsAcrossRecords_whereverTheyAreCut(int most) throws RefusedException {
        byte[] cut = Greeting.records(Greeting.message(Greeting.name(HOST)), most);

        assertThat(name(cut)).isEqualTo(HOST);
    }

    @Test
    void in_readsTheOuterName_ofAnEncryptedGreeting() throws RefusedException {
        byte[] encrypted = Greeting.extension(Greeting.ENCRYPTED_HELLO, new byte[] {0, 0, 1, 0, 1});

        assertThat(name(Greeting.of(encrypted, Greeting.name("outer.example")))).isEqualTo("outer.example");
    }

    static Stream<Arguments> refused() {
        byte[] named = Greeting.message(Greeting.name(HOST));
        byte[] longer = named.clone();
        longer[3]++;
        byte[] other = named.clone();
        other[0] = 2;
        byte[] behind = Arrays.copyOf(named, named.length + 1);
        behind[3]++;
        byte[] session = named.clone();
        session[4 + 34] = 33;
        return Stream.of(
                Arguments.of("plain text", "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("SSH", "SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("SSL 2", new byte[] {(byte) 0x80, 46, 1, 3, 1}),
                Arguments.of("an alert first", Greeting.record(21, new byte[] {1, 0})),
                Arguments.of("data first", Greeting.record(23, new byte[] {1, 0})),
                Arguments.of("a version of nobody", new byte[] {22, 4, 0, 0, 1, 1}),
                Arguments.of("an empty record", Greeting.join(Greeting.record(22, new byte[0]), Greeting.of())),
                Arguments.of("another message", Greeting.records(other, 1 << 14)),
                Arguments.of(
                        "another type between",
                        Greeting.join(Greeting.record(22, new byte[] {1, 0}), Greeting.record(21, named))),
                Arguments.of("a second message behind it", Greeting.records(Greeting.join(named, named), 1 << 14)),
                Arguments.of("bytes behind the extensions", Greeting.records(behind, 1 << 14)),
                Arguments.of(
                        "a length that cuts into what follows",
                        Greeting.join(Greeting.records(longer, 1 << 14), Greeting.record(22, new byte[1]))),
                Arguments.of("a session that is too long", Greeting.records(session, 1 << 14)),
                Arguments.of("two names in two extensions", Greeting.of(Greeting.name(HOST), Greeting.name(HOST))),
                Arguments.of(
                        "two names in one",
                        Greeting.of(Greeting.extension(
                                0, Greeting.list(Greeting.entry(0, HOST), Greeting.entry(0, "evil.example"))))),
                Arguments.of(
                        "a name of another type",
                        Greeting.of(Greeting.extension(0, Greeting.list(Greeting.entry(1, HOST))))),
                Arguments.of("no name in the list", Greeting.of(Greeting.extension(0, Greeting.list()))),
                Arguments.of("an empty name", Greeting.of(Greeting.name(""))),
                Arguments.of("a name too long", Greeting.of(Greeting.name("a".repeat(254)))),
                Arguments.of("an extension longer than all", Greeting.of(new byte[] {0, 0, 1, 0})),
                Arguments.of(
                        "more than is read",
                        Greeting.of(Greeting.extension(21, new byte[16_000]), Greeting.extension(22, new byte[400]))),
                Arguments.of("a message longer than is read", Greeting.record(22, new byte[] {1, 1, 0, 0})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void h15_in_refuses_whatCouldBeReadInTwoWays(String what, byte[] bytes) {
        assertThatExceptionOfType(RefusedException.class)
                .as(what)
                .isThrownBy(() -> ClientHello.in(ByteBuffer.wrap(bytes)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(RefusedException.Kind.DENIED));
    }

    private static @Nullable String name(byte[] bytes) throws RefusedException {
        return name(ByteBuffer.wrap(bytes));
    }

    private static @Nullable String name(ByteBuffer bytes) throws RefusedException {
        ClientHello hello = ClientHello.in(bytes);
        assertThat(hello).isNotNull();
        return hello.serverName();
    }
}
