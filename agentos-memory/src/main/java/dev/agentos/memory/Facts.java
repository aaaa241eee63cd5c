package dev.agentos.memory;

import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.error.JsonException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.JsonProvider;
import java.time.Instant;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What events carry, as it is kept: the runtime's own facts under {@code system:<type>}, users' records as {@link Payloads}. */
final class Facts {
    private static final String SYSTEM = "system:";
    /** Missing in letters that were not sent again, and in all that 0.1 wrote. */
    private static final String REDELIVERED = "redelivered";

    private final JsonProvider json;
    private final Payloads payloads;

    Facts(JsonProvider json, Payloads payloads) {
        this.json = json;
        this.payloads = payloads;
    }

    Payloads.Kept keep(Record data) {
        return data instanceof SystemEvent fact
                ? new Payloads.Kept(SYSTEM + fact.type(), Payloads.JSON, of(fact).toString())
                : payloads.keep(data);
    }

    /** A fact of a kind that this version does not know comes back in the general form, like a record of an unknown class. */
    Record restore(Payloads.Kept kept) {
        if (kept.type().startsWith(SYSTEM)) {
            SystemEvent fact = fact(kept);
            if (fact != null) {
                return (Record) fact;
            }
        }
        return payloads.restore(kept) instanceof Record data ? data : payloads.general(kept);
    }

    private @Nullable SystemEvent fact(Payloads.Kept kept) {
        try {
            return fact(kept.type().substring(SYSTEM.length()), json.parse(kept.text()));
        } catch (JsonException | IllegalStateException | IllegalArgumentException | NoSuchElementException e) {
            return null;
        }
    }

    private JsonObject of(SystemEvent fact) {
        var form = JsonObject.builder();
        switch (fact) {
            case SystemEvent.Spawned(var by) -> form.put("by", Forms.of(by));
            case SystemEvent.StateChanged(var from, var to, var reason) ->
                form.put("from", from).put("to", to).put("reason", reason);
            case SystemEvent.ControlRequested(var what, var reason, var by) ->
                form.put("what", what).put("reason", reason).put("by", Forms.of(by));
            case SystemEvent.Restarting(var cause, var attempt, var backoff) ->
                form.put("cause", cause).put("attempt", attempt).put("backoff", backoff.toString());
            case SystemEvent.Hogging(var thread) -> form.put("thread", thread);
            case SystemEvent.Abandoned(var names) -> form.put("names", names);
            case SystemEvent.Denied(var principal, var action, var reason) ->
                form.put("principal", Forms.of(principal))
                        .put("action", Forms.of(action))
                        .put("reason", reason);
            case SystemEvent.LimitReached(var owner, var limit, var maximum) ->
                form.put("owner", owner.path()).put("limit", limit).put("maximum", maximum);
            case SystemEvent.DeadLettered(var letter) -> form.put("letter", of(letter));
            case SystemEvent.Logged(var line) -> form.put("line", line);
            case SystemEvent.Halt(var halted, var reason) ->
                form.put("halted", halted).put("reason", reason);
            case SystemEvent.Gap(var first, var last) ->
                form.put("first", first).put("last", last);
            case SystemEvent.ToolCalled(var tool, var outcome, var took) ->
                form.put("tool", tool).put("outcome", outcome).put("took", took.toString());
            case SystemEvent.MemoryChanged(var namespace, var verb, var what) ->
                form.put("namespace", namespace).put("verb", verb).put("what", what);
            case SystemEvent.Granted(var capability, var by, var grant) ->
                form.put("capability", capability).put("by", Forms.of(by)).put("grant", grant);
            case SystemEvent.Delegated(var capability, var by, var grant, var parent) ->
                form.put("capability", capability)
                        .put("by", Forms.of(by))
                        .put("grant", grant)
                        .put("parent", parent);
            case SystemEvent.Revoked(var capability, var by, var grant, var reason) ->
                form.put("capability", capability)
                        .put("by", Forms.of(by))
                        .put("grant", grant)
                        .put("reason", reason);
            case SystemEvent.Redelivered(var deadLetter, var to) ->
                form.put("deadLetter", deadLetter).put("to", to.path());
            case SystemEvent.TopicOverflow(var topic, var dropped) ->
                form.put("topic", topic).put("dropped", dropped);
            case SystemEvent.Revived(var pendingMessages) -> form.put("pendingMessages", pendingMessages);
            case SystemEvent.StorageState(var problem, var detail) ->
                form.put("problem", problem).put("detail", detail);
            case SystemEvent.Pruned(var what, var rows) ->
                form.put("what", what).put("rows", rows);
            case SystemEvent.SandboxViolation(var call, var detail, var process, var program) ->
                form.put("call", call)
                        .put("detail", detail)
                        .put("process", process)
                        .put("program", program);
            case SystemEvent.ApprovalRequested(var ticket, var version, var by, var what, var reason, var expires) ->
                form.put("ticket", ticket)
                        .put("version", version)
                        .put("principal", Forms.of(by))
                        .put("what", what)
                        .put("reason", reason)
                        .put("expires", expires.toString());
            case SystemEvent.ApprovalDecided(var ticket, var state, var by, var reason) ->
                form.put("ticket", ticket)
                        .put("state", state)
                        .put("by", by == null ? null : Forms.of(by))
                        .put("reason", reason);
        }
        return form.build();
    }

