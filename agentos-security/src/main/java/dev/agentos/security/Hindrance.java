package dev.agentos.security;

/** Why a grant that covers an action permits nothing at present. */
enum Hindrance {
    /** It, or one above it, was revoked. */
    REVOKED,
    /** Its time, or that of one above it, is over. */
    EXPIRED,
    /** It is for other times of day. */
    CLOSED,
    /** Its uses are used up, or those of one above it. */
    USES,
    /** Its rate is reached, or that of one above it. */
    RATE,
    /** What it would take is more than is left of its budget, or that of one above it. */
    BUDGET,
    /** As many bytes as it permits went through it, or through one above it. */
    BYTES,
    /** As many children live as it permits, or one above it. */
    CHILDREN
}
