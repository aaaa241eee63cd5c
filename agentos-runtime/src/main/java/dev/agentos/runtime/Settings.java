package dev.agentos.runtime;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.AuthorityProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SecretProvider;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StorageProvider;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.tool.Tool;
import dev.agentos.runtime.memory.MemoryOptions;
import dev.agentos.runtime.store.HeapStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a builder has collected.
 *
 * @param file null for storage in memory
 * @param annotated objects whose methods become tools, by prefix, in the order given
 * @param hostGrants null if the host may do everything
 * @param tokens null if no tokens are exchanged
 * @param isolatedAgents how many may live at a time; null if nobody said
 * @param approver null if what waits for a person waits in the queue alone
 * @param terminateGrace how long a termination waits for code to stop
 */
record Settings(
        @Nullable Path file,
        List<Tool> tools,
        List<Annotated> annotated,
        Map<String, Function<Map<String, ?>, AgentSpec>> templates,
        List<Rule> rules,
        List<SecretProvider> secrets,
        SandboxChoice sandbox,
        @Nullable List<Capability> hostGrants,
        @Nullable Approver approver,
        Limits defaultLimits,
        TimeSource time,
        long seed,
        int history,
        StoreRetention retention,
        Duration closeTimeout,
        Duration terminateGrace,
        List<AgentOS.Extension> extensions,
        boolean recordMessages,
        MemoryOptions memory,
        @Nullable TokenOptions tokens,
        @Nullable Integer isolatedAgents) {

    /** Copies the collections. */
    Settings {
        tools = List.copyOf(tools);
        annotated = List.copyOf(annotated);
        templates = Map.copyOf(templates);
        rules = List.copyOf(rules);
        secrets = List.copyOf(secrets);
        hostGrants = hostGrants == null ? null : List.copyOf(hostGrants);
        extensions = List.copyOf(extensions);
    }

    /**
     * What starts processes.
     *
     * @param provider its name
     * @param accepted what it may lack
     */
    record SandboxChoice(String provider, Set<String> accepted) {
        /** Copies the set. */
        SandboxChoice {
            accepted = Set.copyOf(accepted);
        }
    }

    /** An object with tool methods. */
    record Annotated(String prefix, Object object) {}

    boolean isPersistent() {
        return file != null;
    }

    Storage openStorage() {
        return file == null
                ? new HeapStorage(history)
                : Providers.named(StorageProvider.class, "sqlite").open(file);
    }

    Authority openAuthority(Storage storage) {
        var provider = Providers.named(AuthorityProvider.class, "local");
        return isPersistent() ? provider.open(time, MessageIds.ofGrants(storage)::next) : provider.open(time);
    }
}
