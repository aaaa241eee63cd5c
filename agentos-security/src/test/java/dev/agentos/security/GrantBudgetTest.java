package dev.agentos.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentId;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Authority.Ruling;
import dev.agentos.api.spi.Authority.Use;
import dev.agentos.security.LocalAuthorityTest.SettableTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Money, to the last digit. */
class GrantBudgetTest {
    private static final PrincipalId DESK = PrincipalId.agent(new AgentId(Address.of("desk"), 1));
    private static final PrincipalId STRATEGY = PrincipalId.agent(new AgentId(Address.of("desk/strategy"), 2));

    private final SettableTime time = new SettableTime(Instant.parse("2026-03-02T12:00:00Z"));
    private final Authority authority = new LocalAuthorityProvider().open(time);
    private final Grant root = authority.mintRoot(PrincipalId.HOST);

    @Test
    void begin_takesFromTheBudget_untilWhatIsLeftDoesNotSuffice() {
        var grant = grant("tool:order.place call; budget=notional:100");

        assertThat(begins(grant, "60.5")).isTrue();
        assertThat(begins(grant, "39.51")).isFalse();
        assertThat(begins(grant, "39.5")).isTrue();
        assertThat(begins(grant, "0.000000000000000001")).isFalse();
        assertThat(begins(grant, "0")).isTrue();

        assertThat(grant.usage().budgetUsed()).isEqualByComparingTo("100");
        assertThat(grant.used()).isEqualTo(3);
    }

    @Test
    void check_saysWhatIsLeft_whenTheBudgetDoesNotSuffice() {
        var grant = grant("tool:order.place call; budget=notional:100/1d");
        begins(grant, "70");

        var refused = (Ruling.Refused) authority.check(DESK, List.of(grant), order("30.01"));

        assertThat(refused.reason()).contains("budget notional:100/1d", "70", "30.01");
        assertThat(((Ruling.Refused) authority.check(DESK, List.of(grant), order("4E+1"))).reason())
                .endsWith("its budget notional:100/1d does not suffice: 70 is used, and this takes 40");
        assertThat(((Ruling.Refused) authority.check(DESK, List.of(grant), order("1E+999999999"))).reason())
                .endsWith("and this takes 1E+999999999");
        assertThat(authority.check(DESK, List.of(grant), order("30"))).isInstanceOf(Ruling.Allowed.class);
    }

    @Test
    void budget_comesBack_exactlyOnePeriodAfterEachUse() {
        var grant = grant("tool:order.place call; budget=notional:100/1d");
        begins(grant, "60");
        time.advance(Duration.ofHours(6));
        begins(grant, "40");

        time.advance(Duration.ofHours(18).minusNanos(1));
        boolean justBefore = begins(grant, "1");
        time.advance(Duration.ofNanos(1));

        assertThat(justBefore).isFalse();
        assertThat(begins(grant, "60.1")).isFalse();
        assertThat(begins(grant, "60")).isTrue();
        assertThat(grant.usage().budgetUsed()).isEqualByComparingTo("100");
    }

    @Test
    void budget_doesNotComeBack_whenTheClockOnTheWallIsSet() {
        var grant = grant("tool:order.place call; budget=notional:100/1d");
        begins(grant, "100");

        time.set(Instant.parse("2026-03-09T12:00:00Z"));

        assertThat(begins(grant, "1")).isFalse();
    }

    @Test
    void begin_countsAgainstTheWholeChain_orNothingAtAll() {
        var desk = grant("tool:order.place call; budget=notional:100/1d");
        var first = lend(desk, "tool:order.place call; budget=notional:80/1d");
        var second = lend(desk, "tool:order.place call; budget=notional:80/1d");

        assertThat(begins(first, "70")).isTrue();
        assertThat(begins(second, "31")).isFalse();
        assertThat(second.usage().budgetUsed()).isZero();
        assertThat(begins(second, "30")).isTrue();
        assertThat(begins(first, "1")).isFalse();

        assertThat(desk.usage().budgetUsed()).isEqualByComparingTo("100");
        assertThat(first.usage().budgetUsed()).isEqualByComparingTo("70");
        var refused = (Ruling.Refused) authority.check(STRATEGY, List.of(second), order("1"));
        assertThat(refused.reason()).contains("of a grant that it was derived from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.01", "1e20", "1e999999999", "1e-1200", "-1e-999999999"})
    void begin_isRefused_forAmountsThatAreNone(String amount) {
        var grant = grant("tool:order.place call; budget=notional:100");

        assertThat(begins(grant, amount)).isFalse();
        assertThat(authority.check(DESK, List.of(grant), order(amount))).isInstanceOf(Ruling.Refused.class);
        assertThat(grant.usage().budgetUsed()).isZero();
    }

