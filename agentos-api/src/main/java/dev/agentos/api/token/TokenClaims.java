package dev.agentos.api.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a token says, or what is left of it after one of its blocks.
 *
 * @param capabilities what it permits, 1 to 16
 * @param audience the systems that may accept it
 * @param expires from when on it is worth nothing, in whole seconds
 * @param holder the key that requests with it are signed by
 * @since 0.3
 */
public record TokenClaims(List<Capability> capabilities, Set<String> audience, Instant expires, VerifyingKey holder) {
    /** How many capabilities a token may say. */
    public static final int MAX_CAPABILITIES = 16;

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_:@-][A-Za-z0-9._:@-]*(/[A-Za-z0-9_:@-][A-Za-z0-9._:@-]*)*");

    /** Years 1970 to 9999: what every implementation can say. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    /** Copies and checks; cuts the expiry to whole seconds. */
    public TokenClaims {
        capabilities = List.copyOf(capabilities);
        if (capabilities.isEmpty()
                || capabilities.size() > MAX_CAPABILITIES
                || Set.copyOf(capabilities).size() != capabilities.size()) {
            throw new IllegalArgumentException(
                    "a token says 1 to " + MAX_CAPABILITIES + " different capabilities, not " + capabilities);
        }
        audience = checkAudience(audience);
        if (expires.isBefore(Instant.EPOCH) || expires.isAfter(LAST)) {
            throw new IllegalArgumentException("a token expires between 1970 and 9999, not " + expires);
        }
        expires = expires.truncatedTo(ChronoUnit.SECONDS);
        Objects.requireNonNull(holder, "holder");
    }

    /** {@return what a token on these terms says} */
    public static TokenClaims of(List<Capability> capabilities, TokenTerms terms) {
        return new TokenClaims(capabilities, terms.audience(), terms.expires(), terms.holder());
    }

    /** Sorted copies: equal claims have equal texts. */
    static Set<String> checkAudience(Set<String> names) {
        var sorted = new TreeSet<>(names);
        if (sorted.isEmpty() || sorted.size() > TokenTerms.MAX_AUDIENCE) {
            throw new IllegalArgumentException(
                    "a token names 1 to " + TokenTerms.MAX_AUDIENCE + " systems, not " + names.size());
        }
        sorted.forEach(TokenClaims::checkName);
        return Collections.unmodifiableSet(sorted);
    }

    /** A name is a path of plain words, so that no two look alike and grants can name it: {@code token:desk/2 export}. */
    private static void checkName(String name) {
        if (name.length() > TokenTerms.MAX_NAME || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a system is letters, digits and . _ : @ - in words, joined by" + " slashes, at most "
                            + TokenTerms.MAX_NAME + " characters, not '" + name + "'");
        }
    }

    /**
     * Checks that these claims say nothing that others do not say: each capability is within one of theirs, no system is
     * added, and they expire no later. The holder may be another, which hands the capabilities on: that takes one from
     * their {@code depth}.
     *
     * @throws TokenException if one is wider, naming it
     */
    public void requireWithin(TokenClaims wider) {
        boolean handedOn = !holder.equals(wider.holder);
        for (Capability capability : capabilities) {
            if (wider.capabilities.stream().noneMatch(other -> isWithin(capability, other, handedOn))) {
                throw new TokenException(
                        TokenFault.WIDENED,
                        "'" + capability + "' is not within " + wider.capabilities
                                + (handedOn ? " as they can be handed on" : ""));
            }
        }
        if (!wider.audience.containsAll(audience)) {
            throw new TokenException(TokenFault.WIDENED, "audience " + audience + " is not within " + wider.audience);
        }
        if (expires.isAfter(wider.expires)) {
            throw new TokenException(TokenFault.WIDENED, "it expires " + expires + ", after " + wider.expires);
        }
    }

    private static boolean isWithin(Capability capability, Capability wider, boolean handedOn) {
        return handedOn ? wider.handedOn().filter(capability::isWithin).isPresent() : capability.isWithin(wider);
    }

    /** {@return a text that says all of it; equal for equal claims and different for different ones} */
    public String text() {
        return capabilities.stream().map(Capability::toString).collect(Collectors.joining("\n", "", "\n"))
                + "audience " + String.join(" ", audience)
                + "\nexpires " + expires.getEpochSecond()
                + "\nholder " + holder;
    }
}
