package dev.agentos.tools.egress;

import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.EgressProvider;
import dev.agentos.tools.http.AddressVetter;
import dev.agentos.tools.http.HostResolver;
import dev.agentos.tools.http.PatientResolver;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * Proxies for processes: {@code CONNECT}, and requests for {@code http:} URLs one by one. Each name is looked up here, once,
 * and every address of it is vetted as {@code http.request} does it.
 *
 * <ul>
 *   <li>{@code net:https://api.example.com/** connect} is a tunnel in which the client speaks TLS and names this host (SNI).
 *       What is said inside cannot be seen, so that it is for all paths, whatever the method.
 *   <li>{@code net:http://api.example.com/v1/** get,post} is requests of these methods below this path.
 *   <li>{@code net:db.example.com:5432 connect} is a tunnel for any protocol; TLS in it has to name this host, too.
 * </ul>
 *
 * <p>An address that is not public takes a right that names the address and the port; a metadata service takes none.
 *
 * @since 0.3
 */
public final class ProxyEgressProvider implements EgressProvider {
    private final AddressVetter vetter;
    private final Dialer dialer;
    private final Bounds bounds;

    /** For ServiceLoader: with the name service of the operating system. */
    public ProxyEgressProvider() {
        this(HostResolver.system(), Dialer.SOCKETS, Bounds.DEFAULT);
    }

    ProxyEgressProvider(HostResolver resolver, Dialer dialer, Bounds bounds) {
        this.vetter = new AddressVetter(new PatientResolver(resolver));
        this.dialer = dialer;
        this.bounds = bounds;
    }

    @Override
    public String name() {
        return "proxy";
    }

    @Override
    public Optional<String> hindrance(Capability right) {
        return Optional.ofNullable(EgressRights.hindrance(right));
    }

    @Override
    public Egress open(ServerSocketChannel door, List<Grant> rights) {
        var proxy = new EgressProxy(door, new EgressRights(rights), new WayOut(vetter, dialer), bounds);
        proxy.start();
        return proxy;
    }
}