    @Test
    void begin_isRefused_withoutAnAmount() {
        var grant = grant("tool:order.place call; budget=notional:100");
        var call = Action.of("tool:order.place", "call");

        assertThat(authority.begin(grant, call)).isNull();
        assertThat(authority.begin(grant, call.with("notional", "5"))).isNull();
        assertThat(authority.begin(grant, call.with("notional", null))).isNull();
        assertThat(authority.begin(grant, call.with("notional", List.of(5)))).isNull();
    }

    @Test
    void begin_countsTinyAmounts_roundedUp() {
        var grant = grant("tool:order.place call; budget=notional:0.000000000000000002");

        assertThat(begins(grant, "1e-300")).isTrue();
        assertThat(begins(grant, "1e-300")).isTrue();
        assertThat(begins(grant, "1e-300")).isFalse();
    }

    @Test
    void money_isExact_byManyThreadsOverAChain() throws Exception {
        var desk = grant("tool:order.place call; budget=notional:1000/1d");
        var slices = List.of(
                lend(desk, "tool:order.place call; budget=notional:700.7/1d"),
                lend(desk, "tool:order.place call; budget=notional:700.7/1d"));
        var spent = new ConcurrentLinkedQueue<BigDecimal>();

        inParallel(thread -> {
            for (int i = 0; i < 2_000; i++) {
                String amount = (i % 7) + ".1" + thread;
                if (begins(slices.get(thread % 2), amount)) {
                    spent.add(new BigDecimal(amount));
                }
            }
        });

        BigDecimal sum = spent.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum).isLessThanOrEqualTo(new BigDecimal("1000")).isGreaterThan(new BigDecimal("993"));
        assertThat(desk.usage().budgetUsed()).isEqualByComparingTo(sum);
        assertThat(slices)
                .allSatisfy(
                        slice -> assertThat(slice.usage().budgetUsed()).isLessThanOrEqualTo(new BigDecimal("700.7")));
        assertThat(slices.get(0).usage().budgetUsed().add(slices.get(1).usage().budgetUsed()))
                .isEqualByComparingTo(sum);
        assertThat(desk.used()).isEqualTo(spent.size());
    }

    /** Each hour of ten thousand small uses is remembered with some four thousand entries, and nothing exceeds the budget. */
    @Test
    void budget_isNeverExceeded_inAnyWindowOfManySmallUses() {
        var grant = grant("tool:order.place call; budget=notional:5000/1h");
        var taken = new ArrayDeque<Long>();

        for (int i = 0; i < 60_000; i++) {
            time.advance(Duration.ofMillis(300));
            if (begins(grant, "1")) {
                taken.addLast(time.nanoTime());
            }
            while (!taken.isEmpty()
                    && time.nanoTime() - taken.peekFirst()
                            >= Duration.ofHours(1).toNanos()) {
                taken.removeFirst();
            }
            assertThat(taken).hasSizeLessThanOrEqualTo(5_000);
        }

        assertThat(grant.used()).isBetween(24_000L, 25_000L);
    }

    private void inParallel(IntConsumer work) throws InterruptedException, ExecutionException {
        int threads = 4;
        var start = new CyclicBarrier(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<? extends Future<?>> running = IntStream.range(0, threads)
                    .mapToObj(thread -> executor.submit(() -> {
                        start.await();
                        work.accept(thread);
                        return null;
                    }))
                    .toList();
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private static Action order(String notional) {
        return Action.of("tool:order.place", "call").with("notional", new BigDecimal(notional));
    }

    private boolean begins(Grant grant, String notional) {
        Use use = authority.begin(grant, order(notional));
        if (use != null) {
            use.close();
        }
        return use != null;
    }

    private Grant grant(String capability) {
        return authority.derive(List.of(root), DESK, Capability.parse(capability));
    }

    private Grant lend(Grant grant, String capability) {
        return authority.delegate(grant, Capability.parse(capability), STRATEGY);
    }
}
