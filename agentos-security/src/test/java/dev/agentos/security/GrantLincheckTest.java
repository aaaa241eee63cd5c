package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
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
