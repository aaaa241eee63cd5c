package dev.agentos.security.policy;

import dev.agentos.api.AgentId;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.PrincipalId;
import java.util.Locale;
import java.util.Map;

/** The principals that a rule is about: a kind, and which of it. */
sealed interface Principals {
    boolean include(PrincipalId principal);

    /**
     * Understands {@code host}, {@code user:alice}, {@code operator:*}, and {@code agent:desk/**} as capabilities write it.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static Principals parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        return switch (kind) {
            case "agent" -> new Agents(Capability.of(text, Agents.VERB));
            case "host" -> {
                if (colon >= 0) {
                    throw unknown(text);
                }
                yield new People(PrincipalId.Kind.HOST, "");
            }
            case "user", "operator" -> {
                if (name.isEmpty() || name.length() > 1 && name.indexOf('*') >= 0) {
                    throw unknown(text);
                }
                yield new People(PrincipalId.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), name);
            }
            default -> throw unknown(text);
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "expected host, agent:<pattern>, user:<name>, user:*, operator:<number> or operator:*, got '" + text
                        + "'");
    }

    /** Agents by their path, whatever the incarnation. */
    record Agents(Capability pattern) implements Principals {
        private static final String VERB = "act";

        @Override
        public boolean include(PrincipalId principal) {
            AgentId agent = principal.agentId();
            return agent != null
                    && pattern.covers(new Action("agent", agent.address().path(), VERB, Map.of()));
        }
    }

    /** Anybody else by name; {@code *} is everybody of the kind. */
    record People(PrincipalId.Kind kind, String name) implements Principals {
        @Override
        public boolean include(PrincipalId principal) {
            return principal.kind() == kind
                    && (name.equals("*") || principal.name().equals(name));
        }
    }
}
