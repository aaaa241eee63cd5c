package dev.agentos.tools.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a name, once; what it answers is what is connected to. Thread-safe. */
@FunctionalInterface
public interface HostResolver {
    /** Returns every address of the name. */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /** Returns the resolver of the operating system. */
    static HostResolver system() {
        // The final dot keeps the resolver from trying its search domains: "api.example.com" must not become
        // "api.example.com.corp.internal" because the first does not exist.
        return name -> List.of(InetAddress.getAllByName(name + "."));
    }
}