    private @Nullable SystemEvent fact(String type, JsonValue form) {
        return switch (type) {
            case "agent.spawned" -> new SystemEvent.Spawned(Forms.principal(form.at("by")));
            case "agent.state" ->
                new SystemEvent.StateChanged(state(form, "from"), state(form, "to"), Forms.text(form, "reason"));
            case "agent.requested" ->
                new SystemEvent.ControlRequested(
                        Forms.text(form, "what"), Forms.text(form, "reason"), Forms.principal(form.at("by")));
            case "agent.restarting" ->
                new SystemEvent.Restarting(
                        Forms.text(form, "cause"),
                        (int) Forms.number(form, "attempt"),
                        Forms.duration(form, "backoff"));
            case "agent.hogging" -> new SystemEvent.Hogging(Forms.text(form, "thread"));
            case "agent.abandoned" ->
                new SystemEvent.Abandoned(form.at("names").asArray().elements().stream()
                        .map(JsonValue::text)
                        .toList());
            case "action.denied" ->
                new SystemEvent.Denied(
                        Forms.principal(form.at("principal")),
                        Forms.action(form.at("action")),
                        Forms.text(form, "reason"));
            case "limit.reached" ->
                new SystemEvent.LimitReached(
                        Address.of(Forms.text(form, "owner")),
                        Limit.valueOf(Forms.text(form, "limit")),
                        Forms.text(form, "maximum"));
            case "message.dead" -> new SystemEvent.DeadLettered(letter(form.at("letter")));
            case "agent.log" -> new SystemEvent.Logged(Forms.text(form, "line"));
            case "system.halt" -> new SystemEvent.Halt(form.at("halted").bool(), Forms.text(form, "reason"));
            case "events.gap" -> new SystemEvent.Gap(Forms.number(form, "first"), Forms.number(form, "last"));
            default -> later(type, form);
        };
    }

