package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code CONNECT}: what is let through, and what is not. */
class TunnelTest extends EgressRoom {
    private static final String RIGHT = "net:https://api.example.com/** connect";
    private static final byte[] GREETING = Greeting.of(Greeting.name(HOST));

    @Test
    void tunnel_carriesBothWays_whenTheGreetingNamesTheHost() throws Exception {
        rights(RIGHT);
        var client = tunnel(HOST + ":443").say(GREETING).say("to the host");

        var there = host.next();
        String heard = there.until("to the host");
        there.say("to the client");

        assertThat(client.until("client")).isEqualTo("to the client");
        assertThat(heard.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo(Greeting.join(GREETING, "to the host".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(dialed).containsExactly(PUBLIC + ":443");
        client.nothingMore();
        assertThat(there.all()).isEqualTo(heard);
        there.hangUp();
        assertThat(client.all()).isEmpty();
        egress.close();
        assertThat(egress.refusals()).isEmpty();
        assertThat(egress.traffic().refused()).isZero();
        assertThat(egress.traffic().peers()).singleElement().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo(HOST + ":443");
            assertThat(peer.connections()).isEqualTo(1);
            assertThat(peer.sentBytes()).isEqualTo(GREETING.length + "to the host".length());
            assertThat(peer.receivedBytes()).isEqualTo("to the client".length());
        });
    }

    @Test
    void tunnel_takesTheGreetingOfTheJdk_inAnyPieces() throws Exception {
        rights(RIGHT);
        byte[] greeting = Greeting.ofJdk(HOST);
        var client = tunnel("API.Example.com:443");

        for (byte each : greeting) {
            client.say(new byte[] {each});
        }

        client.nothingMore();
        assertThat(host.next().all()).hasSize(greeting.length);
    }

    // ---- whom a right does not name

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:443", "api.example.com:444", "api.example.com:22", "sub.api.example.com:443",
                "example.com:443", "93.184.216.34:443", "[2606:2800:220:1::1]:443", "api.example.com.evil.example:443"
            })
    void otherHostOrPort_isRefused_andNotLookedUp(String authority) throws IOException {
        rights(RIGHT);
        names.put("evil.example", List.of(PUBLIC));

        String answer = answer("CONNECT " + authority + " HTTP/1.1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("it takes net:https://");
        assertThat(refusals(1)).singleElement().asString().startsWith(authority + ": no right");
        assertThat(lookedUp).isEmpty();
        assertThat(dialed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.com",
                "api.example.com:",
                "api.example.com:0",
                "api.example.com:65536",
                "api.example.com:443/",
                "user@api.example.com:443",
                "http://api.example.com:443",
                "api.example.com.:443",
                "2130706433:443",
                "0x7f000001:443",
                "0177.0.0.1:443",
                "127.1:443",
                "[::ffff:127.0.0.1]:443",
                "[fe80::1%25eth0]:443",
                ":443",
                "api.example.com:443:443",
                "api%2eexample.com:443",
                "api_x.example.com:443",
                "[::1:443",
                "*:443"
            })
    void h3_spellingsOfOtherKinds_areRefused(String authority) throws IOException {
        rights(RIGHT, "net:*:443 connect");

        assertThat(answer("CONNECT " + authority + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(refusals(1)).hasSize(1);
        assertThat(lookedUp).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "fd00:ec2::254",
        "::1",
        "192.168.1.1",
        "100.64.0.1",
        "64:ff9b::a9fe:a9fe"
    })
    void h6_privateAddressOfAName_isRefused_whateverElseItHas(String address) throws IOException {
        rights(RIGHT);
        names.put(HOST, List.of(PUBLIC, address));

        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("not public")
                .doesNotContain(address);
        assertThat(refusals(1))
                .containsExactly("api.example.com:443: '" + HOST + "' has an address that is not public");
        assertThat(dialed).isEmpty();
        assertThat(lookedUp).containsExactly(HOST);
    }

    @Test
    void h1_metadata_isRefused_evenWhenNamed() throws IOException {
        rights("net:169.254.169.254:80 connect", "net:https://169.254.169.254/** connect");

        assertThat(answer("CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("metadata");
        assertThat(answer("CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n")).contains("metadata");
        assertThat(dialed).isEmpty();
    }

    @Test
    void h2_privateAddress_takesARightThatNamesItAndThePort() throws Exception {
        rights("net:*:8443 connect", "net:10.1.2.3:8443 connect", "net:https://10.1.2.4:8443/** connect");

        assertThat(answer("CONNECT 10.1.2.5:8443 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("not a public address");
        assertThat(answer("CONNECT localhost:8443 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        tunnel("10.1.2.3:8443").say("anything");
        assertThat(host.next().until("anything")).isEqualTo("anything");
        // The narrower of two rights is behind it, since only that names the address.
        tunnel("10.1.2.4:8443").say("plain text").all();

        assertThat(refusals(3).getLast()).contains("it does not speak TLS");
        assertThat(dialed).containsExactly("10.1.2.3:8443", "10.1.2.4:8443");
    }

    // ---- what is said in a tunnel

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "api.example.co", "api.example.com.", "sub.api.example.com", "API.EXAMPLE.COM\0"
            })
    void h15_greeting_isRefused_whenItNamesAnother(String name) throws IOException {
        rights(RIGHT);

        var client = tunnel(HOST + ":443").say(Greeting.of(Greeting.name(name)));

        assertThat(client.all()).isEmpty();
        assertThat(refusals(1)).containsExactly("api.example.com:443: TLS that names another host");
        assertThat(host.heard(dialed.size())).isEmpty();
    }

    @Test
    void h15_greeting_isRefused_whenItNamesNobody_orTheOuterNameOfAnEncryptedOneIsAnother() throws IOException {
        rights(RIGHT);
        byte[] encrypted = Greeting.extension(Greeting.ENCRYPTED_HELLO, new byte[8]);

        tunnel(HOST + ":443").say(Greeting.ofJdk("")).all();
        tunnel(HOST + ":443")
                .say(Greeting.of(encrypted, Greeting.name("front.example")))
                .all();

        assertThat(refusals(2))
                .containsExactlyInAnyOrder(
                        "api.example.com:443: TLS that does not name the host",
                        "api.example.com:443: TLS that names another host");
        assertThat(host.heard(dialed.size())).isEmpty();
    }

    @Test
    void h15_greeting_ofAnAddress_namesNobody() throws Exception {
        rights("net:https://10.1.2.3/** connect");

        tunnel("10.1.2.3:443").say(Greeting.of(Greeting.name(HOST))).all();
        var client = tunnel("10.1.2.3:443").say(Greeting.ofJdk("")).nothingMore();

        assertThat(refusals(1)).containsExactly("10.1.2.3:443: TLS that names another host");
        assertThat(host.heard(dialed.size())).isNotEmpty();
        client.close();
    }

    @Test
    void plainText_isRefused_onARightToTls() throws IOException {
        rights(RIGHT);

        tunnel(HOST + ":443")
                .say("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                .all();

        assertThat(refusals(1)).containsExactly("api.example.com:443: it does not speak TLS, which the right is for");
        assertThat(host.heard(dialed.size())).isEmpty();
    }

    @Test
    void hostSpeaksFirst_whereTheRightIsForAnyProtocol() throws Exception {
        rights("net:mail.example.com:25 connect");
        names.put("mail.example.com", List.of(PUBLIC));
        var client = tunnel("mail.example.com:25");
        var there = host.next();

        there.say("220 ready\r\n");

        assertThat(client.until("\r\n")).isEqualTo("220 ready\r\n");
        client.say("EHLO x\r\n");
        assertThat(there.until("\r\n")).isEqualTo("EHLO x\r\n");
    }

    @Test
    void h15_tls_namesTheHost_evenWhereTheRightIsForAnyProtocol() throws Exception {
        rights("net:*:443 connect");

        tunnel(HOST + ":443").say(Greeting.of(Greeting.name("evil.example"))).all();
        tunnel(HOST + ":443").say(GREETING).nothingMore();

        assertThat(refusals(1)).containsExactly("api.example.com:443: TLS that names another host");
        assertThat(host.heard(dialed.size())).hasSize(GREETING.length);
    }

    // ---- the request itself

    @Test
    void h15_request_isRefused_whenItsHostIsAnother() throws IOException {
        rights(RIGHT);

        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com\r\nHost: x.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(refusals(2)).first().asString().contains("disagree");
        assertThat(dialed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 0"})
    void request_isRefused_whenItHasABody(String header) throws IOException {
        rights(RIGHT);

        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\n" + header + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(dialed).isEmpty();
    }

    // ---- time, number, revocation

    @Test
    void slowGreeting_endsTheConnection() throws IOException {
        serve(new Bounds(8, LONG, Duration.ofMillis(50), LONG), new HeldRight(RIGHT));

        var client = tunnel(HOST + ":443").say(new byte[] {22, 3, 1});

        assertThat(client.all()).isEmpty();
        assertThat(refusals(1)).containsExactly("api.example.com:443: nothing complete within PT0.05S");
        assertThat(host.heard(dialed.size())).isEmpty();
    }

    @Test
    void revokedRight_opensNothing_andCarriesNothingOn() throws Exception {
        var right = new HeldRight(RIGHT);
        serve(Bounds.DEFAULT, right);
        var client = tunnel(HOST + ":443").say(GREETING);
        var there = host.next();
        there.say("before");
        assertThat(client.until("before")).isEqualTo("before");
        there.until(HOST); // the end of the greeting

        right.revoked = true;
        there.say("after");

        assertThat(client.all()).isEmpty();
        assertThat(there.all()).hasSize(GREETING.length);
        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void expiredRight_carriesNothingThere() throws Exception {
        var right = new HeldRight(RIGHT);
        serve(Bounds.DEFAULT, right);
        var client = tunnel(HOST + ":443").say(GREETING);
        var there = host.next();
        there.until(HOST); // the end of the greeting

        right.expired = true;
        client.say("late");

        assertThat(client.all()).isEmpty();
        assertThat(there.all()).doesNotContain("late");
    }

    @Test
    void close_endsAllConnections_atAnyPoint() throws Exception {
        rights(RIGHT);
        var silent = new Client();
        var asking = new Client().say("CONNECT api.exam");
        var greeting = tunnel(HOST + ":443");
        var through = tunnel(HOST + ":443").say(GREETING);
        host.next();
        var there = host.next();

        egress.close();
        egress.close();

        for (Client each : List.of(silent, asking, greeting, through)) {
            assertThat(each.all()).isEmpty();
        }
        assertThat(there.all().length()).isLessThanOrEqualTo(GREETING.length);
        assertThat(egress.traffic().connections()).isEqualTo(2);
        assertThat(egress.refusals()).isEmpty();
    }

    @Test
    void host_thatCannotBeFoundOrReached_isNoViolation() throws IOException {
        rights(RIGHT, "net:https://gone.example.com/** connect");
        host.close();

        assertThat(answer("CONNECT gone.example.com:443 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 502 ");
        assertThat(answer("CONNECT api.example.com:443 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .doesNotContain(PUBLIC);
        egress.close();
        assertThat(egress.refusals()).isEmpty();
        assertThat(egress.traffic().peers()).isEmpty();
    }
}
