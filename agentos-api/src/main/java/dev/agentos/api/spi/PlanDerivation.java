package dev.agentos.api.spi;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Constraint;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.SandboxPlan.Access;
import dev.agentos.api.spi.SandboxPlan.Network;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPlan.PathRule;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Goes through the grants of a policy once, and sorts what a process gets from what it does not. Used by one thread. */
final class PlanDerivation {
    private static final Pattern ANY_HOST = Pattern.compile("net:\\*:([0-9]{1,5})");
    private static final Set<String> SPOKEN = Set.of("expires", "depth");

    private final List<PathRule> paths = new ArrayList<>();
    private final Set<Integer> connect = new TreeSet<>();
    private final Set<Integer> listen = new TreeSet<>();
    private final List<NotDelegated> left = new ArrayList<>();
    private final Set<Grant> used = new LinkedHashSet<>();
    private final List<Grant> hosts = new ArrayList<>();
    private final @Nullable EgressProvider egress;
    private boolean everywhere;

    private PlanDerivation(@Nullable EgressProvider egress) {
        this.egress = egress;
    }

    /** Sorts the grants; without an egress, a process reaches ports by itself. */
    static PlanDerivation of(SandboxPolicy policy, @Nullable EgressProvider egress) {
        var derivation = new PlanDerivation(egress);
        derivation.used.addAll(policy.behind());
        derivation.left.addAll(policy.withheld());
        for (Grant grant : policy.grants()) {
            if (!grant.revoked() && !grant.expired()) {
                derivation.add(grant);
            }
        }
        return derivation;
    }

    SandboxPlan plan() {
        if (everywhere) {
            hosts.forEach(grant -> left.add(new NotDelegated(
                    grant.capability(), "the process has all of the network, and nothing looks at hosts")));
            hosts.clear();
        }
        used.addAll(hosts);
        return new SandboxPlan(paths, new Network(everywhere, connect, listen), left, List.copyOf(used), hosts);
    }

    private void add(Grant grant) {
        Capability capability = grant.capability();
        boolean host = isForEgress(capability);
        String hindrance = constraint(capability);
        if (hindrance == null) {
            hindrance = switch (capability.type()) {
                case "file" -> addPath(capability);
                case "net" -> host ? hindrance(capability) : addNetwork(capability);
                default -> "a process has no calls to the gate";
            };
        }
        if (hindrance != null) {
            left.add(new NotDelegated(capability, hindrance));
        } else if (host) {
            hosts.add(grant);
        } else {
            used.add(grant);
        }
    }

    private static @Nullable String constraint(Capability capability) {
        for (Constraint constraint : capability.constraints()) {
            if (!SPOKEN.contains(constraint.key())) {
                return "nothing counts or checks '" + constraint.key() + "' for a process";
            }
        }
        return null;
    }

    private @Nullable String addPath(Capability capability) {
        if (!capability.isExact() && !capability.isTree()) {
            return "a rule is for one path or for everything below one";
        }
        var access = EnumSet.noneOf(Access.class);
        var unknown = new TreeSet<String>();
        for (String verb : capability.verbs()) {
            Access one = access(verb);
            if (one == null) {
                unknown.add(verb);
            } else {
                access.add(one);
            }
        }
        if (!unknown.isEmpty()) {
            return "nothing in a process corresponds to " + unknown;
        }
        try {
            paths.add(new PathRule(Path.of(capability.base()), capability.isTree(), access));
        } catch (InvalidPathException e) {
            return "this JVM cannot name the path: " + e.getReason();
        }
        return null;
    }

    private static @Nullable Access access(String verb) {
        return switch (verb) {
            case "read" -> Access.READ;
            case "list" -> Access.LIST;
            case "write" -> Access.WRITE;
            case "delete" -> Access.DELETE;
            case "execute" -> Access.EXECUTE;
            default -> null;
        };
    }

    /** To wait for others takes a network, and so does all of it. */
    private boolean isForEgress(Capability capability) {
        return egress != null
                && capability.type().equals("net")
                && !capability.resource().equals("net:**")
                && !capability.verbs().contains("listen");
    }

    private @Nullable String hindrance(Capability capability) {
        return Objects.requireNonNull(egress).hindrance(capability).orElse(null);
    }

    private @Nullable String addNetwork(Capability capability) {
        if (!Set.of("connect", "listen").containsAll(capability.verbs())) {
            return "a process gets a network only by 'connect' and 'listen'";
        }
        boolean connects = capability.verbs().contains("connect");
        boolean listens = capability.verbs().contains("listen");
        if (capability.resource().equals("net:**")) {
            if (listens) {
                return "listening takes a port: net:*:PORT listen";
            }
            everywhere = true;
            return null;
        }
        var port = ANY_HOST.matcher(capability.resource());
        if (!port.matches()) {
            return "the kernel does not tell one host from another; net:** and net:*:PORT can be handed on";
        }
        int number = Integer.parseInt(port.group(1));
        if (connects) {
            connect.add(number);
        }
        if (listens) {
            listen.add(number);
        }
        return null;
    }
}
