package dev.agentos.api.security;

import org.jspecify.annotations.Nullable;

/** How the resources of a type are written. */
enum ResourceSyntax {
    /** Absolute path below the root: {@code /data/a.csv}. */
    FILE('/'),
    /** Names joined by slashes: {@code desk/strategy-1}. Also for types that the program adds. */
    PATH('/'),
    /** Labels joined by dots: {@code order.place}. */
    DOTTED('.'),
    /** Labels joined by dots, and patterns of them: whoever subscribes names {@code ticks.**} as what it wants. */
    TOPIC('.'),
    /** URL without query, or host and port. */
    NET('/');

    /**
     * How long a resource may be when escaped: with the longest type and verb it still makes a capability, so that every
     * action has one that covers it and every denial can say which.
     */
    static final int MAX_LENGTH = Capability.MAX_LENGTH - 2 * Names.MAX_LENGTH - 2;

    /** The longest segment that is wrong in itself: "..". */
    private static final int LONGEST_FAULT = 2;

    private final char separator;

    ResourceSyntax(char separator) {
        this.separator = separator;
    }

    static ResourceSyntax of(String type) {
        return switch (type) {
            case "file" -> FILE;
            case "net" -> NET;
            case "event", "tool", "model" -> DOTTED;
            case "topic" -> TOPIC;
            default -> PATH;
        };
    }

    char separator() {
        return separator;
    }

    /**
     * Returns a literal resource in its canonical spelling.
     *
     * @throws IllegalArgumentException if it is not well formed
     */
    String canonical(String resource) {
        checkSize(resource);
        checkCharacters(resource);
        if (this == NET) {
            String canonical = NetAddress.canonical(resource);
            checkSize(canonical);
            return canonical;
        }
        int start = 0;
        if (this == FILE) {
            if (resource.charAt(0) != separator) {
                throw problem(resource, "is not an absolute path");
            }
            start = 1;
        }
        if (this != FILE || resource.length() > 1) {
            checkSegments(resource, start);
        }
        return resource;
    }

    private void checkSize(String resource) {
        // Every action is made here: text that cannot be too long, however much of it is escaped, is not escaped to
        // see.
        boolean isShort = resource.length() <= MAX_LENGTH / Escapes.MAX_GROWTH;
        if (resource.isEmpty()
                || resource.length() > MAX_LENGTH
                || !isShort && Escapes.escape(resource).length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a resource has 1 to " + MAX_LENGTH + " characters when escaped");
        }
        int segments = 1;
        for (int at = resource.indexOf(separator); at >= 0; at = resource.indexOf(separator, at + 1)) {
            segments++;
        }
        if (segments > ResourcePattern.MAX_SEGMENTS) {
            throw new IllegalArgumentException("a resource has at most " + ResourcePattern.MAX_SEGMENTS + " segments");
        }
    }

    private void checkSegments(String resource, int start) {
        int from = start;
        while (from <= resource.length()) {
            int end = resource.indexOf(separator, from);
            end = end < 0 ? resource.length() : end;
            // Only what is as short as a fault is worth an object.
            String fault = end - from > LONGEST_FAULT ? null : fault(resource.substring(from, end));
            if (fault != null) {
                throw problem(resource, fault);
            }
            from = end + 1;
        }
    }

    /** Says what is wrong with a literal segment; null if nothing is. */
    @Nullable
    String fault(String segment) {
        if (segment.isEmpty()) {
            return "has an empty segment";
        }
        return separator == '/' && (segment.equals(".") || segment.equals(".."))
                ? "has a segment '" + segment + "'"
                : null;
    }

    /** No system names a thing with NUL or half a character; where one lets it pass, the name is cut or changed. */
    static void checkCharacters(String resource) {
        for (int i = 0; i < resource.length(); i++) {
            char c = resource.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                int codePoint = resource.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(codePoint)) {
                    throw problem(resource, "has the character U+%04X".formatted(codePoint));
                }
                i++;
            }
        }
    }

    private static IllegalArgumentException problem(String resource, String fault) {
        return new IllegalArgumentException("the resource '" + Escapes.escape(resource) + "' " + fault);
    }
}
