package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for {@code http:} URLs: what goes to the host, and what does not. */
class PlainRequestTest extends EgressRoom {
    private static final String RIGHT = "net:http://api.example.com/v1/** get,post";
    private static final String URL = "http://api.example.com/v1/things";

    @Test
    void request_isWrittenAnew_fromWhatWasJudged() throws Exception {
        rights(RIGHT);
        var client = new Client()
                .say(
                        "GET http://API.example.com:80/v1/%7ething?q=%41 HTTP/1.1\r\nHost: evil.example\r\nAccept:  */* \r\n"
                                + "X-Dropped: 1\r\nConnection: keep-alive, x-dropped\r\nProxy-Connection: keep-alive\r\n"
                                + "Proxy-Authorization: Basic eA==\r\nUpgrade: websocket\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
                                + "Accept-Encoding: gzip\r\nAuthorization: Bearer mine\r\n\r\n");

        var there = host.next();
        String heard = there.until("\r\n\r\n");
        there.say("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine");
        there.hangUp();

        assertThat(heard)
                .isEqualTo("GET /v1/~thing?q=A HTTP/1.1\r\nHost: api.example.com\r\nAccept: */*\r\n"
                        + "Authorization: Bearer mine\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
        assertThat(client.all()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine");
        assertThat(dialed).containsExactly(PUBLIC + ":80");
        egress.close();
        assertThat(egress.traffic().peers()).singleElement().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("api.example.com:80");
            assertThat(peer.sentBytes()).isEqualTo(heard.length());
            assertThat(peer.receivedBytes()).isEqualTo(42);
        });
        assertThat(egress.refusals()).isEmpty();
    }

