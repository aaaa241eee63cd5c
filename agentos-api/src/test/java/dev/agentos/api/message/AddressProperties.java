package dev.agentos.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Addresses against the one sentence that documents them, and as the tree that they are. */
class AddressProperties {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+=@:-]{0,127}";
    private static final String ADDRESS = "@" + NAME + "|" + NAME + "(/" + NAME + ")*";

    @Property(tries = 5_000)
    void of_takesWhatIsDocumented_andNothingElse(@ForAll("almostPaths") String path) {
        boolean expected = path.matches(ADDRESS);
        Statistics.label("an address").collect(expected);

        if (expected) {
            assertThat(Address.of(path)).hasToString(path);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Address.of(path))
                    .withMessageEndingWith("'" + path + "'");
        }
    }

    @Property(tries = 500)
    void of_countsItsCharacters(
            @ForAll @IntRange(min = 120, max = 135) int name, @ForAll @IntRange(min = 1, max = 9) int names) {
        String path = String.join("/", Collections.nCopies(names, "n".repeat(name)));
        boolean expected = name <= 128 && path.length() <= 1_024;

        boolean taken = true;
        try {
            Address.of(path);
        } catch (IllegalArgumentException e) {
            taken = false;
        }

        assertThat(taken).as("%s names of %s characters", names, name).isEqualTo(expected);
    }

    @Property
    void parent_isTheWayBack_fromEveryChild(@ForAll("addresses") Address address, @ForAll("names") String name) {
        Address child = address.child(name);

        assertThat(child.parent()).hasValue(address);
        assertThat(child.name()).isEqualTo(name);
        assertThat(child.depth()).isEqualTo(address.depth() + 1);
        assertThat(address.contains(child)).isTrue();
        assertThat(child.contains(address)).isFalse();
    }

    @Property
    void names_makeTheAddressAgain(@ForAll("addresses") Address address) {
        var names = new ArrayDeque<String>();
        Optional<Address> at = Optional.of(address);
        while (at.isPresent()) {
            names.addFirst(at.get().name());
            at = at.get().parent();
        }

        assertThat(String.join("/", names)).isEqualTo(address.path());
        assertThat(names).hasSize(address.depth());
    }

    @Property(tries = 3_000)
    void contains_isToBeAnAncestorOrItself(@ForAll("addresses") Address a, @ForAll("addresses") Address b) {
        boolean expected = false;
        for (Optional<Address> at = Optional.of(b);
                at.isPresent();
                at = at.get().parent()) {
            expected |= at.get().equals(a);
        }
        Statistics.label("contains").collect(expected);

        assertThat(a.contains(b)).isEqualTo(expected);
        assertThat(a.contains(b) && b.contains(a)).isEqualTo(a.equals(b));
    }

    @Property
    void order_isTotal_andAgreesWithEquality(@ForAll("addresses") Address a, @ForAll("addresses") Address b) {
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.contains(b) && !a.equals(b))
                .as("an ancestor sorts first")
                .isEqualTo(a.contains(b) && a.compareTo(b) < 0);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "a-1", "A", "9", "a.b", "x:y", "u@h", "a=b", "a+b", "a_b");
    }

    @Provide
    Arbitrary<Address> addresses() {
        return Arbitraries.of("a", "b", "a-1", "ab")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(names -> Address.of(String.join("/", names)));
    }

    @Provide
    Arbitrary<String> almostPaths() {
        return Arbitraries.of(
                        "a", "B", "9", "/", "/", "-", ".", "_", "@", ":", "+", "=", " ", "*", "#", "é", "\n", "%2f")
                .list()
                .ofMaxSize(6)
                .map((List<String> parts) -> String.join("", parts));
    }
}
