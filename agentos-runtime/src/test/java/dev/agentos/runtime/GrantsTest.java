package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.testkit.ScriptedTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants that are handed on, lent and narrowed: whose they are, what they are good for, and what is kept of it. */
class GrantsTest {
    private final ScriptedTool tool = ScriptedTool.named("door.open").returns("open");
    private final ScriptedTool other = ScriptedTool.named("vault.open").returns("open");
    private final AgentOS os = AgentOS.builder().tool(tool).tool(other).build();

    record Open(String door) implements Request<String> {}

    @AfterEach
    void close() {
        os.close();
    }

    private interface Life {
        Object live(AgentContext ctx) throws Exception;
    }

    private AgentHandle agent(String name, Life life, String... grants) {
        var spec = AgentSpec.builder(name).run(ctx -> ctx.result(life.live(ctx)));
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

    private AgentHandle deaf(String name) {
        return os.spawn(AgentSpec.builder(name).onMessage((m, ctx) -> {}).build());
    }

    private static Object open(AgentContext ctx) {
        return ctx.tools().call("door.open", Map.of()).as(String.class);
    }

    private List<String> recorded(String type) {
        return os.actions().find(ActionQuery.all()).stream()
                .filter(record -> record.action().type().equals(type))
                .map(record -> record.principal().name().replaceAll("#.*", "") + ": "
                        + record.action().grantText() + " " + record.outcome())
                .toList();
    }

    // ---- granted by the host

    @Test
    void grant_worksAtOnce_forAnAgentThatLives() {
        var refused = new CountDownLatch(1);
        var granted = new CompletableFuture<GrantInfo>();
        AgentHandle agent = agent("a", ctx -> {
            var before = catchThrowableOfType(DeniedException.class, () -> open(ctx));
            refused.countDown();
            granted.get(20, TimeUnit.SECONDS);
            return before.missing() + ", then " + open(ctx);
        });

        Eventually.reached(refused);
        granted.complete(os.grants().grant(agent.id().address(), Capability.parse("tool:door.open call")));

        assertThat(resultOf(agent)).isEqualTo("tool:door.open call, then open");
        assertThat(granted.join().origin()).isEqualTo(GrantOrigin.GRANTED);
        assertThat(granted.join().by()).isEqualTo(PrincipalId.HOST);
        assertThat(recorded("grant")).containsExactly(": grant:tool grant DONE");
        assertThat(os.events().history(EventFilter.type("security.granted"), 0, 10))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.agent()).isEqualTo(agent.id());
                    assertThat(event.data())
                            .isEqualTo(new SystemEvent.Granted(
                                    "tool:door.open call",
                                    PrincipalId.HOST,
                                    granted.join().id()));
                });
    }

    @Test
    void grant_isRefused_whenTheHostDoesNotHoldIt() {
        try (AgentOS narrow = AgentOS.builder()
                .tool(tool)
                .hostGrants(
                        Capability.parse("agent:** spawn"),
                        Capability.parse("grant:* grant"),
                        Capability.parse("tool:door.open call"))
                .build()) {
            narrow.spawn(AgentSpec.builder("a").onMessage((m, ctx) -> {}).build());
            var grants = narrow.grants();

            GrantInfo door = grants.grant(Address.of("a"), Capability.parse("tool:door.open call"));

            assertThat(door.state()).isEqualTo(GrantInfo.State.ACTIVE);
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> grants.grant(Address.of("a"), Capability.parse("tool:vault.open call")))
                    .satisfies(denied -> assertThat(denied.missing()).isEqualTo("tool:vault.open call"));
            assertThatExceptionOfType(DeniedException.class)
                    .isThrownBy(() -> grants.revoke(door.id(), "no more"))
                    .satisfies(denied -> assertThat(denied.action().verb()).isEqualTo("revoke"));
        }
    }

    @Test
    void grant_needsAnAgent_andAttributesThatItsToolDeclares() {
        deaf("a");

        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> os.grants().grant(Address.of("nobody"), Capability.parse("tool:door.open call")));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> os.grants().grant(Address.of("a"), Capability.parse("tool:door.open call; colour=red")))
                .withMessageContaining("colour");
    }

    // ---- with

    @Test
    void lent_worksThroughWith_andNotByItself() {
        AgentHandle holder = agent("holder", ctx -> {
            Message message = ctx.receive();
            var alone = catchThrowableOfType(DeniedException.class, () -> open(ctx));
            Grant lent = message.grants().getFirst();
            return List.of(
                    alone.missing(),
                    open(ctx.with(lent)),
                    ctx.capabilities().lent().equals(List.of(lent)));
        });
        agent(
                "giver",
                ctx -> {
                    ctx.send(Address.of("holder"), "use this", ctx.grants().getFirst());
                    return null;
                },
                "tool:door.open call",
                "agent:holder send");

        assertThat(resultOf(holder)).isEqualTo(List.of("tool:door.open call", "open", true));
        assertThat(recorded("grant")).containsExactly("giver: grant:tool delegate DONE");
    }

    /** The confused deputy: asked to do something with the right of the asker, it must not be able to use its own. */
    @Test
    void with_usesThatGrantOnly_whateverTheAgentHolds() {
        AgentHandle deputy = os.spawn(AgentSpec.builder("deputy")
                .onMessage((message, ctx) -> {
                    var asked = ctx.with(message.grants().getFirst());
                    var denied = catchThrowableOfType(
                            DeniedException.class, () -> asked.tools().call("vault.open", Map.of()));
                    String own = ctx.tools().call("vault.open", Map.of()).as(String.class);
                    ctx.reply(message, denied.missing() + ", itself " + own + ", asked " + open(asked));
                })
                .grant("tool:vault.open call")
                .build());
        AgentHandle asker = agent(
                "asker",
                ctx -> ctx.ask(
                        deputy.id().address(),
                        new Open("vault"),
                        Eventually.LIMIT,
                        ctx.grants().getFirst()),
                "tool:door.open call",
                "agent:deputy send");

        assertThat(resultOf(asker)).isEqualTo("tool:vault.open call, itself open, asked open");
    }

    @Test
    void with_takesAwayEveryImplicitRight_butThoseOfLiving() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    ctx.spawn(AgentSpec.builder("child").onMessage((m, c) -> {}).build());
                    var narrow = ctx.with(ctx.grants().getLast());
                    var denied = new ArrayList<String>();
                    List<Runnable> attempts = List.of(
                            () -> narrow.send(Address.of("a/child"), "hello"),
                            () -> narrow.memory().working("s").put("key", "value"),
                            () -> narrow.spawn(
                                    AgentSpec.builder("b").run(c -> {}).build()),
                            () -> narrow.emit("some.fact", new Open("x")),
                            () -> narrow.publish("some.topic", "x"),
                            () -> narrow.subscribe("some.topic"));
                    for (Runnable attempt : attempts) {
                        denied.add(catchThrowableOfType(DeniedException.class, attempt::run)
                                .action()
                                .grantText());
                    }
                    narrow.log("still {}", narrow.self());
                    narrow.sleep(Duration.ofMillis(1));
                    narrow.result(narrow.random().nextInt(1));
                    denied.add(Long.toString(narrow.broadcast(AgentSelector.all(), "x")));
                    return denied;
                },
                "agent:a/** spawn",
                "event:some.fact emit",
                "topic:some.topic publish,subscribe",
                "tool:door.open call");

        assertThat(resultOf(agent))
                .isEqualTo(List.of(
                        "agent:a/child send",
                        "memory:agent/a write",
                        "agent:a/b spawn",
                        "event:some.fact emit",
                        "topic:some.topic publish",
                        "topic:some.topic subscribe",
                        "0"));
    }

    @Test
    void with_ofSeveral_usesEachOfThem_andHandsOnNothingElse() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    var both = ctx.with(ctx.grants().get(0), ctx.grants().get(1));
                    var wider = AgentSpec.builder("w")
                            .run(c -> {})
                            .grant("tool:vault.open call")
                            .build();
                    var child = AgentSpec.builder("c")
                            .run(c -> c.result(open(c)))
                            .grant("tool:door.open call")
                            .build();
                    var denied = catchThrowableOfType(DeniedException.class, () -> both.spawn(wider));
                    return List.of(
                            denied.missing(),
                            both.spawn(child).await(Eventually.LIMIT).result(String.class),
                            both.capabilities().held().size());
                },
                "agent:a/** spawn",
                "tool:door.open call",
                "tool:vault.open call");

        assertThat(resultOf(agent)).isEqualTo(List.of("tool:vault.open call", "open", 2));
    }

    @Test
    void grant_inOtherHands_coversNothing() {
        var stolen = new CompletableFuture<Grant>();
        AgentHandle owner = agent(
                "owner",
                ctx -> {
                    stolen.complete(ctx.grants().getFirst());
                    return ctx.receive().payload();
                },
                "tool:door.open call");
        AgentHandle thief = agent(
                "thief",
                ctx -> {
                    Grant grant = stolen.get(20, TimeUnit.SECONDS);
                    var used = catchThrowableOfType(DeniedException.class, () -> open(ctx.with(grant)));
                    var narrowed = catchThrowableOfType(
                            DeniedException.class,
                            () -> ctx.capabilities().attenuate(grant, Capability.parse("tool:door.open call; uses=1")));
                    var handedOn = catchThrowableOfType(
                            DeniedException.class, () -> ctx.capabilities().delegate(grant, ctx.self()));
                    var sent = catchThrowableOfType(
                            DeniedException.class, () -> ctx.send(Address.of("owner"), "take this", grant));
                    var revoked = catchThrowableOfType(
                            DeniedException.class, () -> ctx.capabilities().revoke(grant));
                    return List.of(used, narrowed, handedOn, sent, revoked).stream()
                            .allMatch(each -> each != null);
                },
                "agent:owner send",
                "agent:thief send");

        Object allDenied = resultOf(thief);
        os.send(owner.id().address(), "that is all");

        assertThat(allDenied).isEqualTo(true);
        assertThat(tool.calls()).isEmpty();
        assertThat(resultOf(owner)).isEqualTo("that is all");
        assertThat(stolen.join().revoked()).isFalse();
    }

    /** Equal names and numbers, another runtime: nothing that one of them hands out is worth anything in the other. */
    @Test
    void grant_ofOneRuntime_isWorthNothingInAnother() {
        var foreign = new CompletableFuture<Grant>();
        try (AgentOS elsewhere = AgentOS.builder().tool(tool).build()) {
            elsewhere
                    .spawn(AgentSpec.builder("a")
                            .run(ctx -> foreign.complete(ctx.grants().getFirst()))
                            .grant("tool:door.open call")
                            .build())
                    .await(Eventually.LIMIT);
            AgentHandle here = agent("a", ctx -> {
                Grant grant = foreign.join();
                var used = catchThrowableOfType(DeniedException.class, () -> open(ctx.with(grant)));
                var lent = catchThrowableOfType(
                        DeniedException.class, () -> ctx.capabilities().delegate(grant, ctx.self()));
                return grant.holder().equals(PrincipalId.agent(ctx.id())) && used != null && lent != null;
            });

            assertThat(resultOf(here)).isEqualTo(true);
            assertThat(tool.calls()).isEmpty();
        }
    }

    // ---- handing on

    @Test
    void delegate_isLentToTheOther_recordedAndTold_andCanBeHandedOnInTurn() {
        AgentHandle last = agent("last", ctx -> {
            ctx.receive();
            return open(ctx.with(ctx.capabilities().lent().getFirst()));
        });
        AgentHandle middle = agent(
                "middle",
                ctx -> {
                    ctx.receive();
                    Grant mine = ctx.capabilities().lent().getFirst();
                    Grant next = ctx.capabilities()
                            .delegate(
                                    mine,
                                    Capability.parse("tool:door.open call; uses=1"),
                                    last.id().address());
                    ctx.send(last.id().address(), "go");
                    return next.depth();
                },
                "agent:last send");
        AgentHandle first = agent(
                "first",
                ctx -> {
                    Grant lent = ctx.capabilities()
                            .delegate(ctx.grants().getFirst(), middle.id().address());
                    ctx.send(middle.id().address(), "go");
                    return lent.holder().toString();
                },
                "tool:door.open call",
                "agent:middle send");

        assertThat(resultOf(first)).isEqualTo("agent:" + middle.id());
        assertThat(resultOf(middle)).isEqualTo(3);
        assertThat(resultOf(last)).isEqualTo("open");
        assertThat(recorded("grant"))
                .containsExactly("first: grant:tool delegate DONE", "middle: grant:tool delegate DONE");
        assertThat(os.events().history(EventFilter.type("security.delegated"), 0, 10))
                .extracting(event -> event.agent() + " " + ((SystemEvent.Delegated) event.data()).by())
                .containsExactly(middle.id() + " agent:" + first.id(), last.id() + " agent:" + middle.id());
    }

    @Test
    void delegate_needsTheRightToSendThere_andWidensNothing() {
        deaf("b");
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    Grant mine = ctx.grants().getFirst();
                    var silent = catchThrowableOfType(
                            DeniedException.class, () -> ctx.capabilities().delegate(mine, Address.of("b")));
                    var wider = catchThrowableOfType(
                            DeniedException.class,
                            () -> ctx.capabilities().delegate(mine, Capability.parse("tool:** call"), Address.of("b")));
                    return List.of(silent.missing(), wider.action().type());
                },
                "tool:door.open call");

        assertThat(resultOf(agent)).isEqualTo(List.of("agent:b send", "grant"));
    }

    @Test
    void delegate_endsAtItsDepth() {
        deaf("b");
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    var allowed = ctx.capabilities()
                            .delegate(
                                    ctx.grants().get(0),
                                    Capability.parse("tool:door.open call; depth=0"),
                                    Address.of("b"));
                    var never = catchThrowableOfType(
                            DeniedException.class,
                            () -> ctx.capabilities().delegate(ctx.grants().get(1), Address.of("b")));
                    return List.of(allowed.capability().toString(), never.reason());
                },
                "tool:door.open call; depth=1",
                "tool:vault.open call; depth=0",
                "agent:b send");

        assertThat(resultOf(agent))
                .asString()
                .startsWith("[tool:door.open call; depth=0, ")
                .contains("handed on");
    }

    @Test
    void attenuated_staysWithItsMaker_andNarrowsOnly() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    Grant once = ctx.capabilities()
                            .attenuate(ctx.grants().getFirst(), Capability.parse("tool:door.open call; uses=1"));
                    open(ctx.with(once));
                    var twice = catchThrowableOfType(DeniedException.class, () -> open(ctx.with(once)));
                    var wider = catchThrowableOfType(
                            DeniedException.class,
                            () -> ctx.capabilities().attenuate(once, Capability.parse("tool:door.open call")));
                    return List.of(
                            twice != null,
                            wider != null,
                            open(ctx),
                            ctx.grants().size());
                },
                "tool:door.open call");

        assertThat(resultOf(agent)).isEqualTo(List.of(true, true, "open", 1));
        assertThat(recorded("grant")).startsWith("a: grant:tool attenuate DONE");
    }

    @Test
    void message_thatDoesNotArrive_lendsNothing() {
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    var unknown = catchThrowableOfType(
                            DeliveryException.class,
                            () -> ctx.send(
                                    Address.of("nobody"), "x", ctx.grants().getFirst()));
                    var odd = catchThrowableOfType(
                            DeliveryException.class,
                            () -> ctx.send(
                                    Address.of("choosy"), "x", ctx.grants().getFirst()));
                    return unknown != null && odd != null;
                },
                "tool:door.open call",
                "agent:* send");
        os.spawn(AgentSpec.builder("choosy")
                .onMessage((m, ctx) -> {})
                .accepts(Open.class)
                .build());

        assertThat(resultOf(agent)).isEqualTo(true);
        assertThat(os.grants().list())
                .filteredOn(info -> info.origin() == GrantOrigin.DELEGATED)
                .allMatch(info -> info.state() == GrantInfo.State.REVOKED);
    }

    @Test
    void grant_asPayload_isRefused() {
        AgentHandle agent = agent(
                "a",
                ctx -> catchThrowableOfType(
                                IllegalArgumentException.class,
                                () -> ctx.send(ctx.self(), ctx.grants().getFirst()))
                        .getMessage(),
                "agent:a send");

        assertThat(resultOf(agent)).asString().contains("is no payload");
    }

    @Test
    void records_ofWhatIsDoneWithGrants_cannotBeMadeUp() {
        AgentHandle agent = agent("a", ctx -> {
            var forged = Action.of("grant:tool", "delegate").with("id", 7);
            return catchThrowableOfType(IllegalArgumentException.class, () -> ctx.perform(forged, () -> "done"))
                    .getMessage();
        });

        assertThat(resultOf(agent)).asString().contains("capabilities()");
        assertThat(recorded("grant")).isEmpty();
    }

    // ---- looking

    @Test
    void list_showsEveryGrant_withWhereItComesFrom() {
        AgentHandle holder = deaf("holder");
        os.grants().grant(holder.id().address(), Capability.parse("tool:door.open call"));
        GrantInfo vault = os.grants().grant(holder.id().address(), Capability.parse("tool:vault.open call"));
        AgentHandle friend = deaf("friend");

        GrantInfo lent = os.grants()
                .delegate(
                        vault.id(),
                        Capability.parse("tool:vault.open call; uses=2"),
                        friend.id().address());

        assertThat(os.grants().list(PrincipalId.agent(holder.id())))
                .extracting(GrantInfo::origin)
                .containsExactly(GrantOrigin.GRANTED, GrantOrigin.GRANTED);
        assertThat(os.grants().list(PrincipalId.agent(friend.id()))).containsExactly(lent);
        assertThat(lent.parent()).isEqualTo(vault.id());
        assertThat(lent.by()).isEqualTo(PrincipalId.agent(holder.id()));
        assertThat(os.grants().find(lent.id())).contains(lent);
        assertThat(os.grants().find(1_000_000)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> os.grants().revoke(1_000_000, "x"));
    }

    @Test
    void list_forgetsThose_ofAnAgentThatHasEnded() {
        AgentHandle agent = agent("a", ctx -> "done", "tool:door.open call");
        resultOf(agent);

        List<GrantInfo> left = os.grants().list(PrincipalId.agent(agent.id()));

        assertThat(left).isEmpty();
    }

    @Test
    void explain_saysWhy_withoutCountingAnything() {
        var call = Action.of("tool:door.open", "call");
        AgentHandle agent = agent(
                "a",
                ctx -> {
                    boolean would = ctx.capabilities().wouldAllow(call);
                    Explanation mine = ctx.capabilities().explain(call);
                    Explanation implicit = ctx.capabilities().explain(Action.of("memory:agent/a", "write"));
                    Explanation none =
                            ctx.with(ctx.grants().getLast()).capabilities().explain(call);
                    ctx.receive();
                    return List.of(
                            would,
                            mine instanceof Explanation.Granted,
                            implicit instanceof Explanation.Implicit,
                            none instanceof Explanation.Missed,
                            ctx.grants().getFirst().used());
                },
                "tool:door.open call; uses=1",
                "event:x emit");

        Explanation outside = os.grants().explain(PrincipalId.agent(agent.id()), call);
        os.send(agent.id().address(), "end");

        assertThat(resultOf(agent)).isEqualTo(List.of(true, true, true, true, 0L));
        assertThat(outside)
                .isInstanceOfSatisfying(
                        Explanation.Granted.class,
                        granted -> assertThat(granted.chain()).hasSize(2));
        assertThatIllegalArgumentException().isThrownBy(() -> os.grants().explain(PrincipalId.agent(agent.id()), call));
    }

    @Test
    void explain_namesTheRule_thatForbids_beforeOneThatAsks() {
        try (AgentOS ruled = AgentOS.builder()
                .tool(tool)
                .rule((who, action) -> new Decision.NeedsApproval("somebody should look", Duration.ofMinutes(1)))
                .rule((who, action) -> action.type().equals("tool") ? Decision.deny("not today") : Decision.allow())
                .build()) {
            Explanation told = ruled.grants().explain(PrincipalId.HOST, Action.of("tool:door.open", "call"));

            assertThat(told).isInstanceOf(Explanation.Ruled.class).asString().contains("not today");
            assertThat(told.allowed()).isFalse();
            assertThat(ruled.grants().explain(PrincipalId.HOST, Action.of("money:all", "move")))
                    .asString()
                    .contains("somebody should look");
        }
    }
}
