package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/*
 * How many calls revoke finds in flight is no linearizable answer, so Lincheck cannot hold it: an attempt counts itself, looks at the cell and
 * takes itself back if that is set; revoke, which sets the cell and counts then, may count it in between. The number is never too small and at
 * most too large by the attempts that are being refused just then, of which each thread has one. That is what is held here, on real threads;
 * GrantLincheckTest holds the rest. Which calls they are the runtime says by their ids.
 */
/** What revoke finds in flight, to the last call, whatever begins and ends at the same time. */
@Tag("stress")
@Timeout(300)
class InFlightStressTest {
    private static final Action CALL = Action.of("tool:x", "call");
    private static final int CALLERS = 3;
    private static final int ROUNDS = 300;

    private static LocalGrant grant(LocalAuthority authority, LocalGrant parent) {
        var birth = new LocalGrant.Birth(
                1, PrincipalId.HOST, Capability.parse("tool:x call"), GrantOrigin.GRANTED, Instant.EPOCH);
        return new LocalGrant(authority, birth, parent);
    }

    /** One round: callers call until they are refused, and somebody revokes. */
    private static final class Round {
        private final LocalAuthority authority =
                new LocalAuthority(TimeSource.system(), new AtomicLong()::incrementAndGet);
        private final LocalGrant parent = grant(authority, null);
        private final LocalGrant child = grant(authority, parent);
        private final CyclicBarrier start = new CyclicBarrier(CALLERS + 1);
        private volatile boolean revoked;
        private volatile boolean begunTooLate;

        private LocalUse begin() {
            boolean late = revoked;
            LocalUse call = child.begin(CALL);
            if (late && call != null) {
                begunTooLate = true;
            }
            return call;
        }

        /** Keeps all its calls open. */
        List<LocalUse> callAndHold() throws Exception {
            start.await(30, TimeUnit.SECONDS);
            var open = new ArrayList<LocalUse>();
            for (LocalUse call = begin(); call != null; call = begin()) {
                open.add(call);
            }
            return open;
        }

        /** Ends each call before the next but the last. {@return that one} */
        List<LocalUse> callOneByOne() throws Exception {
            start.await(30, TimeUnit.SECONDS);
            LocalUse last = null;
            for (LocalUse call = begin(); call != null; call = begin()) {
                if (last != null) {
                    last.close();
                }
                last = call;
            }
            return last == null ? List.of() : List.of(last);
        }

        long revoke(int spins) throws Exception {
            start.await(30, TimeUnit.SECONDS);
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            long found = parent.cut();
            revoked = true;
            return found;
        }
    }

    private interface Caller {
        List<LocalUse> call(Round round) throws Exception;
    }

    /** What a round has come to. */
    private record Outcome(Round round, long found, List<LocalUse> open) {}

    private static Outcome run(ExecutorService threads, int number, Caller caller) throws Exception {
        var round = new Round();
        var calls = new ArrayList<Future<List<LocalUse>>>();
        for (int i = 0; i < CALLERS; i++) {
            Callable<List<LocalUse>> task = () -> caller.call(round);
            calls.add(threads.submit(task));
        }
        long found = round.revoke(number % 400);
        var open = new ArrayList<LocalUse>();
        for (Future<List<LocalUse>> each : calls) {
            open.addAll(each.get(30, TimeUnit.SECONDS));
        }
        return new Outcome(round, found, open);
    }

    @Test
    void revoke_findsEveryCallThatHasBegun_andNoneBeginsAfterIt() throws Exception {
        long begun = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < ROUNDS; i++) {
                Outcome outcome = run(threads, i, Round::callAndHold);

                long open = outcome.open.size();
                begun += open;
                assertThat(outcome.found).isBetween(open, open + CALLERS);
                assertThat(outcome.round.begunTooLate).isFalse();
                assertThat(outcome.round.child.usage().inFlight()).isEqualTo(open);
                assertThat(outcome.round.parent.usage().inFlight()).isEqualTo(open);
                assertThat(outcome.round.parent.used()).isEqualTo(open);
            }
        }
        assertThat(begun).as("calls, or nothing was tried").isGreaterThan(ROUNDS);
    }

    @Test
    void revoke_findsWhatIsOpen_whileCallsEnd() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < ROUNDS; i++) {
                Outcome outcome = run(threads, i, Round::callOneByOne);

                assertThat(outcome.round.begunTooLate).isFalse();
                // The last call of each is open when it is refused, hence when revoke looked; beside it at most one
                // that is ending.
                assertThat(outcome.found).isBetween((long) outcome.open.size(), 2L * CALLERS);
                outcome.open.forEach(LocalUse::close);
                assertThat(outcome.round.child.usage().inFlight()).isZero();
                assertThat(outcome.round.parent.usage().inFlight()).isZero();
            }
        }
    }
}
