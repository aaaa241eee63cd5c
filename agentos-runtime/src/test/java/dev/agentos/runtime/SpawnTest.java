package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.NameTakenException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpawnTest {
    private final AgentOS os = AgentOS.inMemory();

    @AfterEach
    void close() {
        os.close();
    }

    private static AgentSpec.Builder idle(String name) {
        return AgentSpec.builder(name).onMessage((m, ctx) -> {});
    }

    @Test
    void spawn_returnsWhenAddressesAndDeclaredChildrenExist() {
        AgentHandle root = os.spawn(idle("root")
                .child(idle("a").build())
                .child(idle("b").child(idle("x").build()).build())
                .build());

        assertThat(root.children()).extracting(child -> child.address().path()).containsExactly("root/a", "root/b");
        assertThat(os.find(Address.of("root/b/x"))).isPresent();
    }

    @Test
    void name_isUniqueAmongLivingSiblings_andFreeAfterTheEnd() {
        AgentHandle first = os.spawn(idle("a").build());

        assertThatThrownBy(() -> os.spawn(idle("a").build()))
                .isInstanceOfSatisfying(
                        NameTakenException.class, e -> assertThat(e.holder()).isEqualTo(first.id()));
        first.terminate("make room");
        AgentHandle second = os.spawn(idle("a").build());

        assertThat(second.address()).isEqualTo(first.address());
        assertThat(second.id().incarnation()).isGreaterThan(first.id().incarnation());
        assertThat(os.find(first.id()).orElseThrow().state()).isEqualTo(AgentState.TERMINATED);
    }

    @Test
    void spawnIfAbsent_givesOneAgent_toAllWhoAsk() throws InterruptedException {
        var ids = ConcurrentHashMap.newKeySet();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 32; i++) {
            threads.add(Thread.startVirtualThread(
                    () -> ids.add(os.spawnIfAbsent(idle("one").build()).id())));
        }

        for (Thread thread : threads) {
            thread.join(Eventually.LIMIT);
        }

        assertThat(ids).hasSize(1);
    }

    @Test
    void spawn_ofDeclaredChildren_isAllOrNothing() {
        AgentSpec spec = idle("root")
                .child(idle("good").build())
                .child(idle("bad").grant("tool:x call").build())
                .build();

        assertThatThrownBy(() -> os.spawn(spec))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("tool:x call");

        assertThat(os.agents(AgentSelector.all())).isEmpty();
        assertThat(os.spawn(idle("root").build()).state().ended()).isFalse();
    }

    @Test
    void grants_ofASpec_comeFromTheHost() {
        AgentHandle agent = os.spawn(idle("a")
                .grant("tool:file.read call")
                .grant("file:/data/** read")
                .build());

        assertThat(agent.info().grants()).containsExactly("tool:file.read call", "file:/data/** read");
    }

    @Test
    void grants_ofAChild_haveToBeWithinItsParents() {
        AgentHandle parent = os.spawn(AgentSpec.builder("p")
                .run(ctx -> {
                    ctx.spawn(idle("narrower").grant("file:/data/in/** read").build());
                    ctx.spawn(idle("wider").grant("file:/** read").build());
                })
                .grant("agent:p/* spawn")
                .grant("file:/data/** read")
                .build());

        Exit exit = parent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(DeniedException.class)
                                .hasMessageContaining("file:/** read"));
    }

    @Test
    void spawn_byAnAgent_needsAGrant_andIsRecorded() {
        AgentHandle agent = os.spawn("p", ctx -> ctx.spawn(idle("c").build()));

        Exit exit = agent.await(Eventually.LIMIT);

        assertThat(exit)
                .isInstanceOfSatisfying(
                        Exit.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        DeniedException.class,
                                        e -> assertThat(e.missing()).isEqualTo("agent:p/c spawn")));
        assertThat(os.actions().find(ActionQuery.of(agent.address())))
                .extracting(record -> record.action().toString())
                .containsExactly("agent:p/c spawn");
    }

    @Test
    void hostGrants_narrowTheHost() {
        try (AgentOS narrow = AgentOS.builder()
                .hostGrants(Capability.parse("agent:* spawn,send"), Capability.parse("tool:a call"))
                .build()) {
            AgentHandle agent = narrow.spawn(idle("a").grant("tool:a call").build());

            assertThatThrownBy(() -> narrow.spawn(idle("b").grant("tool:b call").build()))
                    .isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> agent.terminate("not granted")).isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> narrow.as("alice")
                            .spawn(idle("c").grant("tool:b call").build()))
                    .isInstanceOf(DeniedException.class);
        }
    }

    @Test
    void actsOfPeople_areRecordedUnderTheirNames() {
        AgentHandle agent = os.as("alice").spawn(idle("a").build());
        os.asOperator(7).find(agent.address()).orElseThrow().terminate("enough");

        assertThat(agent.info().owner()).isEqualTo(PrincipalId.user("alice"));
        assertThat(os.actions().find(ActionQuery.all()))
                .extracting(record -> record.principal() + " " + record.action())
                .containsExactly("user:alice agent:a spawn", "operator:7 agent:a terminate");
    }

    @Test
    void selector_findsByPatternAndLabel_livingAndEnded() {
        os.spawn(idle("desk").label("team", "x").child(idle("s1").build()).build());
        AgentHandle gone = os.spawn(idle("gone").label("team", "x").build());
        gone.terminate("done");

        assertThat(os.agents(AgentSelector.label("team", "x")))
                .extracting(h -> h.address().path())
                .containsExactly("desk", "gone");
        assertThat(os.agents(AgentSelector.matching("desk/*")))
                .extracting(h -> h.address().path())
                .containsExactly("desk/s1");
    }

    @Test
    void endedAgents_areRememberedUpToABound() {
        AgentHandle first = os.spawn(idle("a0").build());
        first.terminate("done");
        for (int i = 1; i <= Directory.REMEMBERED; i++) {
            os.spawn(idle("a" + i).build()).terminate("done");
        }

        assertThat(os.find(first.id())).isEmpty();
        assertThat(os.agents(AgentSelector.all())).hasSize(Directory.REMEMBERED);
        assertThat(first.await()).isInstanceOf(Exit.Terminated.class);
    }

    @Test
    void spawned_isAnEvent_beforeAnyChangeOfState() {
        os.spawn("a", ctx -> {}).await(Eventually.LIMIT);

        assertThat(os.events().history(EventFilter.all(), 0, 10))
                .extracting(event -> event.type())
                .containsExactly("agent.spawned", "agent.state", "agent.state");
    }

    @Test
    void twoRuntimes_knowNothingOfEachOther() {
        try (AgentOS other = AgentOS.inMemory()) {
            os.spawn(idle("a").build());

            assertThat(other.find(Address.of("a"))).isEmpty();
            assertThat(other.spawn(idle("a").build()).id().incarnation()).isEqualTo(1);
            assertThat(other.events().lastSequence()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void onMail_isHandledAfterOnStart_howeverEarlyItComes() {
        var early = new AtomicInteger();
        var handled = new CountDownLatch(2_000);
        for (int i = 0; i < 2_000; i++) {
            var started = new java.util.concurrent.atomic.AtomicBoolean();
            AgentHandle agent = os.spawn(AgentSpec.builder("a" + i)
                    .reactive(() -> new OnStart(ctx -> started.set(true), m -> {
                        if (!started.get()) {
                            early.incrementAndGet();
                        }
                        handled.countDown();
                    }))
                    .build());
            agent.send("at once");
        }

        Eventually.reached(handled);

        assertThat(early).hasValue(0);
    }

    @Test
    void ownThread_andCpuBound_runOnThreadsOfTheirOwn() {
        var names = ConcurrentHashMap.<String>newKeySet();
        AgentHandle own = os.spawn(AgentSpec.builder("own")
                .onMessage((m, ctx) -> names.add("own " + Thread.currentThread().isVirtual()))
                .ownThread()
                .build());
        AgentHandle cpu = os.spawn(AgentSpec.builder("cpu")
                .run(ctx -> names.add("cpu " + Thread.currentThread().isVirtual()))
                .cpuBound()
                .build());
        own.send("go");
        cpu.await(Eventually.LIMIT);

        Eventually.until("own ran", () -> names.size() == 2);
        assertThat(names).containsExactlyInAnyOrder("own true", "cpu false");
    }

    @Test
    void name_thatIsNoAddress_isRefused() {
        assertThatThrownBy(
                        () -> AgentSpec.builder("a/b").onMessage((m, ctx) -> {}).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void storage_onDisk_isAClearError_whileThereIsNoProvider() {
        assertThatThrownBy(() -> AgentOS.builder()
                        .storage(java.nio.file.Path.of("desk.db"))
                        .build())
                .isInstanceOf(dev.agentos.api.error.ProviderSelectionException.class)
                .hasMessageContaining("sqlite");
    }

    @Test
    void extension_thatFails_leavesNothingBehind() {
        var threads = threadNames();

        assertThatThrownBy(() -> AgentOS.builder()
                        .install(system -> {
                            system.spawn(idle("a").build());
                            throw new IllegalStateException("no");
                        })
                        .build())
                .hasMessage("no");

        Eventually.until("no thread is left", () -> threads.containsAll(threadNames()));
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.threadId() + " " + thread.getName())
                .filter(name -> name.contains("agentos"))
                .sorted()
                .toList();
    }

    @Test
    void close_leavesNoThreadBehind() {
        var threads = threadNames();
        try (AgentOS other = AgentOS.inMemory()) {
            other.spawn("a", ctx -> ctx.sleep(Duration.ofHours(1)));
            other.spawn(idle("b").build());
        }

        Eventually.until("no thread is left", () -> threads.containsAll(threadNames()));
    }

    @Test
    void handle_isPrintedAsItsAgent() {
        AgentHandle agent = os.spawn("printed", ctx -> {});

        assertThat(agent).hasToString("AgentHandle[" + agent.id() + "]");
    }
}
