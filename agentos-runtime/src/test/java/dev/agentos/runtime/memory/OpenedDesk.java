package dev.agentos.runtime.memory;

import dev.agentos.api.AgentId;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.TokenCounter;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.gate.Gate;
import dev.agentos.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Memories over the real gate and authority, without a kernel. */
final class OpenedDesk implements AutoCloseable {
    final FakeStore store = new FakeStore();
    final ManualClock clock = ManualClock.startingAt(OpenedRuntime.START);
    final Authority authority =
            Providers.named(AuthorityProvider.class, "local").open(clock);
    final FakeHolder agent = new FakeHolder("a");
    final MemoryDesk desk;
    private final EventBus events = new EventBus(store, clock);

    OpenedDesk() {
        this(null, Embeddings.LIMIT);
    }

    OpenedDesk(@Nullable Embedder embedder, Duration embedderLimit) {
        var surroundings = new Surroundings(
                Gate.open(authority, List.of(), store, events),
                store,
                true,
                clock,
                () -> Providers.only(JsonProvider.class),
                (actor, fact) -> events.row(actor.agent(), fact),
                address -> new AgentId(address, 1),
                true);
        var options = new MemoryOptions(embedder == null ? null : () -> embedder, TokenCounter.estimate(), null);
        desk = new MemoryDesk(surroundings, options, embedderLimit);
    }

    Memory own() {
        return desk.own(agent, agent.address());
    }

    Memory of(String namespace) {
        return desk.of(agent, namespace);
    }

    Grant grant(String capability) {
        Grant root = authority.mintRoot(PrincipalId.HOST);
        Grant grant = authority.derive(List.of(root), agent.principal(), Capability.parse(capability));
        agent.grants.add(grant);
        return grant;
    }

    @Override
    public void close() {
        desk.close(Duration.ofSeconds(10));
        events.close(Duration.ofSeconds(10));
    }
}
