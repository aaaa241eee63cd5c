package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentSpec;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.spi.SpecFileProvider.TemplateLookup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad file names file, line, field and what was expected. */
class BadSpecFileTest {
    private static final TemplateLookup TEMPLATES = (name, params) -> {
        if (!name.equals("trader")) {
            throw new InvalidSpecException("templates", 0, "", "there is no template '" + name + "'; there is trader");
        }
        if (!params.containsKey("symbol")) {
            throw new IllegalArgumentException("parameter 'symbol' is missing");
        }
        return AgentSpec.builder("trader").run(ctx -> {}).build();
    };

    private final YamlSpecFileProvider files = new YamlSpecFileProvider();

    @TempDir
    Path folder;

    private InvalidSpecException problemOf(Path file) {
        try {
            files.read(file, Map.of(), TEMPLATES);
        } catch (InvalidSpecException e) {
            assertThat(e.source()).isEqualTo(file.toString());
            assertThat(e.code()).isEqualTo(ErrorCode.SPEC_INVALID);
            return e;
        }
        throw new AssertionError(file + " was accepted");
    }

    private InvalidSpecException problemOf(String yaml) throws IOException {
        return problemOf(Files.writeString(folder.resolve("agent.yaml"), yaml));
    }

    /** Each after a good line 1 and 2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limts: {} | 3 | limts | unknown field; expected one of name, template, class, code, isolation, processLimits, params, labels, grants, limits, restart, supervision, mailbox, threading, accepts, durable, subscribe, children; did you mean \"limits\"?",
                "zzz: 1 | 3 | zzz | unknown field; expected one of name, template, class, code, isolation, processLimits, params, labels, grants, limits, restart, supervision, mailbox, threading, accepts, durable, subscribe, children",
                "durable: yes | 3 | durable | expected true or false, got string",
                "subscribe: ticks.** | 3 | subscribe | expected a list, got string",
                "subscribe: [1] | 3 | subscribe[0] | expected text (quote it), got number",
                "subscribe: [a..b] | 3 | subscribe[0] | a topic pattern is as in ticks.btc, ticks.*.usd or ticks.**, at most 256 characters: 'a..b'",
                "params: 1 | 3 | params | expected an object, got number",
                "params: {a: null} | 3 | params.a | expected a value, got null",
                "labels: [a] | 3 | labels | expected an object, got array",
                "labels: {a: 007} | 3 | labels.a | expected text (quote it), got number",
                "labels: {a: {}} | 3 | labels.a | expected text, got object",
                "grants: a | 3 | grants | expected a list, got string",
                "grants: [1] | 3 | grants[0] | expected text (quote it), got number",
                "limits: {toolCals: 1} | 3 | limits.toolCals | unknown field; expected one of wallTime, turnTime, turns, messages, toolCalls, toolCallsPerTurn, identicalCalls, toolCallsPer, children, depth, tokens, money, onExceed; did you mean \"toolCalls\"?",
                "limits: 3 | 3 | limits | expected an object, got number",
                "limits: {toolCalls: -1} | 3 | limits.toolCalls | expected a whole number from 0 on, got number",
                "limits: {toolCalls: 1.5} | 3 | limits.toolCalls | expected a whole number from 0 on, got number",
                "limits: {toolCalls: ten} | 3 | limits.toolCalls | expected a whole number from 0 on, got string",
                "limits: {tokens: 9223372036854775808} | 3 | limits.tokens | expected a whole number below 2^63",
                "limits: {money: -1} | 3 | limits.money | expected a number from 0 on, got number",
                "limits: {wallTime: 5} | 3 | limits.wallTime | expected a duration such as 250ms, 90s, 5m, 2h, 1d or PT1M30S, got number",
                "limits: {wallTime: 5 minutes} | 3 | limits.wallTime | expected a duration such as 250ms, 90s, 5m, 2h, 1d or PT1M30S, got '5 minutes'",
                "limits: {wallTime: 0s} | 3 | limits.wallTime | limit WALL_TIME is not positive: PT0S",
                "limits: {toolCallsPer: 100} | 3 | limits.toolCallsPer | expected text (quote it), got number",
                "limits: {toolCallsPer: often} | 3 | limits.toolCallsPer | expected a count in a time such as 100/1m, got 'often'",
                "limits: {toolCallsPer: 100/x} | 3 | limits.toolCallsPer | expected a duration such as 250ms, 90s, 5m, 2h, 1d or PT1M30S, got 'x'",
                "limits: {toolCallsPer: 0/1m} | 3 | limits.toolCallsPer | a rate is a positive count in a positive time: 0 in PT1M",
                "limits: {onExceed: explode} | 3 | limits.onExceed | expected one of fail, pause-and-ask, got 'explode'",
                "restart: {max: 3} | 3 | restart | expected a field 'window': the time in which they are counted",
                "restart: {window: 1m} | 3 | restart | expected a field 'max': how many restarts",
                "restart: {max: 3, window: 0s} | 3 | restart | window must be positive and 0 <= firstBackoff <= maxBackoff: PT0S, PT0.1S, PT30S",
                "restart: {max: 3, window: 1m, firstBackoff: 2m} | 3 | restart | window must be positive and 0 <= firstBackoff <= maxBackoff: PT1M, PT2M, PT30S",
                "restart: {onFailure: resume, max: 3} | 3 | restart.max | expected only with onFailure: restart",
                "restart: {onFailure: pray} | 3 | restart.onFailure | expected one of restart, resume, stop, escalate, got 'pray'",
                "restart: {max: 3000000000, window: 1m} | 3 | restart.max | expected a whole number below 2^31",
                "supervision: all | 3 | supervision | expected one of one-for-one, one-for-all, rest-for-one, got 'all'",
                "mailbox: {capacity: 0} | 3 | mailbox.capacity | a mailbox holds at least one message: 0",
                "mailbox: {size: 1} | 3 | mailbox.size | unknown field; expected one of capacity, overflow, sendTimeout",
                "mailbox: {overflow: drop-oldest} | 3 | mailbox.overflow | expected one of block, fail, drop-newest, got 'drop-oldest'",
                "mailbox: {sendTimeout: PT0S} | 3 | mailbox.sendTimeout | the send timeout must be positive: PT0S",
                "threading: own | 3 | threading | expected one of default, own-thread, cpu-bound, got 'own'",
                "accepts: [com.acme.None] | 3 | accepts[0] | there is no class com.acme.None on the class path",
                "children: {} | 3 | children | expected a list, got object",
                "children: [{name: b}] | 3 | children[0] | expected a field 'template', 'class' or 'code', which says what runs",
                "children: [1] | 3 | children[0] | expected an object, got number",
                "children: [{name: b, template: trader, params: {symbol: A}, limits: {turn: 1}}] | 3 | children[0].limits.turn | unknown field; expected one of wallTime, turnTime, turns, messages, toolCalls, toolCallsPerTurn, identicalCalls, toolCallsPer, children, depth, tokens, money, onExceed; did you mean \"turns\"?",
                "children: [{name: b, template: trader}] | 3 | children[0].template | parameter 'symbol' is missing",
                "template: trader | 1 | '' | expected a field 'template', 'class' or 'code', which says what runs, not several",
            })
    void read_namesLineFieldAndWhatWasExpected(String third, int line, String field, String problem)
            throws IOException {
        InvalidSpecException e = problemOf("name: a\nclass: dev.agentos.json.spec.SampleAgents$Whole\n" + third + "\n");

        assertThat(e.field()).isEqualTo(field);
        assertThat(e.line()).isEqualTo(line);
        assertThat(e.getMessage())
                .isEqualTo(e.source() + ":" + line + ": " + (field.isEmpty() ? "" : field + ": ") + problem);
    }

    @Test
    void read_namesTheCharacter_ofABadCapability() throws IOException {
        InvalidSpecException e = problemOf(
                "name: a\nclass: dev.agentos.json.spec.SampleAgents$Whole\ngrants:\n  - topic:a subscribe\n  - tool:x call; =1\n");

        assertThat(e.line()).isEqualTo(5);
        assertThat(e.field()).isEqualTo("grants[1]");
        assertThat(e.getMessage())
                .contains("expected a capability: ")
                .contains("'tool:x call; =1'")
                .contains("character");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "class: x | '' | expected a field 'name': the name of the agent",
                "name: a | '' | expected a field 'template', 'class' or 'code', which says what runs",
                "[] | '' | expected an object, got array",
                "text | '' | expected an object, got string",
                "{name: 7, class: x} | name | expected text (quote it), got number",
                "{name: a/b, class: dev.agentos.json.spec.SampleAgents$Whole} | name | the name of an agent is one segment: 'a/b'",
                "{name: a, class: com.acme.Nobody} | class | there is no class com.acme.Nobody on the class path",
                "{name: a, class: dev.agentos.json.spec.SampleAgents.Whole} | class | there is no class dev.agentos.json.spec.SampleAgents.Whole on the class path; did you mean dev.agentos.json.spec.SampleAgents$Whole?",
                "{name: a, class: [x]} | class | expected text, got array",
                "{name: a, class: java.lang.String} | class | expected a class that implements either Agent or ReactiveAgent; java.lang.String implements neither",
                "{name: a, class: dev.agentos.json.spec.SampleAgents$Both} | class | expected a class that implements either Agent or ReactiveAgent; dev.agentos.json.spec.SampleAgents$Both implements both",
                "{name: a, class: dev.agentos.json.spec.SampleAgents$Needy} | class | expected a class with a constructor without parameters; dev.agentos.json.spec.SampleAgents$Needy has none",
                "{name: a, class: dev.agentos.json.spec.SampleAgents$Unfinished} | class | dev.agentos.json.spec.SampleAgents$Unfinished is abstract",
                "{name: a, code: {jar: x.jar, class: Y}} | code | agent 'a': code from a jar runs in a process of its own: isolation(Isolation.PROCESS)",
                "{name: a, code: {jar: x.jar}, isolation: process} | code | expected a field 'class': the class in it that is the agent",
                "{name: a, code: {class: Y}, isolation: process} | code | expected a field 'jar': the file with the code",
                "{name: a, code: {jar: x.jar, class: a/b}, isolation: process} | code.class | no name of a class: 'a/b'",
                "{name: a, code: {jar: x.jar, class: Y, main: Z}, isolation: process} | code.main | unknown field; expected one of jar, class",
                "{name: a, code: {jar: x.jar, class: Y}, isolation: container} | isolation | expected one of none, process, got 'container'",
                "{name: a, code: {jar: x.jar, class: Y}, isolation: process, processLimits: {heapMiB: 1}} | processLimits | a heap has at least 8 MiB, and whole ones: 1048576 bytes",
                "{name: a, template: trader} | template | parameter 'symbol' is missing",
                "{name: a/b, template: trader, params: {symbol: A}} | name | the name of an agent is one segment: 'a/b'",
                "{name: a, template: tradr} | template | templates: there is no template 'tradr'; there is trader",
            })
    void read_refuses_whatSaysTooLittle(String yaml, String field, String problem) throws IOException {
        InvalidSpecException e = problemOf(yaml);

        assertThat(e.field()).isEqualTo(field);
        assertThat(e.line()).isEqualTo(1);
        assertThat(e.getMessage()).endsWith(": " + problem);
    }

    @Test
    void read_refusesChildren_ofOneName() throws IOException {
        InvalidSpecException e = problemOf("""
                name: a
                template: trader
                params: {symbol: A}
                children:
                  - {name: b, template: trader, params: {symbol: A}}
                  - {name: b, template: trader, params: {symbol: A}}
                """);

        assertThat(e).hasMessageContaining("two children share a name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: a\\nname: b | 2 | member \"name\" is there twice",
                "name: a\\nparams:\\n  x: &y 1 | 3 | anchors are not supported",
                "name: [a | 1 | ''",
                "'' | 1 | there is nothing but comments and white space",
            })
    void read_namesTheLine_ofMalformedText(String yaml, int line, String problem) throws IOException {
        InvalidSpecException e = problemOf(yaml.replace("\\n", "\n"));

        assertThat(e.line()).isEqualTo(line);
        assertThat(e.getMessage()).startsWith(e.source() + ":" + line + ": " + problem);
        assertThat(e.getMessage()).doesNotContain("line " + line);
    }

    @Test
    void read_isStrict_withJsonFiles() throws IOException {
        InvalidSpecException e = problemOf(Files.writeString(folder.resolve("a.json"), "{\"name\": \"a\",\n name: 1}"));

        assertThat(e.line()).isEqualTo(2);
    }

    @Test
    void read_refusesFiles_thatCannotBeRead() throws IOException {
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[SpecSource.MOST_BYTES + 1]);
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: é".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problemOf(folder.resolve("none.yaml"))).hasMessageEndingWith("none.yaml: there is no such file");
        assertThat(problemOf(folder)).hasMessageEndingWith("expected a file, this is none");
        assertThat(problemOf(huge)).hasMessageEndingWith("expected at most 1 MiB");
        assertThat(problemOf(latin)).hasMessageEndingWith("expected text in UTF-8");
    }

    @Test
    void read_refusesFiles_thatNeverEnd() {
        Path endless = Path.of("/dev/zero");

        assertThatThrownBy(() -> files.read(endless, Map.of(), TEMPLATES))
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidSpecException.class))
                .extracting(InvalidSpecException::source)
                .isEqualTo("/dev/zero");
    }

    @Test
    void read_refusesDeepFiles() throws IOException {
        String deep = "{name: a, template: trader, params: {x: " + "[".repeat(200) + "]".repeat(200) + "}}";

        assertThat(problemOf(deep)).hasMessageContaining("nested deeper than 128 levels");
    }
}
