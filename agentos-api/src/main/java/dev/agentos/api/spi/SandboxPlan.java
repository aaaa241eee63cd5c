package dev.agentos.api.spi;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a process gets of the rights of its caller: never more than they say, and less where a machine cannot express
 * them. What belongs to the system and to the program, which it may read and execute, is the provider's to add.
 *
 * @param paths files and trees, by what may be done with them
 * @param network ports that it may reach or listen on
 * @param notDelegatedToChild what the caller may do and the process may not, with the reason
 * @param grants what the plan hangs on: revoking or expiring one ends the process
 * @param hosts the grants among these by which it reaches single hosts, through an {@link Egress} and not by itself
 * @since 0.3
 */
public record SandboxPlan(
        List<PathRule> paths,
        Network network,
        List<NotDelegated> notDelegatedToChild,
        List<Grant> grants,
        List<Grant> hosts) {

    /** What may be done with a path. */
    public enum Access {
        /** Read files. */
        READ,
        /** Name what is in a folder. */
        LIST,
        /** Create and change files and folders. */
        WRITE,
        /** Remove files and empty folders. */
        DELETE,
        /** Execute files. */
        EXECUTE
    }

    /**
     * A path that it may use.
     *
     * @param path absolute, as the grant says it; a provider reaches it without following symbolic links
     * @param tree whether everything below is included
     */
    public record PathRule(Path path, boolean tree, Set<Access> access) {
        /** Checks and copies. */
        public PathRule {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("a rule is for an absolute path, not " + path);
            }
            access = Set.copyOf(access);
        }
    }

    /**
     * What it may reach by itself, whatever the host: the kernel does not tell one host from another.
     *
     * @param everywhere whether every port may be reached, by TCP and UDP
     * @param connect the ports that may be reached by TCP
     * @param listen the TCP ports on which it may wait for others
     */
    public record Network(boolean everywhere, Set<Integer> connect, Set<Integer> listen) {
        /** No network. */
        public static final Network NONE = new Network(false, Set.of(), Set.of());

        /** Copies the sets. */
        public Network {
            connect = Set.copyOf(connect);
            listen = Set.copyOf(listen);
        }

        /** {@return whether there is nothing that it may reach or wait for} */
        public boolean isNone() {
            return !everywhere && connect.isEmpty() && listen.isEmpty();
        }
    }

    /**
     * A right that stays with the caller.
     *
     * @param capability the right
     * @param reason why, one sentence for people
     */
    public record NotDelegated(Capability capability, String reason) {
        /** Checks that nothing is missing. */
        public NotDelegated {
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Copies the lists. */
    public SandboxPlan {
        paths = List.copyOf(paths);
        Objects.requireNonNull(network, "network");
        notDelegatedToChild = List.copyOf(notDelegatedToChild);
        grants = List.copyOf(grants);
        hosts = List.copyOf(hosts);
    }

    /** Has no single hosts. */
    public SandboxPlan(
            List<PathRule> paths, Network network, List<NotDelegated> notDelegatedToChild, List<Grant> grants) {
        this(paths, network, notDelegatedToChild, grants, List.of());
    }

    /**
     * Returns what a process gets of the rights of its caller.
     *
     * <p>A {@code file:} right becomes a rule if its pattern is an exact path or ends in {@code /**} and it has no
     * constraint but expiry; {@code net:** connect} and {@code net:*:443 connect} (or {@code listen}) become ports.
     * Everything else is left out and listed. Grants that do not hold any more give nothing.
     */
    public static SandboxPlan of(SandboxPolicy policy) {
        return PlanDerivation.of(policy, null).plan();
    }

    /**
     * Returns what a process gets of the rights of its caller where it has no network of its own: as {@link #of(SandboxPolicy)}
     * says, but rights to connect are {@linkplain #hosts() for} an egress, and those that it cannot hold a process to are left
     * out. With {@code net:** connect} there is nothing to hold it to, and the plan has no hosts.
     */
    public static SandboxPlan of(SandboxPolicy policy, EgressProvider egress) {
        return PlanDerivation.of(policy, Objects.requireNonNull(egress, "egress"))
                .plan();
    }

    /** {@return whether a grant that it hangs on does not hold any more} */
    public boolean isRevoked() {
        for (Grant grant : grants) {
            if (grant.revoked() || grant.expired()) {
                return true;
            }
        }
        return false;
    }
}
