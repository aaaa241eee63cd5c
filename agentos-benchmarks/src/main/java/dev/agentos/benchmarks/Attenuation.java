package dev.agentos.benchmarks;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.TimeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A grant is narrowed on several dimensions at once; the narrower capability is a value that was parsed before. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Attenuation {
    /** Makes one; JMH does. */
    public Attenuation() {}

    /** What is narrowed, and to what. */
    @State(Scope.Benchmark)
    public static class Held {
        private final Authority authority =
                Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
        private final Grant grant = authority.derive(
                List.of(authority.mintRoot(PrincipalId.HOST)),
                PrincipalId.user("alice"),
                Capability.parse("tool:order.* call; expires=2999-01-01T00:00:00Z; notional<=10000; uses=1000"));
        private final Capability narrower = Capability.parse(
                "tool:order.place call; expires=2998-01-01T00:00:00Z; notional<=500; symbol=AAPL,MSFT; uses=10");

        /** Mints it. */
        public Held() {}
    }

    /** One operation is one grant. */
    @Benchmark
    public Grant agentOs(Held held) {
        return held.authority.attenuate(held.grant, held.narrower);
    }
}
