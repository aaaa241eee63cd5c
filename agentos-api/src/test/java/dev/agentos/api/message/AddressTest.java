package dev.agentos.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @Test
    void child_goesOneLevelDown_andParentBack() {
        var desk = Address.of("desk");

        var broker = desk.child("broker");

        assertThat(broker).hasToString("desk/broker");
        assertThat(broker.parent()).contains(desk);
        assertThat(desk.parent()).isEmpty();
        assertThat(broker.name()).isEqualTo("broker");
        assertThat(broker.depth()).isEqualTo(2);
    }

    @Test
    void contains_isTrue_forItselfAndWhatIsBelowOnly() {
        var desk = Address.of("desk");

        assertThat(desk.contains(desk)).isTrue();
        assertThat(desk.contains(Address.of("desk/a/b"))).isTrue();
        assertThat(desk.contains(Address.of("desk2"))).isFalse();
        assertThat(Address.of("desk/a").contains(desk)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "a/", "/a", "a//b", "..", "a/../b", "a b", "a\u0000", "a\n", "*", "a#1", "é", "@", "@host/x",
                "a/@b", "-a", "a%2fb"
            })
    void of_refuses_whatIsNoAddress(String path) {
        assertThatThrownBy(() -> Address.of(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_refuses_whatIsTooLong() {
        String name = "a".repeat(128);

        assertThat(Address.of(name + "/" + name).depth()).isEqualTo(2);
        assertThatThrownBy(() -> Address.of(name + "a")).hasMessageContaining("128");
        assertThatThrownBy(() -> Address.of((name + "/").repeat(8) + "a")).hasMessageContaining("1024");
    }

    @Test
    void child_refuses_aPath() {
        assertThatThrownBy(() -> Address.of("desk").child("a/b")).hasMessageContaining("'a/b'");
    }

    @Test
    void isAgent_isFalse_forTheHostAndPeople() {
        assertThat(Address.HOST.isAgent()).isFalse();
        assertThat(Address.of("@user:alice").isAgent()).isFalse();
        assertThat(Address.of("host").isAgent()).isTrue();
    }

    @Property
    void of_neverAccepts_aPathThatClimbsOrHides(@ForAll("paths") String path) {
        try {
            var address = Address.of(path);

            assertThat(address.path().split("/", -1))
                    .noneMatch(name -> name.isEmpty() || name.equals("..") || name.equals("."));
            assertThat(address.path()).doesNotContainPattern("[\\s*#%\\p{Cntrl}]");
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining(path.isEmpty() || path.length() > 1_024 ? "characters" : "'");
        }
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings().withChars("ab./@*#% \u0000\u00e9-_").ofMaxLength(12);
    }
}
