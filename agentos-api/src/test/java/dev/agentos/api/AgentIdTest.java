package dev.agentos.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.agentos.api.message.Address;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentIdTest {
    private static final Address DESK = Address.of("desk");

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void incarnation_countsFromOne(long incarnation) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentId(DESK, incarnation))
                .withMessage("an incarnation counts from 1: " + incarnation);
    }

    @Test
    void address_isNeverMissing() {
        assertThatNullPointerException().isThrownBy(() -> new AgentId(null, 1)).withMessage("address");
    }

    /** One life, one spelling: what is compared as text in a log or a principal must not have a second one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"desk#+7", "desk#007", "desk#7 ", "desk# 7", "desk#٧", "desk#9223372036854775808", "desk##7"})
    void parse_refuses_everySecondSpelling(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentId.parse(text))
                .withMessageContaining("address#incarnation")
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void parse_saysWhatIsWrongWithTheAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentId.parse("desk//broker#1"))
                .withMessageContaining("'desk//broker'");
    }

    @Property
    void parse_readsWhatToStringWrote_andNothingElseEqual(@ForAll("ids") AgentId id) {
        AgentId back = AgentId.parse(id.toString());

        assertThat(back).isEqualTo(id).hasSameHashCodeAs(id).hasToString(id.toString());
    }

    @Property
    void order_isByAddressThenAge(@ForAll("ids") AgentId a, @ForAll("ids") AgentId b) {
        int expected = a.address().equals(b.address())
                ? Long.compare(a.incarnation(), b.incarnation())
                : a.address().path().compareTo(b.address().path());

        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(expected));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        assertThat(Integer.signum(b.compareTo(a))).isEqualTo(-Integer.signum(a.compareTo(b)));
    }

    @Property
    void order_sortsOneWay_whateverTheBeginning(@ForAll @Size(3) List<@From("ids") AgentId> ids) {
        var forwards = ids.stream().sorted().toList();
        var backwards = ids.reversed().stream().sorted().toList();

        assertThat(forwards).isEqualTo(backwards);
    }

    @Provide
    Arbitrary<AgentId> ids() {
        Arbitrary<String> paths = Arbitraries.of("a", "a-1", "a/b", "a/b/c", "ab", "@host", "@user:ada");
        Arbitrary<Long> ages = Arbitraries.oneOf(
                Arbitraries.longs().between(1, 4), Arbitraries.longs().greaterOrEqual(1));
        return Combinators.combine(paths, ages).as((path, age) -> new AgentId(Address.of(path), age));
    }
}
