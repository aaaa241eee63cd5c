import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.PolicyProvider;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.security.LocalAuthorityProvider;
import dev.agentos.security.key.Ed25519KeyProvider;
import dev.agentos.security.key.Pkcs11KeyProvider;
import dev.agentos.security.policy.LocalPolicyProvider;
import dev.agentos.security.sandbox.PlainSandboxProvider;
import dev.agentos.security.sandbox.bubblewrap.BubblewrapSandboxProvider;
import dev.agentos.security.sandbox.linux.LinuxSandboxProvider;

/** Capability authority and sandbox providers, found by name through {@code dev.agentos.api.spi}. */
module dev.agentos.security {
    requires dev.agentos.api;
    requires org.slf4j;
    requires static org.jspecify;

    provides AuthorityProvider with
            LocalAuthorityProvider;
    provides PolicyProvider with
            LocalPolicyProvider;
    provides SandboxProvider with
            BubblewrapSandboxProvider,
            LinuxSandboxProvider,
            PlainSandboxProvider;
    provides SigningKeyProvider with
            Ed25519KeyProvider,
            Pkcs11KeyProvider;
}
