package dev.agentos.runtime.gate;

import dev.agentos.api.Limits;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.EventFilter;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.ActionQuery;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.tool.Tool;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.secret.Secrets;
import dev.agentos.runtime.store.HeapStorage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** A gate over the real authority, the real JSON and a storage in memory; only the kernel is missing. */
final class GateFixture implements AutoCloseable {
    final HeapStorage storage = new HeapStorage(10_000);
    final EventBus events = new EventBus(storage, TimeSource.system());
    final JsonProvider json = Providers.only(JsonProvider.class);
    final Authority authority =
            Providers.named(AuthorityProvider.class, "local").open(TimeSource.system());
    final Grant root = authority.mintRoot(PrincipalId.HOST);
    final Gate gate;
    final Toolbox toolbox;

    GateFixture(List<Tool> tools, Rule... rules) {
        this(
                tools,
                () -> {
                    throw new IllegalStateException("no test here starts a process");
                },
                rules);
    }

    GateFixture(List<Tool> tools, Sandbox sandbox) {
        this(tools, () -> sandbox);
    }

    private GateFixture(List<Tool> tools, Supplier<Sandbox> sandbox, Rule... rules) {
        gate = Gate.open(authority, List.of(rules), storage, events);
        toolbox = new Toolbox(
                tools,
                new Toolbox.Surroundings(gate, json, sandbox, Clock.systemUTC(), new Secrets(List.of()), Set.of()));
    }

    FakeActor agent(String path, String... capabilities) {
        return agent(path, Limits.defaults(), capabilities);
    }

    FakeActor agent(String path, Limits limits, String... capabilities) {
        var actor = new FakeActor(path, limits);
        for (String capability : capabilities) {
            grant(actor, capability);
        }
        return actor;
    }

    Grant grant(FakeActor actor, String capability) {
        Grant grant = authority.derive(List.of(root), actor.principal(), Capability.parse(capability));
        actor.grants.add(grant);
        return grant;
    }

    List<ActionRecord> records() {
        return storage.actions().find(ActionQuery.all());
    }

    ActionRecord lastRecord() {
        return records().getLast();
    }

    <E extends SystemEvent> List<E> facts(Class<E> kind) {
        return storage.events().find(EventFilter.all(), 0, Integer.MAX_VALUE).stream()
                .map(Event::data)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Override
    public void close() {
        toolbox.close(Duration.ofSeconds(5));
        events.close(Duration.ofSeconds(5));
    }
}
