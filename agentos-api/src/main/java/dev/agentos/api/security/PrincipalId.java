package dev.agentos.api.security;

import dev.agentos.api.AgentId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whoever acts: an agent, the host, a person, or the command line of a user of this machine.
 *
 * @param kind which of these
 * @param name empty for the host; else the agent's id, the person's name, or the user's number
 * @since 0.1
 */
public record PrincipalId(Kind kind, String name) {
    /** The embedding program. */
    public static final PrincipalId HOST = new PrincipalId(Kind.HOST, "");

    /** What kind of principal it is. */
    public enum Kind {
        /** The embedding program. */
        HOST,
        /** A person on whose behalf the host acts. */
        USER,
        /** The command line, by the number of the user that runs it. */
        OPERATOR,
        /** An agent. */
        AGENT
    }

    /** Checks the name. */
    public PrincipalId {
        Objects.requireNonNull(kind, "kind");
        if (name.isEmpty() != (kind == Kind.HOST)) {
            throw new IllegalArgumentException(kind + " and name '" + name + "' do not go together");
        }
    }

    /** {@return a person} */
    public static PrincipalId user(String name) {
        return new PrincipalId(Kind.USER, name);
    }

    /** {@return the command line of a user of this machine} */
    public static PrincipalId operator(long uid) {
        return new PrincipalId(Kind.OPERATOR, Long.toString(uid));
    }

    /** {@return an agent} */
    public static PrincipalId agent(AgentId id) {
        return new PrincipalId(Kind.AGENT, id.toString());
    }

    /** {@return the agent; null if this is none} */
    public @Nullable AgentId agentId() {
        return kind == Kind.AGENT ? AgentId.parse(name) : null;
    }

    /** {@return {@code host}, {@code user:alice}, {@code operator:1000} or {@code agent:desk/broker#7}} */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof PrincipalId(var itsKind, var itsName) && kind == itsKind && name.equals(itsName);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return switch (kind) {
            case HOST -> "host";
            case USER -> "user:" + name;
            case OPERATOR -> "operator:" + name;
            case AGENT -> "agent:" + name;
        };
    }
}
