package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.error.InvalidCapabilityException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a capability and what is not; every refused text here was once taken for something by somebody's parser. */
class CapabilitySyntaxTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/data/** read,write; maxBytes=1MB",
                "net:https://api.example.com/** get",
                "tool:shell.execute call; argv0=git,ls",
                "memory:shared/market read",
                "agent:desk/* send",
                "agent:* spawn; max=3",
                "event:trade.* emit",
                "topic:ticks.* subscribe",
                "model:default chat",
                "tool:order.place call; notional<=10000; symbol=AAPL,MSFT",
                "net:** connect",
                "net:*:443 connect",
                "secret:desk/api-key use",
                "agent:desk-*/** send",
                "file:/ list",
                "file:/** read",
                "tool:** call",
                "db:trades/eu insert; rows<=100"
            })
    void parse_keepsTheText_whenItIsCanonical(String text) {
        Capability capability = Capability.parse(text);

        assertThat(capability).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "file:/data/** write,read                         | file:/data/** read,write",
                "tool:order.place call; symbol=MSFT,AAPL; n<=1    | tool:order.place call; n<=1; symbol=AAPL,MSFT",
                "tool:order.place call; n>=1.50; n<=2e3           | tool:order.place call; n<=2000; n>=1.5",
                "net:HTTPS://API.Example.COM:443 get              | net:https://api.example.com/ get",
                "net:http://h.example:80/** get                   | net:http://h.example/** get",
                "net:http://h.example:443/** get                  | net:http://h.example:443/** get",
                "net:https://[2001:DB8:0:0:0:0:0:1]/ get          | net:https://[2001:db8::1]/ get",
                "tool:a call; maxBytes=1000kB                     | tool:a call; maxBytes=1MB",
                "tool:a call; maxBytes=1024B                      | tool:a call; maxBytes=1KiB",
                "tool:a call; rate=5/60s                          | tool:a call; rate=5/1m",
                "tool:a call; expires=2026-01-01T02:00:00+02:00   | tool:a call; expires=2026-01-01T00:00:00Z",
                "tool:a call; between=09:30-16:00@UTC             | tool:a call; between=09:30-16:00",
                "file:/a%c3%a9 read                               | file:/a%C3%A9 read"
            })
    void parse_givesOneSpelling_whenThereAreSeveral(String text, String canonical) {
        Capability capability = Capability.parse(text);

        assertThat(capability).hasToString(canonical).isEqualTo(Capability.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "file",
                "file:/data",
                "file:/data ",
                " file:/data read",
                "file:/data read ",
                "file:/data  read",
                "file:/data read, write",
                "file:/data read,,write",
                "file:/data read,",
                "file:/data ,read",
                "file:/data read,read",
                "file:/data *",
                "file:/data READ",
                "file:/data read;",
                "file:/data read; ",
                "file:/data read;uses=1",
                "file:/data read;  uses=1",
                "file:/data read ; uses=1",
                "file:/data read; uses=1;",
                "file:/data read; uses=1; uses=2",
                "file:/data read; uses =1",
                "file:/data read; uses= 1",
                "file:/data read; uses",
                "file:/data read; =1",
                "file:/data read; uses=",
                "file:/data read; size=1,,2",
                "file:/data read; size=1,1",
                "file:/data read; size==1",
                "file:/data read; size<1",
                "file:/data read; size>1",
                "file:/data read; size!=1",
                "file:/data read; size=<1",
                "file:/data read; size<=",
                "file:/data read; size<=1,2",
                "file:/data read; size<=big",
                "file:/data read; size<=0x10",
                "file:/data read; size<=01",
                "file:/data read; size<=NaN",
                "file:/data read; size<=1e9999999999",
                "file:/data read; name=a*",
                "file:/data read; name=*",
                "file:/data read; name=a b",
                "file:/data read; name=a=b",
                ":/data read",
                "FILE:/data read",
                "fi le:/data read",
                "file: read",
                "*:** call"
            })
    void parse_refuses_whenTheGrammarIsNotKept(String text) {
        assertThatThrownBy(() -> Capability.parse(text)).isInstanceOf(InvalidCapabilityException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:data/** read",
                "file:** read",
                "file:/data/ read",
                "file:/data//x read",
                "file://data read",
                "file:/data/../etc read",
                "file:/data/./x read",
                "file:/.. read",
                "file:/data/**/x read",
                "file:/data/*** read",
                "file:/data/a** read",
                "file:/data/**a read",
                "file:/data/*a read",
                "file:/data/a*b read",
                "file:/data/*a* read",
                "memory:/shared read",
                "memory:shared/ read",
                "memory:shared//x read",
                "agent:../desk send",
                "tool:order. call",
                "tool:.order call",
                "tool:order..place call",
                "event:trade.**.x emit"
            })
    void parse_refuses_whenThePatternIsNotOne(String text) {
        assertThatThrownBy(() -> Capability.parse(text)).isInstanceOf(InvalidCapabilityException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/data%2Fx read",
                "file:/data%2fx read",
                "file:/%2e%2e/etc read",
                "file:/data/%2E%2E/etc read",
                "file:/%41 read",
                "file:/data/%00 read",
                "file:/data/a%00.txt read",
                "file:/data/% read",
                "file:/data/%2 read",
                "file:/data/%zz read",
                "file:/data/%%20 read",
                "file:/data/%C0%AE%C0%AE/etc read",
                "file:/data/%E0%80%AF read",
                "file:/data/%ED%A0%80 read",
                "file:/data/%FF read",
                "file:/data/%C3 read",
                "tool:a call; name=%41",
                "tool:a call; name=%FF",
                "%66ile:/data read",
                "file:/data %72ead"
            })
    void parse_refuses_whenAnEscapeIsNeedlessOrMalformed(String text) {
        assertThatThrownBy(() -> Capability.parse(text)).isInstanceOf(InvalidCapabilityException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file\uFF1A/data read",
                "file:/data\uFF0Fx read",
                "file:/d\u0430ta read",
                "file:/data\u00A0read",
                "file:/data\tread",
                "file:/data read\n",
                "file:/data read\r\n",
                "file:/data read;\tuses=1",
                "file:/data read;\u2003uses=1",
                "file:/data\u0000 read",
                "file:/data/\u202Etxt.exe read",
                "file:/data/\u200Bx read",
                "\uFEFFfile:/data read",
                "file:/data/\uD800 read",
                "tool:a call; name=\u00E9"
            })
    void parse_refuses_whenTheTextHasMoreThanPrintableAscii(String text) {
        assertThatThrownBy(() -> Capability.parse(text))
                .isInstanceOf(InvalidCapabilityException.class)
                .message()
                .matches("[ -~]*");
    }

    @Test
    void parse_takesEscapesOfEitherCase_whenTheyAreNeeded() {
        var lower = Capability.parse("file:/data/caf%c3%a9%2a read");
        var upper = Capability.parse("file:/data/caf%C3%A9%2A read");

        assertThat(lower).isEqualTo(upper).hasSameHashCodeAs(upper);
        assertThat(lower.covers(Action.of("file:/data/caf\u00E9*", "read"))).isTrue();
        assertThat(lower.covers(Action.of("file:/data/caf\u00E9s", "read"))).isFalse();
    }

    @Test
    void parse_saysTheEscape_whenACharacterNeedsOne() {
        assertThatThrownBy(() -> Capability.parse("file:/caf\u00E9 read")).hasMessageContaining("%C3%A9");
        assertThatThrownBy(() -> Capability.parse("tool:a call; x=a*")).hasMessageContaining("%2A");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file/data read                 | 0",
                "File:/data read                | 0",
                "file:data read                 | 5",
                "file:/data read,Write          | 11",
                "file:/data read; uses=0        | 17",
                "file:/data read; uses=1; a=%   | 25",
                "file:/data read;uses=1         | 16"
            })
    void problem_saysTheStartOfThePart_whenItIsNotUnderstood(String text, int position) {
        var problem = catchThrowableOfType(InvalidCapabilityException.class, () -> Capability.parse(text));

        assertThat(problem.position()).isEqualTo(position);
        assertThat(problem.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uses=0",
                "uses=-1",
                "uses=01",
                "uses=1.0",
                "uses=1,2",
                "uses<=3",
                "uses=9223372036854775808",
                "Uses=3",
                "USES=3",
                "maxbytes=3B",
                "maxBytes=100",
                "maxBytes=100kb",
                "maxBytes=1KB",
                "maxBytes=1TB",
                "maxBytes=0B",
                "maxBytes=1.5MB",
                "maxBytes=9223372036854775807kB",
                "maxBytes>=1B",
                "rate=100",
                "rate=100/m",
                "rate=100/1w",
                "rate=0/1m",
                "rate=100/0m",
                "rate=/1m",
                "rate=100/1m/1s",
                "expires=2026-01-01",
                "expires=tomorrow",
                "expires<=2026-01-01T00:00:00Z",
                "approval=no",
                "approval=Required",
                "between=9:30-16:00",
                "between=09:30-24:00",
                "between=09:30-09:30",
                "between=09:30",
                "between=09:30-16:00@Nowhere/City",
                "between=09:30-16:00@",
                "between=09:00-10:00,09:00-10:00@Z",
                "max=3"
            })
    void parse_refuses_whenASystemKeyIsNotUnderstood(String constraint) {
        assertThatThrownBy(() -> Capability.parse("tool:a call; " + constraint))
                .isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void parse_refuses_whenMaxIsForSomethingElseThanSpawn() {
        assertThatThrownBy(() -> Capability.parse("agent:* send; max=3"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThat(Capability.parse("agent:* send,spawn; max=3").max()).hasValue(3);
    }

    @Test
    void parse_refuses_whenArgv0IsRelativeOrABound() {
        assertThatThrownBy(() -> Capability.parse("tool:shell.execute call; argv0=./git"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.parse("tool:shell.execute call; argv0=/usr/../bin/git"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.parse("tool:shell.execute call; argv0<=3"))
                .isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void parse_refuses_whenTheTextIsTooLong() {
        String path = "/x".repeat(100);
        String values = IntStream.range(0, 200)
                .mapToObj(i -> "value-%010d".formatted(i))
                .collect(Collectors.joining(","));
        String fits = "file:" + path + " read; name=" + values;
        String bomb = "file:/" + "x".repeat(1_000_000) + " read";

        assertThat(Capability.parse(fits).toString()).hasSizeLessThanOrEqualTo(Capability.MAX_LENGTH);
        assertThatThrownBy(() -> Capability.parse(fits + "x".repeat(Capability.MAX_LENGTH - fits.length() + 1)))
                .isInstanceOf(InvalidCapabilityException.class);
        var problem = catchThrowableOfType(InvalidCapabilityException.class, () -> Capability.parse(bomb));
        assertThat(problem.getMessage()).hasSizeLessThan(300);
    }

    @Test
    void parse_refuses_whenThereAreTooManySegmentsOrValues() {
        String segments = "file:" + "/x".repeat(ResourcePattern.MAX_SEGMENTS);
        String values = IntStream.range(0, 256).mapToObj(Integer::toString).collect(Collectors.joining(","));

        assertThat(Capability.parse(segments + " read").isExact()).isTrue();
        assertThatThrownBy(() -> Capability.parse(segments + "/x read")).isInstanceOf(InvalidCapabilityException.class);
        assertThat(Capability.parse("tool:a call; n=" + values).attributeKeys()).containsExactly("n");
        assertThatThrownBy(() -> Capability.parse("tool:a call; n=" + values + ",256"))
                .isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void parse_refuses_whenOnlyTheCanonicalTextIsTooLong() {
        String start = "net:https://h.example get; n=";
        String text = start + "x".repeat(Capability.MAX_LENGTH - start.length());

        assertThatThrownBy(() -> Capability.parse(text)).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void of_refuses_whenAPartBringsTheNextOneAlong() {
        assertThatThrownBy(() -> Capability.of("file:/data read; uses=1", "write"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.of("file:/data", "read,write"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.of("file:/data", "read; uses=1"))
                .isInstanceOf(InvalidCapabilityException.class);
        assertThatThrownBy(() -> Capability.of("file:/data")).isInstanceOf(InvalidCapabilityException.class);
    }

    @Test
    void of_takesAnyName_whenItIsEscaped() {
        String name = "50% off; really, <b>*</b> = \u00E9\uD83D\uDE00";

        Capability capability = Capability.of("memory:shared/" + Capability.escape(name.replace("/", "-")), "read");

        assertThat(capability.covers(Action.of("memory:shared/" + name.replace("/", "-"), "read")))
                .isTrue();
        assertThat(capability.isExact()).isTrue();
        assertThat(Capability.parse(capability.toString())).isEqualTo(capability);
    }
}
