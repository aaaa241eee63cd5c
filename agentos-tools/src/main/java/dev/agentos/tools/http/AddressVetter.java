package dev.agentos.tools.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Turns the host of a URL into the addresses that may be connected to.
 *
 * <p>One resolution and every address of it checked: a name with one public and one private address is refused, since
 * whoever controls the name controls the order. The caller connects to the addresses returned and never resolves again,
 * which leaves DNS rebinding nothing to rebind.
 */
public record AddressVetter(HostResolver resolver) {
    private static final int MAX_ADDRESSES = 64;

    /** Names that mean this machine, its network or its provider (RFC 6761, 6762, 7686, 8375, ICANN's .internal). */
    private static final Set<String> LOCAL_DOMAINS =
            Set.of("localhost", "local", "internal", "intranet", "lan", "localdomain", "home.arpa", "onion", "invalid");

    List<InetAddress> vet(HttpUrl url, NonPublicGrant grant) {
        return vet(url.host(), () -> grant.names(url));
    }

    /**
     * Returns at least one address.
     *
     * @param named whether a right names this literal address and the port, as an address needs that is not public
     * @throws HttpRefusedException if the host must not be reached or has no address
     */
    public List<InetAddress> vet(Host host, BooleanSupplier named) {
        return switch (host) {
            case Host.Literal literal -> List.of(vetLiteral(literal, named));
            case Host.Name name -> vetName(name.text());
        };
    }

    private static InetAddress vetLiteral(Host.Literal host, BooleanSupplier named) {
        return switch (AddressKind.of(host.address())) {
            case PUBLIC -> host.address();
            case METADATA -> throw denied(host.text() + " is a metadata service, which no grant can open");
            case LOOPBACK, UNSPECIFIED, PRIVATE, LINK_LOCAL, MULTICAST, RESERVED, TRANSITION -> {
                if (!named.getAsBoolean()) {
                    throw denied(host.text()
                            + " is not a public address; only a grant that names this address and port opens it");
                }
                yield host.address();
            }
        };
    }

    private List<InetAddress> vetName(String name) {
        if (name.indexOf('.') < 0 || LOCAL_DOMAINS.stream().anyMatch(local -> isWithin(name, local))) {
            throw denied("'" + name + "' is a local name; write the address, and grant it with its port");
        }
        List<InetAddress> addresses = resolve(name);
        for (InetAddress address : addresses) {
            boolean zoned = address instanceof Inet6Address v6 && v6.getScopeId() != 0;
            if (zoned || AddressKind.of(address) != AddressKind.PUBLIC) {
                // The address itself stays out of the text: it would tell the caller about the network inside.
                throw denied("'" + name + "' has an address that is not public");
            }
        }
        return addresses;
    }

    private List<InetAddress> resolve(String name) {
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(name);
        } catch (UnknownHostException e) {
            throw new HttpRefusedException(HttpProblem.UNKNOWN_HOST, "'" + name + "' has no address", e);
        }
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw new HttpRefusedException(
                    HttpProblem.UNKNOWN_HOST, "'" + name + "' has " + addresses.size() + " addresses");
        }
        return List.copyOf(addresses);
    }

    private static boolean isWithin(String name, String domain) {
        return name.equals(domain) || name.endsWith("." + domain);
    }

    private static HttpRefusedException denied(String why) {
        return new HttpRefusedException(HttpProblem.ADDRESS_DENIED, why);
    }
}
