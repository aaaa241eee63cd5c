package dev.agentos.api.token;

/**
 * Why a token, or a request with one, is refused.
 *
 * @since 0.3
 */
public enum TokenFault {
    /** It is no token, or says something that none of ours says, such as rules. */
    MALFORMED,
    /** It is longer than any token may be. */
    TOO_LARGE,
    /** It was attenuated more often than any token may be. */
    TOO_DEEP,
    /** It is signed by a key that is not trusted here. */
    UNKNOWN_KEY,
    /** A signature is wrong: blocks were changed, reordered, stripped, or signed by another key. */
    BAD_SIGNATURE,
    /** It does not say for whom it is. */
    NO_AUDIENCE,
    /** It does not say when it expires. */
    NO_EXPIRY,
    /** It does not say who holds it. */
    NO_HOLDER,
    /** A later block permits what an earlier one does not. */
    WIDENED,
    /** It is sealed: nothing can be appended. */
    SEALED,
    /** Its time is over. */
    EXPIRED,
    /** It is for other systems. */
    WRONG_AUDIENCE,
    /** It, or the grant that it comes from, was revoked. */
    REVOKED,
    /** The request is not signed by its holder, or is another than was signed. */
    BAD_PROOF,
    /** The request was signed too long ago, in the future, or before this system remembers. */
    STALE_PROOF,
    /** The request has been made before. */
    REPLAYED,
    /** What stood behind it, or what was counted of it, was lost with an earlier run of this system. */
    FORGOTTEN,
    /** Too many requests, or too many tokens, are remembered already. */
    TOO_MANY,
    /** What the grant counts cannot be counted elsewhere. */
    NOT_EXPORTABLE
}
