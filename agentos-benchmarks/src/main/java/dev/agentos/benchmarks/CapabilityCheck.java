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
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The authority is asked whether ten grants allow a call; the last one does. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CapabilityCheck {
    /** Makes one; JMH does. */
    public CapabilityCheck() {}

    /** Ten grants of one holder. */
    @State(Scope.Benchmark)
    public static class Held {
        private final Authority authority =
                Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
        private final PrincipalId holder = PrincipalId.user("alice");
        private final List<Grant> root = List.of(authority.mintRoot(PrincipalId.HOST));
        private final List<Grant> grants = authority.prepare(Stream.of(
                        "file:/data/** read,write",
                        "file:/tmp/desk/* read",
                        "net:https://api.example.com/** get",
                        "agent:desk/* send",
                        "memory:shared/market read",
                        "event:trade.* emit",
                        "topic:ticks.* subscribe",
                        "tool:file.read call",
                        "tool:http.request call",
                        "tool:order.place call; symbol=AAPL,MSFT")
                .map(text -> authority.derive(root, holder, Capability.parse(text)))
                .toList());
        private final Action action = Action.of("tool:order.place", "call").with("symbol", "MSFT");

        /** Mints them. */
        public Held() {}
    }

    /** One operation is one ruling. */
    @Benchmark
    public Authority.Ruling agentOs(Held held) {
        Authority.Ruling ruling = held.authority.check(held.holder, held.grants, held.action);
        if (!(ruling instanceof Authority.Ruling.Allowed)) {
            throw new IllegalStateException("not what is measured: " + ruling);
        }
        return ruling;
    }
}
