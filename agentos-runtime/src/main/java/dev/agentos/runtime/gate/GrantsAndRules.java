package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.Authority;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Allows what a grant covers, or an actor may do without any, and no rule forbids. */
final class GrantsAndRules implements Authorisation {
    /** How often another grant is looked for when one was used up or revoked between the check and the use. */
    private static final int ATTEMPTS = 8;

    private final Authority authority;
    private final List<Rule> rules;

    GrantsAndRules(Authority authority, List<Rule> rules) {
        this.authority = authority;
        this.rules = List.copyOf(rules);
    }

    @Override
    public Verdict authorise(Actor actor, List<Action> actions) {
        if (actions.size() == 1) {
            return decide(actor, actions.getFirst());
        }
        if (actions.isEmpty()) {
            throw new IllegalStateException("an attempt that is no action cannot be decided");
        }
        var ruled = new ArrayList<Ruled>(actions.size());
        List<Ask> asks = List.of();
        for (Action action : actions) {
            switch (decide(actor, action)) {
                case Granted(var one) -> ruled.addAll(one);
                case Asked(var one, var asked) -> {
                    ruled.addAll(one);
                    asks = joined(asks, asked);
                }
                case Refused refused -> {
                    return refused;
                }
                case Replaced other -> {
                    return other;
                }
            }
        }
        return asks.isEmpty() ? new Granted(ruled) : new Asked(ruled, asks);
    }

    private static List<Ask> joined(List<Ask> asks, List<Ask> more) {
        var all = new ArrayList<>(asks);
        all.addAll(more);
        return List.copyOf(all);
    }

