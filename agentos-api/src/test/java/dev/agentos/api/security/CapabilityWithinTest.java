package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityWithinTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/data/** read",
                "tool:order.place call; n<=5; n>=1; s=A,B; uses=3",
                "net:https://*.example.com/v1/** get",
                "net:** connect",
                "tool:a call; approval=required; between=22:00-06:00; rate=7/3s"
            })
    void isWithin_isTrue_forItself(String text) {
        assertThat(Capability.parse(text).isWithin(Capability.parse(text))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "file:/data/x, file:/data/**, true",
        "file:/data, file:/data/**, true",
        "file:/data/x/**, file:/data/**, true",
        "file:/data/*, file:/data/**, true",
        "file:/data/**, file:/data/x/**, false",
        "file:/data/**, file:/data/*, false",
        "file:/data/**, file:/data, false",
        "file:/data2, file:/data/**, false",
        "file:/data/*, file:/data/day-*, false",
        "file:/data/day-1*, file:/data/day-*, true",
        "file:/data/day-*, file:/data/day-1*, false",
        "file:/data/day, file:/data/day-*, false",
        "file:/data/*, file:/data/*, true",
        "file:/data/*/x, file:/data/*, false",
        "file:/data/*/**, file:/data/**, true",
        "file:/data/**, file:/data/*/**, false",
        "file:/, file:/**, true",
        "file:/, file:/*, false",
        "file:/**, file:/, false",
        "agent:desk/*, agent:**, true",
        "agent:**, agent:*, false",
        "tool:a.b, tool:a.*, true",
        "tool:a.b, agent:a.b, false"
    })
    void isWithin_comparesPatterns(String narrow, String wide, boolean expected) {
        var narrower = Capability.of(narrow, "use");
        var wider = Capability.of(wide, "use");

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "net:https://a.example.com/, net:**, true",
        "net:**, net:https://*/**, false",
        "net:https://a.example.com/v1, net:https://*.example.com/**, true",
        "net:https://*.example.com/**, net:https://a.example.com/**, false",
        "net:https://a.b.example.com/, net:https://*.example.com/**, false",
        "net:https://a.example.com.evil/, net:https://*.example.com/**, false",
        "net:https://api-*.example.com/, net:https://*.example.com/, true",
        "net:https://*.example.com/, net:https://api-*.example.com/, false",
        "net:https://a.example.com/, net:https://*/**, true",
        "net:https://*/**, net:https://a.example.com/**, false",
        "net:https://[::1]/, net:https://*/**, true",
        "net:https://[::1]/, net:https://[::1]/**, true",
        "net:https://[::1]/, net:https://[::2]/**, false",
        "net:http://a.example.com/, net:https://a.example.com/, false",
        "net:https://a.example.com:8443/, net:https://a.example.com/, false",
        "net:a.example.com:443, net:*:443, true",
        "net:a.example.com:443, net:*:80, false",
        "net:a.example.com:443, net:https://a.example.com/**, false",
        "net:https://a.example.com/, net:a.example.com:443, false"
    })
    void isWithin_comparesHostsByLabel(String narrow, String wide, boolean expected) {
        var narrower = Capability.of(narrow, "use");
        var wider = Capability.of(wide, "use");

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "read, 'read,write', true",
        "'read,write', read, false",
        "read, write, false",
        "'write,read', 'read,write', true"
    })
    void isWithin_wantsNoVerbMore(String narrow, String wide, boolean expected) {
        var narrower = Capability.parse("file:/data " + narrow);
        var wider = Capability.parse("file:/data " + wide);

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "; n<=5              | ''                 | true",
                "''                  | ; n<=5             | false",
                "; n<=5              | ; n<=10            | true",
                "; n<=10             | ; n<=5             | false",
                "; n>=10             | ; n>=5             | true",
                "; n>=5              | ; n>=10            | false",
                "; n>=5              | ; n<=10            | false",
                "; n=5               | ; n<=10            | false",
                "; m<=5              | ; n<=10            | false",
                "; s=A               | ; s=A,B            | true",
                "; s=A,B             | ; s=A              | false",
                "; s=1               | ; s=1.0            | false",
                "; argv0=git         | ; argv0=git,ls     | true",
                "; argv0=/bin/git    | ; argv0=git        | false",
                "; uses=1            | ; uses=5           | true",
                "; uses=5            | ; uses=1           | false",
                "''                  | ; uses=1           | false",
                "; maxBytes=1kB      | ; maxBytes=1KiB    | true",
                "; maxBytes=1KiB     | ; maxBytes=1kB     | false",
                "; approval=required | ''                 | true",
                "''                  | ; approval=required | false",
                "; uses=1            | ; maxBytes=1B      | false",
                "; expires=2026-01-01T00:00:00Z | ; expires=2026-01-01T00:00:00Z | true",
                "; expires=2026-01-01T00:00:01Z | ; expires=2026-01-01T00:00:00Z | false"
            })
    void isWithin_wantsEveryConstraintKept(String narrow, String wide, boolean expected) {
        var narrower = Capability.parse("tool:order.place call" + narrow);
        var wider = Capability.parse("tool:order.place call" + wide);

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "10/1m, 10/1m, true",
        "9/1m, 10/1m, true",
        "11/1m, 10/1m, false",
        "10/1s, 600/1m, true",
        "10/1s, 599/1m, false",
        "100/1m, 10/1s, false",
        "1/1m, 1/1s, true",
        "10/2s, 15/3s, false",
        "10/2s, 20/3s, true",
        "9223372036854775807/1ms, 9223372036854775807/1d, false"
    })
    void isWithin_comparesRates_byWindowsThatFillTheWiderOne(String narrow, String wide, boolean expected) {
        var narrower = Capability.parse("tool:a call; rate=" + narrow);
        var wider = Capability.parse("tool:a call; rate=" + wide);

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10:00-12:00                | 09:00-17:00                | true",
                "09:00-17:00                | 10:00-12:00                | false",
                "09:00-17:00                | 09:00-17:00                | true",
                "16:00-18:00                | 09:00-17:00                | false",
                "23:00-05:00                | 22:00-06:00                | true",
                "01:00-05:00                | 22:00-06:00                | true",
                "22:00-06:00                | 23:00-05:00                | false",
                "05:00-23:00                | 22:00-06:00                | false",
                "09:00-10:00,15:00-16:00    | 09:00-12:00,14:00-17:00    | true",
                "09:00-10:00,13:00-16:00    | 09:00-12:00,14:00-17:00    | false",
                "10:00-12:00@Europe/Berlin  | 09:00-17:00@Europe/Berlin  | true",
                "10:00-12:00@Europe/Berlin  | 09:00-17:00                | false"
            })
    void isWithin_comparesTimesOfDay_inTheSameZone(String narrow, String wide, boolean expected) {
        var narrower = Capability.parse("tool:a call; between=" + narrow);
        var wider = Capability.parse("tool:a call; between=" + wide);

        assertThat(narrower.isWithin(wider)).isEqualTo(expected);
    }
}
