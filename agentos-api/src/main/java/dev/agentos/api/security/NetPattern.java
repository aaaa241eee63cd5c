package dev.agentos.api.security;

import dev.agentos.api.security.SegmentPattern.Segment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Pattern of URLs or of hosts with ports; without an address it matches every net resource. */
final class NetPattern implements ResourcePattern {
    private static final String ANYTHING = "**";
    private static final String ANY_HOST = "*";

    private final @Nullable NetAddress address;
    // Null for a host and port without a scheme, which has no path.
    private final @Nullable SegmentPattern path;
    // The labels of a host with wildcards, empty for any other one.
    private final Segment[] labels;
    // Up to the host, and from behind it to the path.
    private final String head;
    private final String tail;

    private NetPattern(@Nullable NetAddress address, @Nullable SegmentPattern path) {
        this.address = address;
        this.path = path;
        String host = address == null ? ANY_HOST : address.host();
        this.labels = host.contains("*") && !host.equals(ANY_HOST) ? labels(host) : new Segment[0];
        String text = address == null ? "" : address.toString();
        int hostStart = text.indexOf("://") < 0 ? 0 : text.indexOf("://") + 3;
        this.head = text.substring(0, hostStart);
        this.tail = address == null ? "" : text.substring(hostStart + host.length());
    }

    /**
     * Compiles the text of a pattern.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static NetPattern of(String text) {
        if (text.equals(ANYTHING)) {
            return new NetPattern(null, null);
        }
        int pathStart = NetAddress.pathStart(text);
        NetAddress address = NetAddress.parse(text.substring(0, pathStart), true);
        if (address.scheme().isEmpty()) {
            return new NetPattern(address, null);
        }
        String path = pathStart == text.length() ? "/" : text.substring(pathStart);
        return new NetPattern(address, SegmentPattern.of(ResourceSyntax.NET, path));
    }

    private static Segment[] labels(String host) {
        return Arrays.stream(host.split("\\."))
                .map(label -> label.endsWith("*")
                        ? new Segment(label.substring(0, label.length() - 1), true)
                        : new Segment(label, false))
                .toArray(Segment[]::new);
    }

    @Override
    public boolean matches(String resource) {
        if (address == null) {
            return true;
        }
        if (!resource.startsWith(head)) {
            return false;
        }
        int hostEnd = hostEnd(resource, head.length());
        if (hostEnd < 0 || !resource.startsWith(tail, hostEnd)) {
            return false;
        }
        int end = hostEnd + tail.length();
        if (path == null) {
            return end == resource.length();
        }
        // A canonical URL has a slash here, so that the next character cannot be one more digit of the port.
        return end < resource.length() && resource.charAt(end) == '/' && path.matches(resource, end);
    }

    /** The index behind the host of a resource, -1 if it is not a host of this pattern. */
    private int hostEnd(String resource, int start) {
        NetAddress wanted = address;
        if (wanted == null || start == resource.length()) {
            return -1;
        }
        int end;
        if (resource.charAt(start) == '[') {
            end = resource.indexOf(']', start) + 1;
        } else {
            end = start;
            while (end < resource.length() && resource.charAt(end) != ':' && resource.charAt(end) != '/') {
                end++;
            }
        }
        boolean matches = labels.length > 0
                ? matchesLabels(resource, start, end)
                : wanted.host().equals(ANY_HOST)
                        || (end - start == wanted.host().length() && resource.startsWith(wanted.host(), start));
        return matches && end > start ? end : -1;
    }

    private boolean matchesLabels(String resource, int start, int end) {
        int at = start;
        for (Segment label : labels) {
            if (at > end) {
                return false;
            }
            int dot = resource.indexOf('.', at);
            int labelEnd = dot < 0 || dot > end ? end : dot;
            if (!label.matches(resource, at, labelEnd)) {
                return false;
            }
            at = labelEnd + 1;
        }
        return at > end;
    }

    @Override
    public boolean isWithin(ResourcePattern wider) {
        if (!(wider instanceof NetPattern other)) {
            return false;
        }
        NetAddress mine = address;
        NetAddress theirs = other.address;
        if (theirs == null) {
            return true;
        }
        if (mine == null || !mine.scheme().equals(theirs.scheme()) || mine.port() != theirs.port()) {
            return false;
        }
        boolean samePath = path == null ? other.path == null : other.path != null && path.isWithin(other.path);
        return samePath && isHostWithin(mine.host(), other, theirs.host());
    }

    private boolean isHostWithin(String mine, NetPattern other, String theirs) {
        if (theirs.equals(ANY_HOST) || mine.equals(theirs)) {
            return true;
        }
        if (other.labels.length == 0 || mine.equals(ANY_HOST)) {
            return false;
        }
        Segment[] own = labels.length > 0 ? labels : labels(mine);
        if (own.length != other.labels.length) {
            return false;
        }
        for (int i = 0; i < own.length; i++) {
            if (!own[i].isWithin(other.labels[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isExact() {
        NetAddress mine = address;
        return mine != null && !mine.host().contains("*") && (path == null || path.isExact());
    }

    @Override
    public boolean isTree() {
        NetAddress mine = address;
        return mine == null || (!mine.host().contains("*") && path != null && path.isTree());
    }

    @Override
    public String base() {
        NetAddress mine = address;
        if (mine == null || mine.host().contains("*")) {
            return "";
        }
        return mine + (path == null ? "" : path.base());
    }

    @Override
    public String toString() {
        NetAddress mine = address;
        return mine == null ? ANYTHING : mine + (path == null ? "" : path.toString());
    }
}
