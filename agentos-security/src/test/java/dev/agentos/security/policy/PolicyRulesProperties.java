package dev.agentos.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Topics;
import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.AccessPolicy.Effect;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PolicyRule;
import dev.agentos.api.security.PrincipalId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PolicyRulesProperties {
    private static final PrincipalId AGENT = PrincipalId.agent(AgentId.parse("desk/a#1"));

    @Property
    void theOrderOfRules_meansNothingForWhatTheyDo(
            @ForAll("rules") List<PolicyRule> rules, @ForAll("attempts") Attempt attempt, @ForAll long seed) {
        var shuffled = new ArrayList<>(rules);
        Collections.shuffle(shuffled, new Random(seed));

        Decision one = decide(rules, attempt);
        Decision other = decide(shuffled, attempt);

        assertThat(strictness(other)).isEqualTo(strictness(one));
    }

    @Property
    void oneMoreRuleThatForbidsOrAsks_neverMakesItMilder(
            @ForAll("rules") List<PolicyRule> rules,
            @ForAll("strictRules") PolicyRule more,
            @ForAll("attempts") Attempt attempt) {
        var longer = new ArrayList<>(rules);
        longer.add(more);

        assertThat(strictness(decide(longer, attempt))).isGreaterThanOrEqualTo(strictness(decide(rules, attempt)));
    }

    @Property
    void taint_neverMakesItMilder(
            @ForAll("strictRuleLists") List<PolicyRule> rules, @ForAll("attempts") Attempt attempt) {
        var tainted = new Attempt(attempt.principal(), attempt.action(), attempt.labels(), Set.of("tool:http.request"));
        var clean = new Attempt(attempt.principal(), attempt.action(), attempt.labels(), Set.of());

        assertThat(strictness(decide(rules, tainted))).isGreaterThanOrEqualTo(strictness(decide(rules, clean)));
    }

    @Property
    void overlap_holds_whenATopicIsPickedByBoth(
            @ForAll("patterns") String one, @ForAll("patterns") String other, @ForAll("topics") String topic) {
        if (Topics.matches(one, topic) && Topics.matches(other, topic)) {
            assertThat(ActionPattern.overlap(one, other)).isTrue();
            assertThat(ActionPattern.overlap(other, one)).isTrue();
        }
    }

    private static int strictness(Decision decision) {
        return switch (decision) {
            case Decision.Allow() -> 0;
            case Decision.NeedsApproval _ -> 1;
            case Decision.Deny _ -> 2;
            case Decision.Replace _ -> throw new AssertionError("a policy replaces nothing");
        };
    }

    private static Decision decide(List<PolicyRule> rules, Attempt attempt) {
        return new LocalPolicyProvider()
                .open(new AccessPolicy("p", Effect.ALLOW, rules))
                .decide(attempt);
    }

    @Provide
    Arbitrary<List<PolicyRule>> rules() {
        return rule(Arbitraries.of(Effect.values())).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<PolicyRule>> strictRuleLists() {
        return strictRules().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<PolicyRule> strictRules() {
        return rule(Arbitraries.of(Effect.ASK, Effect.DENY));
    }

    private static Arbitrary<PolicyRule> rule(Arbitrary<Effect> effects) {
        var actions = Arbitraries.of(
                        "tool:a call", "tool:** call", "tool:b call; x=1", "tool:a call; x<=2; y=q", "net:** get")
                .map(Capability::parse)
                .list()
                .ofMaxSize(2);
        var principals = Arbitraries.of("host", "agent:desk/**", "agent:lab/**", "user:*")
                .list()
                .ofMaxSize(2);
        var labels = Arbitraries.of(Map.<String, String>of(), Map.of("team", "x"));
        return Combinators.combine(effects, actions, principals, labels, Arbitraries.of(true, false))
                .as((effect, what, who, label, tainted) ->
                        new PolicyRule(effect, what, who, label, tainted, "", PolicyRule.DEFAULT_EXPIRY, 0));
    }

    @Provide
    Arbitrary<Attempt> attempts() {
        var actions = Combinators.combine(
                        Arbitraries.of("tool:a", "tool:b", "tool:c"),
                        Arbitraries.integers().between(0, 3))
                .as((resource, x) -> x == 0
                        ? Action.of(resource, "call")
                        : Action.of(resource, "call").with("x", x));
        var labels = Arbitraries.of(Map.<String, String>of(), Map.of("team", "x"), Map.of("team", "y"));
        return Combinators.combine(Arbitraries.of(AGENT, PrincipalId.HOST, PrincipalId.user("a")), actions, labels)
                .as((who, action, label) -> new Attempt(who, action, label, Set.of()));
    }

    @Provide
    Arbitrary<String> patterns() {
        var segments = Arbitraries.of("a", "b", "*").list().ofMinSize(1).ofMaxSize(3);
        return Combinators.combine(segments, Arbitraries.of(true, false))
                .as((parts, open) -> String.join(".", parts) + (open ? ".**" : ""));
    }

    @Provide
    Arbitrary<String> topics() {
        return Arbitraries.of("a", "b").list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join(".", parts));
    }
}
