package dev.agentos.benchmarks;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/** A tree of a thousand agents on four levels is terminated; the 900 leaves each sit in a {@code receive} on a thread of their own. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class TerminateThousand {
    private static final int TOP = 9;
    private static final int BRANCH = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Makes one; JMH does. */
    public TerminateThousand() {}

    /** A tree, anew for each time. */
    public static class Tree extends AgentSide {
        private @Nullable AgentHandle root;

        /** Makes a runtime. */
        public Tree() {}

        /** Spawns the tree and waits until all of it lives. */
        @Setup(Level.Invocation)
        public void grow() {
            AgentSpec leaf =
                    AgentSpec.builder("leaf").run(AgentContext::receive).build();
            AgentSpec twig = inner("twig", leaf, BRANCH);
            AgentSpec branch = inner("branch", twig, BRANCH);
            AgentHandle grown = os.spawn(inner("root", branch, TOP));
            awaitLife(grown);
            root = grown;
        }

        private static AgentSpec inner(String name, AgentSpec child, int children) {
            AgentSpec.Builder spec = AgentSpec.builder(name).onMessage((message, ctx) -> {});
            IntStream.range(0, children).forEach(i -> spec.child(child.named(child.name() + "-" + i)));
            return spec.build();
        }

        private static void awaitLife(AgentHandle agent) {
            if (!agent.awaitState(AgentState.RUNNING, PATIENCE)) {
                throw new IllegalStateException("does not begin to live: " + agent.info());
            }
            agent.children().forEach(Tree::awaitLife);
        }
    }

    /** From the call until all thousand have stopped. */
    @Benchmark
    public Exit agentOs(Tree tree) {
        AgentHandle root = tree.root;
        if (root == null) {
            throw new IllegalStateException("nothing grew");
        }
        Exit exit = root.terminate("benchmark");
        if (!(exit instanceof Exit.Terminated terminated)
                || !terminated.abandoned().isEmpty()) {
            throw new IllegalStateException("not all stopped: " + exit);
        }
        return exit;
    }
}
