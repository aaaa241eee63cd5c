package dev.agentos.runtime;

import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Limits;
import dev.agentos.api.StoreRetention;
import dev.agentos.api.memory.Embedder;
import dev.agentos.api.memory.Summariser;
import dev.agentos.api.memory.TokenCounter;
import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.Approver;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Rule;
import dev.agentos.api.spi.PolicyFileProvider;
import dev.agentos.api.spi.PolicyProvider;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.spi.SecretProvider;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.tool.Tool;
import dev.agentos.runtime.memory.MemoryOptions;
import dev.agentos.runtime.secret.EnvironmentSecrets;
import dev.agentos.runtime.secret.FolderSecrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a runtime. Not thread-safe. */
final class LocalBuilder implements AgentOS.Builder {
    private static final int DEFAULT_HISTORY = 10_000;
    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(10);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    private @Nullable Path file;
    private final List<Tool> tools = new ArrayList<>();
    private final List<Settings.Annotated> annotated = new ArrayList<>();
    private final Map<String, Function<Map<String, ?>, AgentSpec>> templates = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Path> policies = new ArrayList<>();
    private final List<SecretProvider> secrets = new ArrayList<>();
    private String sandbox = "linux";
    private Set<String> acceptedDegraded = SandboxPolicy.ACCEPTED_BY_DEFAULT;
    private @Nullable List<Capability> hostGrants;
    private @Nullable Approver approver;
    private Limits defaultLimits = Limits.defaults();
    private TimeSource time = TimeSource.system();
    private @Nullable Long seed;
    private int history = DEFAULT_HISTORY;
    private StoreRetention retention = StoreRetention.defaults();
    private Duration closeTimeout = DEFAULT_CLOSE;
    private Duration terminateGrace = DEFAULT_GRACE;
    private final List<AgentOS.Extension> extensions = new ArrayList<>();
    private boolean recordMessages;
    private @Nullable Embedder embedder;
    private TokenCounter tokens = TokenCounter.estimate();
    private @Nullable Summariser summariser;
    private @Nullable TokenOptions exchange;
    private @Nullable Integer isolatedAgents;

    @Override
    public AgentOS.Builder storage(Path where) {
        file = Objects.requireNonNull(where, "file");
        return this;
    }

    @Override
    public AgentOS.Builder tool(Tool tool) {
        tools.add(Objects.requireNonNull(tool, "tool"));
        return this;
    }

    @Override
    public AgentOS.Builder toolsFrom(String prefix, Object object) {
        annotated.add(new Settings.Annotated(
                Objects.requireNonNull(prefix, "prefix"), Objects.requireNonNull(object, "annotated")));
        return this;
    }

    @Override
    public AgentOS.Builder template(String name, Function<Map<String, ?>, AgentSpec> template) {
        Objects.requireNonNull(template, "template");
        if (templates.putIfAbsent(Objects.requireNonNull(name, "name"), template) != null) {
            throw new IllegalArgumentException("there are two templates named '" + name + "'");
        }
        return this;
    }

    @Override
    public AgentOS.Builder rule(Rule rule) {
        rules.add(Objects.requireNonNull(rule, "rule"));
        return this;
    }

    @Override
    public AgentOS.Builder policy(Path yamlOrJson) {
        policies.add(Objects.requireNonNull(yamlOrJson, "yamlOrJson"));
        return this;
    }

    @Override
    public AgentOS.Builder secrets(SecretProvider provider) {
        secrets.add(Objects.requireNonNull(provider, "provider"));
        return this;
    }

    @Override
    public AgentOS.Builder secretFolder(Path folder) {
        return secrets(new FolderSecrets(folder));
    }

    @Override
    public AgentOS.Builder secretEnvironment(String prefix) {
        return secrets(new EnvironmentSecrets(prefix, System.getenv()));
    }

    @Override
    public AgentOS.Builder sandbox(String provider) {
        sandbox = Objects.requireNonNull(provider, "provider");
        return this;
    }

    @Override
    public AgentOS.Builder acceptDegraded(String... features) {
        acceptedDegraded = Set.of(features);
        return this;
    }

    @Override
    public AgentOS.Builder approver(Approver decides) {
        approver = Objects.requireNonNull(decides, "approver");
        return this;
    }

    @Override
    public AgentOS.Builder hostGrants(Capability... capabilities) {
        hostGrants = List.of(capabilities);
        return this;
    }

    @Override
    public AgentOS.Builder defaultLimits(Limits limits) {
        defaultLimits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    @Override
    public AgentOS.Builder time(TimeSource source) {
        time = Objects.requireNonNull(source, "source");
        return this;
    }

    @Override
    public AgentOS.Builder randomSeed(long value) {
        seed = value;
        return this;
    }

    @Override
    public AgentOS.Builder history(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("a history keeps at least one record: " + records);
        }
        history = records;
        return this;
    }

    @Override
    public AgentOS.Builder closeTimeout(Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("the close timeout is positive: " + limit);
        }
        closeTimeout = limit;
        return this;
    }

    /** How long a termination waits for code to stop. Users have no say in it yet; who tests what never stops has no time. */
    LocalBuilder terminateGrace(Duration grace) {
        terminateGrace = grace;
        return this;
    }

    @Override
    public AgentOS.Builder retention(StoreRetention bounds) {
        retention = Objects.requireNonNull(bounds, "retention");
        return this;
    }

    @Override
    public AgentOS.Builder recordMessages() {
        recordMessages = true;
        return this;
    }

    @Override
    public AgentOS.Builder embedder(Embedder given) {
        embedder = Objects.requireNonNull(given, "embedder");
        return this;
    }

    @Override
    public AgentOS.Builder tokenCounter(TokenCounter counter) {
        tokens = Objects.requireNonNull(counter, "counter");
        return this;
    }

    @Override
    public AgentOS.Builder summariser(Summariser given) {
        summariser = Objects.requireNonNull(given, "summariser");
        return this;
    }

    @Override
    public AgentOS.Builder tokens(TokenOptions options) {
        exchange = Objects.requireNonNull(options, "options");
        return this;
    }

    @Override
    public AgentOS.Builder isolatedAgents(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("a number of agents, or 0 for none: " + most);
        }
        isolatedAgents = most;
        return this;
    }

    @Override
    public AgentOS.Builder install(AgentOS.Extension extension) {
        extensions.add(Objects.requireNonNull(extension, "extension"));
        return this;
    }

    @Override
    public AgentOS build() {
        long chosen = seed != null ? seed : new SecureRandom().nextLong();
        var settings = new Settings(
                file,
                tools,
                annotated,
                templates,
                allRules(),
                secrets,
                new Settings.SandboxChoice(sandbox, acceptedDegraded),
                hostGrants,
                approver,
                defaultLimits,
                time,
                chosen,
                history,
                retention,
                closeTimeout,
                terminateGrace,
                extensions,
                recordMessages,
                MemoryOptions.of(embedder, tokens, summariser),
                exchange,
                isolatedAgents);
        return LocalAgentOs.start(settings);
    }

    private List<Rule> allRules() {
        var all = new ArrayList<>(rules);
        for (Path file : policies) {
            AccessPolicy policy =
                    Providers.named(PolicyFileProvider.class, "yaml").read(file);
            all.add(Providers.named(PolicyProvider.class, "local").open(policy));
        }
        return all;
    }
}
