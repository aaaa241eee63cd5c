package dev.agentos.runtime;

import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;

/** What an agent may do without any grant, beyond what is never asked about. */
final class ImplicitRights {
    private ImplicitRights() {}

    static boolean cover(AgentCell cell, Action action) {
        return switch (action.type()) {
            case "agent" -> coverAgent(cell, action);
            case "memory" ->
                action.resource().equals("agent/" + cell.id.address().path())
                        && (action.verb().equals("read") || action.verb().equals("write"));
            case "grant" -> coverGrants(action);
            default -> false;
        };
    }

    /** Whether it is about what the agent does with its own grants, which whoever carries it out has looked at. */
    static boolean coverGrants(Action action) {
        return action.type().equals("grant")
                && switch (action.verb()) {
                    case "attenuate", "delegate", "revoke" -> true;
                    default -> false;
                };
    }

    private static boolean coverAgent(AgentCell cell, Action action) {
        Address self = cell.id.address();
        String other = action.resource();
        boolean ownChild = other.length() > self.path().length() + 1
                && other.startsWith(self.path())
                && other.charAt(self.path().length()) == '/'
                && other.indexOf('/', self.path().length() + 1) < 0;
        return switch (action.verb()) {
            case "send" ->
                ownChild
                        || cell.parent != null
                                && other.equals(cell.parent.id.address().path());
            case "inspect", "pause", "resume", "stop", "terminate" -> ownChild;
            default -> false;
        };
    }
}