    /** The facts of 0.2. */
    private static @Nullable SystemEvent later(String type, JsonValue form) {
        return switch (type) {
            case "tool.called" ->
                new SystemEvent.ToolCalled(
                        Forms.text(form, "tool"),
                        Outcome.valueOf(Forms.text(form, "outcome")),
                        Forms.duration(form, "took"));
            case "memory.changed" ->
                new SystemEvent.MemoryChanged(
                        Forms.text(form, "namespace"), Forms.text(form, "verb"), Forms.text(form, "what"));
            case "security.granted" ->
                new SystemEvent.Granted(
                        Forms.text(form, "capability"), Forms.principal(form.at("by")), Forms.number(form, "grant"));
            case "security.delegated" ->
                new SystemEvent.Delegated(
                        Forms.text(form, "capability"),
                        Forms.principal(form.at("by")),
                        Forms.number(form, "grant"),
                        Forms.number(form, "parent"));
            case "security.revoked" ->
                new SystemEvent.Revoked(
                        Forms.text(form, "capability"),
                        Forms.principal(form.at("by")),
                        Forms.number(form, "grant"),
                        Forms.text(form, "reason"));
            case "message.redelivered" ->
                new SystemEvent.Redelivered(Forms.number(form, "deadLetter"), Address.of(Forms.text(form, "to")));
            case "message.dropped" ->
                new SystemEvent.TopicOverflow(Forms.text(form, "topic"), Forms.number(form, "dropped"));
            case "agent.revived" -> new SystemEvent.Revived(Forms.number(form, "pendingMessages"));
            case "storage.state" ->
                new SystemEvent.StorageState(Forms.text(form, "problem"), Forms.text(form, "detail"));
            case "storage.pruned" -> new SystemEvent.Pruned(Forms.text(form, "what"), Forms.number(form, "rows"));
            case "sandbox.violation" ->
                new SystemEvent.SandboxViolation(
                        Forms.text(form, "call"),
                        Forms.text(form, "detail"),
                        Forms.number(form, "process"),
                        Forms.text(form, "program"));
            case "approval.requested" ->
                new SystemEvent.ApprovalRequested(
                        Forms.number(form, "ticket"),
                        (int) Forms.number(form, "version"),
                        Forms.principal(form.at("principal")),
                        Forms.text(form, "what"),
                        Forms.text(form, "reason"),
                        Forms.instant(form, "expires"));
            case "approval.decided" ->
                new SystemEvent.ApprovalDecided(
                        Forms.number(form, "ticket"),
                        Approval.State.valueOf(Forms.text(form, "state")),
                        form.at("by") instanceof JsonObject by ? Forms.principal(by) : null,
                        Forms.text(form, "reason"));
            default -> null;
        };
    }

    private static AgentState state(JsonValue form, String name) {
        return AgentState.valueOf(Forms.text(form, name));
    }

    private JsonObject of(DeadLetter letter) {
        JsonObject form = JsonObject.builder()
                .put("sequence", letter.sequence())
                .put("time", letter.time().toString())
                .put("message", of(letter.message()))
                .put("reason", letter.reason())
                .put("detail", letter.detail())
                .build();
        Instant redelivered = letter.redelivered();
        return redelivered == null ? form : form.with(REDELIVERED, redelivered.toString());
    }

    private DeadLetter letter(JsonValue form) {
        return new DeadLetter(
                Forms.number(form, "sequence"),
                Forms.instant(form, "time"),
                message(form.at("message")),
                DeadLetter.Reason.valueOf(Forms.text(form, "reason")),
                Forms.text(form, "detail"),
                form.asObject().has(REDELIVERED) ? Forms.instant(form, REDELIVERED) : null);
    }

    /** The payload is text within the JSON, so that its depth and its numbers do not count for the whole. */
    private JsonObject of(Message message) {
        var payload = payloads.keep(message.payload());
        return JsonObject.builder()
                .put("id", message.id())
                .put("sender", message.sender().path())
                .put("recipient", message.recipient().path())
                .put("type", message.type())
                .put("payloadType", payload.type())
                .put("payloadForm", payload.form())
                .put("payload", payload.text())
                .put("correlation", message.correlation())
                .put("causation", message.causation())
                .put("time", message.time().toString())
                .put("headers", Forms.of(message.headers()))
                .build();
    }

    private Message message(JsonValue form) {
        var payload = new Payloads.Kept(
                Forms.text(form, "payloadType"), Forms.text(form, "payloadForm"), Forms.text(form, "payload"));
        return new Message(
                Forms.number(form, "id"),
                Address.of(Forms.text(form, "sender")),
                Address.of(Forms.text(form, "recipient")),
                Forms.text(form, "type"),
                payloads.restore(payload),
                Forms.number(form, "correlation"),
                Forms.number(form, "causation"),
                Forms.instant(form, "time"),
                Forms.texts(form.at("headers")));
    }
}
