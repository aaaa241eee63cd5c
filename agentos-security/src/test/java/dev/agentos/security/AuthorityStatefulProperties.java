package dev.agentos.security;

import dev.agentos.security.StatefulRight.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
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

/** A real authority beside what the model says of it, whatever is asked of it in whatever order. */
class AuthorityStatefulProperties {
    private static final Map<Kind, Integer[]> NUMBERS = Map.of(
            Kind.AMOUNT, new Integer[] {10, 50},
            Kind.USES, new Integer[] {1, 2, 3, 5},
            Kind.PER_MINUTE, new Integer[] {1, 2, 3},
            Kind.BYTES, new Integer[] {10, 20, 100},
            Kind.HANDING_ON, new Integer[] {0, 1, 2},
            Kind.MINUTES, new Integer[] {5, 30, 90},
            Kind.HOURS, new Integer[] {1, 2});

    @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
    void everyGrant_isAsTheModelSays(@ForAll("histories") ActionChain<StatefulWorld> history) {
        StatefulWorld world =
                history.withInvariant("as modelled", StatefulWorld::check).run();

        world.seen.forEach((what, count) -> Statistics.label(what).collect(Math.min(count, 1)));
        for (String what : StatefulWorld.SEEN) {
            Statistics.label(what).coverage(coverage -> coverage.check(1).count(count -> count > 20));
        }
    }

    @Provide
    Arbitrary<ActionChain<StatefulWorld>> histories() {
        return ActionChain.startWith(StatefulWorld::new)
                .withAction(3, step("derive", rights(), StatefulWorld::derive))
                .withAction(3, step("attenuate", rights(), StatefulWorld::attenuate))
                .withAction(4, step("delegate", rights(), StatefulWorld::delegate))
                .withAction(8, step("begin", Arbitraries.of(5, 20, 80), StatefulWorld::begin))
                .withAction(4, step("check", Arbitraries.of(5, 20, 80), StatefulWorld::check))
                .withAction(2, step("charge", Arbitraries.of(0, 3, 10), StatefulWorld::charge))
                .withAction(2, step("close", Arbitraries.just(0), (world, number, _) -> world.close(number)))
                .withAction(2, step("revoke", Arbitraries.just(0), (world, number, _) -> world.revoke(number)))
                .withAction(3, step("time", Arbitraries.of(1, 20, 61, 600, 3_000), (world, _, s) -> world.pass(s)))
                .withAction(1, step("clock", Arbitraries.of(-7_200, -600, 600), (world, _, s) -> world.set(s)))
                .withAction(3, step("keep", Arbitraries.just(0), (world, number, _) -> world.keep(number)))
                .withAction(2, step("flush", Arbitraries.just(0), (world, _, _) -> world.flush()))
                .withAction(1, step("restart", Arbitraries.of(true, false), (world, _, told) -> world.restart(told)))
                .withMaxTransformations(60);
    }

    private static Arbitrary<StatefulRight> rights() {
        Arbitrary<Set<String>> tools = Arbitraries.of(Set.of("a", "b"), Set.of("a"), Set.of("b"));
        Arbitrary<Map<Kind, Integer>> none = Arbitraries.create(() -> new EnumMap<>(Kind.class));
        Arbitrary<Map<Kind, Integer>> numbers = none;
        for (Kind kind : Kind.values()) {
            Arbitrary<Integer> some = Arbitraries.frequencyOf(
                    Tuple.of(4, Arbitraries.just(0)),
                    Tuple.of(1, Arbitraries.of(NUMBERS.get(kind)).map(n -> n + 1)));
            numbers = Combinators.combine(numbers, some).as((before, number) -> {
                var all = new EnumMap<Kind, Integer>(Kind.class);
                all.putAll(before);
                if (number > 0) {
                    all.put(kind, number - 1);
                }
                return all;
            });
        }
        Arbitrary<Boolean> asks = Arbitraries.frequency(Tuple.of(9, false), Tuple.of(1, true));
        return Combinators.combine(tools, numbers, asks).as(StatefulRight::new);
    }

    private interface Deed<T> {
        void on(StatefulWorld world, int number, T what);
    }

    private static <T> Action.Independent<StatefulWorld> step(String name, Arbitrary<T> whats, Deed<T> deed) {
        // One arbitrary for all steps: jqwik compares each new one with all that it has seen, and would do little else.
        Arbitrary<Transformer<StatefulWorld>> steps = Combinators.combine(
                        Arbitraries.integers().between(0, 9_999), whats)
                .as((number, what) ->
                        Transformer.mutate(name + " " + number + " " + what, world -> deed.on(world, number, what)));
        return () -> steps;
    }
}
