package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.token.ExportedToken;
import dev.agentos.api.token.RequestProof;
import dev.agentos.api.token.TokenTerms;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.RpcCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rights that leave the daemon, and come into it, as signed tokens: {@code token.*}. */
final class TokenMethods {
    private final AgentOS os;
    private final CapabilityMethods capabilities;

    TokenMethods(AgentOS os, CapabilityMethods capabilities) {
        this.os = os;
        this.capabilities = capabilities;
    }

    void addTo(Map<String, Handler> methods) {
        methods.put("token.system", this::system);
        methods.put("token.export", this::export);
        methods.put("token.import", this::importToken);
    }

    private JsonObject system(RpcCall call) {
        new Params(call);
        requireFormat();
        return JsonObject.builder()
                .put("system", os.tokens().audience())
                .put("key", os.tokens().issuerKey().toString())
                .build();
    }

    private JsonObject export(RpcCall call) {
        var params = new Params(call, "capabilities", "audience", "lifeMillis", "holder");
        requireFormat();
        List<Capability> what = params.texts("capabilities").stream()
                .map(CapabilityMethods::capability)
                .toList();
        Instant expires = Instant.now().plus(params.millis("lifeMillis", Duration.ZERO));
        VerifyingKey holder = Plain.checked(() -> VerifyingKey.parse(params.text("holder")));
        Set<String> audience = Set.copyOf(params.texts("audience"));
        ExportedToken made = Plain.checked(() -> os.tokens().export(what, new TokenTerms(audience, expires, holder)));
        return JsonObject.builder()
                .put("token", made.token())
                .put("id", made.id())
                .put("capabilities", texts(made.claims().capabilities()))
                .put("audience", List.copyOf(made.claims().audience()))
                .put("expires", made.claims().expires().toString())
                .put("holder", made.claims().holder().toString())
                .put("grants", made.grants().stream().map(Grant::id).toList())
                .build();
    }

    private JsonObject importToken(RpcCall call) {
        var params = new Params(call, "token", "proof", "holder");
        requireFormat();
        PrincipalId holder = capabilities.principal(params.text("holder"));
        RequestProof proof = Plain.checked(() -> RequestProof.parse(params.text("proof")));
        List<Grant> grants = Plain.checked(() -> os.tokens().importToken(params.text("token"), proof, holder));
        return JsonObject.builder()
                .put("holder", holder.toString())
                .put(
                        "grants",
                        grants.stream()
                                .map(grant -> JsonObject.builder()
                                        .put("id", grant.id())
                                        .put("capability", grant.capability().toString())
                                        .build())
                                .toList())
                .build();
    }

    private static List<String> texts(List<Capability> capabilities) {
        return capabilities.stream().map(Capability::toString).toList();
    }

    private void requireFormat() {
        try {
            os.tokens();
        } catch (IllegalStateException e) {
            throw new Failure(Codes.REFUSED, "this daemon exchanges no tokens: no token format is on its class path");
        }
    }
}
