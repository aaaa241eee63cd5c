package dev.agentos.api.security;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/*
 * The pattern is cut into segments once; resources never are. matches() walks the resource by indexOf and compares in
 * place, so that a check costs neither garbage nor time to speak of. The two usual forms, an exact name and a base with
 * "**", skip the walk: they are one comparison of strings.
 */
/** Pattern of segments between separators: literal ones, ones that end in a star, and an end that is open. */
final class SegmentPattern implements ResourcePattern {
    private static final String REST = "**";

    private final ResourceSyntax syntax;
    private final Segment[] segments;
    private final boolean deep;
    private final boolean literal;
    private final String base;
    /** What a resource has to end with; a thousand patterns of one kind differ there as a rule. */
    private final String end;

    private SegmentPattern(ResourceSyntax syntax, List<Segment> segments, boolean deep) {
        this.syntax = syntax;
        this.segments = segments.toArray(Segment[]::new);
        this.deep = deep;
        this.literal = segments.stream().noneMatch(Segment::open);
        this.base = prefix()
                + segments.stream()
                        .takeWhile(segment -> !segment.open())
                        .map(Segment::text)
                        .collect(Collectors.joining(String.valueOf(syntax.separator())));
        boolean ends = !deep && !segments.isEmpty() && !segments.getLast().open();
        this.end = ends ? segments.getLast().text() : "";
    }

    /** One segment: exactly this text, or with {@code open} anything that begins so and is not empty. */
    record Segment(String text, boolean open) {
        boolean matches(String resource, int from, int to) {
            int length = to - from;
            return resource.startsWith(text, from)
                    && (open ? length >= Math.max(1, text.length()) : length == text.length());
        }

        boolean isWithin(Segment wider) {
            if (!wider.open) {
                return !open && text.equals(wider.text);
            }
            return text.startsWith(wider.text) && (open || !text.isEmpty());
        }

        @Override
        public String toString() {
            return Escapes.escape(text) + (open ? "*" : "");
        }
    }

    /**
     * Compiles a pattern; the text of a URL's path starts with its slash, like that of a file.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static SegmentPattern of(ResourceSyntax syntax, String text) {
        int from = 0;
        if (syntax == ResourceSyntax.FILE || syntax == ResourceSyntax.NET) {
            if (text.isEmpty() || text.charAt(0) != '/') {
                throw new IllegalArgumentException("a path starts with '/'");
            }
            from = 1;
        }
        var segments = new ArrayList<Segment>();
        boolean deep = false;
        while (from <= text.length()) {
            int end = text.indexOf(syntax.separator(), from);
            end = end < 0 ? text.length() : end;
            String segment = text.substring(from, end);
            if (segment.equals(REST) && end == text.length()) {
                deep = true;
            } else {
                segments.add(segment(syntax, segment, text.equals("/")));
            }
            if (segments.size() > MAX_SEGMENTS) {
                throw new IllegalArgumentException("a pattern has at most " + MAX_SEGMENTS + " segments");
            }
            from = end + 1;
        }
        return new SegmentPattern(syntax, segments, deep);
    }

    private static Segment segment(ResourceSyntax syntax, String text, boolean isRoot) {
        boolean open = text.endsWith("*");
        String body = open ? text.substring(0, text.length() - 1) : text;
        if (body.indexOf('*') >= 0) {
            throw new IllegalArgumentException(
                    "'*' is a whole segment or the end of one, '**' the last segment, not '" + text + "'");
        }
        String decoded = Escapes.decode(body);
        ResourceSyntax.checkCharacters(decoded);
        if (syntax == ResourceSyntax.NET) {
            UrlPath.checkSegment(decoded);
        } else if (!open && !isRoot) {
            String fault = syntax.fault(decoded);
            if (fault != null) {
                throw new IllegalArgumentException("the pattern " + fault);
            }
        }
        return new Segment(decoded, open);
    }

    @Override
    public boolean matches(String resource) {
        return matches(resource, 0);
    }

    /** Matches what begins at an index: the whole of a resource, or the path of a URL. */
    boolean matches(String resource, int start) {
        if (!literal) {
            return walk(resource, start);
        }
        int length = resource.length() - start;
        if (!deep) {
            return length == base.length() && resource.startsWith(base, start);
        }
        if (segments.length == 0) {
            return true;
        }
        return resource.startsWith(base, start)
                && (length == base.length() || resource.charAt(start + base.length()) == syntax.separator());
    }

    private boolean walk(String resource, int start) {
        if (!resource.endsWith(end)) {
            return false;
        }
        int at = start + prefix().length();
        for (Segment segment : segments) {
            if (at > resource.length()) {
                return false;
            }
            int end = resource.indexOf(syntax.separator(), at);
            end = end < 0 ? resource.length() : end;
            if (!segment.matches(resource, at, end) || segment.open() && isRest(resource, at, end)) {
                return false;
            }
            at = end + 1;
        }
        return deep || at > resource.length();
    }

    /** Whether a segment of a resource is the end of a pattern of topics: that is wider than any one segment. */
    private boolean isRest(String resource, int from, int to) {
        return syntax == ResourceSyntax.TOPIC && to - from == REST.length() && resource.startsWith(REST, from);
    }

    @Override
    public boolean isWithin(ResourcePattern wider) {
        if (!(wider instanceof SegmentPattern other) || segments.length < other.segments.length) {
            return false;
        }
        for (int i = 0; i < other.segments.length; i++) {
            Segment mine = segments[i];
            Segment its = other.segments[i];
            if (!mine.isWithin(its) || its.open && !mine.open && isRest(mine.text, 0, mine.text.length())) {
                return false;
            }
        }
        return other.deep || (!deep && segments.length == other.segments.length);
    }

    @Override
    public boolean isExact() {
        return literal && !deep;
    }

    @Override
    public boolean isTree() {
        return literal && deep;
    }

    @Override
    public String base() {
        return base;
    }

    /** What stands before the first segment. */
    private String prefix() {
        return syntax == ResourceSyntax.FILE || syntax == ResourceSyntax.NET ? "/" : "";
    }

    @Override
    public String toString() {
        var out = new StringBuilder(prefix());
        for (int i = 0; i < segments.length; i++) {
            out.append(i == 0 ? "" : syntax.separator()).append(segments[i]);
        }
        return deep
                ? out.append(segments.length == 0 ? "" : syntax.separator())
                        .append("**")
                        .toString()
                : out.toString();
    }
}
