package dev.agentos.runtime;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentId;
import dev.agentos.api.AgentInfo;
import dev.agentos.api.AgentState;
import dev.agentos.api.Exit;
import dev.agentos.api.PauseResult;
import dev.agentos.api.Scope;
import dev.agentos.api.error.AwaitTimeoutException;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Request;
import dev.agentos.api.security.Action;
import dev.agentos.runtime.gate.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One run of an agent in the hands of an actor, whose rights every call needs. */
final class Handle implements AgentHandle {
    private final Kernel kernel;
    private final AgentCell cell;
    private final Actor actor;
    /** The actor, if it is an agent. */
    private final @Nullable AgentCell holder;

    Handle(Kernel kernel, AgentCell cell, Actor actor) {
        this.kernel = kernel;
        this.cell = cell;
        this.actor = actor;
        this.holder = Bearer.agentOf(actor);
    }

    private <T> T act(String verb, Callable<T> effect) {
        return kernel.gate.act(actor, new Action("agent", cell.id.address().path(), verb, Map.of()), effect);
    }

    /** Looking is not recorded one by one, being refused to is. */
    private void inspect() {
        kernel.gate.allow(actor, new Action("agent", cell.id.address().path(), "inspect", Map.of()));
    }

    // ---- what is known

    @Override
    public AgentId id() {
        return cell.id;
    }

    @Override
    public AgentState state() {
        actor.crossing();
        return cell.state();
    }

    @Override
    public AgentInfo info() {
        inspect();
        var living = kernel.family.tree(cell).stream()
                .skip(1)
                .map(AgentCell::account)
                .toList();
        return kernel.info(cell, living);
    }

    @Override
    public List<AgentHandle> children() {
        inspect();
        return kernel.family.children(cell).stream()
                .<AgentHandle>map(child -> new Handle(kernel, child, actor))
                .toList();
    }

    // ---- mail

    @Override
    public void send(Object payload) {
        crossing();
        kernel.gate.allowSend(actor, cell.address());
        if (holder != null) {
            kernel.post.sendAs(holder, cell, payload, cause());
        } else {
            kernel.post.sendTo(cell, actor, cell.address(), payload, null);
        }
    }

    /** Of a closed runtime nothing is kept, dead letters included: its host is told so, and its agents have ended. */
    private void crossing() {
        if (holder == null) {
            kernel.requireNotClosed();
        }
        actor.crossing();
    }

    private @Nullable Message cause() {
        return holder == null ? null : holder.messageInHand();
    }

    @Override
    public <R> R ask(Request<R> request, Duration limit) {
        return ask(request, request.replyType(), limit);
    }

    @Override
    public <R> R ask(Object request, Class<R> reply, Duration limit) {
        crossing();
        kernel.gate.allowSend(actor, cell.address());
        var question = new Asks.Question(cell.address(), request, reply, limit);
        Object answer = holder == null
                ? kernel.asks.askFromOutside(actor, cell, question)
                : kernel.asks.ask(holder, cell, question);
        return reply.cast(answer);
    }

    @Override
    public <R> CompletionStage<R> askAsync(Request<R> request, Duration limit) {
        crossing();
        kernel.gate.allowSend(actor, cell.address());
        var question = new Asks.Question(cell.address(), request, request.replyType(), limit);
        return kernel.asks.askLater(actor, cell, question, cause()).thenApply(request.replyType()::cast);
    }

    // ---- control

    @Override
    public CompletionStage<PauseResult> pause(String reason) {
        return pause(reason, Scope.AGENT);
    }

    @Override
    public CompletionStage<PauseResult> pause(String reason, Scope scope) {
        Objects.requireNonNull(reason, "reason");
        return act("pause", () -> switch (scope) {
            case AGENT -> outside(kernel.pauses.request(cell, reason, actor.principal()));
            case TREE -> outside(pauseTree(reason));
        });
    }

    private CompletableFuture<PauseResult> pauseTree(String reason) {
        var all = new ArrayList<CompletableFuture<PauseResult>>();
        for (AgentCell each : kernel.family.tree(cell)) {
            all.add(kernel.pauses.request(each, reason, actor.principal()));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(none -> all.getFirst().join());
    }

    /** What the caller hangs on a stage must run neither on a turn nor on a thread that controls agents. */
    private <T> CompletionStage<T> outside(CompletableFuture<T> inner) {
        return inner.isDone() ? inner : inner.thenApplyAsync(result -> result, kernel.callbacks);
    }

    @Override
    public void resume() {
        resume(Scope.AGENT);
    }

    @Override
    public void resume(Scope scope) {
        act("resume", () -> {
            List<AgentCell> all = scope == Scope.AGENT ? List.of(cell) : kernel.family.tree(cell);
            all.forEach(each -> kernel.limits.resume(each, actor.principal()));
            return all;
        });
    }

    @Override
    public Exit stop(Duration grace) {
        act("stop", () -> {
            kernel.control.stop(cell, grace, "stopped by " + actor.principal(), actor.principal());
            return cell;
        });
        return await();
    }

    @Override
    public Exit terminate(String reason) {
        Objects.requireNonNull(reason, "reason");
        if (cell.exit() == null) {
            act("terminate", () -> {
                kernel.control.terminate(cell, reason, actor.principal());
                return cell;
            });
        }
        return await();
    }

    // ---- waiting

    @Override
    public boolean awaitState(AgentState state, Duration limit) {
        actor.crossing();
        Waits.until(holder, cell, () -> cell.state() == state || cell.hasEnded(), limit);
        return cell.state() == state;
    }

    @Override
    public Exit await() {
        return awaitExit(null);
    }

    @Override
    public Exit await(Duration limit) {
        return awaitExit(limit);
    }

    private Exit awaitExit(@Nullable Duration limit) {
        actor.crossing();
        Exit exit = cell.exit();
        if (exit == null) {
            Waits.until(holder, cell, () -> cell.exit() != null, limit);
            exit = cell.exit();
        }
        if (exit == null) {
            throw new AwaitTimeoutException(cell.id, Objects.requireNonNull(limit));
        }
        actor.tainted(cell.lastTaint());
        return exit;
    }

    @Override
    public CompletionStage<Exit> onExit() {
        actor.crossing();
        return outside(cell.details().ended);
    }

    /** Known to whoever holds it, so it takes no right. */
    @Override
    public String toString() {
        return "AgentHandle[" + cell.id + "]";
    }
}
