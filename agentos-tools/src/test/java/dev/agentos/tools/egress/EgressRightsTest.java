package dev.agentos.tools.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.EgressProvider;
import dev.agentos.api.spi.Providers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRightsTest {
    private final EgressProvider provider = Providers.only(EgressProvider.class);

    @Test
    void provider_isFound() {
        assertThat(provider.name()).isEqualTo("proxy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net:https://api.example.com/** connect",
                "net:https://*.example.com/** connect",
                "net:https://api.example.com:8443/** connect,get",
                "net:http://api.example.com/v1/* get",
                "net:http://*/** get,post",
                "net:db.example.com:5432 connect",
                "net:*:443 connect",
                "net:[::1]:80 connect"
            })
    void hindrance_isNone_whereAProxySeesEnough(String capability) {
        assertThat(provider.hindrance(Capability.parse(capability))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net:https://api.example.com/** get | hides methods",
                "net:https://api.example.com/v1/** connect | hides paths",
                "net:https://api.example.com/ connect | hides paths",
                "net:https://api.example.com/* connect | hides paths",
                "net:http://api.example.com/** connect | by their methods",
                "net:http://api.example.com/** trace | by their methods",
                "net:db.example.com:5432 get | by 'connect'",
                "net:ws://api.example.com:80/** connect | http, https",
                "net:** connect | for hosts",
                "file:/data/** read | for hosts"
            })
    void hindrance_isSaid_whereTheRightIsNarrowerThanWhatAProxySees(String capability, String reason) {
        assertThat(provider.hindrance(Capability.parse(capability)))
                .hasValueSatisfying(said -> assertThat(said).contains(reason));
    }
}
