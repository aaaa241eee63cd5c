package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SandboxProvider;
import dev.agentos.security.sandbox.PlainSandboxProvider;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    @Test
    void authority_isFoundByName() {
        assertThat(Providers.named(AuthorityProvider.class, "local")).isInstanceOf(LocalAuthorityProvider.class);
    }

    @Test
    void sandbox_isFoundByName() {
        assertThat(Providers.named(SandboxProvider.class, "none")).isInstanceOf(PlainSandboxProvider.class);
    }
}
