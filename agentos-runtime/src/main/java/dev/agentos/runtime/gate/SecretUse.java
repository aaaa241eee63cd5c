package dev.agentos.runtime.gate;

import dev.agentos.api.json.JsonString;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Authority;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The use of secrets by a call, as actions of their own: {@code secret:desk/api-key use; tool=http.request;
 * host=api.example.com}. A capability has to name the tool always, and the host where the call goes to one.
 */
final class SecretUse {
    static final String TYPE = "secret";
    private static final String VERB = "use";
    private static final String TOOL = "tool";
    private static final String HOST = "host";
    private static final String NET = "net";
    private static final String ENCRYPTED = "https://";

    private SecretUse() {}

    /** {@return what a call does beside what its tool describes: each secret at each host} */
    static List<Action> of(String tool, Collection<String> secrets, List<Action> described) {
        Set<String> hosts = hosts(described);
        var uses = new ArrayList<Action>();
        for (String secret : secrets) {
            if (hosts.isEmpty()) {
                uses.add(new Action(TYPE, secret, VERB, Map.of(TOOL, new JsonString(tool))));
            }
            for (String host : hosts) {
                uses.add(at(tool, secret, host));
            }
        }
        return uses;
    }

    static Action at(String tool, String secret, String host) {
        return new Action(TYPE, secret, VERB, Map.of(TOOL, new JsonString(tool), HOST, new JsonString(host)));
    }

    /** {@return where actions go on the network: host, with a port unless it is the scheme's own, and with the scheme unless it is https} */
    static Set<String> hosts(List<Action> actions) {
        var hosts = new TreeSet<String>();
        for (Action action : actions) {
            if (action.type().equals(NET)) {
                hosts.add(host(action.resource()));
            }
        }
        return hosts;
    }

    private static String host(String resource) {
        return resource.startsWith(ENCRYPTED)
                ? Objects.requireNonNullElse(URI.create(resource).getRawAuthority(), resource)
                : origin(resource);
    }

    /** What is not encrypted keeps its scheme: so a grant for a host does not let the secret go there for all to read. */
    private static String origin(String resource) {
        int scheme = resource.indexOf("://");
        int path = scheme < 0 ? -1 : resource.indexOf('/', scheme + 3);
        return path < 0 ? resource : resource.substring(0, path);
    }

    /**
     * Checks a capability that somebody is to get.
     *
     * @throws IllegalArgumentException if it has other predicates than these, or names no tool
     */
    static void checkGrant(Authority authority, Capability capability) {
        authority.checkAttributes(capability, Set.of(TOOL, HOST));
        if (!capability.attributeKeys().contains(TOOL)) {
            throw new IllegalArgumentException("capability '" + capability
                    + "' has to name the tools that get the secret, as in '; tool=http.request'");
        }
    }

    /**
     * {@return those of some grants by which an action may be allowed} Where a secret goes to a host, a capability has to say to which: one
     * that does not is as good as none. The grants that everything else was derived from name nothing.
     */
    static List<Grant> usable(List<Grant> held, Action action) {
        return action.type().equals(TYPE) && action.attributes().containsKey(HOST)
                ? held.stream().filter(grant -> !isSilent(grant)).toList()
                : held;
    }

    private static boolean isSilent(Grant grant) {
        return grant.parent().isPresent() && !grant.capability().attributeKeys().contains(HOST);
    }

    /** Says what is wrong with a capability that would cover a use if it said to which hosts. */
    static String silence(Capability capability) {
        return "'" + capability + "' does not say to which hosts the secret may go";
    }

    /** {@return the capability that would do} */
    static String missing(Capability silent, Action use) {
        return silent.where(HOST + "=" + Capability.escape(use.text(HOST))).toString();
    }
}
