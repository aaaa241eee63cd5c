package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Outcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Action SUBSCRIBE = Action.of("topic:ticks.btc", "subscribe");

    private final GateFixture fixture = new GateFixture(List.of());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void standing_isRecordedOnce_andDoesNotCross() {
        FakeActor actor = fixture.agent("a", "topic:ticks.* subscribe");

        Standing standing = fixture.gate.stand(actor, SUBSCRIBE);
        Standing.Worth first = standing.worth();
        Standing.Worth second = standing.worth();

        assertThat(List.of(first, second)).containsOnly(Standing.Worth.HOLDS);
        assertThat(actor.crossings).hasValue(0);
        assertThat(fixture.records()).singleElement().satisfies(record -> {
            assertThat(record.action()).isEqualTo(SUBSCRIBE);
            assertThat(record.outcome()).isEqualTo(Outcome.DONE);
        });
    }

    @Test
    void standing_isRefused_withoutAGrant() {
        FakeActor actor = fixture.agent("a", "topic:trades subscribe");

        assertThatThrownBy(() -> fixture.gate.stand(actor, SUBSCRIBE)).isInstanceOf(DeniedException.class);

        assertThat(fixture.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void standing_isLost_whenItsGrantIsRevoked_andThatIsADenial() {
        FakeActor actor = fixture.agent("a");
        Grant grant = fixture.grant(actor, "topic:ticks.* subscribe");
        Standing standing = fixture.gate.stand(actor, SUBSCRIBE);

        fixture.authority.revoke(grant);

        assertThat(standing.worth()).isEqualTo(Standing.Worth.LOST);
        assertThat(fixture.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    void standing_goesOnByAnotherGrant_whenItsOwnIsRevoked() {
        FakeActor actor = fixture.agent("a");
        Grant grant = fixture.grant(actor, "topic:ticks.* subscribe");
        Standing standing = fixture.gate.stand(actor, SUBSCRIBE);
        Grant other = fixture.grant(actor, "topic:ticks.btc subscribe");

        fixture.authority.revoke(grant);
        Standing.Worth then = standing.worth();
        fixture.authority.revoke(other);

        assertThat(then).isEqualTo(Standing.Worth.HOLDS);
        assertThat(standing.worth()).isEqualTo(Standing.Worth.LOST);
    }

    @Test
    void standing_holdsForGood_whenItNeedsNoGrant() {
        FakeActor actor = fixture.agent("a");
        actor.implicit = action -> action.equals(SUBSCRIBE);

        Standing standing = fixture.gate.stand(actor, SUBSCRIBE);
        fixture.authority.revoke(fixture.root);

        assertThat(standing.worth()).isEqualTo(Standing.Worth.HOLDS);
    }
}
