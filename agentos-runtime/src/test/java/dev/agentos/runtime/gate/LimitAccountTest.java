package dev.agentos.runtime.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentos.api.AgentId;
import dev.agentos.api.Limit;
import dev.agentos.api.Limits;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.Address;
import dev.agentos.api.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitAccountTest {
    private final AtomicLong nanos = new AtomicLong();
    private final TimeSource time = new TimeSource() {
        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos.get());
        }

        @Override
        public long nanoTime() {
            return nanos.get();
        }
    };

    @Test
    void tryUse_refuses_whenTheOwnBoundIsMet() {
        var account = account("a", none().turns(2).build(), null);
        account.tryUse(Limit.TURNS, 1);
        account.tryUse(Limit.TURNS, 1);

        Exceeded met = account.tryUse(Limit.TURNS, 1);

        assertThat(met).isEqualTo(new Exceeded(account, Limit.TURNS));
        assertThat(used(account)).isEqualTo("{TURNS=2}");
    }

    @Test
    void tryUse_countsAtEveryAncestor_andNamesTheOneThatIsFull() {
        var root = account("a", none().toolCalls(3).build(), null);
        var middle = account("a/b", none().build(), root);
        var one = account("a/b/c", none().toolCalls(10).build(), middle);
        var two = account("a/b/d", none().toolCalls(10).build(), middle);
        one.tryUse(Limit.TOOL_CALLS, 2);
        two.tryUse(Limit.TOOL_CALLS, 1);

        Exceeded met = two.tryUse(Limit.TOOL_CALLS, 1);

        assertThat(met).isEqualTo(new Exceeded(root, Limit.TOOL_CALLS));
        assertThat(used(root)).isEqualTo("{TOOL_CALLS=3}");
        assertThat(used(middle)).isEqualTo("{TOOL_CALLS=3}");
        assertThat(used(two)).isEqualTo("{TOOL_CALLS=1}");
    }

    @Test
    void tryUse_leavesRoomForOthers_whenAnAncestorRefused() {
        var root = account("a", none().messages(5).build(), null);
        var child = account("a/b", none().messages(4).build(), root);
        root.tryUse(Limit.MESSAGES, 4);

        Exceeded tooMany = child.tryUse(Limit.MESSAGES, 2);
        Exceeded fits = child.tryUse(Limit.MESSAGES, 1);

        assertThat(tooMany).isEqualTo(new Exceeded(root, Limit.MESSAGES));
        assertThat(fits).isNull();
    }

    @Test
    void used_sumsUpTheDescendants_whenNothingBoundsMessages() {
        var root = account("a", none().build(), null);
        var child = account("a/b", none().build(), root);
        var grandchild = account("a/b/c", none().build(), child);
        root.tryUse(Limit.MESSAGES, 1);
        child.tryUse(Limit.MESSAGES, 10);
        grandchild.tryUse(Limit.MESSAGES, 100);

        grandchild.ended();
        var all = root.used(List.of(child));

        assertThat(all).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(111));
        assertThat(used(child)).isEqualTo("{MESSAGES=110}");
    }

    @Test
    void used_countsWhatTurnsSendAndWhatOtherThreadsSend() {
        var root = account("a", none().build(), null);
        var child = account("a/b", none().build(), root);
        child.tryUse(Limit.MESSAGES, 10, true);
        child.tryUse(Limit.MESSAGES, 100, false);

        var ofChild = used(child);
        child.ended();

        assertThat(ofChild).isEqualTo("{MESSAGES=110}");
        assertThat(used(root)).isEqualTo("{MESSAGES=110}");
    }

    @Test
    void tryUse_keepsToTheBound_whenTheTurnSends() {
        var root = account("a", none().messages(1).build(), null);
        root.tryUse(Limit.MESSAGES, 1, true);

        Exceeded met = root.tryUse(Limit.MESSAGES, 1, true);

        assertThat(met).isEqualTo(new Exceeded(root, Limit.MESSAGES));
    }

    @Test
    void used_countsOnce_whenAnAncestorBoundsMessages() {
        var root = account("a", none().messages(1_000).build(), null);
        var child = account("a/b", none().build(), root);
        var grandchild = account("a/b/c", none().build(), child);
        child.tryUse(Limit.MESSAGES, 10);
        grandchild.tryUse(Limit.MESSAGES, 100);

        var all = root.used(List.of(child, grandchild));

        assertThat(all).containsEntry(Limit.MESSAGES, BigDecimal.valueOf(110));
    }

    @Test
    void tryToolCall_countsNothing_whenOneOfItsBoundsIsMet() {
        var root = account("a", none().toolCallsPer(1, Duration.ofMinutes(1)).build(), null);
        var child = account("a/b", none().toolCalls(10).toolCallsPerTurn(10).build(), root);
        child.tryToolCall();

        Exceeded met = child.tryToolCall();

        assertThat(met).isEqualTo(new Exceeded(root, Limit.TOOL_CALL_RATE));
        assertThat(used(child)).isEqualTo("{TOOL_CALLS=1, TOOL_CALLS_PER_TURN=1}");
        assertThat(used(root)).isEqualTo("{TOOL_CALLS=1}");
    }

    @Test
    void tryToolCall_isAllowedAgain_whenTheWindowHasPassed() {
        var account =
                account("a", none().toolCallsPer(2, Duration.ofSeconds(10)).build(), null);
        account.tryToolCall();
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        account.tryToolCall();

        nanos.addAndGet(Duration.ofSeconds(6).toNanos() - 1);
        Exceeded within = account.tryToolCall();
        nanos.addAndGet(1);
        Exceeded after = account.tryToolCall();

        assertThat(within).isEqualTo(new Exceeded(account, Limit.TOOL_CALL_RATE));
        assertThat(after).isNull();
    }

    @Test
    void newTurn_startsTheTurnsCountsAnew() {
        var account = account("a", none().toolCallsPerTurn(1).identicalCalls(1).build(), null);
        account.tryToolCall();
        account.ended("echo", JsonObject.EMPTY, "x");
        Exceeded before = account.tryToolCall();
        Exceeded same = account.identical("echo", JsonObject.EMPTY);

        account.newTurn();

        assertThat(before).isEqualTo(new Exceeded(account, Limit.TOOL_CALLS_PER_TURN));
        assertThat(same).isEqualTo(new Exceeded(account, Limit.IDENTICAL_CALLS));
        assertThat(account.tryToolCall()).isNull();
        assertThat(account.identical("echo", JsonObject.EMPTY)).isNull();
    }

    @Test
    void identical_countsOnlyInARow_withTheSameArgumentsAndOutcome() {
        var account = account("a", none().identicalCalls(2).build(), null);
        JsonObject one = JsonObject.EMPTY.with("n", 1);
        account.ended("get", one, "same");
        account.ended("get", one, "other");
        Exceeded afterOtherOutcome = account.identical("get", one);
        account.ended("get", one, "other");

        Exceeded afterTwo = account.identical("get", JsonObject.EMPTY.with("n", 1));
        Exceeded otherArguments = account.identical("get", one.with("n", 2));
        Exceeded otherTool = account.identical("put", one);

        assertThat(afterOtherOutcome).isNull();
        assertThat(afterTwo).isEqualTo(new Exceeded(account, Limit.IDENTICAL_CALLS));
        assertThat(otherArguments).isNull();
        assertThat(otherTool).isNull();
    }

    @Test
    void tryChild_boundsTheLivingOnly() {
        var account = account("a", none().children(1).build(), null);
        account.tryChild();
        Exceeded second = account.tryChild();

        account.childEnded();

        assertThat(second).isEqualTo(new Exceeded(account, Limit.CHILDREN));
        assertThat(account.tryChild()).isNull();
    }

    @Test
    void tryChild_looksAtTheDepthOfEveryAncestor() {
        var root = account("a", none().depth(2).build(), null);
        var child = account("a/b", none().depth(16).build(), root);
        var grandchild = account("a/b/c", none().depth(16).build(), child);

        Exceeded fits = child.tryChild();
        Exceeded tooDeep = grandchild.tryChild();

        assertThat(fits).isNull();
        assertThat(tooDeep).isEqualTo(new Exceeded(root, Limit.DEPTH));
        assertThat(used(grandchild)).isEqualTo("{}");
    }

    @Test
    void charge_isCountedThoughItPassesTheBound_becauseItWasSpent() {
        var root = account("a", none().money(new BigDecimal("1.00")).build(), null);
        var child = account("a/b", none().build(), root);

        Exceeded first = child.charge(Limit.MONEY, new BigDecimal("0.99"));
        Exceeded second = child.charge(Limit.MONEY, new BigDecimal("0.02"));

        assertThat(first).isNull();
        assertThat(second).isEqualTo(new Exceeded(root, Limit.MONEY));
        assertThat(used(root)).isEqualTo("{MONEY=1.01}");
        assertThat(used(child)).isEqualTo("{MONEY=1.01}");
    }

    @Test
    void spent_isTheBoundWithNothingLeft() {
        var account = account("a", none().tokens(100).build(), null);
        account.charge(Limit.TOKENS, BigDecimal.valueOf(99));
        Exceeded before = account.spent();

        account.charge(Limit.TOKENS, BigDecimal.ONE);

        assertThat(before).isNull();
        assertThat(account.spent()).isEqualTo(new Exceeded(account, Limit.TOKENS));
    }

    @Test
    void charge_refuses_whenTheAmountMakesNoSense() {
        var account = account("a", none().build(), null);

        assertThatIllegalArgumentException().isThrownBy(() -> account.charge(Limit.TOKENS, new BigDecimal("1.5")));
        assertThatIllegalArgumentException().isThrownBy(() -> account.charge(Limit.MONEY, new BigDecimal("-1")));
        assertThatIllegalArgumentException().isThrownBy(() -> account.charge(Limit.TURNS, BigDecimal.ONE));
        assertThatIllegalArgumentException().isThrownBy(() -> account.tryUse(Limit.TURNS, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> account.tryUse(Limit.MONEY, 1));
        assertThat(used(account)).isEqualTo("{}");
    }

    @Test
    void extend_grantsAsMuchAgain() {
        var account = account("a", none().toolCalls(2).money(BigDecimal.TEN).build(), null);
        account.tryUse(Limit.TOOL_CALLS, 2);

        account.extend(Limit.TOOL_CALLS);
        account.extend(Limit.MONEY);

        assertThat(account.bound(Limit.TOOL_CALLS)).isEqualByComparingTo("4");
        assertThat(account.bound(Limit.MONEY)).isEqualByComparingTo("20");
        assertThat(account.tryUse(Limit.TOOL_CALLS, 2)).isNull();
        assertThat(account.tryUse(Limit.TOOL_CALLS, 1)).isNotNull();
    }

    @Test
    void extend_startsTheWindowAnew_whenItWasARate() {
        var account = account("a", none().toolCallsPer(1, Duration.ofHours(1)).build(), null);
        account.tryToolCall();
        Exceeded before = account.tryToolCall();

        account.extend(Limit.TOOL_CALL_RATE);

        assertThat(before).isNotNull();
        assertThat(account.tryToolCall()).isNull();
        assertThat(account.tryToolCall()).isNotNull();
    }

    @Test
    void maximum_saysTheBoundWithItsUnit() {
        var limits = none().toolCalls(3)
                .wallTime(Duration.ofMillis(1_500))
                .toolCallsPer(2, Duration.ofMinutes(1))
                .build();
        var account = account("desk", limits, null);

        assertThat(new Exceeded(account, Limit.TOOL_CALLS).maximum()).isEqualTo("3 tool calls");
        assertThat(new Exceeded(account, Limit.WALL_TIME).maximum()).isEqualTo("PT1.5S");
        assertThat(new Exceeded(account, Limit.TOOL_CALL_RATE).maximum()).isEqualTo("2 per PT1M");
        assertThat(new Exceeded(account, Limit.TOOL_CALLS).exception())
                .hasMessageContaining("TOOL_CALLS")
                .hasMessageContaining("desk")
                .hasMessageContaining("3 tool calls");
    }

    @Test
    void tryUse_neverPassesABound_whenManyThreadsUseATree() throws InterruptedException {
        var root = account("r", none().toolCalls(1_000).build(), null);
        var left = account("r/l", none().toolCalls(700).build(), root);
        var right = account("r/r", none().toolCalls(700).build(), root);
        var leaves = List.of(
                account("r/l/1", none().build(), left),
                account("r/l/2", none().toolCalls(100).build(), left),
                account("r/r/1", none().build(), right),
                account("r/r/2", none().toolCalls(100).build(), right));
        var granted =
                new AtomicInteger[] {new AtomicInteger(), new AtomicInteger(), new AtomicInteger(), new AtomicInteger()
                };
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 8; t++) {
            int leaf = t % 4;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 1_000; i++) {
                    if (leaves.get(leaf).tryUse(Limit.TOOL_CALLS, 1) == null) {
                        granted[leaf].incrementAndGet();
                    }
                }
            }));
        }

        for (Thread thread : threads) {
            thread.join();
        }

        int all = granted[0].get() + granted[1].get() + granted[2].get() + granted[3].get();
        assertThat(all).isEqualTo(1_000);
        assertThat(granted[1].get()).isLessThanOrEqualTo(100);
        assertThat(granted[3].get()).isLessThanOrEqualTo(100);
        assertThat(used(root)).isEqualTo("{TOOL_CALLS=1000}");
        assertThat(used(left)).isEqualTo("{TOOL_CALLS=" + (granted[0].get() + granted[1].get()) + "}");
        assertThat(used(right)).isEqualTo("{TOOL_CALLS=" + (granted[2].get() + granted[3].get()) + "}");
    }

    private static Limits.Builder none() {
        return Limits.unlimited().toBuilder();
    }

    private LimitAccount account(String path, Limits limits, @Nullable LimitAccount parent) {
        return new LimitAccount(new AgentId(Address.of(path), 1), new LimitPolicy(limits, time), parent);
    }

    private static String used(LimitAccount account) {
        return account.used(List.of()).toString();
    }
}
