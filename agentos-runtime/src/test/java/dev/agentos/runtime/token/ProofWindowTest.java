package dev.agentos.runtime.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.KeyAlgorithm;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.runtime.schedule.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ProofWindowTest {
    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");
    private static final VerifyingKey HOLDER = key(1);
    private static final VerifyingKey OTHER = key(2);

    private final Clocks clocks = new Clocks();
    private final ProofWindow window = new ProofWindow(new SteadyClock(clocks), new TokenBook.InMemory(), 5, 8);

    /** Two clocks that need not agree. */
    private static final class Clocks implements TimeSource {
        private Instant wall = START;
        private long nanos = Long.MAX_VALUE - Duration.ofSeconds(90).toNanos(); // overflows soon

        void pass(Duration time) {
            wall = wall.plus(time);
            nanos += time.toNanos();
        }

        @Override
        public Instant now() {
            return wall;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }

    private static VerifyingKey key(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) number;
        return VerifyingKey.of(KeyAlgorithm.ED25519, bytes);
    }

    private static RequestProof proof(int number, Instant time) {
        return new RequestProof(time, "%032x".formatted(number), "AAAA");
    }

    private static void assertRefused(TokenFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void request_isAcceptedOnce() {
        RequestProof proof = proof(1, START);
        window.accept(HOLDER, proof);

        assertRefused(TokenFault.REPLAYED, () -> window.accept(HOLDER, proof));
        assertThatCode(() -> window.accept(OTHER, proof)).doesNotThrowAnyException();
    }

    @Test
    void request_isNeverAcceptedAgain_asTimePasses() {
        clocks.pass(Duration.ofHours(1));
        RequestProof proof = proof(1, clocks.now().plus(ProofWindow.SKEW));
        window.accept(HOLDER, proof);

        for (int second = 0; second < 300; second++) {
            clocks.pass(Duration.ofSeconds(1));
            assertThatThrownBy(() -> window.accept(HOLDER, proof)).isInstanceOf(TokenException.class);
        }
    }

    @Test
    void times_areAMinuteOffAtMost() {
        clocks.pass(Duration.ofHours(1));
        Instant now = clocks.now();

        window.accept(HOLDER, proof(1, now.minusSeconds(60)));
        window.accept(HOLDER, proof(2, now.plusSeconds(60)));

        assertRefused(TokenFault.STALE_PROOF, () -> window.accept(HOLDER, proof(3, now.minusMillis(60_001))));
        assertRefused(TokenFault.STALE_PROOF, () -> window.accept(HOLDER, proof(4, now.plusMillis(60_001))));
    }

    @Test
    void requestFromBeforeTheStart_isRefused() {
        assertRefused(TokenFault.STALE_PROOF, () -> window.accept(HOLDER, proof(1, START.minusMillis(1))));
    }

    @Test
    void clockThatIsSetBack_bringsNothingToLife() {
        clocks.pass(Duration.ofHours(1));
        RequestProof proof = proof(1, clocks.now());
        window.accept(HOLDER, proof);
        clocks.pass(Duration.ofMinutes(10));
        window.accept(HOLDER, proof(2, clocks.now())); // makes it forget what is over

        clocks.wall = clocks.wall.minus(Duration.ofMinutes(10));

        assertRefused(TokenFault.STALE_PROOF, () -> window.accept(HOLDER, proof));
    }

    @Test
    void clockThatIsSetForwardAndBack_forgetsNothing() {
        clocks.pass(Duration.ofHours(1));
        RequestProof proof = proof(1, clocks.now());
        window.accept(HOLDER, proof);

        clocks.wall = clocks.wall.plus(Duration.ofHours(1));
        window.accept(HOLDER, proof(2, clocks.now()));
        clocks.wall = clocks.wall.minus(Duration.ofHours(1));

        assertRefused(TokenFault.REPLAYED, () -> window.accept(HOLDER, proof));
    }

    @Test
    void machineThatSleeps_refusesWhatWasSignedBefore() {
        clocks.pass(Duration.ofHours(1));
        RequestProof proof = proof(1, clocks.now());
        window.accept(HOLDER, proof);

        clocks.wall = clocks.wall.plus(Duration.ofHours(8)); // the other clock stood still

        assertRefused(TokenFault.STALE_PROOF, () -> window.accept(HOLDER, proof));
    }

    @Test
    void oneHolder_cannotFillTheWindow() {
        for (int i = 0; i < 5; i++) {
            window.accept(HOLDER, proof(i, START));
        }

        assertRefused(TokenFault.TOO_MANY, () -> window.accept(HOLDER, proof(5, START)));
        assertThatCode(() -> window.accept(OTHER, proof(5, START))).doesNotThrowAnyException();
    }

    @Test
    void window_isBounded_andHasRoomAgain() {
        for (int i = 0; i < 4; i++) {
            window.accept(HOLDER, proof(i, START));
            window.accept(OTHER, proof(i, START));
        }
        assertRefused(TokenFault.TOO_MANY, () -> window.accept(key(3), proof(9, START)));

        clocks.pass(Duration.ofSeconds(121));

        assertThatCode(() -> window.accept(key(3), proof(9, clocks.now()))).doesNotThrowAnyException();
    }
}
