package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.message.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Trees of agents against a model of them. */
class FamilyProperties {
    /** Whatever a parent spawns and ends in whatever order: its children are the living ones, in the order in which they were spawned. */
    @Property(tries = 100)
    void children_areTheLiving_inTheOrderOfSpawning(@ForAll @Size(max = 40) List<@IntRange(max = 9) Integer> names) {
        var seen = new ArrayList<List<String>>();
        var model = new ArrayList<List<String>>();
        try (AgentOS os = AgentOS.inMemory()) {
            var spec = AgentSpec.builder("p").grant("agent:p/* spawn").run(ctx -> {
                var living = new LinkedHashMap<String, AgentHandle>();
                for (int number : names) {
                    String name = "c" + number;
                    AgentHandle present = living.remove(name);
                    if (present == null) {
                        living.put(
                                name,
                                ctx.spawn(AgentSpec.builder(name)
                                        .onMessage((m, c) -> {})
                                        .build()));
                    } else {
                        present.terminate("the model says so");
                    }
                    seen.add(ctx.children().stream()
                            .map(child -> child.address().name())
                            .toList());
                    model.add(List.copyOf(living.keySet()));
                }
            });

            Exit exit = os.spawn(spec.build()).await(Eventually.LIMIT);

            assertThat(exit).isEqualTo(new Exit.Completed(null));
            assertThat(seen).isEqualTo(model);
        }
    }

    /** A tree of any shape ends as one: counted in full, with every address free afterwards. */
    @Property(tries = 60)
    void terminate_countsTheTree_andFreesEveryAddress(
            @ForAll @Size(max = 20) List<@IntRange(max = 100) Integer> parents) {
        var specs = new ArrayList<AgentSpec.Builder>();
        specs.add(AgentSpec.builder("n0").onMessage((m, ctx) -> {}));
        var children = new ArrayList<List<Integer>>();
        children.add(new ArrayList<>());
        for (int i = 0; i < parents.size(); i++) {
            int mine = i + 1;
            specs.add(
                    mine % 3 == 0
                            ? AgentSpec.builder("n" + mine).run(ctx -> ctx.receive())
                            : AgentSpec.builder("n" + mine).onMessage((m, ctx) -> {}));
            children.add(new ArrayList<>());
            children.get(parents.get(i) % mine % 5).add(mine); // not deeper than the limit allows
        }
        for (int i = specs.size() - 1; i >= 0; i--) {
            for (int child : children.get(i)) {
                specs.get(i).child(specs.get(child).build());
            }
        }
        try (AgentOS os = AgentOS.inMemory()) {
            AgentHandle root = os.spawn(specs.getFirst().build());
            var addresses = os.agents(AgentSelector.all()).stream()
                    .map(AgentHandle::address)
                    .toList();

            Exit exit = root.terminate("enough");

            assertThat(addresses).hasSize(specs.size());
            assertThat(exit).isEqualTo(new Exit.Terminated("enough", specs.size(), List.of()));
            for (Address address : addresses) {
                assertThat(os.find(address)).isEmpty();
            }
        }
    }
}
