package dev.agentos.memory;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small values of the API as JSON, and back. */
final class Forms {
    static final String ALLOW = "ALLOW";
    private static final String DENY = "DENY";
    private static final String NEEDS_APPROVAL = "NEEDS_APPROVAL";
    private static final String REPLACE = "REPLACE";

    private Forms() {}

    static JsonObject of(Action action) {
        return JsonObject.builder()
                .put("type", action.type())
                .put("resource", action.resource())
                .put("verb", action.verb())
                .put("attributes", new JsonObject(action.attributes()))
                .build();
    }

    static Action action(JsonValue form) {
        return new Action(
                text(form, "type"),
                text(form, "resource"),
                text(form, "verb"),
                form.at("attributes").asObject().members());
    }

    static JsonObject of(PrincipalId principal) {
        return JsonObject.builder()
                .put("kind", principal.kind())
                .put("name", principal.name())
                .build();
    }

    static PrincipalId principal(JsonValue form) {
        return new PrincipalId(PrincipalId.Kind.valueOf(text(form, "kind")), text(form, "name"));
    }

    static String kind(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> ALLOW;
            case Decision.Deny _ -> DENY;
            case Decision.NeedsApproval _ -> NEEDS_APPROVAL;
            case Decision.Replace _ -> REPLACE;
        };
    }

    /** What a decision says beyond its kind. */
    static JsonObject of(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> JsonObject.EMPTY;
            case Decision.Deny(var reason) -> JsonObject.EMPTY.with("reason", reason);
            case Decision.NeedsApproval(var reason, var expiry) ->
                JsonObject.EMPTY.with("reason", reason).with("expiry", expiry.toString());
            case Decision.Replace(var action, var reason) ->
                JsonObject.EMPTY.with("reason", reason).with("action", of(action));
        };
    }

    static Decision decision(String kind, JsonValue form) {
        return switch (kind) {
            case ALLOW -> Decision.allow();
            case DENY -> Decision.deny(text(form, "reason"));
            case NEEDS_APPROVAL -> new Decision.NeedsApproval(text(form, "reason"), duration(form, "expiry"));
            case REPLACE -> new Decision.Replace(action(form.at("action")), text(form, "reason"));
            default -> throw new IllegalStateException("no decision is called '" + kind + "'");
        };
    }

    static JsonObject of(Map<String, String> texts) {
        return texts.isEmpty() ? JsonObject.EMPTY : JsonValue.of(texts).asObject();
    }

    static Map<String, String> texts(JsonValue form) {
        var texts = new LinkedHashMap<String, String>();
        form.asObject().members().forEach((name, value) -> texts.put(name, value.text()));
        return texts;
    }

    static String text(JsonValue form, String name) {
        return form.at(name).text();
    }

    static long number(JsonValue form, String name) {
        return form.at(name).number().longValueExact();
    }

    static Instant instant(JsonValue form, String name) {
        return Instant.parse(text(form, name));
    }

    static Duration duration(JsonValue form, String name) {
        return Duration.parse(text(form, name));
    }
}
