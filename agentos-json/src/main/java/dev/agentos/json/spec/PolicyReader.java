package dev.agentos.json.spec;

import dev.agentos.api.error.InvalidCapabilityException;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.security.AccessPolicy.Effect;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PolicyRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Builds a policy from the fields of its file. */
final class PolicyReader {
    private static final String ANY = "any";
    private static final List<String> FIELDS = List.of("default", "rules");
    private static final List<String> RULE_FIELDS =
            List.of("allow", "ask", "deny", "agents", "principals", "labels", "when", "because", "expires");

    private PolicyReader() {}

    /**
     * Returns the policy that a document says.
     *
     * @throws dev.agentos.api.error.InvalidSpecException if anything is not understood
     */
    static AccessPolicy read(SpecField document) {
        document.fields(FIELDS);
        Effect fallback = document.require("default", "allow (grants decide), ask or deny, for what no rule matches")
                .constant(Effect.class);
        var rules = new ArrayList<PolicyRule>();
        document.ifPresent("rules", list -> list.elements().forEach(field -> rules.add(rule(field))));
        return new AccessPolicy(document.source().name(), fallback, rules);
    }

    private static PolicyRule rule(SpecField field) {
        field.fields(RULE_FIELDS);
        Effect effect = effect(field);
        var actions = actions(field.require(nameOf(effect), "what it is about"));
        var principals = new ArrayList<String>();
        field.ifPresent("agents", list -> texts(list).forEach(each -> principals.add(principal(each, "agent:"))));
        field.ifPresent("principals", list -> texts(list).forEach(each -> principals.add(principal(each, ""))));
        var labels = new LinkedHashMap<String, String>();
        field.ifPresent("labels", section -> section.forEach((key, value) -> labels.put(key, value.text())));
        if (effect != Effect.ASK) {
            field.ifPresent("expires", expires -> {
                throw expires.problem("only a rule that asks has an answer to wait for");
            });
        }
        Duration expiry = field.get("expires").map(PolicyReader::expiry).orElse(PolicyRule.DEFAULT_EXPIRY);
        String because = field.get("because").map(SpecField::text).orElse("");
        boolean tainted = field.get("when").map(PolicyReader::tainted).orElse(false);
        return new PolicyRule(effect, actions, principals, Map.copyOf(labels), tainted, because, expiry, field.line());
    }

    private static Effect effect(SpecField field) {
        List<Effect> said = new ArrayList<>();
        for (Effect effect : Effect.values()) {
            if (field.get(nameOf(effect)).isPresent()) {
                said.add(effect);
            }
        }
        if (said.size() != 1) {
            throw field.problem("expected one of the fields allow, ask, deny, got "
                    + (said.isEmpty()
                            ? "none"
                            : "several: "
                                    + said.stream().map(PolicyReader::nameOf).toList()));
        }
        return said.getFirst();
    }

    private static String nameOf(Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    private static List<Capability> actions(SpecField field) {
        if (field.value() instanceof JsonString(var text) && text.equals(ANY)) {
            return List.of();
        }
        var actions = new ArrayList<Capability>();
        texts(field).forEach(each -> actions.add(capability(each)));
        if (actions.isEmpty()) {
            // An empty list would mean every action.
            throw field.problem("expected at least one capability, or " + ANY);
        }
        return actions;
    }

    private static Capability capability(SpecField field) {
        Capability capability = parsed(field, () -> Capability.parse(field.text()));
        if (capability.constraints().stream().anyMatch(constraint -> constraint.isSystem())) {
            throw field.problem("expected a capability without uses, hours and the like: a rule counts nothing");
        }
        return capability;
    }

    private static Capability parsed(SpecField field, Supplier<Capability> parser) {
        try {
            return parser.get();
        } catch (InvalidCapabilityException e) {
            throw field.problem("expected a capability: " + e.getMessage());
        }
    }

    private static String principal(SpecField field, String kind) {
        String text = kind + field.text();
        if (text.startsWith("agent:")) {
            var _ = parsed(field, () -> Capability.of(text, "act"));
        } else if (!text.matches("host|user:(\\*|[^*]+)|operator:(\\*|[0-9]+)")) {
            throw field.problem(
                    "expected host, agent:<pattern>, user:<name>, user:*, operator:<number> or operator:*, got '" + text
                            + "'");
        }
        return text;
    }

    /** One text, or a list of them. */
    private static List<SpecField> texts(SpecField field) {
        return field.value() instanceof JsonArray ? field.elements() : List.of(field);
    }

    private static Duration expiry(SpecField field) {
        Duration expiry = field.duration();
        if (!expiry.isPositive()) {
            throw field.problem("expected a time longer than none");
        }
        return expiry;
    }

    private static boolean tainted(SpecField field) {
        if (!field.text().equals("tainted")) {
            throw field.problem("expected 'tainted', got '" + field.text() + "'");
        }
        return true;
    }
}
