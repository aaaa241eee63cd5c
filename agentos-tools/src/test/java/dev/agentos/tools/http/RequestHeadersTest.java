package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "host",
                "HOST",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Expect",
                "Accept-Encoding",
                "Proxy-Authorization",
                "proxy-connection",
                "Proxy-X",
                "HTTP2-Settings",
                "X-HTTP-Method-Override",
                "x-method-override",
                "X-HTTP-Method",
                "X-Original-URL",
                "x-rewrite-url",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Original-Host",
                "X-Host",
                "Forwarded",
                "Transfer_Encoding",
                "content_length",
                "X_HTTP_Method_Override",
                "Proxy_Authorization"
            })
    void h10_header_isRefused_whenItBelongsToUs(String name) {
        assertRefused(Map.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "a\nHost", "ä", "a\0", ":path", "Host ", " Host", "Host\t"})
    void h10_header_isRefused_whenItsNameIsMalformed(String name) {
        assertRefused(Map.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nHost: evil", "a\nb", "a\rb", "a\0b", "a\u0085b", "a\u2028b", "ä", "\u007f"})
    void h10_header_isRefused_whenItsValueCouldEndTheLine(String value) {
        assertRefused(Map.of("X-Ok", value));
    }

    @Test
    void h10_header_isRefused_whenItStandsThereTwice() {
        assertRefused(Map.of("Accept", "a", "accept", "b"));
    }

    @Test
    void headers_areRefused_whenThereAreTooManyOrTooMuch() {
        var many = new HashMap<String, String>();
        for (int i = 0; i < 65; i++) {
            many.put("X-" + i, "x");
        }

        assertRefused(many);
        assertRefused(Map.of("X", "x".repeat(8_193)));
    }

    @Test
    void h7_toOtherOrigin_keepsNothingThatCouldBeACredential() {
        var headers = new RequestHeaders(Map.of(
                "Authorization",
                "Bearer x",
                "Cookie",
                "a=b",
                "X-Api-Key",
                "k",
                "Accept",
                "text/html",
                "user-agent",
                "me"));

        RequestHeaders kept = headers.toOtherOrigin();

        assertThat(kept.values()).containsOnlyKeys("Accept", "user-agent");
    }

    private static void assertRefused(Map<String, String> headers) {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> new RequestHeaders(headers))
                .matches(e -> e.problem() == HttpProblem.INVALID_REQUEST)
                .matches(e -> e.getMessage().chars().noneMatch(c -> c < ' ' || c > '~'), "message is clean");
    }
}
