package dev.agentos.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.InvalidCapabilityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** Attenuation is an order, and narrowing walks down in it: nobody gets more by going another way. */
class CapabilityLatticeProperties {

    @Property(tries = 3_000)
    void isWithin_isReflexive(@ForAll("capabilities") Capability capability) {
        assertThat(capability.isWithin(capability)).isTrue();
        assertThat(capability.isWithin(Capability.parse(capability.toString()))).isTrue();
    }

    @Property(tries = 20_000)
    void isWithin_isAntisymmetric(@ForAll("capabilities") Capability a, @ForAll("capabilities") Capability b) {
        boolean both = a.isWithin(b) && b.isWithin(a);
        Statistics.label("both ways").collect(both);

        assertThat(both).as("%s and %s", a, b).isEqualTo(a.equals(b));
    }

    /** A chain that is built, not hoped for: two unrelated capabilities are seldom three deep. */
    @Property(tries = 3_000)
    void isWithin_isTransitive_downAChainOfDelegations(
            @ForAll("capabilities") Capability top,
            @ForAll @Size(min = 1, max = 4) List<@From("constraints") String> steps) {
        Capability bottom = top;
        int taken = 0;
        for (String step : steps) {
            Optional<Capability> next = narrowed(bottom, step);
            if (next.isPresent()) {
                assertThat(next.get().isWithin(bottom))
                        .as("%s within %s", next.get(), bottom)
                        .isTrue();
                bottom = next.get();
                taken++;
            }
        }
        Statistics.label("steps").collect(taken);

        assertThat(bottom.isWithin(top)).as("%s within %s", bottom, top).isTrue();
    }

    @Property(tries = 3_000)
    void where_twice_isWhereOnce(@ForAll("capabilities") Capability capability, @ForAll("constraints") String added) {
        narrowed(capability, added)
                .ifPresent(once -> assertThat(once.where(added)).isEqualTo(once));
    }

    @Property(tries = 5_000)
    void where_leadsToTheSame_whateverTheOrder(
            @ForAll("capabilities") Capability capability,
            @ForAll("constraints") String first,
            @ForAll("constraints") String second) {
        Optional<Capability> oneWay = narrowed(capability, first).flatMap(c -> narrowed(c, second));
        Optional<Capability> otherWay = narrowed(capability, second).flatMap(c -> narrowed(c, first));
        Statistics.label("both taken").collect(oneWay.isPresent());

        assertThat(oneWay).as("%s where %s, %s", capability, first, second).isEqualTo(otherWay);
    }

    /** What is given at once is what is given step by step. */
    @Property(tries = 3_000)
    void where_takesSeveral_asOneAfterTheOther(
            @ForAll("capabilities") Capability capability,
            @ForAll("constraints") String first,
            @ForAll("constraints") String second) {
        if (key(first).equals(key(second))) {
            return; // one text cannot name a key twice
        }
        Optional<Capability> steps = narrowed(capability, first).flatMap(c -> narrowed(c, second));
        Optional<Capability> once = narrowed(capability, first + "; " + second);

        assertThat(once).isEqualTo(steps);
    }

    /** A verb less, a longer path or a constraint more never takes anything out of reach of a check from above. */
    @Property(tries = 3_000)
    void capability_withOneVerbOfSeveral_isWithin(@ForAll("capabilities") Capability capability) {
        for (String verb : capability.verbs()) {
            String constraints = capability.toString().contains("; ")
                    ? capability.toString().substring(capability.toString().indexOf("; "))
                    : "";
            Capability narrow = Capability.parse(capability.resource() + " " + verb + constraints);

            assertThat(narrow.isWithin(capability)).isTrue();
            assertThat(capability.isWithin(narrow)).isEqualTo(capability.verbs().size() == 1);
        }
    }

    @Property(tries = 2_000)
    void equal_isEqualText_andEqualHash(@ForAll("capabilities") Capability a, @ForAll("capabilities") Capability b) {
        assertThat(a.equals(b)).isEqualTo(a.toString().equals(b.toString()));
        if (a.equals(b)) {
            assertThat(a).hasSameHashCodeAs(b);
            assertThat(a.constraints()).isEqualTo(b.constraints());
        }
    }

    /** The order of constraints, verbs and values in the text means nothing. */
    @Property(tries = 2_000)
    void parse_givesTheSame_whateverTheOrderOfTheParts(@ForAll("capabilities") Capability capability) {
        String[] parts = capability.toString().split("; ");
        var head = parts[0].split(" ");
        String verbs = Arrays.stream(head[1].split(","))
                .sorted((a, b) -> b.compareTo(a))
                .collect(Collectors.joining(","));
        var constraints = Arrays.asList(parts).subList(1, parts.length).reversed();
        String shuffled =
                head[0] + " " + verbs + constraints.stream().map("; "::concat).collect(Collectors.joining());

        assertThat(Capability.parse(shuffled)).isEqualTo(capability);
    }

    private static Optional<Capability> narrowed(Capability capability, String constraint) {
        try {
            return Optional.of(capability.where(constraint));
        } catch (InvalidCapabilityException e) {
            return Optional.empty();
        }
    }

    private static String key(String constraint) {
        return constraint.split("[<>]?=")[0];
    }

    @Provide
    Arbitrary<String> constraints() {
        return Arbitraries.of(
                "n<=1",
                "n<=2",
                "n>=1",
                "n>=0",
                "n=1",
                "n=1,2",
                "n=1.0",
                "s=x",
                "s=x,y",
                "s=y,z",
                "uses=1",
                "uses=2",
                "rate=1/1s",
                "rate=5/1m",
                "rate=60/1m",
                "maxBytes=1kB",
                "depth=0",
                "depth=2",
                "budget=n:1",
                "budget=n:2",
                "budget=n:2/1h",
                "budget=m:1/1d",
                "maxBytes=1KiB",
                "approval=required",
                "between=09:00-12:00",
                "between=10:00-11:00",
                "between=22:00-06:00",
                "expires=2026-01-01T00:00:00Z",
                "expires=2027-01-01T00:00:00Z",
                "argv0=git",
                "argv0=/bin/git,git");
    }

    @Provide
    Arbitrary<Capability> capabilities() {
        Arbitrary<String> resources = Arbitraries.of(
                "memory:**",
                "memory:a",
                "memory:a/**",
                "memory:a/*",
                "memory:*/**",
                "memory:a*",
                "memory:*",
                "file:/**",
                "file:/a",
                "tool:a.*",
                "tool:a.b",
                "net:**",
                "net:https://*/**",
                "net:https://a.ex/**",
                "net:https://*.ex/**",
                "net:*:443",
                "net:a.ex:443");
        Arbitrary<String> verbs = Arbitraries.of("read", "read,write", "write", "list,read,write");
        return Combinators.combine(resources, verbs, constraints().list().ofMaxSize(2))
                .as((resource, actions, added) -> {
                    Capability capability = Capability.parse(resource + " " + actions);
                    for (String constraint : added) {
                        capability = narrowed(capability, constraint).orElse(capability);
                    }
                    return capability;
                });
    }
}
