package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.StatefulRight.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** More than a hundred thousand chains of attenuations and delegations by chance, none of which widens anything. */
class NarrowingChainsTest {
    private static final int CHAINS = 100_000;
    /** Fewer: of the two dimensions that a right to spawn has alone. */
    private static final int PURSES = 20_000;

    private static final int LONGEST = 6;
    private static final int LARGEST = 4;
    private static final List<PrincipalId> HOLDERS = List.of(
            PrincipalId.agent(AgentId.parse("a#1")),
            PrincipalId.agent(AgentId.parse("b#2")),
            PrincipalId.agent(AgentId.parse("c#3")));

    private final AtomicLong numbers = new AtomicLong();
    private final LocalAuthority authority = new LocalAuthority(TimeSource.system(), numbers::incrementAndGet);
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    /** Most rights come often; to read one takes longer than all that an authority does with it. */
    private final Map<Integer, Capability> capabilities = new HashMap<>();

    private long made;
    private long refused;

    @Test
    void chain_neverWidens_onAnyDimension() {
        for (int i = 0; i < CHAINS; i++) {
            followChain();
        }

        assertThat(made).as("seed %d", seed).isGreaterThan(CHAINS);
        assertThat(refused).as("seed %d", seed).isGreaterThan(CHAINS / 2);
    }

    private void followChain() {
        StatefulRight right = right();
        Grant root = authority.mintRoot(PrincipalId.HOST);
        Grant grant = authority.derive(List.of(root), any(HOLDERS), capability(right));
        for (int step = 0; step < LONGEST; step++) {
            StatefulRight wanted = random.nextInt(3) > 0 ? right.meet(right()) : right();
            if (wanted == null) {
                continue;
            }
            boolean handsOn = random.nextBoolean();
            PrincipalId to = handsOn ? any(HOLDERS) : grant.holder();
            Grant next;
            try {
                next = handsOn
                        ? authority.delegate(grant, capability(wanted), to)
                        : authority.attenuate(grant, capability(wanted));
            } catch (DeniedException wider) {
                refused++;
                continue;
            }
            made++;
            boolean isHandedOn = !to.equals(grant.holder());
            StatefulRight most = isHandedOn ? right.handedOn() : right;
            if (!wanted.isWithin(most)) {
                throw new AssertionError("seed " + seed + ": '" + wanted.capability() + "' of " + grant);
            }
            // No fluent assertions: half a million of them take longer than all else here.
            if (!next.holder().equals(to)
                    || next.parent().filter(grant::equals).isEmpty()
                    || next.depth() != grant.depth() + (isHandedOn ? 1 : 0)) {
                throw new AssertionError("seed " + seed + ": " + next + " of " + grant + " to " + to);
            }
            right = wanted;
            grant = next;
        }
    }

    /**
     * What may be spawned, and what may be spent on it.
     *
     * @param most how many children; 0 for no bound
     * @param spent how much; 0 for no bound
     * @param minutes in any so many; 0 for good
     */
    private record Purse(int most, int spent, int minutes) {
        Capability capability() {
            String bound = most == 0 ? "" : "; max=" + most;
            String period = minutes == 0 ? "" : "/" + minutes + "m";
            return Capability.parse(
                    "agent:desk/* spawn" + bound + (spent == 0 ? "" : "; budget=cost:" + spent + period));
        }

        boolean isWithin(Purse wider) {
            return (wider.most == 0 || most > 0 && most <= wider.most) && (wider.spent == 0 || spendsWithin(wider));
        }

        /** The most that can be spent in the time in which the wider one counts. */
        private boolean spendsWithin(Purse wider) {
            if (spent == 0 || minutes > 0 && wider.minutes == 0) {
                return false;
            }
            int times = minutes == 0 ? 1 : (wider.minutes + minutes - 1) / minutes;
            return spent * times <= wider.spent;
        }
    }

    @Test
    void chain_neverWidens_whatMayBeSpawnedAndSpent() {
        Map<Purse, Capability> known = new HashMap<>();
        for (int i = 0; i < PURSES; i++) {
            Purse purse = purse();
            Grant root = authority.mintRoot(PrincipalId.HOST);
            Grant grant =
                    authority.derive(List.of(root), any(HOLDERS), known.computeIfAbsent(purse, Purse::capability));
            for (int step = 0; step < LONGEST; step++) {
                Purse wanted = purse();
                Capability capability = known.computeIfAbsent(wanted, Purse::capability);
                try {
                    grant = random.nextBoolean()
                            ? authority.delegate(grant, capability, any(HOLDERS))
                            : authority.attenuate(grant, capability);
                } catch (DeniedException wider) {
                    refused++;
                    continue;
                }
                made++;
                if (!wanted.isWithin(purse)) {
                    throw new AssertionError("seed " + seed + ": " + wanted + " of " + purse);
                }
                purse = wanted;
            }
        }

        assertThat(made).as("seed %d", seed).isGreaterThan(PURSES / 2);
        assertThat(refused).as("seed %d", seed).isGreaterThan(PURSES);
    }

    private Purse purse() {
        int spent = random.nextInt(2 * LARGEST);
        return new Purse(random.nextInt(LARGEST), spent, spent == 0 ? 0 : random.nextInt(LARGEST));
    }

    private Capability capability(StatefulRight right) {
        return capabilities.computeIfAbsent(code(right), _ -> right.capability());
    }

    /** Another one for each right: the hash codes of enums, sets and small numbers collide. */
    private static int code(StatefulRight right) {
        int code =
                (right.tools().contains("a") ? 4 : 0) + (right.tools().contains("b") ? 2 : 0) + (right.asks() ? 1 : 0);
        for (Kind kind : Kind.values()) {
            code = code * (LARGEST + 1) + right.numbers().getOrDefault(kind, 0);
        }
        return code;
    }

    private StatefulRight right() {
        Map<Kind, Integer> numbers = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            if (random.nextInt(3) == 0) {
                numbers.put(kind, 1 + random.nextInt(LARGEST));
            }
        }
        Set<String> tools = any(List.of(Set.of("a"), Set.of("b"), Set.of("a", "b")));
        return new StatefulRight(tools, numbers, random.nextInt(4) == 0);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
