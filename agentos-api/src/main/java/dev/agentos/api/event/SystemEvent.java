package dev.agentos.api.event;

import dev.agentos.api.AgentState;
import dev.agentos.api.Limit;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.security.PrincipalId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime itself says. Closed: one record for each kind of fact.
 *
 * @since 0.1
 */
public sealed interface SystemEvent {
    /** {@return the dotted name of this kind of fact} */
    String type();

    /** An agent has an address. */
    record Spawned(PrincipalId by) implements SystemEvent {
        @Override
        public String type() {
            return "agent.spawned";
        }
    }

    /** An agent went from one state to another. */
    record StateChanged(AgentState from, AgentState to, String reason) implements SystemEvent {
        @Override
        public String type() {
            return "agent.state";
        }
    }

    /** A pause, stop or termination was asked for. */
    record ControlRequested(String what, String reason, PrincipalId by) implements SystemEvent {
        @Override
        public String type() {
            return "agent.requested";
        }
    }

    /** An instance failed and another will take over. */
    record Restarting(String cause, int attempt, Duration backoff) implements SystemEvent {
        @Override
        public String type() {
            return "agent.restarting";
        }
    }

    /** A turn has been computing for more than 100 ms without crossing the gate. */
    record Hogging(String thread) implements SystemEvent {
        @Override
        public String type() {
            return "agent.hogging";
        }
    }

    /** Threads or processes of a terminated agent did not stop; they can do nothing more through the gate. */
    record Abandoned(List<String> names) implements SystemEvent {
        /** Copies the names. */
        public Abandoned {
            names = List.copyOf(names);
        }

        @Override
        public String type() {
            return "agent.abandoned";
        }
    }

    /** The gate refused an action. */
    record Denied(PrincipalId principal, Action action, String reason) implements SystemEvent {
        @Override
        public String type() {
            return "action.denied";
        }
    }

    /** A limit was met; reported at its owner, who may be an ancestor of the agent that acted. */
    record LimitReached(Address owner, Limit limit, String maximum) implements SystemEvent {
        @Override
        public String type() {
            return "limit.reached";
        }
    }

    /** Nobody handled a message. */
    record DeadLettered(DeadLetter letter) implements SystemEvent {
        @Override
        public String type() {
            return "message.dead";
        }
    }

    /** An agent wrote a line to its log. */
    record Logged(String line) implements SystemEvent {
        @Override
        public String type() {
            return "agent.log";
        }
    }

    /** The system was halted, or allowed to spawn again. */
    record Halt(boolean halted, String reason) implements SystemEvent {
        @Override
        public String type() {
            return "system.halt";
        }
    }

    /** A subscriber was too slow and missed these; read them from the history. */
    record Gap(long first, long last) implements SystemEvent {
        @Override
        public String type() {
            return "events.gap";
        }
    }

    /** A tool ran, and how that ended; a call that was refused is a {@link Denied}. */
    record ToolCalled(String tool, Outcome outcome, Duration took) implements SystemEvent {
        @Override
        public String type() {
            return "tool.called";
        }
    }

    /** Something was written to a memory, or deleted from it; the verb is that of the action. */
    record MemoryChanged(String namespace, String verb, String what) implements SystemEvent {
        @Override
        public String type() {
            return "memory.changed";
        }
    }

    /**
     * An agent holds one grant more, which its spec did not hand to it.
     *
     * @param grant its number
     */
    record Granted(String capability, PrincipalId by, long grant) implements SystemEvent {
        @Override
        public String type() {
            return "security.granted";
        }
    }

    /**
     * An agent was lent a grant.
     *
     * @param by who lent it
     * @param grant its number
     * @param parent the number of the grant that it was derived from
     */
    record Delegated(String capability, PrincipalId by, long grant, long parent) implements SystemEvent {
        @Override
        public String type() {
            return "security.delegated";
        }
    }

    /**
     * A grant is worth nothing any more, nor is anything derived from it.
     *
     * @param grant its number
     * @param reason empty if none was given
     */
    record Revoked(String capability, PrincipalId by, long grant, String reason) implements SystemEvent {
        @Override
        public String type() {
            return "security.revoked";
        }
    }

    /** A dead letter was sent again. */
    record Redelivered(long deadLetter, Address to) implements SystemEvent {
        @Override
        public String type() {
            return "message.redelivered";
        }
    }

    /** Messages of a topic were dropped, the oldest first, because a subscriber was too slow. */
    record TopicOverflow(String topic, long dropped) implements SystemEvent {
        @Override
        public String type() {
            return "message.dropped";
        }
    }

    /** A durable agent lives again after the runtime was started anew. */
    record Revived(long pendingMessages) implements SystemEvent {
        @Override
        public String type() {
            return "agent.revived";
        }
    }

    /** The store has a problem, or had one and goes on; names which. */
    record StorageState(String problem, String detail) implements SystemEvent {
        @Override
        public String type() {
            return "storage.state";
        }
    }

    /** History was deleted as the retention says. */
    record Pruned(String what, long rows) implements SystemEvent {
        @Override
        public String type() {
            return "storage.pruned";
        }
    }

    /**
     * A process that a tool had started for an agent made a system call that was denied; at most 64 are told of each process.
     *
     * @param call its name, as {@code ptrace}
     * @param detail what it was about, as far as its arguments say; empty for most
     * @param process who made it
     * @param program the name of what that process executed, which it chooses itself
     */
    record SandboxViolation(String call, String detail, long process, String program) implements SystemEvent {
        @Override
        public String type() {
            return "sandbox.violation";
        }
    }

    /** Something waits for a person; {@link dev.agentos.api.security.Approvals} has all of it. */
    record ApprovalRequested(
            long ticket, int version, PrincipalId principal, String what, String reason, Instant expires)
            implements SystemEvent {
        @Override
        public String type() {
            return "approval.requested";
        }
    }

    /**
     * Something does not wait for a person any more.
     *
     * @param by who decided; null if nobody did
     */
    record ApprovalDecided(
            long ticket, Approval.State state, @Nullable PrincipalId by, String reason) implements SystemEvent {
        @Override
        public String type() {
            return "approval.decided";
        }
    }
}
