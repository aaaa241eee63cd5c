package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Attempt;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Decision;
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
        for (Action action : actions) {
            Verdict verdict = decide(actor, action);
            if (!(verdict instanceof Granted(var one))) {
                return verdict;
            }
            ruled.addAll(one);
        }
        return new Granted(ruled);
    }

    @Override
    public @Nullable Refused begin(Actor actor, List<Ruled> actions, Passage passage) {
        for (Ruled ruled : actions) {
            Refused refused;
            try {
                refused = begin(actor, ruled, passage);
            } catch (RuntimeException | StackOverflowError e) {
                refused = refuse(ruled.action(), "the check failed: " + e, "");
            }
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private @Nullable Refused begin(Actor actor, Ruled first, Passage passage) {
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
            Verdict byRules = byGrants instanceof Granted ? byRules(actor, action) : null;
            return byRules != null ? byRules : byGrants;
        } catch (RuntimeException | StackOverflowError e) {
            // An exception in a check denies.
            return refuse(action, "the check failed: " + e, "");
        }
    }

    private Verdict byGrants(Actor actor, Action action) {
        if (actor.implicitly(action)) {
            return grant(action, null, true);
        }
        return switch (authority.check(actor.principal(), actor.grants(), action)) {
            case Authority.Ruling.Allowed(var grant, var free) -> grant(action, grant, free);
            case Authority.Ruling.Asks asks ->
                refuse(
                        action,
                        "a person has to approve it (" + asks.reason() + "), and nobody is there to",
                        Capability.covering(action).toString());
            case Authority.Ruling.Refused(var reason, var missing) -> refuse(action, reason, missing);
        };
    }

    /** What the first rule that objects says; null if none does. */
    private @Nullable Verdict byRules(Actor actor, Action action) {
        if (rules.isEmpty()) {
            return null;
        }
        var attempt = new Attempt(actor.principal(), action, actor.labels(), actor.taint());
        for (Rule rule : rules) {
            switch (rule.decide(attempt)) {
                case Decision.Allow() -> {}
                case Decision.Deny(var reason) -> {
                    return refuse(action, reason, "");
                }
                case Decision.NeedsApproval asks -> {
                    return refuse(
                            action, "a person has to approve it (" + asks.reason() + "), and nobody is there to", "");
                }
                case Decision.Replace(var by, var reason) -> {
                    return new Replaced(action, by, reason);
                }
            }
        }
        return null;
    }

    private static Granted grant(Action action, @Nullable Grant grant, boolean free) {
        return new Granted(List.of(new Ruled(action, grant, free)));
    }

    private static Refused refuse(Action action, String reason, String missing) {
        return new Refused(action, reason, missing);
    }
}
