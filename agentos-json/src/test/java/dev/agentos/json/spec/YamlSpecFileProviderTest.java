package dev.agentos.json.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentBody;
import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.Limits;
import dev.agentos.api.ProcessLimits;
import dev.agentos.api.Restart;
import dev.agentos.api.Supervision;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.spi.SpecFileProvider.TemplateLookup;
import dev.agentos.json.JacksonJsonProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlSpecFileProviderTest {
    private static final TemplateLookup NO_TEMPLATES = (name, params) -> {
        throw new InvalidSpecException("template", 0, "", "there is no template " + name);
    };

    private final YamlSpecFileProvider files = new YamlSpecFileProvider();

    @TempDir
    Path folder;

    private AgentSpec read(String yaml) throws IOException {
        return files.read(Files.writeString(folder.resolve("agent.yaml"), yaml), Map.of(), NO_TEMPLATES);
    }

    @Test
    void read_givesWhatTheBuilderMakes() throws IOException {
        AgentSpec spec = read("""
                name: desk
                class: dev.agentos.json.spec.SampleAgents$Whole
                params: {symbol: AAPL, size: 100, big: 5000000000, price: 1.5, live: true, list: [1, {a: x}]}
                labels:
                  desk: equities
                  tier: "1"
                grants:
                  - tool:order.place call; notional<=10000
                  - "agent:* spawn; max=3"
                limits:
                  wallTime: 8h
                  turnTime: 90s
                  turns: 1
                  messages: 2
                  toolCalls: 3
                  toolCallsPerTurn: 4
                  identicalCalls: 5
                  toolCallsPer: 100/1m
                  children: 6
                  depth: 7
                  tokens: 8
                  money: 9.50
                  onExceed: pause-and-ask
                restart: {max: 3, window: PT1M, firstBackoff: 250ms, maxBackoff: 1d}
                supervision: rest-for-one
                mailbox: {capacity: 10, overflow: drop-newest, sendTimeout: 2m}
                threading: cpu-bound
                accepts: [dev.agentos.json.spec.SampleAgents$Tick, java.lang.String]
                durable: true
                subscribe: [ticks.**, "news"]
                children:
                  - name: watcher
                    class: dev.agentos.json.spec.SampleAgents$Reactive
                    restart: {onFailure: resume}
                """);

        AgentSpec built = AgentSpec.builder("desk")
                .run(ctx -> {})
                .param("symbol", "AAPL")
                .param("size", 100)
                .param("big", 5_000_000_000L)
                .param("price", new BigDecimal("1.5"))
                .param("live", true)
                .param("list", List.of(1, Map.of("a", "x")))
                .label("desk", "equities")
                .label("tier", "1")
                .grant("tool:order.place call; notional<=10000")
                .grant("agent:* spawn; max=3")
                .limits(Limits.builder()
                        .wallTime(Duration.ofHours(8))
                        .turnTime(Duration.ofSeconds(90))
                        .turns(1)
                        .messages(2)
                        .toolCalls(3)
                        .toolCallsPerTurn(4)
                        .identicalCalls(5)
                        .toolCallsPer(100, Duration.ofMinutes(1))
                        .children(6)
                        .depth(7)
                        .tokens(8)
                        .money(new BigDecimal("9.5"))
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build())
                .restart(Restart.upTo(3, Duration.ofMinutes(1)).backoff(Duration.ofMillis(250), Duration.ofDays(1)))
                .supervision(Supervision.REST_FOR_ONE)
                .mailbox(10, Overflow.DROP_NEWEST)
                .sendTimeout(Duration.ofMinutes(2))
                .cpuBound()
                .accepts(SampleAgents.Tick.class, String.class)
                .durable()
                .subscribe("ticks.**")
                .subscribe("news")
                .child(AgentSpec.builder("watcher")
                        .reactive(() -> (message, ctx) -> {})
                        .restart(Restart.resume())
                        .build())
                .build();
        assertSame(spec, built);
    }

    @Test
    void read_takesTheDefaultsOfTheBuilder() throws IOException {
        AgentSpec spec = read("name: a\nclass: dev.agentos.json.spec.SampleAgents$Reactive\n");

        assertSame(
                spec,
                AgentSpec.builder("a").reactive(() -> (message, ctx) -> {}).build());
        assertThat(spec.limits()).isNull();
    }

    @Test
    void read_readsJson() throws IOException {
        Path file = Files.writeString(
                folder.resolve("agent.json"),
                "{\n\t\"name\": \"a\",\n\t\"class\": \"dev.agentos.json.spec.SampleAgents$Whole\",\n\t\"params\": {\"n\": 1}\n}");

        AgentSpec spec = files.read(file, Map.of(), NO_TEMPLATES);

        assertSame(spec, AgentSpec.builder("a").run(ctx -> {}).param("n", 1).build());
    }

    @Test
    void read_readsYamlAndJsonAlike_withAByteOrderMark() throws IOException {
        String text = "\uFEFF{\"name\": \"a\", \"class\": \"dev.agentos.json.spec.SampleAgents$Whole\"}";
        Path yaml = Files.writeString(folder.resolve("a.yml"), text);
        Path json = Files.writeString(folder.resolve("a.JSON"), text);

        assertSame(files.read(yaml, Map.of(), NO_TEMPLATES), files.read(json, Map.of(), NO_TEMPLATES));
    }

    @Test
    void params_ofTheCaller_replaceAndAdd() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yaml"),
                "name: a\nclass: dev.agentos.json.spec.SampleAgents$Whole\nparams: {x: 1, y: 2}\n");

        AgentSpec spec = files.read(file, Map.of("y", "two", "z", 3L), NO_TEMPLATES);

        assertThat(spec.params()).containsExactlyInAnyOrderEntriesOf(Map.of("x", 1, "y", "two", "z", 3L));
    }

    @Test
    void code_isBesideItsFile_andIsolated() throws IOException {
        AgentSpec spec = read("""
                name: guest
                code: {jar: lib/guest.jar, class: com.acme.Guest}
                isolation: process
                processLimits: {heapMiB: 32, cpuTime: 5m}
                """);

        assertThat(spec.body()).isEqualTo(new AgentBody.Code(folder.resolve("lib/guest.jar"), "com.acme.Guest"));
        assertThat(spec.isolation()).isEqualTo(Isolation.PROCESS);
        assertThat(spec.processLimits()).isEqualTo(new ProcessLimits(32L << 20, Duration.ofMinutes(5)));
    }

    @Test
    void run_getsANewInstancePerStart() throws Exception {
        AgentSpec spec = read("name: a\nclass: dev.agentos.json.spec.SampleAgents$Whole\n");
        int before = SampleAgents.Whole.INSTANCES.get();
        var context = (AgentContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AgentContext.class}, (proxy, method, arguments) -> null);

        var body = (AgentBody.Run) spec.body();
        body.agent().run(context);
        body.agent().run(context);

        assertThat(SampleAgents.Whole.INSTANCES.get() - before).isEqualTo(2);
    }

    @Test
    void reactive_getsANewInstancePerStart() throws IOException {
        AgentSpec spec = read("name: a\nclass: dev.agentos.json.spec.SampleAgents$Reactive\n");

        var body = (AgentBody.Reactive) spec.body();

        assertThat(body.perStart().get())
                .isInstanceOf(SampleAgents.Reactive.class)
                .isNotSameAs(body.perStart().get());
    }

    @Test
    void constructors_failAsTheAgent_notAsTheFile() throws IOException {
        AgentSpec spec = read("name: a\nclass: dev.agentos.json.spec.SampleAgents$Exploding\n");

        var body = (AgentBody.Reactive) spec.body();

        assertThatThrownBy(() -> body.perStart().get())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("not today");
    }

    @Test
    void templates_getTheParams_andTheRestOfTheFileIsAppliedOnTop() throws IOException {
        var seen = new HashMap<String, Object>();
        TemplateLookup templates = (name, params) -> {
            seen.put(name, params);
            return AgentSpec.builder("template")
                    .run(ctx -> {})
                    .param("own", 1)
                    .label("a", "template")
                    .label("b", "template")
                    .grant("topic:a subscribe")
                    .limits(Limits.unlimited())
                    .restart(Restart.escalate())
                    .mailbox(7, Overflow.FAIL)
                    .sendTimeout(Duration.ofSeconds(9))
                    .ownThread()
                    .build();
        };
        Path file = Files.writeString(folder.resolve("a.yaml"), """
                name: momentum
                template: trader
                params: {symbol: AAPL, size: 1}
                labels: {b: file, c: file}
                grants: ["topic:b subscribe"]
                limits: {toolCalls: 5}
                mailbox: {capacity: 8}
                threading: default
                """);

        AgentSpec spec = files.read(file, Map.of("size", 2), templates);

        assertThat(seen).isEqualTo(Map.of("trader", Map.of("symbol", "AAPL", "size", 2)));
        assertSame(
                spec,
                AgentSpec.builder("momentum")
                        .run(ctx -> {})
                        .param("own", 1)
                        .label("a", "template")
                        .label("b", "file")
                        .label("c", "file")
                        .grant("topic:a subscribe")
                        .grant("topic:b subscribe")
                        .limits(Limits.builder().toolCalls(5).build())
                        .restart(Restart.escalate())
                        .mailbox(8, Overflow.FAIL)
                        .sendTimeout(Duration.ofSeconds(9))
                        .build());
    }

    @Test
    void durability_ofATemplate_isNotTakenBack_andSubscriptionsAdd() throws IOException {
        TemplateLookup templates = (name, params) -> AgentSpec.builder(name)
                .onMessage((message, ctx) -> {})
                .durable()
                .subscribe("a")
                .build();
        Path kept = Files.writeString(folder.resolve("a.yaml"), "name: x\ntemplate: t\nsubscribe: [b]\n");
        Path refused = Files.writeString(folder.resolve("b.yaml"), "name: x\ntemplate: t\ndurable: false\n");

        AgentSpec spec = files.read(kept, Map.of(), templates);

        assertThat(spec.durable()).isTrue();
        assertThat(spec.subscriptions()).containsExactly("a", "b");
        assertThatThrownBy(() -> files.read(refused, Map.of(), templates))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("b.yaml:3: durable: expected true: its template is durable");
    }

    @Test
    void children_mayBeTemplates() throws IOException {
        TemplateLookup templates = (name, params) -> AgentSpec.builder(name)
                .onMessage((message, ctx) -> {})
                .param("got", params)
                .build();
        Path file = Files.writeString(folder.resolve("a.yaml"), """
                name: desk
                class: dev.agentos.json.spec.SampleAgents$Whole
                children:
                  - {name: one, template: echo, params: {n: 1}}
                  - {name: two, template: echo}
                """);

        AgentSpec spec = files.read(file, Map.of("n", 9), templates);

        assertThat(spec.children()).extracting(AgentSpec::name).containsExactly("one", "two");
        assertThat(spec.children().getFirst().params())
                .as("the caller's are the parent's")
                .isEqualTo(Map.of("got", Map.of("n", 1)));
        assertThat(spec.children().getFirst().body()).isInstanceOf(AgentBody.OnMessage.class);
    }

    @Test
    void limits_mayBeUnlimited() throws IOException {
        AgentSpec spec = read("name: a\nclass: dev.agentos.json.spec.SampleAgents$Whole\nlimits: unlimited\n");

        assertThat(spec.limits()).isEqualTo(Limits.unlimited());
    }

    @Test
    void example_inTheDocumentation_isRead() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/agentos/json/spec/YamlSpecFileProvider.java"));
        String example = source.substring(source.indexOf("name: momentum") - 3, source.indexOf(" * }\n"))
                .replaceAll("(?m)^ \\* ?", "")
                .replace("com.acme.MomentumTrader", "dev.agentos.json.spec.SampleAgents$Whole")
                .replace("com.acme.Tick", "dev.agentos.json.spec.SampleAgents$Tick")
                .replaceAll("(?m)^template:.*\\R", "");

        AgentSpec spec = read(example);

        assertThat(spec.name()).isEqualTo("momentum");
        assertThat(new JacksonJsonProvider().parseYaml(example).asObject().members())
                .hasSize(14);
    }

    private static void assertSame(AgentSpec actual, AgentSpec expected) {
        assertThat(actual.name()).isEqualTo(expected.name());
        assertThat(actual.body().getClass()).isEqualTo(expected.body().getClass());
        assertThat(actual.params()).isEqualTo(expected.params());
        assertThat(actual.labels()).isEqualTo(expected.labels());
        assertThat(actual.grants()).isEqualTo(expected.grants());
        assertThat(actual.accepts()).isEqualTo(expected.accepts());
        assertThat(actual.limits()).isEqualTo(expected.limits());
        assertThat(actual.restart())
                .usingRecursiveComparison()
                .ignoringFields("decide")
                .isEqualTo(expected.restart());
        var failure = new IllegalStateException();
        assertThat(actual.restart().decide().apply(failure))
                .isEqualTo(expected.restart().decide().apply(failure));
        assertThat(actual.supervision()).isEqualTo(expected.supervision());
        assertThat(actual.mailboxCapacity()).isEqualTo(expected.mailboxCapacity());
        assertThat(actual.overflow()).isEqualTo(expected.overflow());
        assertThat(actual.sendTimeout()).isEqualTo(expected.sendTimeout());
        assertThat(actual.threading()).isEqualTo(expected.threading());
        assertThat(actual.durable()).isEqualTo(expected.durable());
        assertThat(actual.subscriptions()).isEqualTo(expected.subscriptions());
        assertThat(actual.children()).hasSameSizeAs(expected.children());
        for (int i = 0; i < actual.children().size(); i++) {
            assertSame(actual.children().get(i), expected.children().get(i));
        }
    }
}
