package dev.agentos.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.AgentId;
import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.AccessPolicy.Effect;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PolicyRule;
import dev.agentos.api.security.PrincipalId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyRulesTest {
    private static final PrincipalId ANALYST = PrincipalId.agent(AgentId.parse("research/analyst#3"));
    private static final Action SHELL = Action.of("tool:shell.execute", "call")
            .with("argv0", "/usr/bin/rm")
            .with("program", "rm")
            .with("argv", List.of("rm", "-r", "/"));

    @Test
    void decide_leavesItToTheGrants_whenNoRuleMatches() {
        Decision decision = decide(Effect.ALLOW, attempt(SHELL), rule(Effect.DENY, "tool:http.request call"));

        assertThat(decision).isEqualTo(Decision.allow());
    }

    @Test
    void decide_denies_whenNoRuleMatchesAndNothingElseIsAllowed() {
        Decision decision = decide(Effect.DENY, attempt(SHELL), rule(Effect.ALLOW, "tool:http.request call"));

        assertThat(decision).isEqualTo(Decision.deny("policy house.yaml allows only what a rule of it allows"));
    }

    @Test
    void decide_takesTheStrictest_whereverItStands() {
        var allow = rule(Effect.ALLOW, "tool:shell.execute call");
        var ask = rule(Effect.ASK, "tool:** call");
        var deny = rule(Effect.DENY, "tool:shell.* call");

        assertThat(decide(Effect.ALLOW, attempt(SHELL), allow, ask, deny)).isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.ALLOW, attempt(SHELL), deny, ask, allow)).isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.DENY, attempt(SHELL), allow, ask)).isInstanceOf(Decision.NeedsApproval.class);
        assertThat(decide(Effect.DENY, attempt(SHELL), allow)).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void decide_namesLineAndReason() {
        var rule = new PolicyRule(
                Effect.ASK, List.of(), List.of(), Map.of(), false, "ask the desk", PolicyRule.DEFAULT_EXPIRY, 12);

        Decision decision = decide(Effect.ALLOW, attempt(SHELL), rule);

        assertThat(decision)
                .isEqualTo(new Decision.NeedsApproval("policy house.yaml:12: ask the desk", PolicyRule.DEFAULT_EXPIRY));
    }

    @ParameterizedTest
    @CsvSource({
        "agent:research/**, true",
        "agent:research/analyst, true",
        "agent:research/*, true",
        "agent:research, false",
        "agent:desk/**, false",
        "agent:**, true",
        "host, false",
        "user:*, false",
    })
    void decide_looksAtThePrincipal(String who, boolean matches) {
        var rule =
                new PolicyRule(Effect.DENY, List.of(), List.of(who), Map.of(), false, "", PolicyRule.DEFAULT_EXPIRY, 0);

        Decision decision = decide(Effect.ALLOW, attempt(SHELL), rule);

        assertThat(decision instanceof Decision.Deny).isEqualTo(matches);
    }

    @Test
    void decide_tellsPeopleApart() {
        var rules = new PolicyRule[] {
            new PolicyRule(
                    Effect.DENY,
                    List.of(),
                    List.of("user:alice", "operator:*"),
                    Map.of(),
                    false,
                    "",
                    PolicyRule.DEFAULT_EXPIRY,
                    0)
        };

        assertThat(decide(Effect.ALLOW, by(PrincipalId.user("alice")), rules)).isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.ALLOW, by(PrincipalId.user("alic")), rules)).isInstanceOf(Decision.Allow.class);
        assertThat(decide(Effect.ALLOW, by(PrincipalId.operator(1000)), rules)).isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.ALLOW, by(PrincipalId.HOST), rules)).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void decide_looksAtLabelsAndTaint() {
        var rule = new PolicyRule(
                Effect.DENY, List.of(), List.of(), Map.of("desk", "fx"), true, "", PolicyRule.DEFAULT_EXPIRY, 0);
        var labels = Map.of("desk", "fx", "other", "x");
        var taint = Set.of("tool:http.request");

        assertThat(decide(Effect.ALLOW, new Attempt(ANALYST, SHELL, labels, taint), rule))
                .isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.ALLOW, new Attempt(ANALYST, SHELL, labels, Set.of()), rule))
                .isInstanceOf(Decision.Allow.class);
        assertThat(decide(Effect.ALLOW, new Attempt(ANALYST, SHELL, Map.of("desk", "eq"), taint), rule))
                .isInstanceOf(Decision.Allow.class);
    }

    /** What gets around a rule that forbids: an argument left out, hidden in a list, or said in another way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool:shell.execute call; argv0=rm",
                "tool:shell.execute call; argv0=/usr/bin/rm",
                "tool:shell.execute call; argv=rm",
                "tool:shell.execute call; argv=-r",
                "tool:shell.execute call; absent=1",
                "tool:shell.execute call; absent<=1",
            })
    void deny_matches_whateverCouldBeMeant(String pattern) {
        assertThat(decide(Effect.ALLOW, attempt(SHELL), rule(Effect.DENY, pattern)))
                .isInstanceOf(Decision.Deny.class);
    }

    @Test
    void deny_ofAProgramByName_matchesItsPath() {
        Action byPath = Action.of("tool:shell.execute", "call").with("argv0", "/opt/tools/rm");

        assertThat(decide(Effect.ALLOW, attempt(byPath), rule(Effect.DENY, "tool:shell.execute call; argv0=rm")))
                .isInstanceOf(Decision.Deny.class);
        assertThat(decide(Effect.ALLOW, attempt(byPath), rule(Effect.DENY, "tool:shell.execute call; argv0=ls")))
                .isInstanceOf(Decision.Allow.class);
    }

    @Test
    void allow_doesNotMatch_whatItCannotTell() {
        var rule = rule(Effect.ALLOW, "tool:shell.execute call; absent=1");

        assertThat(decide(Effect.DENY, attempt(SHELL), rule)).isInstanceOf(Decision.Deny.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/plans/secret/**, /plans/**, true",
        "/plans/secret/key, /plans/**, true",
        "/plans/**, /plans/secret/**, true",
        "/plans/*/key, /plans/a/**, true",
        "/plans/**, /**, true",
        "/**, /plans/**, true",
        "/plans/key, /plans/key, true",
        "/plans/secret/**, /plans/public/**, false",
        "/plans/secret/**, /plan/**, false",
        "/plans, /plans/**, true",
        "/plans/key, /plans/secret/**, false",
    })
    void deny_ofFiles_matchesEveryTreeThatHasOneOfThem(String forbidden, String tree, boolean matches) {
        Action action = new Action("file", tree, "write", Map.of());

        Decision decision =
                decide(Effect.ALLOW, attempt(action), rule(Effect.DENY, "file:" + forbidden + " write; bytes>=10"));
        Decision ofReading = decide(Effect.ALLOW, attempt(action), rule(Effect.DENY, "file:" + forbidden + " read"));

        assertThat(decision instanceof Decision.Deny).isEqualTo(matches);
        assertThat(ofReading).isInstanceOf(Decision.Allow.class);
    }

    @ParameterizedTest
    @CsvSource({
        "secret.**, **, true",
        "secret.*, secret.**, true",
        "secret.keys, *.keys, true",
        "secret.keys, secret, false",
        "secret.**, secret, true",
        "secret.*, public.**, false",
        "secret.a-*, secret.a-b, true",
        "secret.a-*, secret.b, false",
        "a.*.c, a.b.*, true",
        "a.*.c, a.b.d, false",
        "a, a.b, false",
    })
    void deny_ofTopics_matchesEveryPatternThatHasOneOfThem(String forbidden, String subscribed, boolean matches) {
        Action action = new Action("topic", subscribed, "subscribe", Map.of());

        Decision decision =
                decide(Effect.ALLOW, attempt(action), rule(Effect.DENY, "topic:" + forbidden + " subscribe"));

        assertThat(decision instanceof Decision.Deny).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "host:x", "user:", "user:a*", "operator:", "agent", "agent:a//b"})
    void open_refuses_whatNamesNobody(String who) {
        var rule =
                new PolicyRule(Effect.DENY, List.of(), List.of(who), Map.of(), false, "", PolicyRule.DEFAULT_EXPIRY, 0);
        var policy = new AccessPolicy("house.yaml", Effect.ALLOW, List.of(rule));

        assertThatThrownBy(() -> new LocalPolicyProvider().open(policy)).hasMessageContaining(who);
    }

    private static Attempt attempt(Action action) {
        return new Attempt(ANALYST, action, Map.of(), Set.of());
    }

    private static Attempt by(PrincipalId who) {
        return new Attempt(who, SHELL, Map.of(), Set.of());
    }

    private static PolicyRule rule(Effect effect, String action) {
        return new PolicyRule(
                effect,
                List.of(Capability.parse(action)),
                List.of(),
                Map.of(),
                false,
                "",
                PolicyRule.DEFAULT_EXPIRY,
                0);
    }

    private static Decision decide(Effect fallback, Attempt attempt, PolicyRule... rules) {
        var policy = new AccessPolicy("house.yaml", fallback, Arrays.asList(rules));
        return new LocalPolicyProvider().open(policy).decide(attempt);
    }

    @ParameterizedTest
    @CsvSource({
        // What is said in a tunnel is not seen: so its host decides, whatever the method, the path and the port.
        "net:https://api.example.com/** post, net:https://api.example.com/** connect, true",
        "net:https://api.example.com/admin/** get, net:https://api.example.com/** connect, true",
        "net:https://api.example.com/admin/** get, net:api.example.com:8443 connect, true",
        "net:https://*.example.com/** get, net:https://api.example.com/** connect, true",
        "net:https://api.example.com/** get, net:https://*.example.com/** connect, true",
        "net:https://*.example.com/** get, net:https://*.api.example.com/** connect, true",
        "net:** get, net:https://api.example.com/** connect, true",
        "net:https://api.example.com/** get, net:** connect, true",
        "net:https://[2001:db8::1]:8443/** get, net:[2001:db8::1]:443 connect, true",
        "net:https://api.example.com/** post, net:https://example.com/** connect, false",
        "net:https://*.example.com/** get, net:https://example.org/** connect, false",
        "net:https://*.example.com/** get, net:https://*.example.org/** connect, false",
        "file:/data/** read, net:https://api.example.com/** connect, false",
        // Of plain HTTP, each request is judged by its method.
        "net:http://api.example.com/** post, net:http://api.example.com/** get, false",
        "net:http://api.example.com/admin/** get, net:http://api.example.com/** get, true",
    })
    void decideRight_forbids_whatCouldBeDoneUnseen(String forbidden, String right, boolean objects) {
        var capability = Capability.parse(right);

        var decision = new PolicyRules(
                        new AccessPolicy("house.yaml", Effect.ALLOW, List.of(rule(Effect.DENY, forbidden))))
                .decideRight(attempt(SHELL), capability);

        assertThat(decision instanceof Decision.Deny).isEqualTo(objects);
    }

    @ParameterizedTest
    @CsvSource({
        "net:https://api.example.com/** connect, net:https://api.example.com/** connect, true",
        "net:https://*.example.com/** connect, net:https://api.example.com/** connect, true",
        "net:https://api.example.com/ connect, net:https://api.example.com/** connect, false",
        "net:https://api.example.com/** get, net:https://api.example.com/** connect, false",
        "net:https://api.example.com/** connect, net:https://*.example.com/** connect, false",
    })
    void decideRight_allowsWhatIsWithinARule_whenNothingElseIs(String allowed, String right, boolean allows) {
        var capability = Capability.parse(right);

        var decision = new PolicyRules(
                        new AccessPolicy("house.yaml", Effect.DENY, List.of(rule(Effect.ALLOW, allowed))))
                .decideRight(attempt(SHELL), capability);

        assertThat(decision instanceof Decision.Allow).isEqualTo(allows);
    }
}
