package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com, http://example.com/",
        "HTTP://EXAMPLE.com:80/, http://example.com/",
        "https://example.com:443/a, https://example.com/a",
        "https://example.com:80/a, https://example.com:80/a",
        "http://127.0.0.1:8080/x, http://127.0.0.1:8080/x",
        "http://[::1]:8080/x, http://[::1]:8080/x",
        "https://h.example/a/, https://h.example/a/",
        "https://h.example/%41%7e%2d, https://h.example/A~-",
        "https://h.example/a%3bb;c, https://h.example/a%3Bb;c",
        "https://h.example/ü, https://h.example/%C3%BC",
        "https://h.example/a?b=c%20d&e=/?x, https://h.example/a?b=c%20d&e=/?x",
        "https://h.example?q, https://h.example/?q",
        "https://h.example/a?, https://h.example/a?",
        "https://h.example/{x}|^, https://h.example/%7Bx%7D%7C%5E",
        "https://h.example/..., https://h.example/...",
        "https://h.example/100%25, https://h.example/100%25",
    })
    void parse_givesOneSpelling_whenUnambiguous(String text, String expected) {
        HttpUrl url = HttpUrl.parse(text);

        assertThat(url).hasToString(expected);
        assertThat(HttpUrl.parse(expected)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "jar:http://h.example/x.jar!/a",
                "ftp://h.example/",
                "gopher://h.example/",
                "data:text/plain,x",
                "ws://h.example/",
                "javascript:alert(1)",
                "//h.example/",
                "/a",
                "",
                "http:/h.example",
                "http:h.example",
                "http://",
                "https:///a"
            })
    void h9_otherSchemes_areInvalid_whenParsed(String text) {
        assertInvalid(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user@h.example/",
                "http://user:pw@h.example/",
                "http://h.example@evil.example/",
                "http://h.example#@evil.example/",
                "http://h.example/#x",
                "http://h.example\\@evil.example/",
                "http:\\\\h.example/",
                "http://h.example/a\\b",
                "http://h.example:0/",
                "http://h.example:65536/",
                "http://h.example:/",
                "http://h.example:080/",
                "http://h.example:8 0/",
                "http://h.example:80:80/",
                "http://h.example /",
                " http://h.example/",
                "http://h.example/a b",
                "http://h.example/\n",
                "http://h.example/\u202e",
                "http://h.example/\u0000",
                "http://h.example/\ud800",
                "http://[::1]x/",
                "http://x[::1]/",
                "http://h.example:+80/",
                "http://h.example:٨٠/"
            })
    void parse_isInvalid_whenTheAuthorityOrACharacterIsOdd(String text) {
        assertInvalid(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..", "/.", "/a/../b", "/a/./b", "/%2e%2e/b", "/%2E/b", "/.%2e/b", "/a/..;/b", "/a/.;x=1/b", "/a%2fb",
                        "/a%5cb", "/a%5Cb",
                "/%252e%252e/b", "/a%252fb", "/%25%32%65", "/a//b", "//a", "/a%00b", "/a%0d%0ab", "/a%7f", "/a%",
                        "/a%2", "/a%zz", "/a%u002e"
            })
    void parse_isInvalid_whenServersCouldReadThePathInTwoWays(String path) {
        assertInvalid("http://h.example" + path);
    }

    @Test
    void resource_leavesTheQueryOut_whenThereIsOne() {
        HttpUrl url = HttpUrl.parse("https://h.example:8443/a/b?secret=1");

        assertThat(url.resource()).isEqualTo("https://h.example:8443/a/b");
        assertThat(url.target()).isEqualTo("/a/b?secret=1");
    }

    @ParameterizedTest
    @CsvSource({
        "/x, http://h.example/x",
        "x, http://h.example/a/x",
        "../x, http://h.example/x",
        "../../../x, http://h.example/x",
        "./x/., http://h.example/a/x/",
        "?q=2, http://h.example/a/b?q=2",
        "'', http://h.example/a/b?q=1",
        "'#top', http://h.example/a/b?q=1",
        "x#y, http://h.example/a/x",
        "//other.example/x, http://other.example/x",
        "https://other.example/x#f, https://other.example/x",
    })
    void resolve_followsTheStandard_forReferences(String location, String expected) {
        HttpUrl base = HttpUrl.parse("http://h.example/a/b?q=1");

        assertThat(base.resolve(location)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "javascript:x",
                "\\\\evil.example/",
                "/\\evil.example",
                "http://u@evil.example/",
                "/%2e%2e/x",
                "http:evil.example",
                "///evil.example",
                "/a\tb"
            })
    void h7_resolve_isInvalid_whenTheLocationIsOdd(String location) {
        HttpUrl base = HttpUrl.parse("http://h.example/a/b");

        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> base.resolve(location))
                .matches(e -> e.problem() == HttpProblem.INVALID_URL);
    }

    @Property
    void parse_agreesWithTheJdkAboutTheHost_forAnyAsciiText(
            @ForAll @StringLength(max = 30) @CharRange(from = '!', to = '~') String text) {
        String whole = "http://" + text;
        try {
            HttpUrl url = HttpUrl.parse(whole);
            URI second = URI.create(url.toString());

            String host = second.getHost();
            if (host == null) { // the JDK takes no name whose last label begins with a digit, such as 0.0a
                assertThat(url.host().text()).matches(".*(^|\\.)[0-9][^.]*");
                host = second.getRawAuthority().replaceFirst(":[0-9]+$", "");
            }
            assertThat(host).isEqualTo(url.host().text());
            assertThat(second.getRawPath()).isEqualTo(url.path());
            assertThat(second.getRawUserInfo()).isNull();
            assertThat(HttpUrl.parse(url.toString())).isEqualTo(url);
        } catch (HttpRefusedException e) {
            assertThat(e.problem()).isEqualTo(HttpProblem.INVALID_URL);
        }
    }

    @Property
    void parse_neverThrowsAnythingElse_forAnyText(@ForAll @StringLength(max = 40) String text) {
        try {
            HttpUrl url = HttpUrl.parse("https://h.example/" + text);

            assertThat(url.host()).isEqualTo(new Host.Name("h.example"));
            assertThat(url.target()).matches("[!-~]+").doesNotContain("/../", "/./", "\\");
        } catch (HttpRefusedException e) {
            assertThat(e.problem()).isEqualTo(HttpProblem.INVALID_URL);
        }
    }

    private static void assertInvalid(String text) {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> HttpUrl.parse(text))
                .matches(e -> e.problem() == HttpProblem.INVALID_URL);
    }
}
