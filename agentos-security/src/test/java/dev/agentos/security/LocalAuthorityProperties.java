package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.error.DeniedException;
import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

class LocalAuthorityProperties {
    private static final PrincipalId ALICE = PrincipalId.user("alice");
    private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

    /** Whatever is tried along a chain: what its end permits, every grant above permits, on every dimension. */
    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
    void derive_neverWidens_overRandomChains(
            @ForAll("capabilities") List<Capability> asked,
            @ForAll("narrowings") List<String> narrowings,
            @ForAll("actions") List<Action> actions) {
        Authority authority = new LocalAuthorityProvider().open(new SettableTime(START));
        Grant last = authority.derive(List.of(authority.mintRoot(ALICE)), ALICE, asked.getFirst());
        var chain = new ArrayList<>(List.of(last));

        for (int i = 0; i < narrowings.size(); i++) {
            Capability other = asked.get(i % asked.size());
            Capability capability = i % 3 == 0 ? other : narrowed(last.capability(), narrowings.get(i));
            try {
                last = authority.derive(List.of(last), ALICE, capability);
                chain.add(last);
            } catch (DeniedException wider) {
                assertThat(wider.missing()).isEqualTo(capability.toString());
            }
        }

        Statistics.label("links").collect(Math.min(chain.size(), 6));
        Capability narrowest = last.capability();
        for (Grant above : chain) {
            Capability wide = above.capability();
            for (Action action : actions) {
                if (narrowest.covers(action)) {
                    assertThat(wide.covers(action))
                            .as(wide + " covers " + action)
                            .isTrue();
                }
            }
            wide.uses()
                    .ifPresent(
                            uses -> assertThat(narrowest.uses().orElseThrow()).isLessThanOrEqualTo(uses));
            wide.maxBytes()
                    .ifPresent(max ->
                            assertThat(narrowest.maxBytes().orElseThrow()).isLessThanOrEqualTo(max));
            wide.expires()
                    .ifPresent(
                            at -> assertThat(narrowest.expires().orElseThrow()).isBeforeOrEqualTo(at));
            wide.rate().ifPresent(rate -> assertThat(perHour(narrowest)).isLessThanOrEqualTo(perHour(wide)));
            assertThat(narrowest.approvalRequired() || !wide.approvalRequired()).isTrue();
        }
    }

    private static Capability narrowed(Capability capability, String constraint) {
        try {
            return capability.where(constraint);
        } catch (InvalidCapabilityException nothingInCommon) {
            return capability;
        }
    }

    /** The most uses that some hour can see: all windows here divide an hour. */
    private static long perHour(Capability capability) {
        var rate = capability.rate().orElseThrow();
        return rate.count() * (Duration.ofHours(1).toMillis() / rate.window().toMillis());
    }

