package dev.agentos.api.security;

/** Compiled pattern over the resources of one type. {@link Object#toString()} is its canonical text. */
sealed interface ResourcePattern permits SegmentPattern, NetPattern {

    /** How many segments a pattern may have. */
    int MAX_SEGMENTS = 128;

    /**
     * Compiles the text after the type.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static ResourcePattern of(String type, String text) {
        ResourceSyntax syntax = ResourceSyntax.of(type);
        return syntax == ResourceSyntax.NET ? NetPattern.of(text) : SegmentPattern.of(syntax, text);
    }

    /** Whether a canonical resource is among those of the pattern. Allocates nothing. */
    boolean matches(String resource);

    /** Whether another pattern of the same type matches all that this one matches. */
    boolean isWithin(ResourcePattern wider);

    /** Whether there is no wildcard. */
    boolean isExact();

    /** Whether the only wildcard is a {@code **}. */
    boolean isTree();

    /** The segments before the first wildcard, unescaped. */
    String base();
}
