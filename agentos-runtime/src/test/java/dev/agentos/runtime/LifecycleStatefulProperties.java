package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Scope;
import dev.agentos.api.error.DeliveryException;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Address;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;
import net.jqwik.api.statistics.Statistics;

/** Trees of real agents beside what the model says of them, whatever is asked of them in whatever order. */
class LifecycleStatefulProperties {
    private static final int DEEPEST = 3;

    @Property(tries = 500, shrinking = ShrinkingMode.BOUNDED)
    void everyTree_livesAsTheModelSays(@ForAll("histories") ActionChain<World> history) {
        try {
            World world = history.withInvariant("as modelled", World::check).run();

            world.checkEvents();
            world.states().forEach(state -> Statistics.label("states").collect(state));
            Statistics.label("states")
                    .coverage(coverage -> EnumSet.range(AgentState.RUNNING, AgentState.TERMINATED)
                            .forEach(state -> coverage.check(state).count(count -> count > 10)));
        } finally {
            history.finalState().ifPresent(World::close);
        }
    }

    @Provide
    Arbitrary<ActionChain<World>> histories() {
        Arbitrary<StatefulOrder> deeds = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(new StatefulOrder.Perform())),
                Tuple.of(6, Arbitraries.just(new StatefulOrder.Fail())),
                Tuple.of(1, Arbitraries.just(new StatefulOrder.Complete())),
                Tuple.of(3, Arbitraries.integers().between(1, 4).map(StatefulOrder.Sleep::new)));
        return ActionChain.startWith(World::new)
                .withAction(6, onAgent("order", deeds, World::order))
                .withAction(3, onAgent("spawn", Arbitraries.of(true, false), World::spawn))
                .withAction(3, onAgent("pause", Arbitraries.of(Scope.values()), World::pause))
                .withAction(3, onAgent("resume", Arbitraries.of(Scope.values()), World::resume))
                .withAction(1, onAgent("end", Arbitraries.of(true, false), World::end))
                .withAction(4, onAgent("time", Arbitraries.just(""), (world, number, _) -> world.pass(1 + number % 4)))
                .withMaxTransformations(60);
    }

    private interface Deed<T> {
        void on(World world, int number, T what);
    }

    /** Something that is done to any of the agents, named by a number. */
    private static <T> Action.Independent<World> onAgent(String name, Arbitrary<T> whats, Deed<T> deed) {
        // One arbitrary for all steps: jqwik compares each new one with all that it has seen, and would do little else.
        Arbitrary<Transformer<World>> steps = Combinators.combine(
                        Arbitraries.integers().between(0, 999), whats)
                .as((number, what) ->
                        Transformer.mutate(name + " " + number + " " + what, world -> deed.on(world, number, what)));
        return () -> steps;
    }

    /** The agents, and what they should be like. */
    private static final class World {
        private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-01-05T09:00:00Z"));
        private final AgentOS os = AgentOS.builder().time(clock).build();
        private final Map<String, Integer> effects = new ConcurrentHashMap<>();
        private final Map<String, AgentHandle> handles = new HashMap<>();
        private final List<StatefulLife> roots =
                List.of(new StatefulLife(null, "reactive"), new StatefulLife(null, "run"));
        private int spawned;

        World() {
            for (StatefulLife root : roots) {
                boolean run = root.path.equals("run");
                handles.put(root.path, os.spawn(StatefulOrder.agent(root.path, run, this::performed)));
            }
            clock.awaitQuiet();
        }

        private void performed(String path) {
            effects.merge(path, 1, Integer::sum);
        }

        private List<StatefulLife> all() {
            return roots.stream().flatMap(root -> root.tree().stream()).toList();
        }

        List<AgentState> states() {
            return all().stream().map(life -> life.state).toList();
        }

        /** Most of the time one that lives: an ended one has little to say. */
        private StatefulLife pick(int number) {
            List<StatefulLife> some = all().stream()
                    .filter(life -> number % 8 == 0 || !life.ended())
                    .filter(life -> handles.containsKey(life.path))
                    .toList();
            return some.isEmpty() ? roots.getFirst() : some.get(number / 8 % some.size());
        }

        private AgentHandle handle(StatefulLife life) {
            return handles.get(life.path);
        }

        void order(int number, StatefulOrder order) {
            StatefulLife life = pick(number);
            AgentHandle agent = handle(life);
            if (life.ended()) {
                assertThatThrownBy(() -> agent.send(order)).isInstanceOf(DeliveryException.class);
            } else {
                agent.send(order);
                life.send(order);
            }
        }

        void spawn(int number, boolean run) {
            if (pick(number).depth < DEEPEST) {
                order(number, new StatefulOrder.Spawn("c" + spawned++, run));
            }
        }

        void pause(int number, Scope scope) {
            StatefulLife life = pick(number);
            PauseResult expected = life.ended()
                    ? PauseResult.ENDED
                    : life.state == AgentState.PAUSED ? PauseResult.ALREADY_PAUSED : PauseResult.HELD;

            PauseResult result = handle(life)
                    .pause("look", scope)
                    .toCompletableFuture()
                    .orTimeout(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();

            assertThat(result).isEqualTo(expected);
            meant(life, scope).forEach(StatefulLife::pause);
        }

        void resume(int number, Scope scope) {
            StatefulLife life = pick(number);
            List<StatefulLife> some = meant(life, scope);
            if (some.stream().filter(StatefulLife::isEager).count() > 1) {
                some.forEach(this::resumeAlone); // which of them is quicker is nobody's promise
            } else {
                handle(life).resume(scope);
                some.forEach(StatefulLife::resume);
            }
        }

        private void resumeAlone(StatefulLife life) {
            if (!life.ended()) {
                handle(life).resume();
                clock.awaitQuiet();
                life.resume();
            }
        }

        private static List<StatefulLife> meant(StatefulLife life, Scope scope) {
            return scope == Scope.TREE && !life.ended() ? life.tree() : List.of(life);
        }

        void end(int number, boolean byForce) {
            StatefulLife life = pick(number);
            AgentHandle agent = handle(life);
            Exit before = life.ended() ? agent.await(Eventually.LIMIT) : null;

            Exit exit = byForce ? agent.terminate("enough") : agent.stop(Duration.ofMinutes(5));

            if (before != null) {
                assertThat(exit).isSameAs(before);
            } else if (byForce) {
                life.terminate();
            } else {
                life.stop();
            }
        }

        void pass(int seconds) {
            for (int i = 0; i < seconds; i++) {
                roots.forEach(root -> holdRivals(root, false));
                clock.advance(Duration.ofSeconds(1));
                all().forEach(StatefulLife::secondPasses);
            }
        }

        /** Of an agent and one above it that wake at the same instant, nobody says which is first. */
        private void holdRivals(StatefulLife life, boolean wakesAbove) {
            if (life.wakesNext() && wakesAbove) {
                handle(life)
                        .pause("let the one above go first")
                        .toCompletableFuture()
                        .orTimeout(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join();
                life.pause();
            }
            boolean wakes = wakesAbove || life.wakesNext();
            life.children.forEach(child -> holdRivals(child, wakes));
        }

        /** What holds after each step. */
        void check() {
            clock.awaitQuiet();
            for (StatefulLife life : all()) {
                if (!handles.containsKey(life.path)) {
                    os.find(Address.of(life.path)).ifPresent(handle -> handles.put(life.path, handle));
                }
                AgentHandle agent = handle(life);
                assertThat(agent != null || life.ended())
                        .as(life.path + " is there")
                        .isTrue();
                assertThat(agent == null ? life.state : agent.state())
                        .as("state of " + life.path)
                        .isEqualTo(life.state);
                assertThat(effects.getOrDefault(life.path, 0))
                        .as("effects of " + life.path)
                        .isEqualTo(life.performed);
            }
        }

        /** Every agent went through the table from PENDING to where it is, and came to its end after all below it. */
        void checkEvents() {
            var reached = new HashMap<String, AgentState>();
            all().forEach(life -> reached.put(life.path, AgentState.PENDING));
            for (var event : os.events().history(EventFilter.type("agent.state"), 0, 10_000)) {
                var change = (SystemEvent.StateChanged) event.data();
                String path = Objects.requireNonNull(event.agent()).address().path();
                assertThat(change.from()).as("state of " + path).isEqualTo(reached.put(path, change.to()));
                assertThat(Transitions.after(change.from())).contains(change.to());
                if (change.to().ended()) {
                    assertThat(reached)
                            .allSatisfy((other, state) -> assertThat(!other.startsWith(path + "/") || state.ended())
                                    .as(other + " ended before " + path)
                                    .isTrue());
                }
            }
            all().forEach(life -> assertThat(reached).containsEntry(life.path, life.state));
        }

        void close() {
            os.close();
            assertThat(handles.values())
                    .allSatisfy(agent -> assertThat(agent.state().ended()).isTrue());
        }
    }
}
