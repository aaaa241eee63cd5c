package dev.agentos.json.spec;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentContext;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Message;
import java.util.concurrent.atomic.AtomicInteger;

/** Classes that agent files of the tests name. */
final class SampleAgents {
    private SampleAgents() {}

    /** Counts its instances. */
    static final class Whole implements Agent {
        static final AtomicInteger INSTANCES = new AtomicInteger();

        private int runs;

        Whole() {
            INSTANCES.incrementAndGet();
        }

        @Override
        public void run(AgentContext ctx) {
            runs++;
            if (runs != 1) {
                throw new IllegalStateException("an instance ran twice");
            }
        }
    }

    static final class Reactive implements ReactiveAgent {
        private Reactive() {}

        @Override
        public void onMessage(Message message, AgentContext ctx) {}
    }

    static final class Both implements Agent, ReactiveAgent {
        @Override
        public void run(AgentContext ctx) {}

        @Override
        public void onMessage(Message message, AgentContext ctx) {}
    }

    static final class Needy implements Agent {
        Needy(String argument) {}

        @Override
        public void run(AgentContext ctx) {}
    }

    abstract static class Unfinished implements Agent {}

    static final class Exploding implements ReactiveAgent {
        Exploding() {
            throw new UnsupportedOperationException("not today");
        }

        @Override
        public void onMessage(Message message, AgentContext ctx) {}
    }

    record Tick(String symbol) {}
}
