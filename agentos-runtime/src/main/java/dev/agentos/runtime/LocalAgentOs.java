package dev.agentos.runtime;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSelector;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ShutdownReport;
import dev.agentos.api.StoreMaintenance;
import dev.agentos.api.event.Events;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Messages;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionLog;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.Grants;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.token.Tokens;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.api.tool.Tools;
import dev.agentos.runtime.approval.ApproverCalls;
import dev.agentos.runtime.approval.QueuedApprovals;
import dev.agentos.runtime.event.EventTypes;
import dev.agentos.runtime.gate.Actor;
import dev.agentos.runtime.gate.StoredActionLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A kernel in the hands of the host, or of whoever it acts for. */
final class LocalAgentOs implements AgentOS {
    private final Kernel kernel;
    private final Shutdown shutdown;
    private final SpecSource specs;
    private final Actor actor;

    private LocalAgentOs(Kernel kernel, Shutdown shutdown, SpecSource specs, Actor actor) {
        this.kernel = kernel;
        this.shutdown = shutdown;
        this.specs = specs;
        this.actor = actor;
    }

    /** Starts a runtime and installs its extensions. If one fails, nothing is left. */
    static AgentOS start(Settings settings) {
        var kernel = new Kernel(settings);
        var shutdown = new Shutdown(kernel, settings.closeTimeout());
        try {
            kernel.tools.openIfGiven();
            var specs = new SpecSource(settings);
            Actor host = kernel.principals.of(PrincipalId.HOST);
            kernel.openTokens(settings.tokens(), host);
            var os = new LocalAgentOs(kernel, shutdown, specs, host);
            var queue = new QueuedApprovals(kernel.approvals, kernel.gate, host);
            kernel.approvals.start(
                    id -> kernel.dormant.has(id), new ApproverCalls.Deciding(settings.approver(), queue));
            settings.extensions().forEach(extension -> extension.install(os));
            new Revival(kernel, specs, host).run();
            return os;
        } catch (RuntimeException | Error e) {
            shutdown.close();
            throw e;
        }
    }

    private AgentHandle handle(AgentCell cell) {
        return new Handle(kernel, cell, actor);
    }

    // ---- agents

    @Override
    public AgentHandle spawn(String name, Agent body) {
        return spawn(AgentSpec.builder(name).run(body).build());
    }

    @Override
    public AgentHandle spawn(AgentSpec spec) {
        return handle(kernel.spawner.spawn(actor, null, spec));
    }

    @Override
    public AgentHandle spawnIfAbsent(AgentSpec spec) {
        return handle(kernel.spawner.spawnIfAbsent(actor, spec));
    }

    @Override
    public AgentSpec load(Path yamlOrJson, Map<String, ?> params) {
        return specs.load(yamlOrJson, params);
    }

    @Override
    public AgentSpec template(String name, Map<String, ?> params) {
        return specs.template(name, params);
    }

    @Override
    public List<String> templates() {
        return specs.templates();
    }

    @Override
    public Optional<AgentHandle> find(Address address) {
        return Optional.ofNullable(kernel.directory.find(Objects.requireNonNull(address, "address")))
                .map(this::handle);
    }

    @Override
    public Optional<AgentHandle> find(AgentId id) {
        return Optional.ofNullable(kernel.directory.find(Objects.requireNonNull(id, "id")))
                .map(this::handle);
    }

    @Override
    public List<AgentHandle> agents(AgentSelector selector) {
        return kernel.directory.all().stream()
                .filter(cell -> selector.matches(cell.address().path(), cell.spec.labels()))
                .map(this::handle)
                .toList();
    }

    // ---- mail

    @Override
    public void send(Address to, Object payload) {
        kernel.requireNotClosed();
        kernel.gate.allowSend(actor, to);
        kernel.post.send(actor, to, payload, null);
    }

    @Override
    public <R> R ask(Address to, Request<R> request, Duration limit) {
        kernel.requireNotClosed();
        kernel.gate.allowSend(actor, to);
        var question = new Asks.Question(to, request, request.replyType(), limit);
        return request.replyType().cast(kernel.asks.askFromOutside(actor, null, question));
    }

    // ---- tools and records

    @Override
    public Tools tools() {
        kernel.requireNotClosed();
        return kernel.tools.of(actor);
    }

    @Override
    public List<ToolSpec> toolSpecs() {
        kernel.requireNotClosed();
        return kernel.tools.specs();
    }

    @Override
    public Events events() {
        return kernel.events;
    }

    @Override
    public Grants grants() {
        kernel.requireNotClosed();
        return new LocalGrants(kernel, actor);
    }

    @Override
    public ActionLog actions() {
        return new StoredActionLog(kernel.storage);
    }

    // ---- principals

    @Override
    public AgentOS as(String person) {
        return as(PrincipalId.user(person));
    }

    @Override
    public AgentOS asOperator(long uid) {
        return as(PrincipalId.operator(uid));
    }

    private AgentOS as(PrincipalId principal) {
        return new LocalAgentOs(kernel, shutdown, specs, kernel.principals.of(principal));
    }

    // ---- the end

    @Override
    public ShutdownReport halt(String reason) {
        return shutdown.halt(actor.principal(), Objects.requireNonNull(reason, "reason"));
    }

    @Override
    public void unhalt() {
        shutdown.unhalt();
    }

    @Override
    public ShutdownReport shutdown(Duration limit) {
        return shutdown.within(limit);
    }

    @Override
    public void close() {
        shutdown.close();
    }

    @Override
    public <R> CompletionStage<R> askAsync(Address to, Request<R> request, Duration limit) {
        kernel.requireNotClosed();
        kernel.gate.allowSend(actor, to);
        var question = new Asks.Question(to, request, request.replyType(), limit);
        return kernel.asks.askLater(actor, null, question, null).thenApply(request.replyType()::cast);
    }

    @Override
    public int broadcast(AgentSelector to, Object payload) {
        kernel.requireNotClosed();
        return new Broadcast(kernel, actor, payload, null).to(to);
    }

    @Override
    public int publish(String topic, Object payload) {
        kernel.requireNotClosed();
        return kernel.topics.publish(actor, topic, payload, null);
    }

    @Override
    public Memory memory(String namespace) {
        kernel.requireNotClosed();
        return kernel.memories.of(new HostHolder(actor), namespace);
    }

    @Override
    public Map<String, Long> memories() {
        kernel.requireNotClosed();
        return kernel.memories.namespaces(new HostHolder(actor));
    }

    @Override
    public void emit(String type, Record event) {
        kernel.requireNotClosed();
        String checked = EventTypes.check(type, event);
        kernel.gate.allow(actor, new Action("event", checked, "emit", Map.of()));
        kernel.events.publish(null, checked, event, null);
    }

    @Override
    public Approvals approvals() {
        kernel.requireNotClosed();
        return new QueuedApprovals(kernel.approvals, kernel.gate, actor);
    }

    @Override
    public StoreMaintenance maintenance() {
        kernel.requireNotClosed();
        return kernel.housekeeping;
    }

    @Override
    public Tokens tokens() {
        kernel.requireNotClosed();
        return kernel.tokens().of(actor);
    }

    @Override
    public Messages messages() {
        return new Correspondence(kernel, actor);
    }
}
