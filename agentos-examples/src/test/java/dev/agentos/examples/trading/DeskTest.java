package dev.agentos.examples.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentSpec.Threading;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.testkit.LeakCheck;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole desk on all trades, in a runtime of its own for each run. */
class DeskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final BigDecimal LIMIT = new BigDecimal("10000");
    private static final List<Feed.Tick> TICKS = BitstampTrades.read();
    private static Run reference;

    /** One run, as it can be seen from outside. */
    private record Run(Session session, String ledger, List<ActionRecord> actions, int restarts) {
        List<ActionRecord> orders() {
            return actions.stream()
                    .filter(record -> record.action().resource().equals("order.place"))
                    .toList();
        }
    }

    @BeforeAll
    static void runOnce() {
        reference = run(TICKS, UnaryOperator.identity(), 1);
    }

    /** The figures of a backtest of eighty lines in another language on the same file. */
    @Test
    void ledger_hasTheFiguresOfAnIndependentBacktest() {
        var counts = reference.session().ledger().counts();
        var money = reference.session().ledger().money();

        assertThat(counts).isEqualTo(new Ledger.Counts(100_000, 1_916, 119, 113, 23, 113, 0, 0, 2, 1));
        assertThat(money.profit()).isEqualTo("1454.83");
        assertThat(money.fees()).isEqualTo("1504.12");
        assertThat(money.drawdown()).isEqualTo("1065.46");
        assertThat(money.position()).isZero();
    }

    @Test
    void profit_followsFromTheFillsAlone() {
        var ledger = reference.session().ledger();
        var cash = new BigDecimal("25000.00");
        var position = BigDecimal.ZERO;

        for (Fill fill : ledger.fills()) {
            BigDecimal quantity = fill.order().quantity();
            boolean buys = fill.order().side() == Side.BUY;
            BigDecimal amount = fill.price().multiply(quantity);
            cash = (buys ? cash.subtract(amount) : cash.add(amount)).subtract(fill.fee());
            position = buys ? position.add(quantity) : position.subtract(quantity);
        }

        BigDecimal last = TICKS.getLast().price();
        assertThat(ledger.money().cash()).isEqualByComparingTo(cash);
        assertThat(ledger.money().profit())
                .isEqualByComparingTo(cash.add(position.multiply(last)).subtract(new BigDecimal("25000")));
    }

    @Test
    void fills_areAtTheTradeAfterTheOneTheirOrderAnswers() {
        List<Fill> fills = reference.session().ledger().fills();

        assertThat(fills).allSatisfy(fill -> {
            Feed.Tick answered = TICKS.get((int) fill.order().answers() - 1);
            Feed.Tick next = TICKS.get((int) fill.order().answers());
            assertThat(fill.at()).isEqualTo(next.sequence());
            assertThat(fill.order().price()).isEqualTo(answered.price());
            assertThat(fill.price()).isCloseTo(next.price(), withPercentage(0.051));
        });
    }

    @Test
    void denials_areInLedgerAndActionLog_andNoDeniedOrderIsFilled() {
        List<Order> denied = reference.session().ledger().denials().stream()
                .map(Denial::order)
                .toList();
        Set<Order> filled =
                reference.session().ledger().fills().stream().map(Fill::order).collect(Collectors.toSet());

        List<ActionRecord> refused = reference.orders().stream()
                .filter(record -> record.decision() instanceof Decision.Deny)
                .toList();

        assertThat(denied)
                .isNotEmpty()
                .allMatch(order ->
                        order.trader().equals("fast") || order.notional().compareTo(LIMIT) > 0);
        assertThat(filled).allMatch(order -> order.notional().compareTo(LIMIT) <= 0);
        assertThat(filled).doesNotContainAnyElementsOf(denied);
        assertThat(refused)
                .extracting(DeskTest::name)
                .containsExactlyInAnyOrderElementsOf(
                        denied.stream().map(Order::name).toList());
        assertThat(refused).allSatisfy(record -> {
            assertThat(record.outcome()).isEqualTo(Outcome.NOT_STARTED);
            String trader = record.action().text("trader");
            assertThat(record.principal().toString()).startsWith("agent:desk/" + trader + "#");
            assertThat(((Decision.Deny) record.decision()).reason())
                    .contains(trader.equals("slow") ? "notional<=10000" : "revoked");
        });
    }

    @Test
    void everyFilledOrder_hasPassedTheGate() {
        List<String> allowed = reference.orders().stream()
                .filter(record -> record.decision() instanceof Decision.Allow)
                .map(DeskTest::name)
                .toList();

        List<String> filled = reference.session().ledger().fills().stream()
                .map(fill -> fill.order().name())
                .toList();

        assertThat(filled).containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void strategy_thatTradesTooMuch_losesItsSlice_andNoOrderOfItsPassesAfterThat() {
        Ledger ledger = reference.session().ledger();
        Cut cut = ledger.cuts().getFirst();
        List<Order> passed = ledger.fills().stream().map(Fill::order).toList();
        BigDecimal dayBefore = passed.stream()
                .filter(order -> order.trader().equals("fast"))
                .filter(order ->
                        day(order).equals(cut.time().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.DAYS)))
                .map(Order::notional)
                .reduce(BigDecimal.ZERO, BigDecimal::add);

        assertThat(ledger.cuts()).hasSize(1);
        assertThat(cut.trader()).isEqualTo("fast");
        assertThat(cut.time()).isEqualTo("2013-11-30T00:00:00Z");
        assertThat(cut.turnover()).isEqualByComparingTo(dayBefore).isGreaterThan(new BigDecimal("90000"));
        assertThat(passed)
                .filteredOn(order -> order.trader().equals("fast"))
                .allMatch(order -> day(order).isBefore(cut.time()));
        assertThat(passed).filteredOn(order -> order.trader().equals("desk")).isEqualTo(cut.closing());
        assertThat(ledger.denials())
                .filteredOn(denial -> denial.order().trader().equals("fast"))
                .hasSize(10)
                .allMatch(denial -> !denial.time().isBefore(cut.time()) && denial.revoked());
        assertThat(reference.actions())
                .filteredOn(record -> record.action().type().equals("grant"))
                .extracting(record -> record.principal() + " " + record.action().verb())
                .hasSize(3)
                .allMatch(done -> done.matches("agent:desk#\\d+ (delegate|revoke)"));
    }

    private static Instant day(Order order) {
        return TICKS.get((int) order.answers() - 1).time().truncatedTo(ChronoUnit.DAYS);
    }

    @Test
    void curve_hasTheDeepestDrawdownOfTheLedger() {
        List<Mark> curve = reference.session().curve();
        BigDecimal peak = new BigDecimal("25000");
        BigDecimal deepest = BigDecimal.ZERO;

        for (Mark mark : curve) {
            peak = peak.max(mark.equity());
            deepest = deepest.max(peak.subtract(mark.equity()));
        }

        assertThat(reference.session().ledger().money().drawdown()).isEqualByComparingTo(deepest);
        assertThat(curve).hasSize(1_917).isSortedAccordingTo((a, b) -> Long.compare(a.sequence(), b.sequence()));
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, 1024, 2", "DEFAULT, 1, 3", "OWN_THREAD, 7, 4", "CPU_BOUND, 300, 5"})
    void ledger_isTheSameToTheByte_onOtherThreadsMailboxesAndSeeds(Threading threading, int mailbox, long seed) {
        Run run = run(TICKS, spec -> on(spec, threading, mailbox), seed);

        assertThat(run.ledger()).isEqualTo(reference.ledger());
    }

    @Test
    void ledger_isTheSameToTheByte_whenTheMarketFailsHalfWay() {
        var failed = new AtomicBoolean();
        var flaky = new AbstractList<Feed.Tick>() {
            @Override
            public Feed.Tick get(int index) {
                if (index == 60_000 && failed.compareAndSet(false, true)) {
                    throw new IllegalStateException("the line went dead");
                }
                return TICKS.get(index);
            }

            @Override
            public int size() {
                return TICKS.size();
            }
        };

        Run run = run(flaky, UnaryOperator.identity(), 6);

        assertThat(run.restarts()).isPositive();
        assertThat(run.ledger()).isEqualTo(reference.ledger());
    }

    @Test
    void desk_completesWithAnEmptyLedger_whenThereAreNoTrades() {
        Run run = run(List.of(), UnaryOperator.identity(), 7);

        assertThat(run.session().ledger().counts()).isEqualTo(new Ledger.Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(run.session().ledger().money().profit()).isZero();
    }

    private static Run run(List<Feed.Tick> ticks, UnaryOperator<AgentSpec> change, long seed) {
        var leaks = LeakCheck.begin();
        var gateway = new OrderGateway();
        Run run;
        try (var os = AgentOS.builder().tool(gateway.tool()).randomSeed(seed).build()) {
            var desk = os.spawn(change.apply(Desk.spec(Plan.standard(), ticks, gateway)));
            var session = desk.await(PATIENCE).result(Session.class);
            var json = Providers.only(JsonProvider.class);
            var restarts = os.events().history(EventFilter.type("agent.restarting"), 0, Integer.MAX_VALUE).stream()
                    .filter(event -> event.data() instanceof SystemEvent.Restarting)
                    .count();
            run = new Run(
                    session,
                    json.writePretty(json.toJson(session.ledger())),
                    os.actions().find(ActionQuery.all()),
                    (int) restarts);
        }
        leaks.assertNothingLeft();
        return run;
    }

    /** The same agents, but each with other mailboxes and threads. */
    private static AgentSpec on(AgentSpec spec, Threading threading, int mailbox) {
        var copy = AgentSpec.builder(spec.name())
                .body(spec.body())
                .accepts(spec.accepts().toArray(Class[]::new))
                .restart(spec.restart())
                .sendTimeout(spec.sendTimeout())
                .mailbox(mailbox, Overflow.BLOCK)
                .threading(threading);
        spec.grants().forEach(copy::grant);
        spec.children().forEach(child -> copy.child(on(child, threading, mailbox)));
        return copy.build();
    }

    private static String name(ActionRecord record) {
        return record.action().text("trader") + " " + record.action().text("answers") + "/"
                + record.action().text("part");
    }
}
