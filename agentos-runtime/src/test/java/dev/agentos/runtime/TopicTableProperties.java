package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Registration;
import dev.agentos.api.message.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Whoever comes and goes, a publication finds whom a look at every subscription would find, each agent once. */
class TopicTableProperties {
    private static final int AGENTS = 3;

    /** An agent subscribes to a pattern, or takes it back if it has. */
    record Step(int agent, String pattern) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<List<String>> segments = Arbitraries.of("a", "b", "*").list().ofMaxSize(3);
        Arbitrary<String> patterns = Combinators.combine(segments, Arbitraries.of(true, false))
                .as((fixed, open) -> {
                    var all = new ArrayList<>(fixed);
                    if (open || all.isEmpty()) {
                        all.add("**");
                    }
                    return String.join(".", all);
                });
        return Combinators.combine(Arbitraries.integers().between(0, AGENTS - 1), patterns)
                .as(Step::new)
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<String> topics() {
        return Arbitraries.of("a", "b", "c").list().ofMinSize(1).ofMaxSize(4).map(names -> String.join(".", names));
    }

    private static AgentSpec subscriber(int number) {
        var open = new HashMap<String, Registration>();
        return AgentSpec.builder("a" + number)
                .onMessage((message, ctx) -> {
                    if (message.payload() instanceof Step(var agent, var pattern)) {
                        Registration before = open.remove(pattern);
                        if (before == null) {
                            open.put(pattern, ctx.subscribe(pattern));
                        } else {
                            before.close();
                        }
                        ctx.reply(message, agent);
                    }
                })
                .grant("topic:** subscribe")
                .build();
    }

    @Property(tries = 200)
    void publish_findsEachAgentThatWantsTheTopic_once(
            @ForAll("steps") List<Step> steps, @ForAll("topics") String topic) {
        try (AgentOS os = AgentOS.inMemory()) {
            List<AgentHandle> agents = IntStream.range(0, AGENTS)
                    .mapToObj(number -> os.spawn(subscriber(number)))
                    .toList();
            Map<Integer, Set<String>> model = new HashMap<>();

            for (Step step : steps) {
                var _ = agents.get(step.agent()).ask(step, Integer.class, Duration.ofMinutes(1));
                Set<String> patterns = model.computeIfAbsent(step.agent(), number -> new HashSet<>());
                if (!patterns.remove(step.pattern())) {
                    patterns.add(step.pattern());
                }
                long expected = model.values().stream()
                        .filter(mine -> mine.stream().anyMatch(pattern -> Topics.matches(pattern, topic)))
                        .count();
                Statistics.collect(expected);

                assertThat(os.publish(topic, "x"))
                        .as("%s after %s of %s", topic, step, steps)
                        .isEqualTo((int) expected);
            }
        }
    }
}
