package dev.agentos.api.token;

import dev.agentos.api.error.TokenException;
import dev.agentos.api.security.Capability;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
        return java.util.Collections.unmodifiableSet(sorted);
    }

    /** A name is printable ASCII without spaces, so that no two look alike and all fit into a line. */
    private static void checkName(String name) {
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
        if (name.isEmpty() || name.length() > TokenTerms.MAX_NAME || !plain) {
            throw new IllegalArgumentException("the name of a system is 1 to " + TokenTerms.MAX_NAME
                    + " printable characters of ASCII without space, quote and backslash, not '" + name + "'");
        }
    }

    /**
     * Checks that these claims say nothing that others do not say: each capability is within one of theirs, no system is
     * added, and they expire no later. The holder may be another.
     *
     * @throws TokenException if one is wider, naming it
     */
    public void requireWithin(TokenClaims wider) {
        for (Capability capability : capabilities) {
            if (wider.capabilities.stream().noneMatch(capability::isWithin)) {
                throw new TokenException(
                        TokenFault.WIDENED, "'" + capability + "' is not within " + wider.capabilities);
            }
        }
        if (!wider.audience.containsAll(audience)) {
            throw new TokenException(TokenFault.WIDENED, "audience " + audience + " is not within " + wider.audience);
        }
        if (expires.isAfter(wider.expires)) {
            throw new TokenException(TokenFault.WIDENED, "it expires " + expires + ", after " + wider.expires);
        }
    }

    /** {@return a text that says all of it; equal for equal claims and different for different ones} */
    public String text() {
        return capabilities.stream().map(Capability::toString).collect(Collectors.joining("\n", "", "\n"))
                + "audience " + String.join(" ", audience)
                + "\nexpires " + expires.getEpochSecond()
                + "\nholder " + holder;
    }
}
