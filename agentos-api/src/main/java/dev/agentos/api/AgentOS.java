package dev.agentos.api;

import dev.agentos.api.event.Events;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.Summariser;
import dev.agentos.api.memory.TokenCounter;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Messages;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.ActionLog;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grants;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.RuntimeProvider;
import dev.agentos.api.spi.SecretProvider;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.Tokens;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One runtime. What is done through it, or through a handle that it gave out, is done by the host and recorded as such.
 * Two of them in one JVM know nothing of each other. Thread-safe; whoever built it closes it.
 *
 * {@snippet :
 * try (AgentOS os = AgentOS.inMemory()) {
 *     var greeter = os.spawn(AgentSpec.builder("greeter")
 *             .onMessage((message, ctx) -> ctx.reply(message, "Hello " + message.payload(String.class)))
 *             .build());
 *     String answer = greeter.ask("Ada", String.class, Duration.ofSeconds(10));
 * }
 * }
 *
 * @since 0.1
 */
public interface AgentOS extends AutoCloseable {
    /** {@return a runtime in memory, with every default} */
    static AgentOS inMemory() {
        return builder().build();
    }

    /**
     * {@return a builder of a runtime}
     *
     * @throws dev.agentos.api.error.ProviderSelectionException if there is no runtime module on the class path
     */
    static Builder builder() {
        return Providers.named(RuntimeProvider.class, "local").builder();
    }

    /** Spawns an agent that lives on a thread of its own. */
    AgentHandle spawn(String name, Agent body);

    /**
     * Spawns an agent. Returns at once, when addresses and declared children exist; its code runs later.
     *
     * @throws dev.agentos.api.error.NameTakenException if a living agent has the address
     * @throws dev.agentos.api.error.HaltedException if the system is halted or closed
     */
    AgentHandle spawn(AgentSpec spec);

    /** Returns the living agent of that name, or spawns it: one agent per user, session, symbol. */
    AgentHandle spawnIfAbsent(AgentSpec spec);

    /**
     * Reads a spec from a YAML or JSON file; equal to what the builder makes.
     *
     * @param params replace or add to the parameters of the file
     * @throws dev.agentos.api.error.InvalidSpecException naming line, field, and what was expected
     */
    AgentSpec load(Path yamlOrJson, Map<String, ?> params);

    /**
     * Returns the spec that a template makes of these parameters.
     *
     * @throws dev.agentos.api.error.InvalidSpecException if there is no such template, or it refuses the parameters
     */
    AgentSpec template(String name, Map<String, ?> params);

    /** {@return the names of the templates} */
    List<String> templates();

    /** {@return the living agent of that address} */
    Optional<AgentHandle> find(Address address);

    /** {@return the agent of that id, living or ended and still remembered} */
    Optional<AgentHandle> find(AgentId id);

    /** {@return the agents that match: the living, and those ended that are still remembered (the last 1,000)} */
    List<AgentHandle> agents(AgentSelector selector);

    /** Sends a message; see {@link AgentHandle#send}. */
    void send(Address to, Object payload);

    /** Sends a request and waits for its answer; see {@link AgentHandle#ask(Request, Duration)}. */
    <R> R ask(Address to, Request<R> request, Duration limit);

    /** Like {@link #ask}, without waiting. */
    <R> CompletionStage<R> askAsync(Address to, Request<R> request, Duration limit);

    /** Sends a payload to every living agent that the selector picks; see {@link AgentContext#broadcast}. */
    int broadcast(AgentSelector to, Object payload);

    /** Publishes a payload to a topic; see {@link AgentContext#publish}. */
    int publish(String topic, Object payload);

    /** {@return the messages that are kept, and what can be done with the dead ones} */
    Messages messages();

    /** {@return the memory of a namespace; see {@link Memory}} */
    Memory memory(String namespace);

    /** {@return the namespaces that remember something, with how many long-term entries each has, in order} */
    Map<String, Long> memories();

    /** Publishes a fact of the host's; see {@link AgentContext#emit(String, Record)}. */
    void emit(String type, Record event);

    /**
     * {@return what takes capabilities out of this runtime as signed tokens, and into it}
     *
     * @throws IllegalStateException if the builder was not told {@link Builder#tokens how}
     */
    Tokens tokens();

    /** {@return what keeps the store in order} */
    StoreMaintenance maintenance();

    /** {@return its view of the tools} */
    Tools tools();

    /** {@return every registered tool} */
    List<ToolSpec> toolSpecs();

    /** {@return facts about the system, live and past} */
    Events events();

    /** {@return the grants: who may do what, handed out and taken back} */
    Grants grants();

    /** {@return what was attempted, decided and done} */
    ActionLog actions();

    /** {@return what waits for a person, and what has; deciding through it is done by whoever this runtime acts for} */
    Approvals approvals();

    /** {@return messages that nobody handled, oldest first, at most so many} */
    default List<DeadLetter> deadLetters(long afterSequence, int most) {
        return messages().deadLetters(afterSequence, most);
    }

    /** {@return this runtime, acting as {@code user:<name>}, with the rights of the host} */
    AgentOS as(String person);

    /** {@return this runtime, acting as {@code operator:<uid>}, with the rights of the host} */
    AgentOS asOperator(long uid);

    /** Fences and terminates every agent, and refuses to spawn until {@link #unhalt()}. */
    ShutdownReport halt(String reason);

    /** Allows spawning again. */
    void unhalt();

    /** Stops every agent with half the bound, terminates the rest, releases everything. Again: the same report. */
    ShutdownReport shutdown(Duration limit);

