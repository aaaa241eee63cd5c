package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.agentos.api.Restart.OnFailure;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failure means, and how often. */
class RestartTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void policies_decideAsTheyAreNamed() {
        var failure = new IOException("x");

        assertThat(Restart.never().decide().apply(failure)).isEqualTo(OnFailure.STOP);
        assertThat(Restart.resume().decide().apply(failure)).isEqualTo(OnFailure.RESUME);
        assertThat(Restart.escalate().decide().apply(failure)).isEqualTo(OnFailure.ESCALATE);
        assertThat(Restart.upTo(1, MINUTE).decide().apply(failure)).isEqualTo(OnFailure.RESTART);
    }

    @Test
    void upTo_waits100Milliseconds_to30Seconds() {
        Restart policy = Restart.upTo(3, MINUTE);

        assertThat(policy.max()).isEqualTo(3);
        assertThat(policy.window()).isEqualTo(MINUTE);
        assertThat(policy.firstBackoff()).hasMillis(100);
        assertThat(policy.maxBackoff()).hasSeconds(30);
    }

    @Test
    void deciding_changesTheDecisionOnly() {
        Restart policy = Restart.upTo(3, MINUTE)
                .backoff(Duration.ZERO, Duration.ofSeconds(1))
                .deciding(failure -> failure instanceof IOException ? OnFailure.RESTART : OnFailure.ESCALATE);

        assertThat(policy.decide().apply(new IOException())).isEqualTo(OnFailure.RESTART);
        assertThat(policy.decide().apply(new IllegalStateException())).isEqualTo(OnFailure.ESCALATE);
        assertThat(policy)
                .usingRecursiveComparison()
                .ignoringFields("decide")
                .isEqualTo(new Restart(3, MINUTE, Duration.ZERO, Duration.ofSeconds(1), failure -> OnFailure.STOP));
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S, PT0S, PT1M", "1, PT-1S, PT0S, PT1M", "1, PT1M, PT-0.001S, PT1M", "1, PT1M, PT2S, PT1.999S"})
    void times_areRefused_namingAllOfThem(int max, Duration window, Duration first, Duration most) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Restart(max, window, first, most, failure -> OnFailure.STOP))
                .withMessageContaining(window + ", " + first + ", " + most);
    }

    @Test
    void decision_isNeverMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> Restart.never().deciding(null))
                .withMessage("decide");
    }

    @Test
    void restarts_mayBeNone_butNotFewer() {
        assertThat(Restart.upTo(0, MINUTE).max()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Restart.upTo(-1, MINUTE))
                .withMessage("restarts are negative: -1");
    }

    @ParameterizedTest
    @CsvSource({"0, PT1S", "-1, PT1S", "1, PT0S", "1, PT-1S"})
    void rate_isRefused_namingBothParts(long count, Duration window) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(count, window))
                .withMessageEndingWith(": " + count + " in " + window);
    }

    @Test
    void rate_isWrittenForPeople() {
        assertThat(new Rate(100, MINUTE)).hasToString("100 per PT1M");
        assertThatNullPointerException().isThrownBy(() -> new Rate(1, null)).withMessage("window");
    }
}
