package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "API.Example.COM, api.example.com",
        "a, a",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "0x.example, 0x.example",
        "1.2.3.example, 1.2.3.example",
    })
    void parse_givesTheAsciiName_whenItIsOne(String text, String expected) {
        assertThat(Host.parse(text)).isEqualTo(new Host.Name(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "8.8.8.8",
                "0.0.0.0",
                "255.255.255.255",
                "[::1]",
                "[::]",
                "[2001:db8::1]",
                "[fe80::1]"
            })
    void parse_givesTheAddress_whenWrittenOut(String text) {
        assertThat(Host.parse(text)).isInstanceOf(Host.Literal.class).returns(text, Host::text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "0x7f000001",
                "0X7F.1",
                "0177.0.0.1",
                "127.1",
                "127.0.1",
                "0",
                "00.0.0.0",
                "127.0.0.01",
                "127.0.0.1.",
                "256.0.0.1",
                "1.2.3.4.5",
                "127.0.0.0x1",
                "example.0x7f",
                "a.1",
                "١٢٧.0.0.1",
                "１２７.０.０.１",
                "127。0。0。1",
                "①②⑦.0.0.1"
            })
    void h3_numberThatIsNoProperAddress_isInvalid_whenParsed(String text) {
        assertInvalid(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[fe80::1%eth0]",
                "[fe80::1%25eth0]",
                "[::1%1]",
                "[0:0:0:0:0:0:0:1]",
                "[::0]",
                "[::0001]",
                "[1::2::3]",
                "[]",
                "[:]",
                "[::1",
                "::1",
                "[127.0.0.1]",
                "[::127.0.0.1]",
                "[v1.x]",
                "[2001:DB8::0:1]",
                "[g::1]"
            })
    void h4_ipv6InAnyOtherForm_isInvalid_whenParsed(String text) {
        assertInvalid(text);
    }

    @Test
    void parse_namesTheCanonicalForm_whenAnotherWasWritten() {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> Host.parse("[2001:db8:0:0:0:0:0:1]"))
                .withMessageEndingWith("write the IPv6 address as [2001:db8::1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                ".a",
                "a.",
                "localhost.",
                "-a.com",
                "a-.com",
                "a_b.com",
                "a b.com",
                "a%2eb",
                "a/b",
                "a\0b",
                "ｅxample.com",
                "xn--a.com",
                "xn--",
                "xn--BCHER-kv.x",
                "exam\u00adple.com",
                "a\u200db.com",
                "\u202ea.com",
                "ex%61mple.com",
                "a@b",
                "\u212a.com"
            })
    void parse_isInvalid_whenANameIsMalformedOrAmbiguous(String text) {
        assertInvalid(text);
    }

    @Test
    void parse_isInvalid_whenALabelOrNameIsTooLong() {
        assertInvalid("a".repeat(64) + ".com");
        assertInvalid("a.".repeat(127) + "com");
    }

    @Property
    void parse_roundTripsOrIsInvalid_forAnyText(@ForAll @StringLength(max = 40) String text) {
        try {
            Host host = Host.parse(text);

            assertThat(Host.parse(host.text())).isEqualTo(host);
            assertThat(host.text()).matches("[a-z0-9.:\\[\\]-]+");
        } catch (HttpRefusedException e) {
            assertThat(e.problem()).isEqualTo(HttpProblem.INVALID_URL);
        }
    }

    @Property
    void canonical_agreesWithTheJdk_forAnyAddress(@ForAll @Size(16) byte[] bytes) throws Exception {
        String text = Host.Syntax.canonical(bytes);

        assertThat(InetAddress.ofLiteral(text)).isEqualTo(InetAddress.getByAddress(bytes));
        assertThat(text).hasSizeLessThanOrEqualTo(39).isLowerCase();
    }

    private static void assertInvalid(String text) {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> Host.parse(text))
                .matches(e -> e.problem() == HttpProblem.INVALID_URL);
    }
}
