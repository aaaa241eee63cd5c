package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Authority.Use;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What has to hold whatever the interleaving. */
class LocalGrantRaceTest {
    private static final int THREADS = 4;
    private static final Action CALL = Action.of("tool:x", "call");
    private static final Action SPAWN = Action.of("agent:a", "spawn");

    private final LocalAuthority authority =
            (LocalAuthority) new LocalAuthorityProvider().open(new SettableTime(Instant.EPOCH));
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Test
    void uses_areNeverExceeded_byManyThreadsOverAChain() {
        var parent = derive(root, "tool:x call; uses=1000");
        var children = List.of(derive(parent, "tool:x call; uses=700"), derive(parent, "tool:x call; uses=800"));

        long begun = inParallel(thread -> successes(children.get(thread % 2), CALL, 600));

        assertThat(begun).isEqualTo(1_000);
        assertThat(parent.used()).isEqualTo(1_000);
        assertThat(children.get(0).used()).isLessThanOrEqualTo(700);
        assertThat(children.get(0).used() + children.get(1).used()).isEqualTo(1_000);
    }

    @Test
    void rate_isNeverExceeded_byManyThreadsOverAChain() {
        var parent = derive(root, "tool:x call; rate=1000/1h");
        var children = List.of(derive(parent, "tool:x call; rate=900/1h"), derive(parent, "tool:x call; rate=900/1h"));

        long begun = inParallel(thread -> successes(children.get(thread % 2), CALL, 600));

        assertThat(begun).isEqualTo(1_000);
        assertThat(parent.used()).isEqualTo(1_000);
    }

    @Test
    void bytes_areNeverExceeded_byManyThreadsOverAChain() {
        var parent = derive(root, "tool:x call; maxBytes=1000B");
        var child = derive(parent, "tool:x call; maxBytes=1000B");
        var uses = List.of(authority.begin(parent, CALL), authority.begin(child, CALL));
        var passed = new AtomicLong();

        inParallel(thread -> {
            for (int i = 0; i < 400; i++) {
                int bytes = 1 + i % 3;
                if (uses.get(thread % 2).charge(bytes)) {
                    passed.addAndGet(bytes);
                }
            }
            return 0;
        });

        assertThat(passed.get()).isEqualTo(1_000);
    }

    @Test
    void children_areNeverMoreThanMax_atAnyMoment() {
        var parent = derive(root, "agent:* spawn; max=3");
        var alive = new AtomicInteger();
        var most = new AtomicInteger();

        inParallel(thread -> {
            for (int i = 0; i < 2_000; i++) {
                Use use = authority.begin(parent, SPAWN);
                if (use != null) {
                    most.accumulateAndGet(alive.incrementAndGet(), Math::max);
                    alive.decrementAndGet();
                    use.close();
                }
            }
            return 0;
        });

        assertThat(most.get()).isBetween(1, 3);
        assertThat(parent.usage().inFlight()).isZero();
    }

    @Test
    void begin_afterRevokeReturned_neverSucceeds() {
        beginAgainstRevoke(1_000);
    }

    @Test
    @Tag("stress")
    void begin_afterRevokeReturned_neverSucceeds_inLongRuns() {
        beginAgainstRevoke(300_000);
    }

    /** Two users of a grandchild go on until they are refused; nobody may begin or be allowed after revoke returned. */
    private void beginAgainstRevoke(int rounds) {
        for (int round = 0; round < rounds; round++) {
            var top = derive(root, "tool:x call");
            var grandchild = derive(derive(top, "tool:x call"), "tool:x call");
            var returned = new AtomicBoolean();
            var barrier = new CyclicBarrier(2);
            var late = new AtomicInteger();
            Thread user = Thread.ofPlatform().start(() -> {
                arrive(barrier);
                boolean begun = true;
                while (begun) {
                    boolean wasRevoked = returned.get();
                    boolean allowed =
                            authority.check(PrincipalId.HOST, List.of(grandchild), CALL) instanceof Ruling.Allowed;
                    Use use = authority.begin(grandchild, CALL);
                    begun = use != null;
                    if (wasRevoked && (begun || allowed)) {
                        late.incrementAndGet();
                    }
                    if (use != null) {
                        use.close();
                    }
                }
            });

            arrive(barrier);
            authority.revoke(top);
            returned.set(true);
            join(user);

            assertThat(late.get()).isZero();
            assertThat(top.usage().inFlight()).isZero();
        }
    }

    @Test
    void revoke_seesEveryUse_thatStillBegins() {
        revokeSeesUses(1_000);
    }

    @Test
    @Tag("stress")
    void revoke_seesEveryUse_thatStillBegins_inLongRuns() {
        revokeSeesUses(300_000);
    }

    /** Either the use sees the revocation or the revocation sees the use, also from the top of the chain. */
    private void revokeSeesUses(int rounds) {
        for (int round = 0; round < rounds; round++) {
            var top = (LocalGrant) derive(root, "tool:x call");
            var child = derive(top, "tool:x call");
            var barrier = new CyclicBarrier(2);
            var uses = new ArrayList<Use>(1);
            Thread user = Thread.ofPlatform().start(() -> {
                arrive(barrier);
                Use use = authority.begin(child, CALL);
                if (use != null) {
                    uses.add(use);
                }
            });

            arrive(barrier);
            long seen = top.cut();
            join(user);

            assertThat(seen).isGreaterThanOrEqualTo(uses.size());
            assertThat(top.usage().inFlight()).isEqualTo(uses.size());
        }
    }

    private Grant derive(Grant from, String capability) {
        return authority.derive(List.of(from), PrincipalId.HOST, Capability.parse(capability));
    }

    private long successes(Grant grant, Action action, int attempts) {
        long successes = 0;
        for (int i = 0; i < attempts; i++) {
            Use use = authority.begin(grant, action);
            if (use != null) {
                successes++;
                use.close();
            }
        }
        return successes;
    }

    private interface Part {
        long run(int thread);
    }

    /** {@return the sum of what the threads returned} */
    private static long inParallel(Part part) {
        var barrier = new CyclicBarrier(THREADS);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var parts = new ArrayList<Callable<Long>>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                parts.add(() -> {
                    arrive(barrier);
                    return part.run(number);
                });
            }
            long sum = 0;
            for (var result : threads.invokeAll(parts)) {
                sum += result.resultNow();
            }
            return sum;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void arrive(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
