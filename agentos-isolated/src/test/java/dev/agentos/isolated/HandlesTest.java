package dev.agentos.isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.agentos.api.Registration;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Grant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandlesTest {
    private final Handles handles = new Handles();

    private static Message message(long id) {
        var address = Address.of("a");
        return new Message(id, address, address, "text", "x", id, id, Instant.EPOCH, Map.of());
    }

    @Test
    void grant_hasOneNumber() {
        Grant grant = mock();

        long number = handles.of(grant);

        assertThat(handles.of(grant)).isEqualTo(number);
        assertThat(handles.grants(List.of(number))).containsExactly(grant);
    }

    @Test
    void grants_thatHaveEnded_areForgotten_andTheirNumbersNotUsedAgain() {
        var ended = new ArrayList<Grant>();
        for (int i = 0; i < 1_024; i++) {
            Grant grant = mock();
            when(grant.revoked()).thenReturn(true);
            ended.add(grant);
            handles.of(grant);
        }

        long next = handles.of(mock(Grant.class));

        assertThat(next).isEqualTo(1_025);
        assertThatThrownBy(() -> handles.grant(1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(handles.of(ended.getFirst())).isEqualTo(1_026);
    }

    @Test
    void numbers_thatWereNeverGiven_areForged() {
        handles.of(message(1));

        assertThatThrownBy(() -> handles.message(2)).isInstanceOf(Violation.class);
        assertThatThrownBy(() -> handles.message(0)).isInstanceOf(Violation.class);
        assertThatThrownBy(() -> handles.grant(-1)).isInstanceOf(Violation.class);
        assertThatThrownBy(() -> handles.close(1)).isInstanceOf(Violation.class);
    }

    @Test
    void oldMessages_areForgotten_andAskedForInVain() {
        for (int i = 0; i <= Handles.MOST_MESSAGES; i++) {
            handles.of(message(i));
        }

        assertThat(handles.message(2).id()).isEqualTo(1);
        assertThatThrownBy(() -> handles.message(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too long ago");
    }

    @Test
    void registrations_areClosedOnce() {
        var closed = new AtomicInteger();
        Registration registration = closed::incrementAndGet;
        long once = handles.ofOnce(registration);
        long lasting = handles.ofLasting(registration);

        handles.close(once);
        handles.close(lasting);
        handles.close(once);

        assertThat(closed).hasValue(2);
    }

    @Test
    void timers_areForgotten_beyondWhatAnAgentMayHave() {
        var closed = new AtomicInteger();
        for (int i = 0; i <= Handles.MOST_TIMERS; i++) {
            handles.ofOnce(closed::incrementAndGet);
        }

        handles.close(1);
        handles.close(2);

        assertThat(closed).hasValue(1);
    }
}
