package dev.agentos.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider gets for nothing. */
class DefaultsTest {
    private final Authority authority = defaultsOf(Authority.class, Map.of());

    @Test
    void checkAttributes_takesWhatIsDeclared_andTheSystemsKeys() {
        var capability = Capability.parse("tool:order.place call; notional<=10; symbol=A; uses=3; rate=1/1s");

        assertThatCode(() -> authority.checkAttributes(capability, Set.of("notional", "symbol", "side")))
                .doesNotThrowAnyException();
    }

    /** A grant with a slip in it would cover nothing, and nobody would know why. */
    @Test
    void checkAttributes_namesTheKeyThatIsNotDeclared_andThoseThatAre() {
        var capability = Capability.parse("tool:order.place call; notionl<=10");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.checkAttributes(capability, Set.of("symbol", "notional")))
                .withMessage(
                        "capability 'tool:order.place call; notionl<=10': 'notionl' is not an attribute of the tool;"
                                + " it declares [notional, symbol]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "7,3,12", "3,3"})
    void lastIncarnation_isTheHighestOfAllRows(String incarnations) {
        List<StoredRow.AgentRow> rows = Arrays.stream(incarnations.split(","))
                .filter(number -> !number.isEmpty())
                .map(Long::parseLong)
                .map(DefaultsTest::row)
                .toList();
        var agents = defaultsOf(Storage.AgentRepository.class, Map.of("all", rows));

        long last = agents.lastIncarnation();

        assertThat(last)
                .isEqualTo(rows.stream()
                        .mapToLong(row -> row.id().incarnation())
                        .max()
                        .orElse(0));
    }

    @Test
    void commitHook_addsNothing_unlessItSaysSo() {
        CommitHook hook = defaultsOf(CommitHook.class, Map.of());

        assertThat(hook.beforeCommit(List.of(row(1)))).isEmpty();
        assertThatCode(() -> hook.committed(List.of(row(1)))).doesNotThrowAnyException();
    }

    @Test
    void systemTime_passes_andNeverGoesBack() {
        TimeSource time = TimeSource.system();
        Instant before = Instant.now();
        long first = time.nanoTime();

        Instant now = time.now();
        long second = time.nanoTime();

        assertThat(time.passes()).isTrue();
        assertThat(now).isBetween(before.minus(Duration.ofMinutes(1)), before.plus(Duration.ofMinutes(1)));
        assertThat(second - first).isNotNegative();
    }

    @Test
    void systemTime_letsTimersBe() {
        var timers = defaultsOf(TimeSource.Timers.class, Map.of()); // each of its methods would throw

        var attached = TimeSource.system().attach(timers);

        assertThatCode(attached::close).doesNotThrowAnyException();
        assertThatCode(attached::close).as("again").doesNotThrowAnyException();
    }

    /** An object that has the default methods of a type, and these answers; it has no other method. */
    private static <T> T defaultsOf(Class<T> type, Map<String, Object> answers) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (answers.containsKey(method.getName())) {
                return answers.get(method.getName());
            }
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static StoredRow.AgentRow row(long incarnation) {
        return new StoredRow.AgentRow(
                new AgentId(Address.of("desk"), incarnation),
                PrincipalId.HOST,
                AgentState.RUNNING,
                "",
                Instant.EPOCH,
                Map.of());
    }
}
