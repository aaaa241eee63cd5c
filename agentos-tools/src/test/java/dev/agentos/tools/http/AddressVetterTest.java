package dev.agentos.tools.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressVetterTest {
    private static final HttpUrl NAME = HttpUrl.parse("http://h.example/");
    private static final InetAddress PUBLIC = InetAddress.ofLiteral("8.8.8.8");

    @Test
    void vet_givesAllAddresses_whenAllArePublic() {
        List<InetAddress> both = List.of(PUBLIC, InetAddress.ofLiteral("2606:4700::1111"));

        assertThat(new AddressVetter(name -> both).vet(NAME, NonPublicGrant.NONE))
                .isEqualTo(both);
    }

    @Test
    void vet_asksForTheNameAsItStandsInTheUrl() {
        var vetter = new AddressVetter(name -> {
            assertThat(name).isEqualTo("xn--bcher-kva.example");
            return List.of(PUBLIC);
        });

        assertThat(vetter.vet(HttpUrl.parse("http://B\u00fccher.example/"), NonPublicGrant.NONE))
                .containsExactly(PUBLIC);
    }

    @Test
    void vet_fails_whenTheNameHasNoAddressOrFarTooMany() {
        assertProblem(HttpProblem.UNKNOWN_HOST, name -> List.of());
        assertProblem(HttpProblem.UNKNOWN_HOST, name -> Collections.nCopies(65, PUBLIC));
        assertProblem(HttpProblem.UNKNOWN_HOST, name -> {
            throw new UnknownHostException(name);
        });
    }

    @Test
    void h4_vet_refuses_whenAnAddressHasAZone() throws UnknownHostException {
        byte[] bytes = InetAddress.ofLiteral("2606:4700::1111").getAddress();
        InetAddress zoned = Inet6Address.getByAddress("h.example", bytes, 7);

        assertProblem(HttpProblem.ADDRESS_DENIED, name -> List.of(PUBLIC, zoned));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "[2606:4700::1111]"})
    void vet_asksNobody_whenTheHostIsAnAddress(String host) {
        var vetter = new AddressVetter(name -> {
            throw new AssertionError("asked for " + name);
        });

        List<InetAddress> vetted = vetter.vet(HttpUrl.parse("https://" + host + "/"), NonPublicGrant.NONE);

        assertThat(vetted).hasSize(1);
    }

    private static void assertProblem(HttpProblem problem, HostResolver resolver) {
        assertThatExceptionOfType(HttpRefusedException.class)
                .isThrownBy(() -> new AddressVetter(resolver).vet(NAME, url -> true))
                .matches(e -> e.problem() == problem);
    }
}
