package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import dev.agentos.api.Restart;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.ToolException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Revocation;
import dev.agentos.api.tool.OnRevoke;
import dev.agentos.api.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants that are taken back while somebody uses them, or is about to. */
class RevocationTest {
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicReference<String> key = new AtomicReference<>();
    private final AtomicBoolean hooked = new AtomicBoolean();
    private final AtomicBoolean revoked = new AtomicBoolean();
    private final AtomicInteger late = new AtomicInteger();
    private final AgentOS os = AgentOS.builder()
            .tool(waiting("slow", OnRevoke.FINISH))
            .tool(waiting("gentle", OnRevoke.CANCEL))
            .tool(Tool.builder("quick", Nothing.class)
                    .handler((nothing, call) -> {
                        if (revoked.get()) {
                            late.incrementAndGet();
                        }
                        return "done";
                    })
                    .build())
            .build();

    record Nothing() {}

    private Tool waiting(String name, OnRevoke onRevoke) {
        return Tool.builder(name, Nothing.class)
                .onRevoke(onRevoke)
                .handler((nothing, call) -> {
                    key.set(call.idempotencyKey());
                    call.onCancel(() -> hooked.set(true));
                    inside.countDown();
                    goOn.await();
                    return "finished";
                })
                .build();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        os.close();
    }

    private interface Life {
        Object live(AgentContext ctx) throws Exception;
    }

    private AgentHandle agent(String name, Life life, String... grants) {
        var spec =
                AgentSpec.builder(name).run(ctx -> ctx.result(life.live(ctx))).limits(Limits.unlimited());
        for (String grant : grants) {
            spec.grant(grant);
        }
        return os.spawn(spec.build());
    }

