package dev.agentos.cli.daemon;

import dev.agentos.api.AgentId;
import dev.agentos.api.event.Event;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import java.time.Instant;

/**
 * One line of the log: an action or an event. Its fields and their order are part of the contract with scripts.
 *
 * @param who the principal that acted, or the agent that the event is about; {@code system} for neither
 * @param about the address of an agent that was acted on; empty if there is none
 */
record LogEntry(Kind kind, long sequence, Instant time, String who, String about, JsonObject document) {
    /** Longer texts are cut, so that a page of entries stays far below what one line may have. */
    private static final int LONGEST = 8 * 1024;

    private static final String GAP = "log.gap";
    private static final String DENIED = "action.denied";

    /** Where it comes from. Each source numbers its entries from 1. */
    enum Kind {
        ACTION,
        EVENT
    }

    static LogEntry of(ActionRecord action) {
        Action what = action.action();
        String who = action.principal().toString();
        var document = start(Kind.ACTION, action.sequence(), action.time(), who)
                .put("type", what.type())
                .put("text", cut(what.toString()))
                .put("decision", decision(action.decision()))
                .put("reason", cut(reason(action.decision())))
                .put("outcome", action.outcome().name())
                .put("detail", cut(PlainDuration.in(action.detail())))
                .put("micros", action.duration().toNanos() / 1_000)
                .build();
        String about = what.type().equals("agent") ? what.resource() : "";
        return new LogEntry(Kind.ACTION, action.sequence(), action.time(), who, about, document);
    }

    static LogEntry of(Event event) {
        AgentId agent = event.agent();
        String who = agent == null ? "system" : "agent:" + agent;
        var document = start(Kind.EVENT, event.sequence(), event.time(), who)
                .put("type", event.type())
                .put("text", cut(text(event.data())))
                .build();
        return new LogEntry(Kind.EVENT, event.sequence(), event.time(), who, "", document);
    }

    /** What stands for entries that were dropped before they could be read. */
    static LogEntry gap(Kind kind, long first, long last, Instant time) {
        var document = start(kind, last, time, "system")
                .put("type", GAP)
                .put("text", "entries " + first + " to " + last + " were dropped before they were read")
                .build();
        return new LogEntry(kind, last, time, "system", "", document);
    }

    /** Denials are actions already; a second entry for each would be noise. */
    boolean isWanted() {
        return !type().equals(DENIED);
    }

    /** Whether it is about an agent: what it did, what happened to it, and what was done to it. */
    boolean concerns(AgentId agent) {
        return who.equals("agent:" + agent) || about.equals(agent.address().path()) || type().equals(GAP);
    }

    private String type() {
        return document.at("type").text();
    }

    private static JsonObject.Builder start(Kind kind, long sequence, Instant time, String who) {
        return JsonObject.builder()
                .put("kind", kind.name())
                .put("sequence", sequence)
                .put("time", time.toString())
                .put("who", who);
    }

    private static String decision(Decision decision) {
        return switch (decision) {
            case Decision.Allow() -> "ALLOW";
            case Decision.Deny _ -> "DENY";
            case Decision.NeedsApproval _ -> "NEEDS_APPROVAL";
            case Decision.Replace _ -> "REPLACE";
        };
    }

    private static String reason(Decision decision) {
        return switch (decision) {
            case Decision.Allow() -> "";
            case Decision.Deny(String why) -> why;
            case Decision.NeedsApproval(String why, var _) -> why;
            case Decision.Replace(var _, String why) -> why;
        };
    }

    /** A fact in words, of one line if its parts are. */
    static String text(Record data) {
        if (!(data instanceof SystemEvent event)) {
            return data.toString();
        }
        return switch (event) {
            case SystemEvent.Spawned(var by) -> "spawned by " + by;
            case SystemEvent.StateChanged(var from, var to, String reason) ->
                from + " → " + to + (reason.isEmpty() ? "" : ": " + PlainDuration.in(reason));
            case SystemEvent.ControlRequested(String what, String reason, var by) ->
                what + " asked by " + by + (reason.isEmpty() ? "" : ": " + reason);
            case SystemEvent.Restarting(String cause, int attempt, var backoff) ->
                "restart " + attempt + " in " + PlainDuration.of(backoff) + " after " + cause;
            case SystemEvent.Hogging(String thread) -> "computes on " + thread + " without crossing the gate";
            case SystemEvent.Abandoned(var names) -> "did not stop: " + String.join(", ", names);
            case SystemEvent.Denied(var principal, Action action, String reason) ->
                principal + " denied " + action + ": " + reason;
            case SystemEvent.LimitReached(var owner, var limit, String maximum) ->
                limit + " of " + owner + " is used up: at most " + maximum;
            case SystemEvent.DeadLettered(var letter) ->
                "message " + letter.message().id() + " from "
                        + letter.message().sender() + " to " + letter.message().recipient() + " is dead: "
                        + letter.reason() + (letter.detail().isEmpty() ? "" : ": " + letter.detail());
            case SystemEvent.Logged(String line) -> line;
            case SystemEvent.Halt(boolean halted, String reason) -> halted ? "halted: " + reason : "unhalted";
            case SystemEvent.Gap(long first, long last) -> "events " + first + " to " + last + " were missed";
            case SystemEvent.ToolCalled(String tool, var outcome, var took) ->
                tool + " " + outcome + " in " + took.toMillis() + " ms";
            case SystemEvent.MemoryChanged(String namespace, String verb, String what) ->
                verb + " in " + namespace + ": " + what;
            case SystemEvent.Granted(String capability, var by, long grant) ->
                "grant " + grant + " by " + by + ": " + capability;
            case SystemEvent.Delegated(String capability, var by, long grant, long parent) ->
                "grant " + grant + " lent by " + by + " of grant " + parent + ": " + capability;
            case SystemEvent.Revoked(String capability, var by, long grant, String reason) ->
                "grant " + grant + " revoked by " + by + (reason.isEmpty() ? "" : " (" + reason + ")") + ": "
                        + capability;
            case SystemEvent.Redelivered(long letter, var to) -> "dead letter " + letter + " was sent again to " + to;
            case SystemEvent.TopicOverflow(String topic, long dropped) ->
                dropped + " messages of topic " + topic + " were dropped";
            case SystemEvent.Revived(long pending) -> "lives again with " + pending + " messages";
            case SystemEvent.StorageState(String problem, String detail) -> problem + ": " + detail;
            case SystemEvent.Pruned(String what, long rows) -> rows + " rows of " + what + " were deleted";
            case SystemEvent.SandboxViolation(String call, String detail, long process, String program) ->
                call + (detail.isEmpty() ? "" : " of " + detail) + " denied to process " + process + " (" + program
                        + ")";
            case SystemEvent.ApprovalRequested(long ticket, var _, var who, String what, String reason, var _) ->
                "approval " + ticket + " asked for " + who + ": " + what + ": " + reason;
            case SystemEvent.ApprovalDecided(long ticket, var state, var by, String reason) ->
                "approval " + ticket + " " + state + (by == null ? "" : " by " + by)
                        + (reason.isEmpty() ? "" : ": " + reason);
        };
    }

    static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        // Half a character would not survive its way through UTF-8.
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
