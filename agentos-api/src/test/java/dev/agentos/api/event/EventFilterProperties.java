package dev.agentos.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** A filter is the conjunction of its parts, each of which can be told in a line. */
class EventFilterProperties {

    @Property(tries = 3_000)
    void matches_ifEachPartDoes(@ForAll("filters") EventFilter filter, @ForAll("events") Event event) {
        boolean expected = typeMatches(filter.type(), event.type());
        if (filter.agents() != null) {
            expected &= event.agent() != null
                    && agentMatches(filter.agents(), event.agent().address().path());
        }
        if (filter.correlation() != null) {
            expected &= filter.correlation().equals(event.correlation());
        }
        Statistics.label("matches").collect(expected);

        assertThat(filter.matches(event)).as("%s of %s", event, filter).isEqualTo(expected);
    }

    /** Who falls behind has to learn it, whatever he listens to. */
    @Property(tries = 300)
    void gap_passesEveryFilter(@ForAll("filters") EventFilter filter) {
        var gap = new Event(9, Instant.EPOCH, null, "events.gap", new SystemEvent.Gap(3, 8));

        assertThat(filter.where(event -> false).matches(gap)).isTrue();
    }

    @Property(tries = 1_000)
    void where_onlyNarrows(@ForAll("filters") EventFilter filter, @ForAll("events") Event event) {
        boolean before = filter.matches(event);

        assertThat(filter.where(each -> true).matches(event)).isEqualTo(before);
        assertThat(filter.where(each -> false).matches(event)).isFalse();
        assertThat(filter.where(each -> true).where(each -> false).matches(event))
                .as("both have to hold")
                .isFalse();
        assertThat(filter.where(each -> false).where(each -> true).matches(event))
                .as("both have to hold")
                .isFalse();
    }

    @Example
    void predicate_isNotAsked_ofWhatTheOtherPartsRefuse() {
        var asked = new AtomicInteger();
        var filter = EventFilter.type("trade.**").where(event -> asked.incrementAndGet() > 0);

        assertThat(filter.matches(event("agent.log", "desk", 1L))).isFalse();
        assertThat(asked).hasValue(0);
        assertThat(filter.matches(event("trade.filled", "desk", 1L))).isTrue();
        assertThat(asked).hasValue(1);
    }

    /** It would be asked of every event that is published: there it is too late to say so. */
    @Example
    void agents_isRefusedAtOnce_whenItIsNoPattern() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventFilter.all().agents("desk-*"))
                .withMessageContaining("'desk-*'");
        assertThatIllegalArgumentException().isThrownBy(() -> new EventFilter("**", "desk/"));
        assertThatNullPointerException().isThrownBy(() -> EventFilter.all().agents(null));
    }

    @Example
    void parts_replaceThemselves_andKeepTheOthers() {
        var filter = EventFilter.type("agent.**").agents("desk/**").correlation(7);

        assertThat(filter.agents("ops").correlation(8)).isEqualTo(new EventFilter("agent.**", "ops", 8L, null));
        assertThat(filter).isEqualTo(new EventFilter("agent.**", "desk/**", 7L, null));
    }

    private static boolean typeMatches(String pattern, String type) {
        return pattern.equals("**")
                || pattern.equals(type)
                || (pattern.endsWith(".**") && type.startsWith(pattern.replace("**", "")));
    }

    private static boolean agentMatches(String pattern, String path) {
        return switch (pattern) {
            case "**" -> true;
            case "desk/**" -> path.equals("desk") || path.startsWith("desk/");
            case "*" -> path.indexOf('/') < 0;
            default -> path.equals(pattern);
        };
    }

    private static Event event(String type, String agent, Long correlation) {
        var id = agent == null ? null : new AgentId(Address.of(agent), 1);
        return new Event(1, Instant.EPOCH, id, type, new SystemEvent.Logged("x"), correlation);
    }

    @Provide
    Arbitrary<Event> events() {
        return Combinators.combine(
                        Arbitraries.of("agent.log", "agent.state", "agents.log", "trade.filled", "trade.filled.late"),
                        Arbitraries.of("desk", "desk/a", "desk2", "ops").injectNull(0.2),
                        Arbitraries.of(7L, 8L, 1L << 40).injectNull(0.2))
                .as(EventFilterProperties::event);
    }

    @Provide
    Arbitrary<EventFilter> filters() {
        return Combinators.combine(
                        Arbitraries.of("**", "agent.**", "agent.log", "trade.filled.**", "trade.**"),
                        Arbitraries.of("**", "desk/**", "*", "desk/a").injectNull(0.4),
                        Arbitraries.of(7L, 1L << 40).injectNull(0.6))
                .as((type, agents, correlation) -> new EventFilter(type, agents, correlation, null));
    }
}
