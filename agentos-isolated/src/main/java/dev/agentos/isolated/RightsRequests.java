package dev.agentos.isolated;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Revocation;
import dev.agentos.isolated.wire.Failures;
import java.util.List;

/** Does what a process asks for with the rights of its agent. It has numbers for grants, and each is one that it was shown. */
final class RightsRequests {
    private final Handles handles;

    RightsRequests(Handles handles) {
        this.handles = handles;
    }

    JsonValue perform(Asked asked, Capabilities capabilities) {
        return switch (asked.call()) {
            case "rights.held" -> all(capabilities.held());
            case "rights.lent" -> all(capabilities.lent());
            case "rights.attenuate" -> out(capabilities.attenuate(grant(asked), capability(asked)));
            case "rights.delegate" -> {
                Address to = Address.of(asked.text("to"));
                yield out(
                        asked.has("capability")
                                ? capabilities.delegate(grant(asked), capability(asked), to)
                                : capabilities.delegate(grant(asked), to));
            }
            case "rights.revoke" -> out(capabilities.revoke(grant(asked)));
            case "rights.wouldAllow" -> JsonValue.of(capabilities.wouldAllow(action(asked)));
            case "rights.state" -> state(grant(asked));
            default -> throw new Violation("nobody knows a call '" + Asked.shown(asked.call()) + "'");
        };
    }

    private Grant grant(Asked asked) {
        return handles.grant(asked.number("grant"));
    }

    /** @throws InvalidCapabilityException which the agent gets: it may have made that of what somebody told it */
    private static Capability capability(Asked asked) {
        return Capability.parse(asked.text("capability"));
    }

    private static Action action(Asked asked) {
        JsonObject crossed = asked.object("action");
        for (String field : List.of("type", "resource", "verb", "attributes")) {
            if (!crossed.has(field)) {
                throw new Violation("an action without " + field);
            }
        }
        return Failures.action(crossed);
    }

    private JsonArray all(List<Grant> grants) {
        return new JsonArray(grants.stream().<JsonValue>map(this::out).toList());
    }

    /** What crosses of a grant: a number, and what it says of itself. */
    JsonObject out(Grant grant) {
        return JsonObject.builder()
                .put("grant", handles.of(grant))
                .put("id", grant.id())
                .put("capability", grant.capability().toString())
                .put("holderKind", grant.holder().kind())
                .put("holder", grant.holder().name())
                .put("origin", grant.origin())
                .put("depth", grant.depth())
                .put("created", grant.created().toString())
                .build();
    }

    private static JsonObject state(Grant grant) {
        return JsonObject.builder()
                .put("revoked", grant.revoked())
                .put("expired", grant.expired())
                .put("used", grant.used())
                .build();
    }

    private static JsonObject out(Revocation revocation) {
        return JsonObject.builder()
                .put("grant", revocation.grant())
                .put("inFlight", revocation.inFlight())
                .put("cancelled", revocation.cancelled())
                .build();
    }
}