    /** However its uses are spread over a tree of grants, none sees more than it permits. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void begin_neverExceedsUses_anywhereInATree(
            @ForAll("limits") List<Integer> limits,
            @ForAll("picks") List<Integer> parents,
            @ForAll("picks") List<Integer> users) {
        Authority authority = new LocalAuthorityProvider().open(TimeSource.system());
        var action = Action.of("tool:x", "call");
        var grants = new ArrayList<>(List.of(authority.derive(
                List.of(authority.mintRoot(ALICE)),
                ALICE,
                Capability.parse("tool:x call; uses=" + limits.getFirst()))));
        for (int i = 0; i < parents.size(); i++) {
            Grant parent = grants.get(parents.get(i) % grants.size());
            long uses = Math.min(
                    limits.get(i % limits.size()), parent.capability().uses().orElseThrow());
            grants.add(authority.derive(List.of(parent), ALICE, Capability.parse("tool:x call; uses=" + uses)));
        }

        for (int pick : users) {
            Grant grant = grants.get(pick % grants.size());
            boolean expected = hasUsesLeft(grant);
            var use = authority.begin(grant, action);

            assertThat(use != null).as("use of " + grant).isEqualTo(expected);
        }

        assertThat(grants)
                .allSatisfy(grant -> assertThat(grant.used())
                        .isLessThanOrEqualTo(grant.capability().uses().orElseThrow()));
    }

    private static boolean hasUsesLeft(Grant grant) {
        boolean left = grant.used() < grant.capability().uses().orElse(Long.MAX_VALUE);
        return left && grant.parent().map(LocalAuthorityProperties::hasUsesLeft).orElse(true);
    }

    /** Paste the line of a denial, and the same action is allowed; and it permits nothing beside what was refused. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void missing_allowsExactlyThis_whenItIsGranted(
            @ForAll("actions") List<Action> actions, @ForAll("capabilities") List<Capability> held) {
        Authority authority = new LocalAuthorityProvider().open(new SettableTime(START));
        var root = List.of(authority.mintRoot(PrincipalId.HOST));
        var grants = held.stream()
                .map(capability -> authority.derive(root, ALICE, capability))
                .toList();

        for (Action action : actions) {
            if (authority.check(ALICE, grants, action) instanceof Ruling.Refused refused) {
                Capability line = Capability.parse(refused.missing());
                Grant added = authority.derive(root, ALICE, line);

                assertThat(authority.check(ALICE, List.of(added), action)).isInstanceOf(Ruling.Allowed.class);
                assertThat(line.toString()).isEqualTo(refused.missing());
                assertThat(line.isExact()).isTrue();
                assertThat(line.verbs()).containsExactly(action.verb());
                assertThat(line.constraints().stream().map(constraint -> constraint.key()))
                        .containsAll(action.attributes().keySet());
            }
        }
    }

    @Provide
    Arbitrary<List<Capability>> capabilities() {
        var patterns = Arbitraries.of("tool:**", "tool:order.**", "tool:order.*", "tool:order.place", "tool:o*.place");
        var verbs = Arbitraries.of("call", "describe").set().ofMinSize(1).map(set -> String.join(",", set));
        var constraints = Combinators.combine(
                        optional("notional<=1000", "notional<=100", "notional<=99.5"),
                        optional("symbol=AAPL,MSFT", "symbol=AAPL", "symbol=MSFT"),
                        optional("uses=5", "uses=2", "rate=10/1h", "rate=5/1h"),
                        optional("expires=2026-03-03T00:00:00Z", "expires=2026-03-04T00:00:00Z", "maxBytes=1kB"),
                        optional("approval=required"))
                .as((a, b, c, d, e) -> List.of(a, b, c, d, e).stream()
                        .filter(text -> !text.isEmpty())
                        .map(text -> "; " + text)
                        .collect(Collectors.joining()));
        return Combinators.combine(patterns, verbs, constraints)
                .as((pattern, verb, constraint) -> Capability.parse(pattern + " " + verb + constraint))
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<String>> narrowings() {
        return Arbitraries.of(
                        "notional<=500",
                        "notional<=50",
                        "notional>=-10",
                        "symbol=AAPL",
                        "symbol=AAPL,MSFT",
                        "uses=3",
                        "uses=1",
                        "rate=10/1h",
                        "rate=2/30m",
                        "rate=5/30m",
                        "expires=2026-03-02T18:00:00Z",
                        "maxBytes=10B",
                        "approval=required")
                .list()
                .ofMaxSize(12);
    }

    private static Arbitrary<String> optional(String... texts) {
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just("")), Tuple.of(2, Arbitraries.of(texts)));
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        var resources =
                Arbitraries.of("tool:order.place", "tool:order.cancel", "tool:other", "tool:order", "tool:a b%;c");
        var symbols = Arbitraries.of("AAPL", "MSFT", "x,y; uses=1", "ünïcode");
        var notionals = Arbitraries.bigDecimals().between(BigDecimal.valueOf(-2_000), BigDecimal.valueOf(2_000));
        return Combinators.combine(resources, Arbitraries.of("call", "describe"), symbols, notionals)
                .as((resource, verb, symbol, notional) ->
                        Action.of(resource, verb).with("symbol", symbol).with("notional", notional))
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }

    @Provide
    Arbitrary<List<Integer>> limits() {
        return Arbitraries.integers().between(1, 6).list().ofMinSize(1).ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<Integer>> picks() {
        return Arbitraries.integers().between(0, 50).list().ofMaxSize(25);
    }
}
