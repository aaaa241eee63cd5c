package dev.agentos.tools.egress;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.tools.http.Host;
import dev.agentos.tools.http.HttpRequest;
import dev.agentos.tools.http.HttpUrl;
import dev.agentos.tools.http.NonPublicGrant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rights of one process, asked anew for each connection. Thread-safe.
 *
 * @param grants only such as a process can be held to
 */
record EgressRights(List<Grant> grants) {
    private static final String CONNECT = "connect";
    private static final String ALL_PATHS = "/**";

    EgressRights {
        grants = grants.stream()
                .filter(grant -> hindrance(grant.capability()) == null)
                .toList();
    }

    /**
     * A right that a connection hangs on.
     *
     * @param named whether it names the host and the port literally
     * @param tls whether it is for TLS only
     */
    record Pass(Grant grant, boolean named, boolean tls) {
        /** {@return whether it is still good} */
        boolean holds() {
            return !grant.revoked() && !grant.expired();
        }
    }

    /** {@return why a process cannot be held to a right; null if it can} */
    static @Nullable String hindrance(Capability right) {
        String pattern = right.resource().substring(right.type().length() + 1);
        int schemeEnd = pattern.indexOf("://");
        boolean connects = right.verbs().contains(CONNECT);
        if (!right.type().equals("net") || pattern.equals("**")) {
            return "a proxy is for hosts";
        }
        if (schemeEnd < 0) {
            return connects ? null : "a host and a port are reached by 'connect'";
        }
        return switch (pattern.substring(0, schemeEnd)) {
            case "https" -> {
                String path = pattern.substring(pattern.indexOf('/', schemeEnd + "://".length()));
                if (!connects) {
                    yield "TLS hides methods and paths: a process takes net:https://HOST/** connect";
                }
                yield path.equals(ALL_PATHS) ? null : "TLS hides paths: a process takes net:https://HOST/** connect";
            }
            case "http" ->
                methods().anyMatch(right.verbs()::contains)
                        ? null
                        : "a process makes plain requests by their methods, as in net:http://HOST/** get";
            default -> "a process speaks http, https, or by net:HOST:PORT connect anything";
        };
    }

    private static Stream<String> methods() {
        return HttpRequest.METHODS.stream().map(method -> method.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns the right behind a tunnel, and prefers one for any protocol.
     *
     * @throws RefusedException if there is none that holds
     */
    Pass tunnel(Host host, int port) throws RefusedException {
        String authority = host.text() + ":" + port;
        Pass any = find(action("net:" + authority, CONNECT), authority, false);
        Action secure = action("net:https://" + authority + "/", CONNECT);
        Pass tls = find(secure, origin(secure), true);
        if (any != null && (any.named || tls == null || !tls.named)) {
            return any;
        }
        if (tls == null) {
            throw RefusedException.denied(
                    "no right to " + Capability.escape(authority) + "; it takes net:" + origin(secure) + "/** connect");
        }
        return tls;
    }

    /**
     * Returns the right behind a request.
     *
     * @throws RefusedException if there is none that holds
     */
    Pass request(HttpUrl url, String method) throws RefusedException {
        Action action = action("net:" + url.resource(), method.toLowerCase(Locale.ROOT));
        Pass pass = find(action, url.origin(), false);
        if (pass == null) {
            throw RefusedException.denied("no right to " + url.origin() + "; it takes " + action.grantText());
        }
        return pass;
    }

    private @Nullable Pass find(Action action, String origin, boolean tls) {
        Pass found = null;
        for (Grant grant : grants) {
            Capability right = grant.capability();
            var pass = new Pass(grant, NonPublicGrant.names(right, origin), tls);
            if (pass.holds() && right.covers(action) && (found == null || !found.named)) {
                found = pass;
            }
        }
        return found;
    }

    /** The canonical resource without its path. */
    private static String origin(Action secure) {
        String resource = secure.resource();
        return resource.substring(0, resource.length() - 1);
    }

    private static Action action(String resource, String verb) throws RefusedException {
        try {
            return Action.of(resource, verb);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusedException.Kind.MALFORMED, "not a host, port and path", e);
        }
    }
}
