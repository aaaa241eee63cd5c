package dev.agentos.benchmarks;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A grant is revoked from which ten thousand were derived, ten below each. Then each of them is asked for, and none may be allowed. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
public class RevokeTenThousand {
    private static final int SIZE = 10_000;
    private static final int BRANCH = 10;

    /** Makes one; JMH does. */
    public RevokeTenThousand() {}

    /** A tree, anew for each time. */
    @State(Scope.Benchmark)
    public static class Tree {
        private static final Capability CAPABILITY = Capability.parse("tool:order.place call");
        private static final Action ACTION = Action.of("tool:order.place", "call");

        final Authority authority =
                Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
        final List<Grant> grants = new ArrayList<>();

        /** Makes the authority. */
        public Tree() {}

        /** Grows it, and uses every grant once, so that each has been found good. */
        @Setup(Level.Invocation)
        public void grow() {
            grants.clear();
            grants.add(authority.derive(
                    List.of(authority.mintRoot(PrincipalId.HOST)), PrincipalId.user("holder-0"), CAPABILITY));
            for (int i = 1; i <= SIZE; i++) {
                Grant parent = grants.get((i - 1) / BRANCH);
                grants.add(authority.delegate(parent, null, PrincipalId.user("holder-" + i)));
            }
            require(Authority.Ruling.Allowed.class);
        }

        /** Looks whether all of it is gone. */
        @TearDown(Level.Invocation)
        public void requireNone() {
            require(Authority.Ruling.Refused.class);
        }

        private void require(Class<? extends Authority.Ruling> expected) {
            for (Grant grant : grants) {
                Authority.Ruling ruling = authority.check(grant.holder(), List.of(grant), ACTION);
                if (!expected.isInstance(ruling)) {
                    throw new IllegalStateException(grant + " is " + ruling);
                }
            }
        }
    }

    /** One operation is one revocation. */
    @Benchmark
    public boolean agentOs(Tree tree) {
        return tree.authority.revoke(tree.grants.getFirst());
    }
}