    private static Object resultOf(AgentHandle agent) {
        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit).isInstanceOf(Exit.Completed.class);
        return exit.result(Object.class);
    }

    private GrantInfo grantOf(AgentHandle agent) {
        return os.grants().list(PrincipalId.agent(agent.id())).getFirst();
    }

    private ActionRecord lastCall() {
        return os.actions().find(ActionQuery.all()).stream()
                .filter(record -> record.action().type().equals("tool"))
                .toList()
                .getLast();
    }

    @Test
    void callInFlight_finishes_andTheRecordSaysThatItsGrantWasRevoked() {
        AgentHandle agent = agent("a", ctx -> ctx.tools().call("slow", Map.of()).as(String.class), "tool:slow call");
        Eventually.reached(inside);

        GrantInfo grant = grantOf(agent);
        Revocation revocation = os.grants().revoke(grant.id(), "enough");
        goOn.countDown();

        assertThat(resultOf(agent)).isEqualTo("finished");
        assertThat(revocation).isEqualTo(new Revocation(grant.id(), List.of(key.get()), List.of()));
        assertThat(lastCall().outcome()).isEqualTo(Outcome.DONE);
        assertThat(lastCall().detail()).contains("grant " + grant.id()).contains("was revoked meanwhile");
        assertThat(os.events().history(EventFilter.type("security.revoked"), 0, 10))
                .singleElement()
                .satisfies(event -> assertThat(event.data())
                        .isEqualTo(new SystemEvent.Revoked("tool:slow call", PrincipalId.HOST, grant.id(), "enough")));
    }

    @Test
    void callInFlight_isCancelled_ifItsToolSaysSo_andItsCallerIsToldWhichGrant() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    var failed = catchThrowableOfType(
                            ToolException.class, () -> ctx.tools().call("gentle", Map.of()));
                    return failed.code() + " " + failed.getMessage();
                },
                "tool:gentle call");
        Eventually.reached(inside);

        GrantInfo grant = grantOf(agent);
        Revocation revocation = os.grants().revoke(grant.id(), "enough");

        assertThat(resultOf(agent))
                .asString()
                .startsWith(ErrorCode.GRANT_REVOKED.name())
                .contains("grant " + grant.id() + " 'tool:gentle call' was revoked by host: enough");
        assertThat(revocation.cancelled()).containsExactly(key.get());
        Eventually.until("the hook has run", hooked::get);
        ActionRecord told = os.actions().find(ActionQuery.all()).stream()
                .filter(record -> record.outcome() == Outcome.UNKNOWN)
                .findFirst()
                .orElseThrow();
        assertThat(told.detail()).contains("GRANT_REVOKED").contains("grant " + grant.id());
    }

    @Test
    void codeInFlight_isListed() {
        AgentHandle agent = agent(
                "a",
                ctx -> ctx.perform(Action.of("model:default", "chat"), () -> {
                    inside.countDown();
                    goOn.await();
                    return "an answer";
                }),
                "model:default chat");
        Eventually.reached(inside);

        Revocation revocation = os.grants().revoke(grantOf(agent).id(), "");
        goOn.countDown();

        assertThat(resultOf(agent)).isEqualTo("an answer");
        assertThat(revocation.inFlight()).containsExactly("perform-1");
        assertThat(revocation.cancelled()).isEmpty();
    }

    @Test
    void revoke_takesTheWholeSubtree_andSaysSoOfItsCallsInFlight() {
        AgentHandle last = agent("last", ctx -> {
            Grant mine = ctx.receive().grants().getFirst();
            return ctx.with(mine).tools().call("slow", Map.of()).as(String.class);
        });
        agent(
                "middle",
                ctx -> {
                    ctx.send(last.id().address(), "go", ctx.receive().grants().getFirst());
                    return null;
                },
                "agent:last send");
        AgentHandle first = agent(
                "first",
                ctx -> {
                    ctx.send(Address.of("middle"), "go", ctx.grants().getFirst());
                    return ctx.receive().payload();
                },
                "tool:slow call",
                "agent:middle send");
        Eventually.reached(inside);

        Revocation revocation = os.grants().revoke(grantOf(first).id(), "");
        goOn.countDown();

        assertThat(revocation.inFlight()).containsExactly(key.get());
        assertThat(resultOf(last)).isEqualTo("finished");
        assertThat(os.grants().list())
                .filteredOn(info -> info.capability().equals(Capability.parse("tool:slow call")))
                .allMatch(info -> info.state() == GrantInfo.State.REVOKED);
    }

    /** Many callers, real threads: whatever begins after {@code revoke} has returned does not reach the tool. */
    @Test
    void call_thatBeginsAfterRevokeReturned_fails() {
        var busy = new CountDownLatch(8);
        var callers = new ArrayList<AgentHandle>();
        AgentHandle desk = agent("desk", ctx -> ctx.receive().payload(), "tool:quick call");
        GrantInfo shared = grantOf(desk);
        for (int i = 0; i < 8; i++) {
            AgentHandle caller = agent("caller-" + i, ctx -> {
                ctx.receive();
                var mine = ctx.with(ctx.capabilities().lent().getFirst());
                mine.tools().call("quick", Map.of());
                busy.countDown();
                while (true) {
                    try {
                        mine.tools().call("quick", Map.of());
                    } catch (DeniedException gone) {
                        return revoked.get() || gone.reason().contains("revoked");
                    }
                }
            });
            os.grants()
                    .delegate(
                            shared.id(),
                            Capability.parse("tool:quick call"),
                            caller.id().address());
            caller.send("go");
            callers.add(caller);
        }
        Eventually.reached(busy);

        Revocation revocation = os.grants().revoke(shared.id(), "now");
        // Those in flight may still come to the tool's first line: they had begun.
        Eventually.until(
                "those in flight have ended",
                () -> os.grants().list().stream().allMatch(info -> info.usage().inFlight() == 0));
        revoked.set(true);

        callers.forEach(caller -> assertThat(resultOf(caller)).isEqualTo(true));
        assertThat(late).hasValue(0);
        assertThat(revocation.inFlight().size()).isLessThanOrEqualTo(8);
    }

    @Test
    void uses_areExact_whateverTheyAreSharedBy() {
        int uses = 50;
        var done = new AtomicInteger();
        AgentHandle desk = agent("desk", ctx -> ctx.receive().payload(), "tool:quick call; uses=" + uses);
        GrantInfo shared = grantOf(desk);
        var callers = new ArrayList<AgentHandle>();
        for (int i = 0; i < 8; i++) {
            AgentHandle caller = agent("caller-" + i, ctx -> {
                ctx.receive();
                var mine = ctx.with(ctx.capabilities().lent().getFirst());
                try {
                    for (; ; ) {
                        mine.tools().call("quick", Map.of());
                        done.incrementAndGet();
                    }
                } catch (DeniedException usedUp) {
                    return usedUp.reason();
                }
            });
            os.grants().delegate(shared.id(), shared.capability(), caller.id().address());
            callers.add(caller);
        }

        callers.forEach(caller -> caller.send("go"));
        callers.forEach(RevocationTest::resultOf);

        assertThat(done).hasValue(uses);
        assertThat(os.grants().find(shared.id()).orElseThrow().state()).isEqualTo(GrantInfo.State.USED_UP);
    }

    @Test
    void revoke_byAnAgent_reachesWhatItHandedOn_andNothingElse() {
        var got = new CompletableFuture<Grant>();
        AgentHandle borrower = agent("borrower", ctx -> {
            Grant mine = ctx.receive().grants().getFirst();
            got.complete(mine);
            var others = catchThrowableOfType(
                    DeniedException.class,
                    () -> ctx.capabilities().revoke(mine.parent().orElseThrow()));
            ctx.receive();
            var gone = catchThrowableOfType(
                    DeniedException.class, () -> ctx.with(mine).tools().call("quick", Map.of()));
            return others.reason() + "; " + (gone != null) + "; "
                    + ctx.capabilities().lent();
        });
        AgentHandle lender = agent(
                "lender",
                ctx -> {
                    var to = borrower.id().address();
                    ctx.send(to, "take this", ctx.grants().getFirst());
                    Revocation revocation = ctx.capabilities().revoke(got.get(20, TimeUnit.SECONDS));
                    ctx.send(to, "and now");
                    return revocation.grant() + " "
                            + ctx.tools().call("quick", Map.of()).as(String.class);
                },
                "tool:quick call",
                "agent:borrower send");

        assertThat(resultOf(lender)).isEqualTo(got.join().id() + " done");
        assertThat(resultOf(borrower))
                .isEqualTo("it was not derived from a grant of agent:" + borrower.id() + "; true; []");
    }

    @Test
    void revoke_ofItsOwn_givesItUp() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    ctx.capabilities().revoke(ctx.grants().getFirst());
                    return catchThrowableOfType(
                                    DeniedException.class, () -> ctx.tools().call("quick", Map.of()))
                            .reason();
                },
                "tool:quick call");

        assertThat(resultOf(agent)).asString().contains("revoked");
    }

    @Test
    void revoke_again_changesNothing() {
        AgentHandle agent = agent("a", ctx -> ctx.receive().payload(), "tool:quick call");
        long id = grantOf(agent).id();

        Revocation first = os.grants().revoke(id, "one");
        Revocation second = os.as("alice").grants().revoke(id, "two");

        assertThat(second).isEqualTo(first).isEqualTo(new Revocation(id, List.of(), List.of()));
        assertThat(os.events().history(EventFilter.type("security.revoked"), 0, 10))
                .hasSize(1);
        assertThat(os.actions().find(ActionQuery.all()))
                .filteredOn(record -> record.action().verb().equals("revoke"))
                .extracting(record -> record.principal().toString())
                .containsExactly("host", "user:alice");
    }

    @Test
    void restart_bySupervision_keepsWhatItHeldAndWasLent_andWhatWasRevokedStaysRevoked() {
        var failed = new AtomicBoolean();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .restart(Restart.upTo(3, Duration.ofMinutes(1)))
                .onMessage((message, ctx) -> {
                    if (!failed.getAndSet(true)) {
                        throw new IllegalStateException("once");
                    }
                    boolean lent = ctx.with(ctx.capabilities().lent().getFirst())
                            .tools()
                            .call("quick", Map.of())
                            .as(String.class)
                            .equals("done");
                    var gone = catchThrowableOfType(
                            DeniedException.class, () -> ctx.tools().call("slow", Map.of()));
                    ctx.result(lent + " " + gone.reason());
                    ctx.complete();
                })
                .grant("tool:slow call")
                .build());
        AgentHandle lender = agent("lender", ctx -> ctx.receive().payload(), "tool:quick call");
        os.grants()
                .delegate(
                        grantOf(lender).id(),
                        Capability.parse("tool:quick call"),
                        agent.id().address());
        os.grants().revoke(grantOf(agent).id(), "not that");

        agent.send("fail");
        agent.send("go on");

        assertThat(resultOf(agent)).asString().startsWith("true ").contains("revoked");
    }

    /** Whoever has ended uses nothing; what it handed on lives by the grants that it came from. */
    @Test
    void delegated_outlivesItsGiver_andEndsWithWhatThatHeldIt() {
        AgentHandle heir = agent("heir", ctx -> {
            Grant mine = ctx.receive().grants().getFirst();
            String before = ctx.with(mine).tools().call("quick", Map.of()).as(String.class);
            ctx.receive();
            var after = catchThrowableOfType(
                    DeniedException.class, () -> ctx.with(mine).tools().call("quick", Map.of()));
            return before + " " + (after != null);
        });
        var held = new CompletableFuture<Long>();
        AgentHandle giver = agent(
                "giver",
                ctx -> {
                    held.complete(ctx.grants().getFirst().id());
                    ctx.send(heir.id().address(), "yours", ctx.grants().getFirst());
                    return "rest in peace";
                },
                "tool:quick call",
                "agent:heir send");
        resultOf(giver);
        Eventually.until(
                "the heir has used it",
                () -> os.grants()
                        .find(held.join())
                        .filter(info -> info.usage().uses() > 0 && info.usage().inFlight() == 0)
                        .isPresent());

        os.grants().revoke(held.join(), "the estate is settled");
        heir.send("once more");

        assertThat(resultOf(heir)).isEqualTo("done true");
    }
}
