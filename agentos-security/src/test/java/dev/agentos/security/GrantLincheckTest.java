package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the interleaving, grants answer as if beginning, looking and revoking came one after another. */
@Tag("stress")
public class GrantLincheckTest {
    private static final Action CALL = Action.of("tool:x", "call");
    private static final TimeSource TIME = TimeSource.system();

    /** Begin against revoke. */
    public static class Revoking {
        private final LocalAuthority authority = new LocalAuthority(TIME, new AtomicLong()::incrementAndGet);
        private final LocalGrant parent = grant(authority, "tool:x call; uses=3", null);
        private final LocalGrant child = grant(authority, "tool:x call; uses=2", parent);

        @Operation
        public boolean begin() {
            return child.begin(CALL) != null;
        }

        @Operation
        public boolean beginAbove() {
            return parent.begin(CALL) != null;
        }

        @Operation
        public boolean isHindered() {
            return child.hindrance(CALL) != null;
        }

        @Operation
        public void revokeParent() {
            parent.cut();
        }

        @Operation
        public void revokeChild() {
            child.cut();
        }
    }

    /** Two children draw on the same few uses. */
    public static class Counting {
        private final LocalAuthority authority = new LocalAuthority(TIME, new AtomicLong()::incrementAndGet);
        private final LocalGrant parent = grant(authority, "tool:x call; uses=3", null);
        private final LocalGrant first = grant(authority, "tool:x call; uses=2", parent);
        private final LocalGrant second = grant(authority, "tool:x call; uses=2", parent);

        @Operation
        public boolean beginFirst() {
            return first.begin(CALL) != null;
        }

        @Operation
        public boolean beginSecond() {
            return second.begin(CALL) != null;
        }

        @Operation
        public boolean beginParent() {
            return parent.begin(CALL) != null;
        }
    }

    /** Calls that begin, go on and end, against revoke. Each thread has one call: what it ended it has begun itself. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class Calling {
        private static final int THREADS = 8;

        private final LocalAuthority authority = new LocalAuthority(TIME, new AtomicLong()::incrementAndGet);
        private final LocalGrant parent = grant(authority, "tool:x call", null);
        private final LocalGrant child = grant(authority, "tool:x call; uses=3", parent);
        private final LocalUse[] calls = new LocalUse[THREADS];

        @Operation
        public String begin(@Param(name = "thread") int thread) {
            if (calls[thread] != null) {
                return "busy";
            }
            calls[thread] = child.begin(CALL);
            return calls[thread] == null ? "refused" : "begun";
        }

        @Operation
        public boolean end(@Param(name = "thread") int thread) {
            LocalUse call = calls[thread];
            if (call == null) {
                return false;
            }
            calls[thread] = null;
            call.close();
            call.close(); // again: nothing happens
            return true;
        }

        @Operation
        public void revoke() {
            parent.cut();
        }

        @Operation
        public boolean isRevoked() {
            return child.revoked();
        }

        /** Nobody calls any more: what is counted as open is what is open. */
        @Validate
        public void openCalls_areCountedExactly() {
            long open = Arrays.stream(calls).filter(Objects::nonNull).count();
            if (child.usage().inFlight() != open || parent.usage().inFlight() != open) {
                throw new IllegalStateException(open + " calls are open, but counted are "
                        + child.usage().inFlight() + " and " + parent.usage().inFlight());
            }
        }
    }

    private static LocalGrant grant(LocalAuthority authority, String capability, LocalGrant parent) {
        var birth = new LocalGrant.Birth(
                1, PrincipalId.HOST, Capability.parse(capability), GrantOrigin.GRANTED, Instant.EPOCH);
        return new LocalGrant(authority, birth, parent);
    }

    @Test
    void revoking_isLinearizable_inEveryInterleaving() {
        assertThatCode(modelChecking(Revoking.class)).doesNotThrowAnyException();
    }

    @Test
    void counting_isLinearizable_inEveryInterleaving() {
        assertThatCode(modelChecking(Counting.class)).doesNotThrowAnyException();
    }

    @Test
    void revoking_isLinearizable_onRealThreads() {
        assertThatCode(stress(Revoking.class)).doesNotThrowAnyException();
    }

    @Test
    void counting_isLinearizable_onRealThreads() {
        assertThatCode(stress(Counting.class)).doesNotThrowAnyException();
    }

    @Test
    void calling_isLinearizable_inEveryInterleaving() {
        assertThatCode(modelChecking(Calling.class)).doesNotThrowAnyException();
    }

    @Test
    void calling_isLinearizable_onRealThreads() {
        assertThatCode(stress(Calling.class)).doesNotThrowAnyException();
    }

    private static ThrowingCallable modelChecking(Class<?> subject) {
        return () -> new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(subject);
    }

    private static ThrowingCallable stress(Class<?> subject) {
        return () -> new StressOptions()
                .iterations(20)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .check(subject);
    }
}
