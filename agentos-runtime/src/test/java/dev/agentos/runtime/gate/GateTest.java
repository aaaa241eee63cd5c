package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.Registration;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.LimitExceededException;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.Rule;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
    private static final Action SPAWN = Action.of("agent:desk/child", "spawn");
    private static final Action CHAT = Action.of("model:default", "chat");

    private final AtomicInteger performed = new AtomicInteger();

    @Nested
    class Acting {
        @Test
        void act_performsAndRecords_whenAGrantCovers() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:desk/* spawn");

                String result = os.gate.act(desk, SPAWN, () -> "child");

                assertThat(result).isEqualTo("child");
                assertThat(os.lastRecord()).satisfies(record -> {
                    assertThat(record.action()).isEqualTo(SPAWN);
                    assertThat(record.principal()).isEqualTo(desk.principal());
                    assertThat(record.decision()).isEqualTo(Decision.allow());
                    assertThat(record.outcome()).isEqualTo(Outcome.DONE);
                });
                assertThat(desk.crossings).hasValue(1);
            }
        }

        @Test
        void act_countsADenial_atTheGrantThatCameNearest_andALookDoesNot() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:elsewhere/* spawn");
                Grant nearest = desk.grants().getFirst();

                boolean covered = os.gate.covers(desk, SPAWN);
                long afterALook = nearest.usage().denials();
                assertThatThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .isInstanceOf(DeniedException.class);

                assertThat(covered).isFalse();
                assertThat(afterALook).isZero();
                assertThat(nearest.usage().denials()).isEqualTo(1);
            }
        }

        @Test
        void act_deniesRecordsAndTells_whenNothingCovers() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:elsewhere/* spawn");

                var denied = catchThrowableOfType(
                        DeniedException.class, () -> os.gate.act(desk, SPAWN, GateTest.this::perform));

                assertThat(performed).hasValue(0);
                assertThat(denied.action()).isEqualTo(SPAWN);
                assertThat(os.authority.check(desk.principal(), List.of(os.grant(desk, denied.missing())), SPAWN))
                        .isInstanceOf(dev.agentos.api.spi.Authority.Ruling.Allowed.class);
                assertThat(os.records()).singleElement().satisfies(record -> {
                    assertThat(record.outcome()).isEqualTo(Outcome.NOT_STARTED);
                    assertThat(record.decision()).isEqualTo(Decision.deny(denied.reason()));
                });
                assertThat(os.facts(SystemEvent.Denied.class))
                        .containsExactly(new SystemEvent.Denied(desk.principal(), SPAWN, denied.reason()));
            }
        }

        @Test
        void act_needsNoGrant_whenTheActorMayImplicitly() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk");
                desk.implicit = SPAWN::equals;

                os.gate.act(desk, SPAWN, GateTest.this::perform);

                assertThat(performed).hasValue(1);
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.DONE);
            }
        }

        @Test
        void act_throwsWhatTheEffectThrows_andRecordsIt() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatThrownBy(() -> os.gate.act(desk, SPAWN, () -> {
                            throw new IllegalStateException("no room");
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("no room");
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.FAILED);
                assertThat(os.lastRecord().detail()).contains("no room");
            }
        }

        @Test
        void act_throwsAgentStopped_andDoesNothing_whenTheActorIsFenced() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn");
                desk.stopped = "terminated";

                assertThatExceptionOfType(AgentStopped.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform));
                assertThat(performed).hasValue(0);
                assertThat(os.records()).isEmpty();
            }
        }

        @Test
        void act_usesAnotherGrant_whenTheFirstIsUsedUp() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn; uses=1", "agent:desk/* spawn; uses=1");

                os.gate.act(desk, SPAWN, GateTest.this::perform);
                os.gate.act(desk, SPAWN, GateTest.this::perform);

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform));
                assertThat(performed).hasValue(2);
            }
        }

        @Test
        void act_neverPassesTheUses_whenManyThreadsCross() throws InterruptedException {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn; uses=50");
                var threads = new ArrayList<Thread>();
                for (int t = 0; t < 8; t++) {
                    threads.add(Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 50; i++) {
                            try {
                                os.gate.act(desk, SPAWN, GateTest.this::perform);
                            } catch (DeniedException e) {
                                assertThat(e.action()).isEqualTo(SPAWN);
                            }
                        }
                    }));
                }

                for (Thread thread : threads) {
                    thread.join();
                }

                assertThat(performed).hasValue(50);
                assertThat(os.records()).hasSize(400);
                assertThat(os.storage.actions().find(ActionQuery.all().denied()))
                        .hasSize(350);
            }
        }

        @Test
        void act_isDenied_whenAPersonWouldHaveToApprove() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn; approval=required");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .satisfies(denied -> assertThat(denied.reason()).contains("approve"));
                assertThat(performed).hasValue(0);
            }
        }

        @Test
        void begin_keepsTheGrantInUse_untilTheRegistrationIsClosed() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn; max=1");

                Registration child = os.gate.begin(desk, List.of(SPAWN), end -> end);
                var second = catchThrowableOfType(
                        DeniedException.class, () -> os.gate.begin(desk, List.of(SPAWN), end -> end));
                child.close();
                Registration third = os.gate.begin(desk, List.of(SPAWN), end -> end);

                assertThat(second).isNotNull();
                assertThat(third).isNotNull();
            }
        }

        @Test
        void begin_givesTheUseUp_whenTheEffectThrows() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:** spawn; max=1");
                assertThatThrownBy(() -> os.gate.begin(desk, List.of(SPAWN), end -> {
                            throw new IllegalStateException("name taken");
                        }))
                        .hasMessage("name taken");

                Registration child = os.gate.begin(desk, List.of(SPAWN), end -> end);

                assertThat(child).isNotNull();
            }
        }
    }

    @Nested
    class Performing {
        @Test
        void perform_isCountedAsACall_andRecorded() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "model:default chat");

                Integer result = os.gate.perform(desk, CHAT, () -> 42);

                assertThat(result).isEqualTo(42);
                assertThat(desk.account().used(List.of())).containsEntry(Limit.TOOL_CALLS, BigDecimal.ONE);
                assertThat(os.lastRecord().action()).isEqualTo(CHAT);
            }
        }

        @Test
        void perform_wrapsWhatTheCodeThrows() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "model:default chat");

                assertThatExceptionOfType(ToolException.class)
                        .isThrownBy(() -> os.gate.perform(desk, CHAT, () -> {
                            throw new IOException("connection reset");
                        }))
                        .satisfies(failure -> {
                            assertThat(failure.code()).isEqualTo(ErrorCode.TOOL_FAILED);
                            assertThat(failure).hasCauseInstanceOf(IOException.class);
                            assertThat(failure).hasMessageContaining("model:default");
                        });
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.FAILED);
            }
        }

        @Test
        void perform_throwsDenied_unwrapped() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.perform(desk, CHAT, GateTest.this::perform));
                assertThat(desk.account().used(List.of())).containsEntry(Limit.TOOL_CALLS, BigDecimal.ONE);
            }
        }

        @Test
        void perform_throwsAgentStopped_whenTheCodeFailedBecauseOfIt() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "model:default chat");

                assertThatExceptionOfType(AgentStopped.class)
                        .isThrownBy(() -> os.gate.perform(desk, CHAT, () -> {
                            desk.stopped = "terminated";
                            throw new InterruptedException();
                        }));
                assertThat(Thread.interrupted()).isTrue();
            }
        }

        @Test
        void perform_refusesAModel_whenTheTokensAreSpent() {
            try (var os = new GateFixture(List.of())) {
                var limits = Limits.builder().tokens(100).build();
                var desk = os.agent("desk", limits, "model:default chat");
                os.gate.perform(desk, CHAT, () -> "long answer");
                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.charge(desk, Limit.TOKENS, BigDecimal.valueOf(150)));

                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.perform(desk, CHAT, GateTest.this::perform))
                        .satisfies(met -> assertThat(met.limit()).isEqualTo(Limit.TOKENS));

                assertThat(performed).hasValue(0);
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
            }
        }
    }

    @Nested
    class Rules {
        @Test
        void rule_deniesWhatAGrantCovers() {
            Rule rule = (principal, action) -> Decision.deny("not on Sundays");
            try (var os = new GateFixture(List.of(), rule)) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .satisfies(denied -> assertThat(denied.reason()).isEqualTo("not on Sundays"));
                assertThat(performed).hasValue(0);
            }
        }

        @Test
        void rule_cannotAllowWhatNoGrantCovers() {
            try (var os = new GateFixture(List.of(), (principal, action) -> Decision.allow())) {
                var desk = os.agent("desk");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform));
            }
        }

        @Test
        void rule_isAskedAboutImplicitRights_too() {
            try (var os = new GateFixture(List.of(), (principal, action) -> Decision.deny("quiet"))) {
                var desk = os.agent("desk");
                desk.implicit = action -> true;

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform));
            }
        }

        @Test
        void rule_denies_whenItThrows() {
            Rule broken = (principal, action) -> {
                throw new IllegalStateException("no database");
            };
            try (var os = new GateFixture(List.of(), broken)) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .satisfies(denied -> assertThat(denied.reason()).contains("no database"));
            }
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless rule does
        void rule_denies_whenItSaysNothing() {
            try (var os = new GateFixture(List.of(), (principal, action) -> null)) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform));
            }
        }

        @Test
        void rule_denies_whenItAsksAndNobodyCanApprove() {
            Rule asking = (principal, action) -> new Decision.NeedsApproval("large order", Duration.ofMinutes(5));
            try (var os = new GateFixture(List.of(), asking)) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .satisfies(denied -> assertThat(denied.reason())
                                .contains("large order")
                                .contains("approve"));
            }
        }

        @Test
        void rule_denies_whenItReplacesWhatCannotBeReplaced() {
            var other = Action.of("agent:desk/other", "spawn");
            try (var os = new GateFixture(List.of(), (principal, action) -> new Decision.Replace(other, "renamed"))) {
                var desk = os.agent("desk", "agent:** spawn");

                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.act(desk, SPAWN, GateTest.this::perform))
                        .satisfies(denied -> assertThat(denied.reason()).contains("renamed"));
                assertThat(performed).hasValue(0);
                assertThat(os.records())
                        .extracting(record -> record.decision().getClass().getSimpleName())
                        .containsExactly("Replace", "Deny");
            }
        }
    }

    @Nested
    class Sending {
        private final Address peer = Address.of("peer/x");

        @Test
        void allowSend_recordsNothing_andCounts_whenAllowed() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:peer/* send");

                os.gate.allowSend(desk, peer);
                os.gate.allowSend(desk, peer);

                assertThat(os.records()).isEmpty();
                assertThat(desk.account().used(List.of())).containsEntry(Limit.MESSAGES, BigDecimal.TWO);
            }
        }

        @Test
        void allowSend_isDeniedRecordedAndNotCounted_whenNothingCovers() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:other/* send");

                assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> os.gate.allowSend(desk, peer));
                assertThat(os.records()).hasSize(1);
                assertThat(os.facts(SystemEvent.Denied.class)).hasSize(1);
                assertThat(desk.account().used(List.of())).isEmpty();
            }
        }

        @Test
        void allowSend_isDeniedAtOnce_whenTheGrantIsRevoked() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk");
                Grant grant = os.grant(desk, "agent:peer/* send");
                os.gate.allowSend(desk, peer);

                os.authority.revoke(grant);

                assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> os.gate.allowSend(desk, peer));
            }
        }

        @Test
        void allowSend_countsEveryUse_whenTheGrantIsLimited() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:peer/* send; uses=2");
                os.gate.allowSend(desk, peer);
                os.gate.allowSend(desk, peer);

                assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> os.gate.allowSend(desk, peer));
            }
        }

        @Test
        void allowSend_asksTheRulesEveryTime() {
            var asked = new AtomicInteger();
            Rule third =
                    (principal, action) -> asked.incrementAndGet() > 4 ? Decision.deny("enough") : Decision.allow();
            try (var os = new GateFixture(List.of(), third)) {
                var desk = os.agent("desk", "agent:peer/* send");
                for (int i = 0; i < 4; i++) {
                    os.gate.allowSend(desk, peer);
                }

                assertThatExceptionOfType(DeniedException.class).isThrownBy(() -> os.gate.allowSend(desk, peer));
                assertThat(asked).hasValue(5);
            }
        }

        @Test
        void allowSend_isRight_whenRecipientsShareAPlaceInTheCache() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "agent:peer/* send");

                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < 50; i++) {
                        os.gate.allowSend(desk, Address.of("peer/" + i));
                        var stranger = Address.of("stranger/" + i);
                        assertThatExceptionOfType(DeniedException.class)
                                .isThrownBy(() -> os.gate.allowSend(desk, stranger));
                    }
                }

                assertThat(desk.account().used(List.of())).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(150));
            }
        }

        @Test
        void allow_isRecordedOnlyWhenDenied() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", "event:trade.* emit");

                os.gate.allow(desk, Action.of("event:trade.done", "emit"));

                assertThat(os.records()).isEmpty();
                assertThatExceptionOfType(DeniedException.class)
                        .isThrownBy(() -> os.gate.allow(desk, Action.of("event:other", "emit")));
                assertThat(os.records()).hasSize(1);
            }
        }
    }

    @Nested
    class Limiting {
        @Test
        void use_tellsOfTheLimitAtItsOwner_whenItIsMet() {
            try (var os = new GateFixture(List.of())) {
                var desk = new FakeActor("desk", Limits.builder().messages(1).build());
                var child = new FakeActor("desk/child", Limits.defaults(), desk);
                os.gate.use(child, Limit.MESSAGES, 1);

                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.use(child, Limit.MESSAGES, 1))
                        .satisfies(met -> assertThat(met.owner()).isEqualTo(desk.address()));
                assertThat(os.facts(SystemEvent.LimitReached.class))
                        .containsExactly(new SystemEvent.LimitReached(desk.address(), Limit.MESSAGES, "1 messages"));
            }
        }

        @Test
        void use_pausesAsksAndGoesOn_whenTheSpecSaysSo() {
            try (var os = new GateFixture(List.of())) {
                var limits = Limits.builder()
                        .messages(1)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build();
                var desk = new FakeActor("desk", limits);

                for (int i = 0; i < 3; i++) {
                    os.gate.use(desk, Limit.MESSAGES, 1);
                }

                assertThat(desk.limitsReached).hasSize(2);
                assertThat(desk.account().used(List.of())).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(3));
                assertThat(desk.account().bound(Limit.MESSAGES)).isEqualByComparingTo("3");
            }
        }

        @Test
        void use_failsTheChild_whenTheAncestorPausesAndAsks() {
            try (var os = new GateFixture(List.of())) {
                var limits = Limits.builder()
                        .messages(0)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build();
                var desk = new FakeActor("desk", limits);
                var child = new FakeActor("desk/child", Limits.defaults(), desk);

                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.use(child, Limit.MESSAGES, 1));
                assertThat(child.limitsReached).isEmpty();
                assertThat(desk.limitsReached).isEmpty();
            }
        }

        @Test
        void use_throwsAgentStopped_whenItIsTerminatedInsteadOfResumed() {
            try (var os = new GateFixture(List.of())) {
                var limits = Limits.builder()
                        .messages(0)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build();
                var desk = new FakeActor("desk", limits);
                desk.onLimit = met -> {
                    throw new AgentStopped("terminated while paused");
                };

                assertThatExceptionOfType(AgentStopped.class).isThrownBy(() -> os.gate.use(desk, Limit.MESSAGES, 1));
                assertThat(desk.account().used(List.of())).isEmpty();
            }
        }

        @Test
        void charge_isCountedOnce_whenItPausesAndAsks() {
            try (var os = new GateFixture(List.of())) {
                var limits = Limits.builder()
                        .money(BigDecimal.ONE)
                        .onExceed(Limits.OnExceed.PAUSE_AND_ASK)
                        .build();
                var desk = new FakeActor("desk", limits);

                os.gate.charge(desk, Limit.MONEY, new BigDecimal("3.50"));

                assertThat(desk.limitsReached).hasSize(3);
                assertThat(desk.account().used(List.of())).containsEntry(Limit.MONEY, new BigDecimal("3.50"));
            }
        }

        @Test
        void useChild_refuses_whenThereAreTooMany() {
            try (var os = new GateFixture(List.of())) {
                var desk = new FakeActor("desk", Limits.builder().children(1).build());
                os.gate.useChild(desk);

                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.useChild(desk))
                        .satisfies(met -> assertThat(met.limit()).isEqualTo(Limit.CHILDREN));
            }
        }

        @Test
        void perform_isRecordedAsRefused_whenALimitIsMet() {
            try (var os = new GateFixture(List.of())) {
                var desk = os.agent("desk", Limits.builder().toolCalls(0).build(), "model:default chat; uses=1");
                Capability capability = desk.grants.getFirst().capability();

                assertThatExceptionOfType(LimitExceededException.class)
                        .isThrownBy(() -> os.gate.perform(desk, CHAT, GateTest.this::perform));
                assertThat(os.lastRecord().outcome()).isEqualTo(Outcome.NOT_STARTED);
                assertThat(os.lastRecord().decision()).isInstanceOf(Decision.Deny.class);
                assertThat(desk.grants.getFirst().used())
                        .as("uses of " + capability)
                        .isZero();
            }
        }
    }

    private int perform() {
        return performed.incrementAndGet();
    }
}
