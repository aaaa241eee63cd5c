package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.Tool;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants that no authority has made, and those of somebody else, wherever an agent may give one. */
class MadeUpGrantTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AgentOS os = AgentOS.builder()
            .tool(Tool.builder("own", Nothing.class)
                    .effect(Effect.READ_ONLY)
                    .handler((nothing, context) -> context.sandboxPolicy().grants().stream()
                            .map(grant -> grant.capability().toString())
                            .toList())
                    .build())
            .tool(Tool.builder("door.open", Nothing.class)
                    .handler((nothing, context) -> "open")
                    .build())
            .build();

    record Nothing() {}

    /** What any program can write: it says what it likes. */
    private record MadeUp(PrincipalId holder, Capability capability) implements Grant {
        @Override
        public long id() {
            return 7;
        }

        @Override
        public Optional<Grant> parent() {
            return Optional.empty();
        }

        @Override
        public GrantOrigin origin() {
            return GrantOrigin.ROOT;
        }

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public Instant created() {
            return Instant.EPOCH;
        }

        @Override
        public boolean revoked() {
            return false;
        }

        @Override
        public long used() {
            return 0;
        }

        @Override
        public GrantUsage usage() {
            return new GrantUsage(0, 0, 0, null, 0, BigDecimal.ZERO);
        }
    }

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
        Exit exit = agent.await(LIMIT);
        assertThat(exit).isInstanceOf(Exit.Completed.class);
        return String.valueOf(((Exit.Completed) exit).value());
    }

    private static AgentSpec child(String grant) {
        return AgentSpec.builder("child").run(ctx -> {}).grant(grant).build();
    }

    @Test
    void madeUpGrant_reachesNoProcess() {
        AgentHandle forger = agent(
                "forger",
                ctx -> {
                    Grant own = ctx.grants().getFirst();
                    var files = new MadeUp(own.holder(), Capability.parse("file:/** read,write"));
                    return ctx.with(files, own).tools().call("own", Map.of()).text();
                },
                "tool:own call");

        assertThat(resultOf(forger)).isEqualTo("[\"tool:own call\"]");
    }

    @Test
    void madeUpGrant_isNothingToActBy_norToHandOn_norToTakeBack() {
        AgentHandle forger = agent(
                "forger",
                ctx -> {
                    Grant spawn = ctx.grants().getFirst();
                    var madeUp = new MadeUp(spawn.holder(), Capability.parse("tool:door.open call"));
                    var denied = List.<Runnable>of(
                            () -> ctx.with(madeUp).tools().call("door.open", Map.of()),
                            () -> ctx.with(madeUp, spawn).spawn(child("tool:door.open call")),
                            () -> ctx.capabilities().attenuate(madeUp, Capability.parse("tool:door.open call; uses=1")),
                            () -> ctx.capabilities().delegate(madeUp, Address.of("forger")),
                            () -> ctx.send(Address.of("forger"), "take this", madeUp),
                            () -> ctx.capabilities().revoke(madeUp));
                    return denied.stream()
                                    .map(each -> catchThrowableOfType(DeniedException.class, each::run))
                                    .filter(each -> each != null)
                                    .count()
                            + " "
                            + ctx.with(madeUp).capabilities().held();
                },
                "agent:forger/* spawn",
                "agent:forger send");

        assertThat(resultOf(forger)).isEqualTo("6 []");
        assertThat(os.actions().find(ActionQuery.all()))
                .filteredOn(record -> record.action().type().equals("grant"))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.decision()).isInstanceOf(Decision.Deny.class));
    }

    @Test
    void grantOfSomebodyElse_isHandedOnToNoChild_andReachesNoProcess() {
        var leaked = new CompletableFuture<Grant>();
        AgentHandle owner = agent(
                "owner",
                ctx -> {
                    leaked.complete(ctx.grants().getFirst());
                    return ctx.receive().payload();
                },
                "tool:door.open call");
        AgentHandle thief = agent(
                "thief",
                ctx -> {
                    Grant stolen = leaked.get(20, TimeUnit.SECONDS);
                    AgentContext acting = ctx.with(stolen, ctx.grants().toArray(Grant[]::new));
                    var denied = catchThrowableOfType(
                            DeniedException.class, () -> acting.spawn(child("tool:door.open call")));
                    return denied.missing() + " "
                            + acting.tools().call("own", Map.of()).text();
                },
                "agent:thief/* spawn",
                "tool:own call");

        assertThat(resultOf(thief)).isEqualTo("tool:door.open call [\"agent:thief/* spawn\",\"tool:own call\"]");
        os.send(owner.id().address(), "that is all");
        assertThat(resultOf(owner)).isEqualTo("that is all");
    }
}
