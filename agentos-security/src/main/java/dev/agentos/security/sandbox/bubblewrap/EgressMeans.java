package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.EgressProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SandboxFeature;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether processes can reach single hosts here.
 *
 * @param provider what holds them to their rights; without means, one that holds them to none
 * @param obstacle what is missing; empty if nothing is
 */
record EgressMeans(EgressProvider provider, String obstacle) {
    private static final String WORKS = "works";

    /** Looks for a provider and for what the relay takes, and tries that out. */
    static EgressMeans probe(Bubblewrap bubblewrap) {
        List<EgressProvider> found = Providers.all(EgressProvider.class);
        if (found.size() != 1) {
            return missing(
                    found.isEmpty()
                            ? "an egress provider: agentos-tools has one"
                            : "one egress provider, not "
                                    + found.stream().map(EgressProvider::name).toList());
        }
        return of(found.getFirst(), bubblewrap);
    }

    /** Tries out the rest. */
    static EgressMeans of(EgressProvider provider, Bubblewrap bubblewrap) {
        if (!bubblewrap.works()) {
            return missing(bubblewrap.obstacle());
        }
        if (!Files.isExecutable(Relay.PERL)) {
            return missing(Relay.PERL + ": apt install perl-base");
        }
        String said = bubblewrap.attempt(trial());
        return said.equals(WORKS)
                ? new EgressMeans(provider, "")
                : missing("a relay: " + said.lines().findFirst().orElse("it says nothing"));
    }

    /** All of it but a connection: a port in a network of its own, and a second filter. */
    private static List<String> trial() {
        var options = new ArrayList<>(
                List.of("--unshare-net", "--ro-bind", "/", "/", "--dev-bind", "/dev/null", "/dev/null"));
        Relay.environment(Map.of()).forEach((name, value) -> options.addAll(List.of("--setenv", name, value)));
        options.add("--");
        options.addAll(Relay.command(Relay.PERL));
        options.addAll(List.of(Bubblewrap.SHELL.toString(), "-c", "echo " + WORKS));
        return options;
    }

    static EgressMeans missing(String obstacle) {
        return new EgressMeans(new NoEgress(obstacle), obstacle);
    }

    SandboxFeature feature() {
        boolean there = obstacle.isEmpty();
        return new SandboxFeature(
                SandboxFeature.EGRESS,
                there,
                "single hosts: network namespace, perl, " + (there ? "egress '" + provider.name() + "'" : "an egress"),
                obstacle);
    }

    /** Holds nobody to anything, so that nobody gets a host. */
    private record NoEgress(String obstacle) implements EgressProvider {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Optional<String> hindrance(Capability right) {
            return Optional.of("single hosts and ports take what this machine lacks: " + obstacle);
        }

        @Override
        public Egress open(ServerSocketChannel door, List<Grant> rights) {
            throw new SandboxException("no way out: " + obstacle, null);
        }
    }
}
