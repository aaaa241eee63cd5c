package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.message.Address;
import dev.agentos.api.spi.TimeSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Compares random trees under random use with a model that counts by walking. */
class LimitAccountProperties {

    /** One node of a tree: below which of those before it (or none), and how much it may use (or any). */
    private record Node(int parent, int bound) {}

    @Property
    void tryUse_agreesWithAModel_whateverTheTree(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 7) Integer> parents,
            @ForAll @Size(min = 8, max = 8) List<@IntRange(max = 20) Integer> bounds,
            @ForAll @Size(max = 60) List<@IntRange(max = 39) Integer> uses) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            nodes.add(new Node(i == 0 ? -1 : parents.get(i) % i, bounds.get(i)));
        }
        for (Limit limit : List.of(Limit.MESSAGES, Limit.TOOL_CALLS, Limit.TURNS)) {
            check(nodes, uses, limit);
        }
    }

    private static void check(List<Node> nodes, List<Integer> uses, Limit limit) {
        List<LimitAccount> accounts = open(nodes, limit);
        var model = new int[nodes.size()];

        for (int use : uses) {
            int at = use % nodes.size();
            int amount = use / 10;
            boolean fits = fits(nodes, model, at, amount);

            Exceeded met = accounts.get(at).tryUse(limit, amount);

            assertThat(met == null).isEqualTo(fits);
            for (int up = at; fits && up >= 0; up = nodes.get(up).parent) {
                model[up] += amount;
            }
        }
        for (int i = 0; i < model.length; i++) {
            assertThat(accounts.get(i)
                            .used(below(nodes, accounts, i))
                            .getOrDefault(limit, BigDecimal.ZERO)
                            .intValue())
                    .isEqualTo(model[i]);
        }
    }

    private static List<LimitAccount> open(List<Node> nodes, Limit limit) {
        List<LimitAccount> accounts = new ArrayList<>();
        for (Node node : nodes) {
            var limits = Limits.unlimited().toBuilder();
            if (bounded(node)) {
                limits.bound(limit, BigDecimal.valueOf(node.bound));
            }
            accounts.add(new LimitAccount(
                    new AgentId(Address.of("n" + accounts.size()), 1),
                    new LimitPolicy(limits.build(), TimeSource.system()),
                    node.parent < 0 ? null : accounts.get(node.parent)));
        }
        return accounts;
    }

    /** Every fourth bound is none. */
    private static boolean bounded(Node node) {
        return node.bound % 4 != 0;
    }

    private static boolean fits(List<Node> nodes, int[] model, int at, int amount) {
        for (int up = at; up >= 0; up = nodes.get(up).parent) {
            if (bounded(nodes.get(up)) && model[up] + amount > nodes.get(up).bound) {
                return false;
            }
        }
        return true;
    }

    private static List<LimitAccount> below(List<Node> nodes, List<LimitAccount> accounts, int top) {
        List<LimitAccount> found = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (int up = nodes.get(i).parent; up >= 0; up = nodes.get(up).parent) {
                if (up == top) {
                    found.add(accounts.get(i));
                }
            }
        }
        return Collections.unmodifiableList(found);
    }
}
