package dev.agentos.cli.daemon;

import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.error.ErrorCode;
import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.security.Revocation;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.util.List;
import java.util.Map;

/** Who may do what: {@code capability.*}. */
final class CapabilityMethods {
    private final AgentOS os;
    private final AgentFinder finder;

    CapabilityMethods(AgentOS os) {
        this.os = os;
        this.finder = new AgentFinder(os);
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("capability.grant", this::grant);
        methods.put("capability.list", this::list);
        methods.put("capability.show", this::show);
        methods.put("capability.delegate", this::delegate);
        methods.put("capability.revoke", this::revoke);
        methods.put("capability.explain", this::explain);
    }

    private JsonObject grant(RpcCall call) {
        var params = new Params(call, "agent", "capability");
        AgentHandle agent = finder.find(params.text("agent"));
        Capability capability = capability(params.text("capability"));
        GrantInfo granted = Plain.checked(() -> os.grants().grant(agent.address(), capability));
        return JsonObject.builder().put("grant", GrantDocument.of(granted)).build();
    }

    private JsonObject list(RpcCall call) {
        var params = new Params(call, "holder");
        List<GrantInfo> all = params.has("holder")
                ? os.grants().list(principal(params.text("holder")))
                : os.grants().list();
        return JsonObject.builder()
                .put("grants", all.stream().map(GrantDocument::of).toList())
                .build();
    }

    private JsonObject show(RpcCall call) {
        long id = new Params(call, "grant").count("grant", 0, Long.MAX_VALUE);
        GrantInfo grant = grant(id);
        List<JsonObject> derived = os.grants().list().stream()
                .filter(other -> other.parent() != null && other.parent() == id)
                .map(GrantDocument::of)
                .toList();
        return JsonObject.builder()
                .put("grant", GrantDocument.of(grant))
                .put("derived", derived)
                .build();
    }

    private JsonObject delegate(RpcCall call) {
        var params = new Params(call, "grant", "capability", "to");
        long id = params.count("grant", 0, Long.MAX_VALUE);
        GrantInfo from = grant(id);
        AgentHandle to = finder.find(params.text("to"));
        Capability narrower = params.optionalText("capability")
                .map(CapabilityMethods::capability)
                .or(() -> from.capability().handedOn())
                .orElseThrow(() -> new Failure(
                        ErrorCode.DENIED.name(), "grant " + id + " may not be handed on: '" + from.capability() + "'"));
        GrantInfo lent = Plain.checked(() -> os.grants().delegate(id, narrower, to.address()));
        return JsonObject.builder().put("grant", GrantDocument.of(lent)).build();
    }

    private JsonObject revoke(RpcCall call) {
        var params = new Params(call, "grant", "reason");
        long id = params.count("grant", 0, Long.MAX_VALUE);
        grant(id);
        String reason = params.optionalText("reason").orElse("");
        Revocation revoked = Plain.checked(() -> os.grants().revoke(id, reason));
        return JsonObject.builder()
                .put("grant", id)
                .put("revoked", true)
                .put("inFlight", revoked.inFlight())
                .put("cancelled", revoked.cancelled())
                .build();
    }

    private JsonObject explain(RpcCall call) {
        var params = new Params(call, "who", "action");
        PrincipalId who = principal(params.text("who"));
        Action action = ActionText.parse(params.text("action"));
        Explanation why = Plain.checked(() -> os.grants().explain(who, action));
        return GrantDocument.of(who, why);
    }

    /** {@return the grant of a number; nobody has to guess which there are} */
    private GrantInfo grant(long id) {
        return os.grants()
                .find(id)
                .orElseThrow(() -> new Failure(
                        Codes.PARAMS_INVALID,
                        "no grant " + id + "; 'agent-os capability list' shows those that there are"));
    }

    /** {@return whom a text names: {@code host}, {@code user:alice}, {@code operator:1000}, or an agent} */
    PrincipalId principal(String text) {
        if (text.equals("host")) {
            return PrincipalId.HOST;
        }
        if (text.startsWith("user:") && text.length() > "user:".length()) {
            return PrincipalId.user(text.substring("user:".length()));
        }
        if (text.matches("operator:[0-9]{1,18}")) {
            return PrincipalId.operator(Long.parseLong(text.substring("operator:".length())));
        }
        return PrincipalId.agent(finder.find(text.startsWith("agent:") ? text.substring("agent:".length()) : text)
                .id());
    }

    static Capability capability(String text) {
        try {
            return Capability.parse(text);
        } catch (InvalidCapabilityException e) {
            throw new Failure(Codes.PARAMS_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
