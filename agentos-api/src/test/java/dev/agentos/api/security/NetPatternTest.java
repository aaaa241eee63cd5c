package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.InvalidCapabilityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetPatternTest {

    @ParameterizedTest
    @CsvSource({
        "net:**, net:https://a.example/x, true",
        "net:**, net:a.example:22, true",
        "net:https://a.example/**, net:https://a.example/, true",
        "net:https://a.example/**, net:https://a.example, true",
        "net:https://a.example/**, net:https://a.example:443/x/y, true",
        "net:https://a.example/**, net:https://A.EXAMPLE/x, true",
        "net:https://a.example/**, net:https://a.example:4430/x, false",
        "net:https://a.example/**, net:https://a.example:44/x, false",
        "net:https://a.example:44/**, net:https://a.example:443/x, false",
        "net:https://a.example:44/**, net:https://a.example:4/x, false",
        "net:https://a.example/**, net:http://a.example/x, false",
        "net:https://a.example/**, net:https://a.example.evil.test/x, false",
        "net:https://a.example/**, net:https://ba.example/x, false",
        "net:https://a.example/**, net:https://a.exampl/x, false",
        "net:https://a.example/, net:https://a.example/x, false",
        "net:https://a.example/v1/**, net:https://a.example/v1, true",
        "net:https://a.example/v1/**, net:https://a.example/v1/, true",
        "net:https://a.example/v1/**, net:https://a.example/v1//x, true",
        "net:https://a.example/v1/**, net:https://a.example/v10, false",
        "net:https://a.example/v1/*, net:https://a.example/v1/x, true",
        "net:https://a.example/v1/*, net:https://a.example/v1/, false",
        "net:https://a.example/v1/, net:https://a.example/v1/, true",
        "net:https://a.example/v1/, net:https://a.example/v1, false",
        "net:https://*.example/**, net:https://a.example/x, true",
        "net:https://*.example/**, net:https://example/x, false",
        "net:https://*.example/**, net:https://a.b.example/x, false",
        "net:https://*.example/**, net:https://a.example.evil/x, false",
        "net:*.example:443, net:a.example.evil:443, false",
        "net:https://*.*.example/**, net:https://a.b.example/x, true",
        "net:https://api-*.example/**, net:https://api-1.example/x, true",
        "net:https://api-*.example/**, net:https://api.example/x, false",
        "net:https://*.example:8443/**, net:https://a.example:8443/x, true",
        "net:https://*.example:8443/**, net:https://a.example/x, false",
        "net:https://*/**, net:https://a.b.c/x, true",
        "net:https://*/**, net:https://[::1]/x, true",
        "net:https://*.example/**, net:https://[::1]/x, false",
        "net:http://127.0.0.1:8080/**, net:http://127.0.0.1:8080/x, true",
        "net:http://127.0.0.1:8080/**, net:http://127.0.0.1/x, false",
        "net:http://127.0.0.1:8080/**, net:http://localhost:8080/x, false",
        "net:http://[::1]:8080/**, net:http://[0:0::1]:8080/x, true",
        "net:http://[::1]:8080/**, net:http://[::1]:80/x, false",
        "net:*:443, net:a.example:443, true",
        "net:*:443, net:10.0.0.1:443, true",
        "net:*:443, net:[::1]:443, true",
        "net:*:443, net:a.example:4433, false",
        "net:*:443, net:https://a.example/, false",
        "net:*:80, net:http://a.example:80/, false",
        "net:*.example:443, net:a.example:443, true",
        "net:https:443, net:https://a.example/, false",
        "net:a.example:443, net:https://a.example/, false"
    })
    void covers_goesByHostPortAndPath(String pattern, String resource, boolean expected) {
        Capability capability = Capability.of(pattern, "get");

        boolean covered = capability.covers(Action.of(resource, "get"));

        assertThat(covered).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "https://API.Example.COM:443, https://api.example.com/",
        "HTTP://a.example:080, ''",
        "http://a.example:80/x, http://a.example/x",
        "http://a.example:443/x, http://a.example:443/x",
        "ftp://a.example:21/x, ftp://a.example:21/x",
        "https://[2001:0db8:0000:0000:0000:0000:0002:0001]/, https://[2001:db8::2:1]/",
        "https://[2001:db8:0:1:1:1:1:1]/, https://[2001:db8:0:1:1:1:1:1]/",
        "https://[2001:0:0:1:0:0:0:1]/, https://[2001:0:0:1::1]/",
        "https://[2001:db8:0:0:1:0:0:1]/, https://[2001:db8::1:0:0:1]/",
        "https://[::]/, https://[::]/",
        "https://[1::]/, https://[1::]/",
        "https://[::1.2.3.4]/, https://[::102:304]/",
        "https://xn--caf-dma.example/, https://xn--caf-dma.example/",
        "a.example:443, a.example:443",
        "[::1]:22, [::1]:22"
    })
    void action_hasOneSpelling_whenItIsOnTheNet(String resource, String canonical) {
        if (canonical.isEmpty()) {
            assertThatThrownBy(() -> Action.of("net:" + resource, "get")).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        assertThat(Action.of("net:" + resource, "get").resource()).isEqualTo(canonical);
        assertThat(Action.of("net:" + canonical, "get").resource()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://",
                "https:///x",
                "https://a..example/",
                "https://a.example./",
                "https://localhost./",
                "https://.example/",
                "https://-a.example/",
                "https://a-.example/",
                "https://a_b!.example/",
                "https://user@a.example/",
                "https://user:pass@a.example/",
                "https://a.example:/",
                "https://a.example:0/",
                "https://a.example:65536/",
                "https://a.example:0443/",
                "https://a.example:443:80/",
                "https://caf\u00E9.example/",
                "https://a\u3002example/",
                "https://\uFF41.example/",
                "https://a%2eexample/",
                "https://*.example/",
                "https://*/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.1/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://0/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://1.2.3.4./",
                "https://[::1/",
                "https://::1/",
                "https://[::1]x/",
                "https://[fe80::1%25eth0]/",
                "https://[fe80::1%eth0]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[127.0.0.1]/",
                "https://[1:2:3]/",
                "ssh://a.example/",
                "a.example",
                "a.example/x",
                "a.example:443/x",
                "**",
                "*:443",
                "//a.example/x",
                "1http://a.example:80/"
            })
    void action_isRefused_whenTheHostHasAnotherReading(String resource) {
        assertThatThrownBy(() -> Action.of("net:" + resource, "get")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc",
                "/a/..",
                "/a/./b",
                "/%2e%2e/etc",
                "/%2E./etc",
                "/.%2e/etc",
                "/%252e%252e/etc",
                "/%25252e%25252e/etc",
                "/a%2f..%2fetc",
                "/a%2F../etc",
                "/..%2fetc",
                "/..%5cetc",
                "/..;/etc",
                "/..;x=1/etc",
                "/%2e%2e%3b/etc",
                "/%c0%ae%c0%ae/etc",
                "/%e0%80%ae/etc",
                "/%FF",
                "/a\\..\\etc",
                "/a?x=1",
                "/a#x",
                "/a b",
                "/a\tb",
                "/a%00b",
                "/a%0d%0ab",
                "/a%",
                "/a%2",
                "/a%zz",
                "/caf\u00E9",
                "/%25252525252525252541"
            })
    void action_isRefused_whenAServerCouldReadThePathOtherwise(String path) {
        assertThatThrownBy(() -> Action.of("net:https://a.example" + path, "get"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%20b",
                "/caf%C3%A9",
                "/a/b/",
                "/a//b",
                "/...",
                "/.hidden",
                "/a..b",
                "/100%25",
                "/x;v=1",
                "/a%2Fb",
                "/a+b",
                "/~user/a,b=c&d",
                "/%2525"
            })
    void action_keepsThePath_whenItIsHonest(String path) {
        var action = Action.of("net:https://a.example" + path, "get");

        Capability capability = Capability.covering(action);

        assertThat(action.resource()).isEqualTo("https://a.example" + path);
        assertThat(capability.covers(action)).isTrue();
        assertThat(Capability.parse(capability.toString())).isEqualTo(capability);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net:https://a.*",
                "net:https://10.0.0.*/",
                "net:https://*a.example/",
                "net:https://a*b.example/",
                "net:https://**.example/",
                "net:https://**/",
                "net:https://*.1/",
                "net:https://a.example:*/",
                "net:*",
                "net:*:*",
                "net:*://a.example:443/",
                "net:https://[*]/",
                "net:https://a%2Eexample/",
                "net:https://caf%C3%A9.example/",
                "net:https://a.example/../x",
                "net:https://a.example/%252e%252e/x",
                "net:https://a.example/..*",
                "net:https://a.example/a%5Cb",
                "net:https://a.example/a?b",
                "net:https://a.example/**/x"
            })
    void parse_refuses_whenThePatternIsNotOne(String resource) {
        assertThatThrownBy(() -> Capability.of(resource, "get")).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void action_isRefusedQuickly_whenAPathIsEscapedOverAndOver() {
        String bomb = "https://a.example/%" + "25".repeat(1_500);

        assertThatThrownBy(() -> Action.of("net:" + bomb, "get"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too many times");
    }
}