    @Test
    void body_goesThere_byItsLengthOrInChunks_andWhatIsBehindItDoesNot() throws Exception {
        rights(RIGHT);
        String smuggled = "GET http://api.example.com/v1/second HTTP/1.1\r\n\r\n";

        new Client()
                .say("POST " + URL + " HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" + smuggled)
                .all();
        new Client()
                .say("POST " + URL
                        + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"
                        + smuggled)
                .all();

        assertThat(host.next().all()).endsWith("Content-Length: 5\r\nConnection: close\r\n\r\nhello");
        assertThat(host.next().all())
                .endsWith(
                        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n");
        assertThat(host.heard(dialed.size())).doesNotContain("second");
    }

    @Test
    void clientThatAsks_isToldToGoOn() throws Exception {
        rights(RIGHT);
        var client = new Client().say("POST " + URL + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

        assertThat(client.until("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.say("hi");

        var there = host.next();
        assertThat(there.until("hi")).doesNotContain("Expect");
        there.say("HTTP/1.1 204 No Content\r\n\r\n");
        there.hangUp();
        assertThat(client.all()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http://api.example.com/v2/things",
        "GET, http://api.example.com/",
        "GET, http://api.example.com:8080/v1/x",
        "GET, http://other.example.com/v1/x",
        "GET, http://93.184.216.34/v1/x",
        "PUT, http://api.example.com/v1/x",
        "DELETE, http://api.example.com/v1/x"
    })
    void h9_otherPathHostPortOrMethod_isRefused(String method, String url) throws IOException {
        rights(RIGHT);

        assertThat(answer(method + " " + url + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("it takes net:http");
        assertThat(refusals(1)).hasSize(1);
        assertThat(lookedUp).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/things HTTP/1.1",
                "GET https://api.example.com/v1/x HTTP/1.1",
                "GET ftp://api.example.com/v1/x HTTP/1.1",
                "GET file:///etc/passwd HTTP/1.1",
                "TRACE http://api.example.com/v1/x HTTP/1.1",
                "get http://api.example.com/v1/x HTTP/1.1",
                "GET http://api.example.com/v1/../v2 HTTP/1.1",
                "GET http://api.example.com/v1/%2e%2e/v2 HTTP/1.1",
                "GET http://api.example.com/v1/..;x/v2 HTTP/1.1",
                "GET http://api.example.com/v1//x HTTP/1.1",
                "GET http://api.example.com\\@evil.example/v1/x HTTP/1.1",
                "GET http://u@api.example.com/v1/x HTTP/1.1",
                "GET http://api.example.com/v1/x HTTP/2.0",
                "GET  http://api.example.com/v1/x HTTP/1.1",
                "GET http://api.example.com/v1/x  HTTP/1.1",
                "GET http://api.example.com/v1/x",
                "PRI * HTTP/2.0",
                "GET http://api.example.com/v1/x#f HTTP/1.1",
                "GET http://2130706433/v1/x HTTP/1.1",
                "\tGET http://api.example.com/v1/x HTTP/1.1",
                ""
            })
    void h9_h3_otherLines_areRefused(String line) throws IOException {
        rights("net:http://*/** get", "net:http://api.example.com/v1/** get");

        assertThat(answer(line + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(refusals(1)).hasSize(1);
        assertThat(dialed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 6",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: gzip, chunked",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 5, 5",
                "Content-Length: 0x5",
                "Content-Length: ",
                "Content-Length: 1000000000000000000",
                "Content-Length : 5",
                "Content_Length: 5",
                "Transfer_Encoding: chunked",
                "X: a\r\n folded",
                "X: a\r\n\tfolded",
                " X: a",
                "X : a",
                "X",
                ": a",
                "X: a\rb",
                "X: a\0b",
                "X: \u00e4",
                "X@: a",
                "Host: a\r\nHost: b",
                "X-A: 1\r\nX-a: 2",
                "X-HTTP-Method-Override: DELETE",
                "X-Original-URL: /admin",
                "X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=1",
                "X_Http_Method_Override: PUT"
            })
    void h10_smuggling_isRefused(String headers) throws IOException {
        rights(RIGHT);

        assertThat(answer("POST " + URL + " HTTP/1.1\r\n" + headers + "\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(refusals(1)).hasSize(1);
        assertThat(dialed).isEmpty();
    }

    @Test
    void h10_bareLineFeeds_areRefused_asSoonAsTheyAreSeen() throws IOException {
        rights(RIGHT);

        assertThat(answer("GET " + URL + " HTTP/1.1\nHost: a\n\n")).startsWith("HTTP/1.1 400 ");
        assertThat(answer("GET " + URL + " HTTP/1.1\r\nX: a\nY: b\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(answer("POST " + URL + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(refusals(3)).hasSize(3);
        assertThat(dialed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5;x=y\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                " 5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "123456789\r\n",
                "\r\n",
                "0\r\nX-Trailer: 1\r\n\r\n",
                "0\r\nGET / HTTP/1.1\r\n\r\n"
            })
    void h10_chunks_endTheConnection_whenTheyCouldBeReadInTwoWays(String body) throws Exception {
        rights(RIGHT);

        new Client()
                .say("POST " + URL + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
                .all();

        assertThat(refusals(1)).hasSize(1);
        assertThat(host.next().all()).doesNotContain("Trailer", "GET /", ";x").doesNotContain("0\r\n\r\n");
    }

    // ---- bounds

    @Test
    void hugeHead_isRefused_whenItsBoundIsReached() throws IOException {
        rights(RIGHT);

        assertThat(answer("GET " + URL + " HTTP/1.1\r\nX: " + "a".repeat(ClientInput.MOST)))
                .startsWith("HTTP/1.1 431 ");
        assertThat(answer("GET " + URL + " HTTP/1.1\r\n" + "X: a\r\n".repeat(200) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(refusals(2)).hasSize(2);
    }

    @Test
    void slowHead_endsTheConnection() throws IOException {
        serve(new Bounds(8, Duration.ofMillis(50), LONG, LONG), new HeldRight(RIGHT));

        assertThat(new Client().say("GET " + URL + " HT").all()).isEmpty();

        assertThat(refusals(1)).containsExactly("nothing complete within PT0.05S");
    }

    @Test
    void thousandConnections_areServedOnlySoManyAtOnce() throws Exception {
        serve(new Bounds(16, LONG, LONG, LONG), new HeldRight(RIGHT));
        var clients = new ArrayList<Client>();

        for (int i = 0; i < 1_000; i++) {
            clients.add(new Client());
        }

        assertThat(refusals(984)).hasSize(64).allMatch(each -> each.equals("more than 16 connections at once"));
        assertThat(clients.get(999).all()).startsWith("HTTP/1.1 503 ");
        for (int i = 0; i < 16; i++) {
            clients.get(i).close();
        }
        // Their places are free again when they have been seen to be gone.
        String answer = "";
        while (!answer.startsWith("HTTP/1.1 403 ")) {
            answer = answer("GET http://other.example.com/ HTTP/1.1\r\n\r\n");
            assertThat(answer).matches("(?s)HTTP/1.1 (503|403) .*");
        }
        egress.close();
    }

    @Test
    void peers_areBounded() throws Exception {
        rights("net:http://*.example.com/** get");
        for (int i = 0; i < 70; i++) {
            names.put("h" + i + ".example.com", List.of(PUBLIC));
            var client = new Client().say("GET http://h" + i + ".example.com/ HTTP/1.1\r\n\r\n");
            var there = host.next();
            there.until("\r\n\r\n");
            there.hangUp();
            client.all();
        }

        egress.close();

        assertThat(egress.traffic().connections()).isEqualTo(70);
        assertThat(egress.traffic().peers()).hasSize(65).last().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("…");
            assertThat(peer.connections()).isEqualTo(6);
        });
    }

    @Test
    void h2_privateAddress_takesARightThatNamesItAndThePort() throws Exception {
        rights("net:http://*/** get", "net:http://127.0.0.1:8080/status get");

        assertThat(answer("GET http://127.0.0.1/ HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(answer("GET http://localhost:8080/status HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        new Client().say("GET http://127.0.0.1:8080/status HTTP/1.1\r\n\r\n");

        assertThat(host.next().until("\r\n\r\n")).startsWith("GET /status HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n");
        assertThat(dialed).containsExactly("127.0.0.1:8080");
    }
}
