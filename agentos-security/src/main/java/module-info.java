import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.security.LocalAuthorityProvider;
import dev.agentos.security.PlainSandboxProvider;

/** Capability authority and sandbox providers, found by name through {@code dev.agentos.api.spi}. */
module dev.agentos.security {
    requires dev.agentos.api;
    requires org.slf4j;
    requires static org.jspecify;

    provides AuthorityProvider with
            LocalAuthorityProvider;
    provides SandboxProvider with
            PlainSandboxProvider;
}
