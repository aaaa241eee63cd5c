package dev.agentos.runtime;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.Limits;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Run in a JVM of its own: puts every carrier into an endless loop that ignores interrupts, then controls agents. */
final class StuckCarriers {
    private StuckCarriers() {}

    public static void main(String[] args) throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        var looping = new CountDownLatch(carriers);
        AgentOS os = new LocalBuilder()
                .terminateGrace(Duration.ofSeconds(1)) // which what has begun and cannot stop costs each time
                .closeTimeout(Duration.ofSeconds(2))
                .build();
        AgentHandle idle =
                os.spawn(AgentSpec.builder("idle").onMessage((m, ctx) -> {}).build());
        AgentHandle held = os.spawn("held", ctx -> ctx.receive());
        say("pause", held.pause("look").toCompletableFuture().get());
        AgentHandle waiting = os.spawn("waiting", ctx -> ctx.sleep(Duration.ofHours(1)));
        waiting.awaitState(AgentState.RUNNING, Duration.ofSeconds(20));
        AgentHandle timed = null;
        for (int i = 0; i < carriers; i++) {
            var spec = AgentSpec.builder("loop" + i)
                    .run(ctx -> {
                        looping.countDown();
                        long turns = 0;
                        while (turns >= 0) {
                            turns = turns + 1 & Long.MAX_VALUE;
                        }
                    })
                    .limits(Limits.builder()
                            .wallTime(Duration.ofSeconds(i == 0 ? 1 : 3_600))
                            .build());
            AgentHandle loop = os.spawn(spec.build());
            timed = i == 0 ? loop : timed;
        }
        looping.await();
        AgentHandle unborn = os.spawn("unborn", ctx -> ctx.receive());

        say("idle", idle.terminate("enough"));
        say("held", held.terminate("enough"));
        say("unborn", unborn.terminate("enough"));
        say("sleeping", waiting.terminate("enough") instanceof Exit.Terminated);
        say(
                "timed",
                timed == null
                        ? ""
                        : timed.await(Duration.ofSeconds(60)) instanceof Exit.Terminated t
                                && !t.abandoned().isEmpty());
        var report = os.shutdown(Duration.ofSeconds(2));
        say(
                "closed",
                report.took().compareTo(Duration.ofSeconds(10)) < 0
                        && !report.abandoned().isEmpty());
        System.out.println("END");
        Runtime.getRuntime().halt(0); // the loops never end
    }

    private static void say(String what, Object value) {
        System.out.println(what + ": " + value);
    }
}