    /** Shuts down within 10 s, or what the builder says, and logs what did not stop. */
    @Override
    void close();

    /** Something that is installed into a runtime: a dashboard, a protocol, telemetry. */
    @FunctionalInterface
    interface Extension {
        /** Installs it; called once, before {@code build()} returns. */
        void install(AgentOS os);
    }

    /** Collects the parts of a runtime. Not thread-safe. */
    interface Builder {
        /**
         * Keeps everything in this file; without it, in memory. Takes a module that stores in files: {@link #build()} throws
         * a {@link dev.agentos.api.error.ProviderSelectionException} where there is none.
         */
        Builder storage(Path file);

        /** Adds a tool. Two of a name are an error of {@link #build()}. */
        Builder tool(Tool tool);

        /** Adds {@code prefix.method} for every {@code @ToolMethod}; an object without any is an error. */
        Builder toolsFrom(String prefix, Object annotated);

        /** Adds a template: a function from parameters to a spec. */
        Builder template(String name, Function<Map<String, ?>, AgentSpec> template);

        /** Adds a rule that every action has to pass beside the grants. */
        Builder rule(Rule rule);

        /**
         * Adds a {@link dev.agentos.api.security.AccessPolicy} from a YAML or JSON file, which is read by {@link #build()}: it throws
         * a {@link dev.agentos.api.error.InvalidSpecException} that names line and field if it is not understood.
         */
        Builder policy(Path yamlOrJson);

        /**
         * Adds where secrets come from; of several, the first that knows a name. An argument of a tool that is
         * {@code secret:desk/api-key}, or a word and that ({@code Bearer secret:desk/api-key}), becomes the secret for the
         * time of the call, for whoever holds {@code secret:desk/api-key use; tool=http.request; host=api.example.com};
         * everything else sees the reference. The host is that of an encrypted call; for {@code http} it is written with the
         * scheme, {@code host=http://127.0.0.1:8080}. A secret has at least 8 characters.
         */
        Builder secrets(SecretProvider provider);

        /**
         * Adds secrets from a folder: {@code desk/api-key} is the text of the file {@code desk/api-key} in it, without the last
         * line break. A file that others may read is refused when it is asked for.
         */
        Builder secretFolder(Path folder);

        /**
         * Adds secrets from the environment: with the prefix {@code AGENTOS_SECRET_}, {@code desk/api-key} is the variable
         * {@code AGENTOS_SECRET_DESK__API_KEY}.
         *
         * @throws IllegalArgumentException if the prefix is empty
         */
        Builder secretEnvironment(String prefix);

        /**
         * What starts processes: {@code linux} unless said, {@code none} to confine nothing. Looked for when a tool first
         * starts one; a machine that cannot do it refuses then.
         */
        Builder sandbox(String provider);

        /**
         * How many {@linkplain Isolation#PROCESS isolated} agents may live at a time, each of which has a process; 0 for none.
         * One more is not spawned, with an {@link dev.agentos.api.error.IsolatedAgentException} whose reason is
         * {@code TOO_MANY}. Unless said, as many as the memory of the machine has room for by the default of
         * {@link ProcessLimits}.
         *
         * @throws IllegalArgumentException if it is negative
         * @since 0.3
         */
        Builder isolatedAgents(int most);

        /**
         * What a sandbox may lack, by the names of {@link dev.agentos.api.spi.SandboxFeature}; results then say
         * {@code DEGRADED}. Unless said, {@link dev.agentos.api.spi.SandboxPolicy#ACCEPTED_BY_DEFAULT}; with no names,
         * nothing may be lacking.
         */
        Builder acceptDegraded(String... features);

        /** Who decides about what waits for a person; without one, or when it says later, it waits in {@link AgentOS#approvals()}. */
        Builder approver(Approver approver);

        /** Narrows what the host itself may do; without it, everything. */
        Builder hostGrants(Capability... capabilities);

        /** The bounds of agents whose spec has none. */
        Builder defaultLimits(Limits limits);

        /** Where time comes from; the system's clock unless said. */
        Builder time(TimeSource source);

        /** The seed of every agent's random numbers; chosen at random unless said. */
        Builder randomSeed(long seed);

        /** How long history is kept in a file; {@link StoreRetention#defaults()} unless said. Looked after every hour. */
        Builder retention(StoreRetention retention);

        /** Keeps every message for {@link Messages#conversation}, not those of durable agents alone. */
        Builder recordMessages();

        /** What searches by meaning; unless said, the one {@code EmbedderProvider} that is found, if there is one. */
        Builder embedder(Embedder embedder);

        /** What counts tokens of conversations; {@link TokenCounter#estimate()} unless said. */
        Builder tokenCounter(TokenCounter counter);

        /** What makes summaries of conversations; none unless said. */
        Builder summariser(Summariser summariser);

        /** How many records of actions, events and dead letters are kept in memory, each; 10,000 unless said. */
        Builder history(int records);

        /** How long {@link AgentOS#close()} may take; 10 s unless said. */
        Builder closeTimeout(Duration limit);

        /**
         * Takes part in the exchange of tokens with other systems; without it, not. Takes a module with a format of tokens,
         * such as agentos-biscuit: {@link #build()} throws a {@link dev.agentos.api.error.ProviderSelectionException} where
         * there is none.
         */
        Builder tokens(TokenOptions options);

        /** Installs an extension. */
        Builder install(Extension extension);

        /** {@return a running system} */
        AgentOS build();
    }
}
