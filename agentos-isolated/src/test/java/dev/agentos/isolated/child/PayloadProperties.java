package dev.agentos.isolated.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.Providers;
import dev.agentos.isolated.ProcessIsolationProvider;
import dev.agentos.isolated.ScriptedLife;
import dev.agentos.isolated.ScriptedProcess;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever an agent says reaches the other side as it was: both sides of the connection are real, the process is a thread. */
class PayloadProperties {
    private static final BlockingQueue<Object> TOLD = new LinkedBlockingQueue<>();
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static @Nullable AgentOS os;

    /** A record that both sides have, of which an isolated agent's jar has its own. */
    public record Order(String symbol, int size, Optional<String> note, List<Leg> legs) {}

    public record Leg(BigDecimal price, Side side) {}

    public enum Side {
        BUY,
        SELL
    }

    @BeforeContainer
    static void open() {
        os = AgentOS.inMemory();
        os.spawn(AgentSpec.builder("probe")
                .onMessage((message, ctx) -> TOLD.add(message.payload()))
                .build());
    }

    @AfterContainer
    static void close() {
        Objects.requireNonNull(os).close();
    }

    /** Runs code as that of an isolated agent, against its own side of the connection. */
    private static AgentHandle isolated(Life life) {
        var process = new ScriptedProcess(speaker -> {
            var host = new Connection(Providers.json(), speaker.in(), speaker.out());
            JsonObject hello = host.hello();
            var mail = new Mail(Providers.json(), PayloadProperties.class.getClassLoader());
            life.run(new RemoteContext(host, mail, hello, List.of()));
            host.say(Connection.call("done"));
        });
        return Objects.requireNonNull(os)
                .spawn(AgentSpec.builder("speaker-" + NAMES.incrementAndGet())
                        .run(ctx -> new ProcessIsolationProvider().run(new ScriptedLife(ctx, process)))
                        .grant("agent:probe send")
                        .build());
    }

    @FunctionalInterface
    private interface Life {
        void run(AgentContext ctx) throws Exception;
    }

    private static Object told() throws InterruptedException {
        return Objects.requireNonNull(TOLD.poll(30, TimeUnit.SECONDS), "nothing was told");
    }

    @Provide
    Arbitrary<Object> plain() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40).map(Object.class::cast),
                Arbitraries.of(true, false).map(Object.class::cast),
                Arbitraries.shorts().map(Object.class::cast),
                Arbitraries.integers().map(Object.class::cast),
                Arbitraries.longs().map(Object.class::cast),
                Arbitraries.floats().map(Object.class::cast),
                Arbitraries.doubles().map(Object.class::cast),
                // JSON knows numbers, and no zeros behind them.
                Arbitraries.bigDecimals()
                        .ofScale(9)
                        .map(BigDecimal::stripTrailingZeros)
                        .map(Object.class::cast),
                Arbitraries.bigIntegers().map(Object.class::cast),
                Arbitraries.longs()
                        .between(-9_999_999_999L, 9_999_999_999L)
                        .map(each -> Instant.ofEpochSecond(each, 7)),
                Arbitraries.longs().map(each -> Duration.ofSeconds(each % 1_000_000, each & 0xFFFF)));
    }

    @Property(tries = 100)
    void plainValues_crossAsTheyAre(@ForAll("plain") Object value) throws InterruptedException {
        AgentHandle speaker = isolated(ctx -> ctx.send(Address.of("probe"), value));

        assertThat(told()).isEqualTo(value).hasSameClassAs(value);
        assertThat(speaker.await(Duration.ofSeconds(30))).isInstanceOf(Exit.Completed.class);
    }

    @Provide
    Arbitrary<JsonValue> json() {
        return json(3);
    }

    private static Arbitrary<JsonValue> json(int depth) {
        Arbitrary<JsonValue> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).map(JsonValue::of),
                Arbitraries.longs().map(JsonValue::of),
                Arbitraries.bigDecimals().ofScale(6).map(JsonValue::of),
                Arbitraries.of(JsonValue.of(true), JsonValue.of(false), JsonValue.of(null)));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<JsonValue> inner = json(depth - 1);
        Arbitrary<JsonValue> list = inner.list().ofMaxSize(3).map(JsonValue::of);
        Arbitrary<JsonValue> object = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(6).list().ofMaxSize(3).uniqueElements(),
                        inner.list().ofSize(3))
                .as((names, values) -> {
                    Map<String, JsonValue> members = new LinkedHashMap<>();
                    for (int i = 0; i < names.size(); i++) {
                        members.put(names.get(i), values.get(i));
                    }
                    return JsonValue.of(members);
                });
        return Arbitraries.oneOf(leaf, list, object);
    }

    @Property(tries = 100)
    void json_comesBackAsItWent(@ForAll("json") JsonValue value) {
        AgentHandle echo = isolated(ctx -> {
            Message asked = ctx.receive();
            ctx.reply(asked, asked.payload());
        });

        assertThat(echo.ask(value, JsonValue.class, Duration.ofSeconds(30))).isEqualTo(value);
    }

    @Provide
    Arbitrary<Order> orders() {
        Arbitrary<Leg> legs = Combinators.combine(Arbitraries.bigDecimals().ofScale(4), Arbitraries.of(Side.class))
                .as(Leg::new);
        return Combinators.combine(
                        Arbitraries.strings().ofMaxLength(8),
                        Arbitraries.integers(),
                        Arbitraries.strings().ofMaxLength(8).optional(),
                        legs.list().ofMaxSize(3))
                .as(Order::new);
    }

    @Property(tries = 60)
    void records_areTheirsInTheProcess_andJsonToOthers(@ForAll("orders") Order order) throws InterruptedException {
        AgentHandle desk = isolated(ctx -> {
            Message asked = ctx.receive();
            Order mine = asked.payload(Order.class);
            ctx.send(Address.of("probe"), mine);
            ctx.memory().working().put("order", mine);
            ctx.reply(
                    asked,
                    ctx.memory()
                            .working()
                            .get("order", Order.class)
                            .orElseThrow()
                            .equals(mine));
        });

        assertThat(desk.ask(order, Boolean.class, Duration.ofSeconds(30))).isTrue();
        assertThat(told()).isEqualTo(Providers.json().toJson(order));
    }

    @Property(tries = 60)
    void results_areWhatTheyWere(@ForAll("plain") Object value) {
        AgentHandle agent = isolated(ctx -> ctx.result(value));

        assertThat(agent.await(Duration.ofSeconds(30))).isEqualTo(new Exit.Completed(value));
    }
}
