package dev.agentos.cli.daemon;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.GrantInfo;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import java.util.List;

/** A grant, or why something may be done, as a document. Fields and their order are part of the contract with scripts. */
final class GrantDocument {
    private GrantDocument() {}

    static JsonObject of(GrantInfo grant) {
        GrantUsage usage = grant.usage();
        return JsonObject.builder()
                .put("id", grant.id())
                .put("capability", grant.capability().toString())
                .put("holder", grant.holder().toString())
                .put("state", grant.state().name())
                .put("origin", grant.origin().name())
                .put("by", grant.by().toString())
                .put("parent", grant.parent())
                .put("depth", grant.depth())
                .put("created", grant.created().toString())
                .put(
                        "usage",
                        JsonObject.builder()
                                .put("uses", usage.uses())
                                .put("denials", usage.denials())
                                .put("inFlight", usage.inFlight())
                                .put(
                                        "lastUse",
                                        usage.lastUse() == null
                                                ? null
                                                : usage.lastUse().toString())
                                .put("bytes", usage.bytes())
                                .put("budgetUsed", usage.budgetUsed())
                                .build())
                .build();
    }

    static JsonObject of(PrincipalId who, Explanation why) {
        var document = JsonObject.builder()
                .put("who", who.toString())
                .put("action", why.action().toString())
                .put("allowed", why.allowed())
                .put("why", why.toString());
        List<Explanation.Link> chain = switch (why) {
            case Explanation.Granted granted -> granted.chain();
            case Explanation.Asks asks -> asks.chain();
            case Explanation.Missed missed -> missed.nearest();
            case Explanation.Implicit _, Explanation.Ruled _ -> List.of();
        };
        document.put(
                "grants",
                chain.stream()
                        .map(link -> JsonObject.builder()
                                .put("id", link.id())
                                .put("capability", link.capability().toString())
                                .put("holder", link.holder().toString())
                                .build())
                        .toList());
        if (why instanceof Explanation.Missed missed && !missed.missing().isEmpty()) {
            document.put("missing", missed.missing());
        }
        return document.build();
    }
}
