package dev.agentos.runtime.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidArgumentsException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approval.State;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.runtime.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ApprovalTest {
    private final Trading trading = new Trading();

    @AfterEach
    void close() {
        trading.close();
    }

    @Nested
    class Deciding {
        @Test
        void call_waitsAndIsShownExactly_untilItIsApproved() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();
            assertThat(trading.placed).isEmpty();

            Approval decided = trading.os.as("alice").approvals().approve(asked.ticket(), asked.version());

            assertThat(trader.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("placed 7"));
            assertThat(asked.kind()).isEqualTo(Approval.Kind.TOOL_CALL);
            assertThat(asked.principal()).isEqualTo(PrincipalId.agent(trader.id()));
            assertThat(asked.arguments()).isEqualTo(JsonValue.of(Map.of("symbol", "AAPL", "quantity", 7)));
            assertThat(asked.actions())
                    .containsExactly(Action.of("tool:order.place", "call")
                            .with("symbol", "AAPL")
                            .with("quantity", 7));
            assertThat(asked.capability()).isEqualTo(Trading.ASKS);
            assertThat(asked.reason()).contains("approval");
            assertThat(asked.expires()).isAfter(trading.clock.now());
            assertThat(decided.state()).isEqualTo(State.APPROVED);
            assertThat(decided.version()).isEqualTo(2);
            assertThat(trading.os.approvals().pending()).isEmpty();
            assertThat(trading.os.approvals().find(asked.ticket())).contains(decided);
            assertThat(trading.os.approvals().after(0, 10)).containsExactly(decided);
        }

        @Test
        void decision_isRecordedAndTold_byWhomeverItIs() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            trading.os.as("alice").approvals().approve(asked.ticket(), 1);

            trader.await(Trading.LIMIT);
            var records = trading.os.actions().find(ActionQuery.all());
            assertThat(records)
                    .filteredOn(record -> record.action().type().equals("tool"))
                    .extracting(record -> record.decision().getClass().getSimpleName())
                    .containsExactly("NeedsApproval", "Allow");
            assertThat(records)
                    .filteredOn(record -> record.outcome() == Outcome.DONE
                            && record.action().type().equals("tool"))
                    .singleElement()
                    .satisfies(record -> assertThat(record.detail()).contains("user:alice", "ticket 1"));
            assertThat(records)
                    .filteredOn(record -> record.action().type().equals("approval"))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.principal()).isEqualTo(PrincipalId.user("alice"));
                        assertThat(record.action().verb()).isEqualTo("approve");
                    });
            assertThat(trading.os.events().history(EventFilter.type("approval.**"), 0, 10))
                    .extracting(event -> event.data().getClass().getSimpleName())
                    .containsExactly(
                            SystemEvent.ApprovalRequested.class.getSimpleName(),
                            SystemEvent.ApprovalDecided.class.getSimpleName());
        }

        @Test
        void denial_tellsTheAgent_whoAndWhy() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            trading.os.as("bob").approvals().deny(asked.ticket(), 1, "too large");

            assertThat(Trading.cause(trader))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("user:bob")
                    .hasMessageContaining("too large");
            assertThat(trading.placed).isEmpty();
        }

        @Test
        void tryCall_returnsDenied_soThatAModelCanGoOn() {
            AgentHandle trader = trading.os.spawn(AgentSpec.builder("trader")
                    .run(ctx -> ctx.result(ctx.tools().tryCall("order.place", "{\"symbol\":\"AAPL\",\"quantity\":7}")))
                    .grant(Capability.parse(Trading.ASKS))
                    .build());
            Approval asked = trading.asked();

            trading.os.approvals().deny(asked.ticket(), 1, "not today");

            Exit exit = trader.await(Trading.LIMIT);
            assertThat(((Exit.Completed) exit).value()).isInstanceOfSatisfying(ToolResult.Denied.class, denied -> {
                assertThat(denied.text()).contains("not today");
                assertThat(denied.missing()).isEmpty();
            });
        }

        @Test
        void secondDecision_isRefused_namingWhoWasFirst() {
            trading.trader(Trading.ASKS);
            Approval asked = trading.asked();
            trading.os.as("alice").approvals().deny(asked.ticket(), 1, "no");

            var second = catchThrowableOfType(
                    ApprovalException.class,
                    () -> trading.os.as("bob").approvals().approve(asked.ticket(), asked.version()));

            assertThat(second.code()).isEqualTo(ErrorCode.APPROVAL_SETTLED);
            assertThat(second).hasMessageContaining("denied by user:alice: no");
            assertThat(second.present()).extracting(Approval::state).isEqualTo(State.DENIED);
        }

        @Test
        void decision_isRefused_aboutAnotherVersionOrNoTicket() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            var other = catchThrowableOfType(
                    ApprovalException.class, () -> trading.os.approvals().approve(asked.ticket(), 2));
            var unknown = catchThrowableOfType(
                    ApprovalException.class, () -> trading.os.approvals().approve(99, 1));

            assertThat(other.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(unknown.code()).isEqualTo(ErrorCode.APPROVAL_UNKNOWN);
            assertThat(trading.os.approvals().pending()).containsExactly(asked);
            assertThat(trader.state()).isEqualTo(AgentState.RUNNING);
        }

        @Test
        void decision_needsTheRight_andAsksNobodyElse() {
            trading.restart((principal, action) -> switch (action.type() + principal.name()) {
                case "approvaleve" -> Decision.deny("eve does not decide");
                case "approvalmallory" -> new Decision.NeedsApproval("four eyes", Trading.LIMIT);
                default -> Decision.allow();
            });
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> trading.os.as("eve").approvals().approve(asked.ticket(), 1));
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> trading.os.as("mallory").approvals().approve(asked.ticket(), 1))
                    .withMessageContaining("four eyes");
            trading.os.as("alice").approvals().approve(asked.ticket(), 1);

            assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
        }
    }

    @Nested
    class Editing {
        private JsonObject quantity(int quantity) {
            return JsonValue.of(Map.of("symbol", "AAPL", "quantity", quantity)).asObject();
        }

        @Test
        void edit_callsTheToolWithOtherArguments() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            Approval edited = trading.os.as("alice").approvals().edit(asked.ticket(), 1, quantity(3));

            Exit exit = trader.await(Trading.LIMIT);
            assertThat(exit).isInstanceOf(Exit.Completed.class);
            assertThat(String.valueOf(((Exit.Completed) exit).value())).contains("placed 3", "edited by user:alice");
            assertThat(trading.placed).containsExactly(3);
            assertThat(edited.state()).isEqualTo(State.EDITED);
            assertThat(trading.os.approvals().after(0, 10)).containsExactly(edited);
        }

        @Test
        void edit_answersNothing_thatWasNotAskedOnItsTicket() {
            trading.restart((principal, action) -> action.text("quantity").equals("900")
                    ? new Decision.NeedsApproval("large orders are for the head of the desk", Trading.LIMIT)
                    : Decision.allow());
            AgentHandle trader = trading.trader(Trading.ASKS);
            trading.os.as("junior").approvals().edit(trading.asked(1).ticket(), 1, quantity(900));
            Approval large = trading.asked(2);
            assertThat(trading.placed).isEmpty();

            trading.os.as("head").approvals().approve(2, 1);

            Exit exit = trader.await(Trading.LIMIT);
            assertThat(String.valueOf(((Exit.Completed) exit).value())).contains("placed 900", "edited by user:junior");
            assertThat(large.reasons()).hasSize(2).contains("large orders are for the head of the desk");
            assertThat(large.arguments()).isEqualTo(quantity(900));
        }

        @Test
        void edit_isAuthorisedAnew() {
            AgentHandle trader = trading.trader("tool:order.place call; quantity<=10; approval=required");
            Approval asked = trading.asked();

            trading.os.approvals().edit(asked.ticket(), 1, quantity(11));

            assertThat(Trading.cause(trader)).isInstanceOf(DeniedException.class);
            assertThat(trading.placed).isEmpty();
        }

        @Test
        void edit_isRefusedAtOnce_whenTheToolDoesNotTakeIt() {
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            assertThatExceptionOfType(InvalidArgumentsException.class)
                    .isThrownBy(() ->
                            trading.os.approvals().edit(asked.ticket(), 1, JsonObject.EMPTY.with("quantity", "many")));

            assertThat(trading.os.approvals().pending()).containsExactly(asked);
            trading.os.approvals().approve(asked.ticket(), 1);
            assertThat(trader.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("placed 7"));
        }

        @Test
        void edit_isRefused_ofWhatIsNoCall() {
            trading.os.spawn(AgentSpec.builder("chatting")
                    .run(ctx -> ctx.perform(Action.of("model:default", "chat"), () -> "hi"))
                    .grant(Capability.parse("model:default chat; approval=required"))
                    .build());
            Approval asked = trading.asked();

            assertThat(asked.kind()).isEqualTo(Approval.Kind.ACTION);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> trading.os.approvals().edit(asked.ticket(), 1, JsonObject.EMPTY));
        }
    }

    @Nested
    class OtherRules {
        @Test
        void approval_skipsNoOtherRule() {
            var closed = new AtomicBoolean();
            trading.restart((principal, action) ->
                    closed.get() && action.type().equals("tool") ? Decision.deny("closed") : Decision.allow());
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();
            closed.set(true);

            trading.os.approvals().approve(asked.ticket(), 1);

            assertThat(Trading.cause(trader))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("closed");
            assertThat(trading.placed).isEmpty();
        }

        @Test
        void denialOfARule_comesBeforeAnyQuestion_whereverItStands() {
            trading.restart(
                    (principal, action) -> Trading.asks(action, "large"),
                    (principal, action) -> action.type().equals("tool") ? Decision.deny("never") : Decision.allow());

            AgentHandle trader = trading.trader("tool:order.place call");

            assertThat(Trading.cause(trader))
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("never");
            assertThat(trading.os.approvals().after(0, 10)).isEmpty();
        }

        @Test
        void questions_areOneTicket_whoeverAsks() {
            trading.restart(
                    (principal, action) -> Trading.asks(action, "large"),
                    (principal, action) -> Trading.asks(action, "at night"));
            AgentHandle trader = trading.trader(Trading.ASKS);
            Approval asked = trading.asked();

            trading.os.approvals().approve(asked.ticket(), 1);

            assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
            assertThat(asked.reasons()).hasSize(3).contains("large", "at night");
        }

        @Test
        void question_isAskedAnew_whenItIsAnother_andNotForEver() {
            var number = new AtomicInteger();
            trading.restart((principal, action) -> action.type().equals("tool")
                    ? Trading.asks(action, "question " + number.incrementAndGet())
                    : Decision.allow());
            AgentHandle trader = trading.trader("tool:order.place call");

            for (int ticket = 1; ticket <= 4; ticket++) {
                Approval asked = trading.asked(ticket);
                trading.os.approvals().approve(asked.ticket(), asked.version());
            }

            assertThat(Trading.cause(trader)).isInstanceOf(DeniedException.class);
            assertThat(trading.os.approvals().after(0, 10)).hasSize(4);
            assertThat(trading.placed).isEmpty();
        }

        @Test
        void usesOfAGrant_areCountedWhenItBegins_notWhenItAsks() {
            AgentHandle trader = trading.os.spawn(AgentSpec.builder("trader")
                    .run(ctx -> {
                        for (int i = 0; i < 3; i++) {
                            ctx.tools().tryCall("order.place", "{\"symbol\":\"A\",\"quantity\":" + i + "}");
                        }
                    })
                    .grant(Capability.parse("tool:order.place call; uses=1; approval=required"))
                    .build());
            trading.os.approvals().deny(trading.asked(1).ticket(), 1, "not this one");

            trading.os.approvals().approve(trading.asked(2).ticket(), 1);

            assertThat(trader.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
            assertThat(trading.placed).containsExactly(1);
            assertThat(trading.os.approvals().after(0, 10)).hasSize(2);
        }
    }

    @Nested
    class WhatCanAsk {
        @Test
        void spawnAndPerform_wait() {
            AgentHandle boss = trading.os.spawn(AgentSpec.builder("boss")
                    .run(ctx -> {
                        ctx.spawn(AgentSpec.builder("child").run(c -> {}).build());
                        ctx.result(ctx.perform(Action.of("model:default", "chat"), () -> "hi"));
                    })
                    .grant(Capability.parse("agent:boss/* spawn; approval=required"))
                    .grant(Capability.parse("model:default chat; approval=required"))
                    .build());
            Approval spawn = trading.asked(1);
            trading.os.approvals().approve(1, 1);
            Approval chat = trading.asked(2);

            trading.os.approvals().approve(2, 1);

            assertThat(boss.await(Trading.LIMIT)).isEqualTo(new Exit.Completed("hi"));
            assertThat(spawn.actions()).containsExactly(Action.of("agent:boss/child", "spawn"));
            assertThat(chat.actions()).containsExactly(Action.of("model:default", "chat"));
        }

        @Test
        void messagesEventsTopicsAndSubscriptions_areDenied_sinceNobodyWouldSeeThem() {
            trading.os.spawn(
                    AgentSpec.builder("other").onMessage((m, ctx) -> {}).build());
            var denials = new CopyOnWriteArrayList<String>();
            AgentHandle agent = trading.os.spawn(AgentSpec.builder("agent")
                    .run(ctx -> {
                        List<Runnable> attempts = List.of(
                                () -> ctx.send(Address.of("other"), "hi"),
                                () -> ctx.emit("trade.done", new Trading.Order("AAPL", 1)),
                                () -> ctx.publish("ticks.aapl", "1"),
                                () -> ctx.subscribe("ticks.*"));
                        for (Runnable attempt : attempts) {
                            try {
                                attempt.run();
                            } catch (DeniedException denied) {
                                denials.add(denied.reason());
                            }
                        }
                    })
                    .grant(Capability.parse("agent:other send; approval=required"))
                    .grant(Capability.parse("event:trade.* emit; approval=required"))
                    .grant(Capability.parse("topic:ticks.* publish,subscribe; approval=required"))
                    .build());

            assertThat(agent.await(Trading.LIMIT)).isInstanceOf(Exit.Completed.class);
            assertThat(denials)
                    .hasSize(4)
                    .allSatisfy(reason -> assertThat(reason).contains("cannot be waited for"));
            assertThat(trading.os.approvals().after(0, 10)).isEmpty();
        }

        @Test
        void tool_isShownToWhoeverMayAskForIt() {
            AgentHandle agent = trading.os.spawn(AgentSpec.builder("agent")
                    .run(ctx -> ctx.result(ctx.tools().available().size()))
                    .grant(Capability.parse(Trading.ASKS))
                    .build());

            assertThat(agent.await(Trading.LIMIT)).isEqualTo(new Exit.Completed(1));
            Eventually.until(
                    "nobody was asked", () -> trading.os.approvals().pending().isEmpty());
        }
    }
}
