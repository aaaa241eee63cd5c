package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.util.List;
import java.util.Map;

/** What waits for a person: {@code approval.*}. */
final class ApprovalMethods {
    private static final int MOST_AT_ONCE = 1_000;

    private final AgentOS os;

    ApprovalMethods(AgentOS os) {
        this.os = os;
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("approval.list", this::list);
        methods.put("approval.show", this::show);
        methods.put("approval.approve", this::approve);
        methods.put("approval.deny", this::deny);
        methods.put("approval.edit", this::edit);
    }

    private JsonObject list(RpcCall call) {
        var params = new Params(call, "all", "after", "limit");
        int limit = (int) Math.max(1, params.count("limit", MOST_AT_ONCE, MOST_AT_ONCE));
        long after = params.count("after", 0, Long.MAX_VALUE);
        List<Approval> page = params.flag("all")
                ? os.approvals().after(after, limit + 1)
                : os.approvals().pending().stream()
                        .filter(approval -> approval.ticket() > after)
                        .limit(limit + 1L)
                        .toList();
        boolean more = page.size() > limit;
        return JsonObject.builder()
                .put(
                        "approvals",
                        (more ? page.subList(0, limit) : page)
                                .stream().map(ApprovalMethods::document).toList())
                .put("more", more)
                .build();
    }

    private JsonObject show(RpcCall call) {
        return document(ticket(new Params(call, "ticket")));
    }

    private JsonObject approve(RpcCall call) {
        var params = new Params(call, "ticket", "version");
        Approval read = ticket(params);
        return document(os.approvals().approve(read.ticket(), version(params, read)));
    }

    private JsonObject deny(RpcCall call) {
        var params = new Params(call, "ticket", "version", "reason");
        Approval read = ticket(params);
        String reason = params.optionalText("reason").orElse("");
        return document(os.approvals().deny(read.ticket(), version(params, read), reason));
    }

    private JsonObject edit(RpcCall call) {
        var params = new Params(call, "ticket", "version", "arguments");
        Approval read = ticket(params);
        JsonObject arguments = params.object("arguments");
        return document(Plain.checked(() -> os.approvals().edit(read.ticket(), version(params, read), arguments)));
    }

    private Approval ticket(Params params) {
        long ticket = params.count("ticket", 0, Long.MAX_VALUE);
        return os.approvals()
                .find(ticket)
                .orElseThrow(() -> new Failure(
                        Codes.PARAMS_INVALID,
                        "no approval " + ticket + "; 'agent-os approvals list' shows what waits"));
    }

    /** That which somebody has read, if they say so; else the present one. */
    private static int version(Params params, Approval present) {
        return (int) params.count("version", present.version(), Integer.MAX_VALUE);
    }

    /** Fields and their order are part of the contract with scripts. */
    static JsonObject document(Approval approval) {
        var document = JsonObject.builder()
                .put("ticket", approval.ticket())
                .put("version", approval.version())
                .put("state", approval.state().name())
                .put("kind", approval.kind().name())
                .put("principal", approval.principal().toString())
                .put(
                        "actions",
                        approval.actions().stream().map(Action::toString).toList())
                .put("arguments", approval.arguments())
                .put("capability", approval.capability())
                .put("reasons", approval.reasons())
                .put("requested", approval.requested().toString())
                .put("expires", approval.expires().toString());
        Approval.Settlement end = approval.settlement();
        if (end != null) {
            document.put(
                    "settled",
                    JsonObject.builder()
                            .put("time", end.time().toString())
                            .put("by", end.by() == null ? null : end.by().toString())
                            .put("reason", end.reason())
                            .put("arguments", end.arguments())
                            .build());
        }
        return document.build();
    }
}
