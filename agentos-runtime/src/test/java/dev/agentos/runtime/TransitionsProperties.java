package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Restart;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Changes of state against their table. */
class TransitionsProperties {
    private static final AgentId AGENT = new AgentId(Address.of("a"), 1);

    @Property
    void check_refusesWhatIsNotInTheTable_namingBothStates(@ForAll AgentState from, @ForAll AgentState to) {
        boolean legal = Transitions.after(from).contains(to);

        if (legal) {
            assertThatCode(() -> Transitions.check(AGENT, from, to)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> Transitions.check(AGENT, from, to))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a#1")
                    .hasMessageContaining(from.name())
                    .hasMessageContaining(to.name());
        }
    }

    @Property
    void noState_followsAnEnd_andNoneFollowsItself(@ForAll AgentState from) {
        assertThat(Transitions.after(from)).doesNotContain(from);
        assertThat(Transitions.after(from).isEmpty()).isEqualTo(from.ended());
        assertThat(Transitions.after(from)).doesNotContain(AgentState.PENDING);
    }

    /** Whatever is asked of an agent in whatever order, and from several threads: its changes are legal, and it has one end. */
    @Property(tries = 60)
    void everyHistory_isAPathThroughTheTable(
            @ForAll boolean run, @ForAll @Size(min = 1, max = 25) List<@IntRange(max = 7) Integer> acts)
            throws Exception {
        try (AgentOS os = AgentOS.inMemory()) {
            AgentHandle agent = os.spawn(spec(run));
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 2; i++) {
                threads.add(Thread.startVirtualThread(() -> acts.forEach(act -> act(agent, act))));
            }
            for (Thread thread : threads) {
                thread.join(Eventually.LIMIT);
            }
            Exit exit = agent.terminate("the test is over");

            var changes = os.events().history(new EventFilter("agent.state", "a"), 0, 10_000).stream()
                    .map(event -> (SystemEvent.StateChanged) event.data())
                    .toList();
            AgentState state = AgentState.PENDING;
            for (var change : changes) {
                assertThat(change.from()).isEqualTo(state);
                assertThat(Transitions.after(state)).contains(change.to());
                state = change.to();
            }
            assertThat(state.ended()).isTrue();
            assertThat(agent.state()).isEqualTo(state);
            assertThat(agent.await()).isSameAs(exit);
            assertThat(changes.stream().filter(change -> change.to().ended())).hasSize(1);
        }
    }

    private static AgentSpec spec(boolean run) {
        var spec = AgentSpec.builder("a")
                .restart(Restart.upTo(3, Duration.ofMinutes(1)).backoff(Duration.ZERO, Duration.ZERO));
        return run
                ? spec.run(ctx -> {
                            while (true) {
                                fail(ctx.receive().payload());
                            }
                        })
                        .build()
                : spec.onMessage((message, ctx) -> fail(message.payload())).build();
    }

    private static void fail(Object payload) {
        if (payload.equals("fail")) {
            throw new IllegalStateException("asked to");
        }
    }

    private static void act(AgentHandle agent, int act) {
        try {
            switch (act) {
                case 0, 1 -> agent.pause("look");
                case 2, 3 -> agent.resume();
                case 4 -> agent.send("fail");
                case 5 -> agent.send("fine");
                case 6 -> agent.info();
                default -> agent.stop(Duration.ofSeconds(5));
            }
        } catch (dev.agentos.api.error.AgentOsException ended) {
            assertThat(agent.awaitState(AgentState.COMPLETED, Duration.ofSeconds(5))
                            || agent.state().ended())
                    .isTrue();
        }
    }
}
