package dev.agentos.security;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import dev.agentos.api.security.PrincipalId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grant that comes nearest to covering something, and why it does not.
 *
 * @param reason for people, naming the grant
 * @param grant the nearest; null if none is for this type
 */
record NearestMiss(String reason, @Nullable LocalGrant grant) {

    /** How near a grant comes, nearest last. */
    private enum Nearness {
        OTHER_TYPE,
        OTHER_RESOURCE,
        OTHER_VERB,
        OTHER_ATTRIBUTES,
        HINDERED
    }

    /** Looks among grants none of which permits the action. */
    static NearestMiss of(List<LocalGrant> held, Action action) {
        String wanted = action.type() + ":" + Capability.escape(action.resource());
        LocalGrant nearest = null;
        Nearness best = Nearness.OTHER_TYPE;
        for (LocalGrant grant : held) {
            Nearness nearness = nearness(grant, action);
            if (nearness.compareTo(best) > 0) {
                nearest = grant;
                best = nearness;
            }
        }
        if (nearest == null) {
            return new NearestMiss(none(held.size(), wanted), null);
        }
        Hindrance hindrance = nearest.covers(action) ? nearest.hindrance(action) : null;
        // Time goes on between the check and this: what hindered it may be over.
        String why = hindrance != null
                ? nearest.describe(hindrance, action)
                : nearest.capability().miss(action).orElse("it was refused a moment ago");
        return new NearestMiss(nearest + " comes nearest: " + why, nearest);
    }

    /** The capability of the nearest grant; null if there is none. */
    @Nullable
    Capability capability() {
        return grant == null ? null : grant.capability();
    }

    /** Says which of the giver's grants comes nearest to including a capability for a holder, and what of it is wider. */
    static String of(List<LocalGrant> held, PrincipalId holder, Capability wanted) {
        var sameType = held.stream()
                .filter(grant ->
                        grant.includes(wanted) || grant.capability().type().equals(wanted.type()))
                .toList();
        for (LocalGrant grant : sameType) {
            if (grant.includes(wanted)) {
                return grant + " would include it, but " + notGiven(grant, holder, wanted);
            }
        }
        for (LocalGrant grant : sameType) {
            if (scope(wanted).isWithin(scope(grant.capability()))) {
                return grant + " comes nearest: of its constraints '" + wider(grant.capability(), wanted)
                        + "' is missing or wider";
            }
        }
        return sameType.isEmpty()
                ? none(held.size(), wanted.resource())
                : sameType.getFirst() + " comes nearest: it does not include " + scope(wanted);
    }

    private static String notGiven(LocalGrant grant, PrincipalId holder, Capability wanted) {
        if (grant.revoked()) {
            return "it was revoked";
        }
        if (grant.includesFor(holder, wanted)) {
            return "it expired at "
                    + grant.capability().expires().map(Instant::toString).orElse("the end of a grant above it");
        }
        return grant.capability()
                .handedOn()
                .map(most -> "what is handed on of it has to be within '" + most + "'")
                .orElse("it may not be handed on");
    }

    private static String none(int held, String wanted) {
        return held == 0 ? "no grant is held" : "none of the " + held + " grants held is for " + wanted;
    }

    private static Nearness nearness(LocalGrant grant, Action action) {
        if (grant.covers(action)) {
            return Nearness.HINDERED;
        }
        Capability capability = grant.capability();
        if (!capability.type().equals(action.type())) {
            return Nearness.OTHER_TYPE;
        }
        if (!Capability.of(capability.resource(), action.verb()).covers(action)) {
            return Nearness.OTHER_RESOURCE;
        }
        return capability.verbs().contains(action.verb()) ? Nearness.OTHER_ATTRIBUTES : Nearness.OTHER_VERB;
    }

    private static Capability scope(Capability capability) {
        return Capability.of(capability.resource(), capability.verbs().toArray(String[]::new));
    }

    /** The first constraint that the wanted capability does not keep to. */
    private static String wider(Capability held, Capability wanted) {
        return held.constraints().stream()
                .filter(constraint -> !wanted.isWithin(scope(held).where(constraint.toString())))
                .map(Constraint::toString)
                .findFirst()
                .orElse("");
    }
}