    @Override
    public @Nullable Refused begin(Actor actor, List<Ruled> actions, Passage passage, @Nullable Consent consent) {
        for (Ruled ruled : actions) {
            Refused refused;
            try {
                refused = begin(actor, ruled, passage, consent);
            } catch (RuntimeException | StackOverflowError e) {
                refused = refuse(ruled.action(), "the check failed: " + e, "");
            }
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private @Nullable Refused begin(Actor actor, Ruled first, Passage passage, @Nullable Consent consent) {
        Ruled ruled = first;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (ruled.grant() == null) {
                passage.add(new Passage.Allowed(ruled, null));
                return null;
            }
            Authority.Use use = authority.begin(ruled.grant(), ruled.action());
            if (use != null) {
                passage.add(new Passage.Allowed(ruled, use));
                return null;
            }
            // Grants are a union: another one may cover it still.
            switch (decide(actor, first.action())) {
                case Granted(var again) -> ruled = again.getFirst();
                case Asked asked -> {
                    if (consent == null || !consent.answers(asked.asks())) {
                        return asked.refusal();
                    }
                    ruled = asked.actions().getFirst();
                }
                case Refused refused -> {
                    return refused;
                }
                case Replaced other -> {
                    return refuse(first.action(), other.refusal(false), "");
                }
            }
        }
        return refuse(
                first.action(),
                "the grants that cover it were revoked or used up meanwhile",
                Capability.covering(first.action()).toString());
    }

    @Override
    public Explanation explain(Actor actor, Action action) {
        Explanation byGrants = actor.implicitly(action)
                ? new Explanation.Implicit(
                        action, "it is about its parent, its children, its own memory or its own grants")
                : explained(actor, action);
        if (byGrants instanceof Explanation.Missed) {
            return byGrants;
        }
        var attempt = new Attempt(actor.principal(), action, actor.labels(), actor.taint());
        Explanation.@Nullable Ruled asked = null;
        for (Rule rule : rules) {
            switch (decision(rule, attempt)) {
                case Decision.Allow _ -> {}
                case Decision.NeedsApproval asks -> {
                    if (asked == null) {
                        asked = new Explanation.Ruled(action, rule.toString(), asks);
                    }
                }
                case Decision other -> {
                    return new Explanation.Ruled(action, rule.toString(), other);
                }
            }
        }
        return asked == null ? byGrants : asked;
    }

    private Explanation explained(Actor actor, Action action) {
        List<Grant> held = actor.grants();
        List<Grant> usable = SecretUse.usable(held, action);
        Explanation by = authority.explain(actor.principal(), usable, action);
        Grant silent = usable.size() == held.size() || !(by instanceof Explanation.Missed)
                ? null
                : covering(actor, held, action);
        return silent == null
                ? by
                : new Explanation.Missed(
                        action,
                        List.of(Explanation.Link.to(silent)),
                        SecretUse.silence(silent.capability()),
                        SecretUse.missing(silent.capability(), action));
    }

    @Override
    public @Nullable String objection(Actor actor, Capability scope) {
        if (rules.isEmpty()) {
            return null;
        }
        for (String verb : scope.verbs()) {
            String objection;
            try {
                var action = Scopes.of(scope, verb);
                objection = objection(new Attempt(actor.principal(), action, actor.labels(), actor.taint()), scope);
            } catch (RuntimeException | StackOverflowError e) {
                objection = "the check failed: " + e;
            }
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private @Nullable String objection(Attempt attempt, Capability right) {
        for (Rule rule : rules) {
            switch (rule.decideRight(attempt, right)) {
                case Decision.Allow _ -> {}
                case Decision.Deny(var reason) -> {
                    return reason;
                }
                case Decision.NeedsApproval(var reason, var _) -> {
                    return reason;
                }
                case Decision.Replace(var _, var reason) -> {
                    return reason;
                }
            }
        }
        return null;
    }

    /** An exception in a check denies. */
    private static Decision decision(Rule rule, Attempt attempt) {
        try {
            return rule.decide(attempt);
        } catch (RuntimeException | StackOverflowError e) {
            return Decision.deny("the check failed: " + e);
        }
    }

    /** At the grant that came nearest; not if it was a rule that refused. */
    @Override
    public void denied(Actor actor, Refused refused) {
        if (!refused.missing().isEmpty()) {
            authority.deny(actor.principal(), actor.grants(), refused.action());
        }
    }

    @Override
    public long epoch() {
        return authority.epoch();
    }

    @Override
    public boolean isStable() {
        // A rule may change its mind at any time.
        return rules.isEmpty();
    }

    private Verdict decide(Actor actor, Action action) {
        try {
            Verdict byGrants = byGrants(actor, action);
            return byGrants instanceof Refused ? byGrants : byRules(actor, action, byGrants);
        } catch (RuntimeException | StackOverflowError e) {
            // An exception in a check denies.
            return refuse(action, "the check failed: " + e, "");
        }
    }

    private Verdict byGrants(Actor actor, Action action) {
        if (actor.implicitly(action)) {
            return grant(action, null, true);
        }
        List<Grant> held = actor.grants();
        List<Grant> usable = SecretUse.usable(held, action);
        return switch (authority.check(actor.principal(), usable, action)) {
            case Authority.Ruling.Allowed(var grant, var free) -> grant(action, grant, free);
            case Authority.Ruling.Asks(var grant, var reason, var expiry) ->
                asked(
                        grant(action, grant, false),
                        new Ask(action, reason, expiry, grant.capability().toString(), true));
            case Authority.Ruling.Refused(var reason, var missing) -> {
                Grant silent = usable.size() == held.size() ? null : covering(actor, held, action);
                yield silent == null
                        ? refuse(action, reason, missing)
                        : refuse(
                                action,
                                SecretUse.silence(silent.capability()),
                                SecretUse.missing(silent.capability(), action));
            }
        };
    }

    private @Nullable Grant covering(Actor actor, List<Grant> held, Action action) {
        return switch (authority.check(actor.principal(), held, action)) {
            case Authority.Ruling.Allowed(var grant, var _) -> grant;
            case Authority.Ruling.Asks(var grant, var _, var _) -> grant;
            case Authority.Ruling.Refused _ -> null;
        };
    }

    /** What the rules make of it: the first that forbids or replaces, else all that ask. */
    private Verdict byRules(Actor actor, Action action, Verdict byGrants) {
        if (rules.isEmpty()) {
            return byGrants;
        }
        Verdict verdict = byGrants;
        var attempt = new Attempt(actor.principal(), action, actor.labels(), actor.taint());
        for (Rule rule : rules) {
            switch (rule.decide(attempt)) {
                case Decision.Allow() -> {}
                case Decision.Deny(var reason) -> {
                    return refuse(action, reason, "");
                }
                case Decision.NeedsApproval(var reason, var expiry) ->
                    verdict = asked(verdict, new Ask(action, reason, expiry, action.grantText(), false));
                case Decision.Replace(var by, var reason) -> {
                    return new Replaced(action, by, reason);
                }
            }
        }
        return verdict;
    }

    /** What is let through only if a person agrees to this, too. */
    private static Verdict asked(Verdict verdict, Ask ask) {
        return switch (verdict) {
            case Granted(var ruled) -> new Asked(ruled, List.of(ask));
            case Asked(var ruled, var asks) -> new Asked(ruled, joined(asks, List.of(ask)));
            case Refused refused -> refused;
            case Replaced other -> other;
        };
    }

    private static Granted grant(Action action, @Nullable Grant grant, boolean free) {
        return new Granted(List.of(new Ruled(action, grant, free)));
    }

    private static Refused refuse(Action action, String reason, String missing) {
        return new Refused(action, reason, missing);
    }
}
