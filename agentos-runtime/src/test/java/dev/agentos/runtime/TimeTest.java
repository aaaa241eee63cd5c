package dev.agentos.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Exit;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeTest {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);
    private final AgentOS os = AgentOS.builder()
            .time(clock)
            .randomSeed(42)
            .closeTimeout(Duration.ofSeconds(2))
            .build();

    @AfterEach
    void close() {
        os.close();
    }

    /** Ticks every minute, tells a listener, and asks it each hour. */
    private static final class Ticker implements ReactiveAgent {
        private int ticks;

        @Override
        public void onStart(AgentContext ctx) {
            ctx.every(Duration.ofMinutes(1), "tick");
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {
            if (++ticks % 60 == 0) {
                ctx.result(ctx.ask(Address.of("counter"), "how many?", Integer.class, Duration.ofSeconds(5)));
            } else {
                ctx.send(Address.of("counter"), "tick");
            }
        }
    }

    @Test
    void aWeek_passesInSeconds_andNothingIsMissed() {
        var counted = new AtomicInteger();
        os.spawn(AgentSpec.builder("counter")
                .onMessage((m, ctx) -> {
                    counted.incrementAndGet();
                    if (m.payload().equals("how many?")) {
                        ctx.reply(m, counted.get());
                    }
                })
                .build());
        os.spawn(AgentSpec.builder("ticker")
                .reactive(Ticker::new)
                .grant("agent:counter send")
                .build());
        AgentHandle sleeper = os.spawn("sleeper", ctx -> {
            int days = 0;
            for (; days < 7; days++) {
                ctx.sleep(Duration.ofDays(1));
            }
            ctx.result(ctx.clock().instant());
        });

        clock.advance(Duration.ofDays(7));

        assertThat(counted).hasValue(7 * 24 * 60);
        assertThat(sleeper.await(Eventually.LIMIT)).isEqualTo(new Exit.Completed(START.plus(Duration.ofDays(7))));
    }

    @Test
    void timers_fireInOrderOfTime_oneInstantAtATime() {
        var seen = new CopyOnWriteArrayList<String>();
        for (String name : List.of("a", "b", "c")) {
            os.spawn(AgentSpec.builder(name)
                    .reactive(() -> new OnStart(
                            ctx -> {
                                ctx.after(Duration.ofSeconds(3), "3");
                                ctx.after(Duration.ofSeconds(1), "1");
                                ctx.after(Duration.ofSeconds(2), "2");
                            },
                            m -> seen.add(m.payload() + "@"
                                    + Duration.between(START, clock.now()).toSeconds())))
                    .build());
        }

        clock.advance(Duration.ofSeconds(10));

        assertThat(seen).hasSize(9).isSorted();
        assertThat(seen).containsOnly("1@1", "2@2", "3@3");
    }

    @Test
    void time_goesOn_afterAPartWasGivenUp() {
        var stop = new AtomicBoolean();
        var inside = new CountDownLatch(1);
        var clock = ManualClock.startingAt(START);
        try (AgentOS hasty = new LocalBuilder()
                .terminateGrace(Duration.ofMillis(200))
                .closeTimeout(Duration.ofMillis(500))
                .time(clock)
                .build()) {
            AgentHandle stuck = hasty.spawn("stuck", ctx -> {
                ctx.parallel(List.of(() -> {
                    inside.countDown();
                    while (!stop.get()) {
                        LockSupport.parkNanos(1_000_000); // and ignores interrupts
                    }
                    return "";
                }));
            });
            Eventually.reached(inside);

            stuck.terminate("enough");
            clock.advance(Duration.ofDays(1));
            stop.set(true);

            assertThat(clock.now()).isEqualTo(START.plus(Duration.ofDays(1)));
        }
    }

    @Test
    void partsThatAskEachOther_areWaitedFor_byTime() {
        var answered = new AtomicInteger();
        os.spawn(AgentSpec.builder("echo")
                .onMessage((m, ctx) -> ctx.reply(m, ctx.clock().instant()))
                .build());
        AgentHandle asker = os.spawn(AgentSpec.builder("asker")
                .grant("agent:echo send")
                .run(ctx -> {
                    var parts = new ArrayList<Callable<List<Instant>>>();
                    for (int i = 0; i < 3; i++) {
                        parts.add(() -> {
                            var times = new ArrayList<Instant>();
                            for (int hour = 0; hour < 50; hour++) {
                                ctx.sleep(Duration.ofHours(1));
                                for (int each = 0; each < 3; each++) {
                                    times.add(ctx.ask(Address.of("echo"), "?", Instant.class, Duration.ofMinutes(1)));
                                    answered.incrementAndGet();
                                }
                            }
                            return times;
                        });
                    }
                    ctx.result(ctx.parallel(parts));
                })
                .build());

        for (int hour = 1; hour <= 50; hour++) {
            clock.advance(Duration.ofHours(1));
            assertThat(answered).hasValue(9 * hour);
        }

        var exit = (Exit.Completed) asker.await(Eventually.LIMIT);
        var times = new ArrayList<Instant>();
        for (int hour = 1; hour <= 50; hour++) {
            times.addAll(Collections.nCopies(3, START.plus(Duration.ofHours(hour))));
        }
        assertThat(exit.value()).isEqualTo(List.of(times, times, times));
    }

    @Test
    void partsOfATurn_sleepInSimulatedTime() {
        AgentHandle agent = os.spawn("a", ctx -> {
            var parts = new ArrayList<Callable<Instant>>();
            for (int i = 1; i <= 3; i++) {
                int hours = i;
                parts.add(() -> {
                    ctx.sleep(Duration.ofHours(hours));
                    return ctx.clock().instant();
                });
            }
            ctx.result(ctx.parallel(parts));
        });

        clock.advance(Duration.ofHours(3));

        assertThat(agent.await(Eventually.LIMIT))
                .isEqualTo(new Exit.Completed(List.of(
                        START.plus(Duration.ofHours(1)),
                        START.plus(Duration.ofHours(2)),
                        START.plus(Duration.ofHours(3)))));
    }

    @Test
    void messageTime_isTheRuntimesTime() {
        var times = new CopyOnWriteArrayList<Instant>();
        AgentHandle agent = os.spawn(AgentSpec.builder("a")
                .onMessage((m, ctx) -> times.add(m.time()))
                .build());
        agent.send(1);
        clock.advance(Duration.ofHours(1));
        agent.send(2);

        clock.awaitQuiet();

        assertThat(times).containsExactly(START, START.plus(Duration.ofHours(1)));
    }

    @Test
    void randomNumbers_dependOnSeedAndName_only() {
        var first = new CopyOnWriteArrayList<Long>();
        var again = new CopyOnWriteArrayList<Long>();
        os.spawn("a", ctx -> first.add(ctx.random().nextLong())).await();
        os.spawn("b", ctx -> first.add(ctx.random().nextLong())).await();
        try (AgentOS other = AgentOS.builder().randomSeed(42).build()) {
            other.spawn("noise", ctx -> ctx.random().nextLong()).await();
            other.spawn("a", ctx -> again.add(ctx.random().nextLong())).await();
            other.spawn("b", ctx -> again.add(ctx.random().nextLong())).await();
        }

        assertThat(again).isEqualTo(first);
        assertThat(first.get(0)).isNotEqualTo(first.get(1));
    }

    @Test
    void every_canBeTakenBack() {
        var ticks = new AtomicInteger();
        os.spawn(AgentSpec.builder("a")
                .reactive(() -> new ReactiveAgent() {
                    private dev.agentos.api.Registration timer = () -> {};

                    @Override
                    public void onStart(AgentContext ctx) {
                        timer = ctx.every(Duration.ofSeconds(1), "tick");
                    }

                    @Override
                    public void onMessage(Message message, AgentContext ctx) {
                        if (ticks.incrementAndGet() == 3) {
                            timer.close();
                        }
                    }
                })
                .build());

        clock.advance(Duration.ofMinutes(1));

        assertThat(ticks).hasValue(3);
    }

    @Test
    void coarseClock_followsTheSystemsTime_andSleepsWhenUnread() {
        try (var coarse = new CoarseClock("test", dev.agentos.api.spi.TimeSource.system())) {
            Instant before = Instant.now();

            Eventually.until("it moves on", () -> coarse.now().isAfter(before));

            Eventually.until(
                    "it sleeps",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(t -> t.getName().equals("test-clock") && t.getState() == Thread.State.WAITING));
            Instant later = Instant.now();
            Eventually.until("it wakes", () -> !coarse.now().isBefore(later));
        }
    }
}
