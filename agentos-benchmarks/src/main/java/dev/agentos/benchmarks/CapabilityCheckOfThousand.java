package dev.agentos.benchmarks;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.TimeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The authority is asked whether a thousand grants allow something: in turn a call that an exact one covers, a file that a tree covers, a
 * URL, and a send to which one with a star in its middle applies. Actions are made before, as the gate has them when it asks.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CapabilityCheckOfThousand {
    /** Makes one; JMH does. */
    public CapabilityCheckOfThousand() {}

    /** A thousand grants of one holder, some of each type. */
    @State(Scope.Benchmark)
    public static class Held {
        private static final int ACTIONS = 1_024;

        private final Authority authority =
                Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
        private final PrincipalId holder = PrincipalId.user("alice");
        private final List<Grant> root = List.of(authority.mintRoot(PrincipalId.HOST));
        private final List<Grant> grants = authority.prepare(IntStream.range(0, 250)
                .boxed()
                .flatMap(i -> Stream.of(
                        "tool:order.place-" + i + " call; symbol=AAPL,MSFT",
                        "file:/data/desk-" + i + "/** read,write",
                        "net:https://api-" + i + ".example.com/v1/** get",
                        i < 10 ? "agent:desk/*/worker-" + i + " send" : "topic:ticks.s" + i + ".** subscribe"))
                .map(text -> authority.derive(root, holder, Capability.parse(text)))
                .toList());
        private final Action[] actions = IntStream.range(0, ACTIONS)
                .mapToObj(i -> action(i % 4, i * 37 % 250))
                .toArray(Action[]::new);
        private int next;

        /** Mints them. */
        public Held() {}

        private static Action action(int kind, int number) {
            return switch (kind) {
                case 0 -> Action.of("tool:order.place-" + number, "call").with("symbol", "MSFT");
                case 1 -> Action.of("file:/data/desk-" + number + "/2026/trades.csv", "read");
                case 2 -> Action.of("net:https://api-" + number + ".example.com/v1/quotes/last", "get");
                default -> Action.of("agent:desk/strategy/worker-" + number % 10, "send");
            };
        }
    }

    /** One operation is one ruling. */
    @Benchmark
    public Authority.Ruling agentOs(Held held) {
        Action action = held.actions[held.next++ & Held.ACTIONS - 1];
        Authority.Ruling ruling = held.authority.check(held.holder, held.grants, action);
        if (!(ruling instanceof Authority.Ruling.Allowed)) {
            throw new IllegalStateException("not what is measured: " + ruling);
        }
        return ruling;
    }
}
