package dev.agentos.api.spi;

import dev.agentos.api.AgentId;
import dev.agentos.api.AgentState;
import dev.agentos.api.event.Event;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Entry;
import dev.agentos.api.memory.Line;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.PrincipalId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a store keeps. Where a row has a sequence number, the store gives it when it commits.
 *
 * @since 0.1
 */
public sealed interface StoredRow {
    /**
     * An agent as it is now; replaces the row of the same id.
     *
     * @param spec what a durable agent is brought back from; null if it is not durable
     */
    record AgentRow(
            AgentId id,
            PrincipalId owner,
            AgentState state,
            String reason,
            Instant since,
            Map<String, String> labels,
            @Nullable JsonValue spec)
            implements StoredRow {
        /** Makes the row of an agent that is not durable. */
        public AgentRow(
                AgentId id,
                PrincipalId owner,
                AgentState state,
                String reason,
                Instant since,
                Map<String, String> labels) {
            this(id, owner, state, reason, since, labels, null);
        }

        /** Copies the labels. */
        public AgentRow {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(owner, "owner");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(since, "since");
            labels = Map.copyOf(labels);
        }
    }

    /** A record of an action. */
    record ActionRow(ActionRecord action) implements StoredRow {}

    /** An event. */
    record EventRow(Event event) implements StoredRow {}

    /** A dead letter. */
    record DeadLetterRow(DeadLetter letter) implements StoredRow {}

    /** A dead letter was sent again; marks its row. */
    record RedeliveredRow(long deadLetter, Instant time) implements StoredRow {}

    /**
     * A ticket as it is now; replaces the row of the same number.
     *
     * @param place where a durable agent has asked; null if it is of use only while the program runs, or no more
     * @param begun whether what was approved has begun
     */
    record ApprovalRow(Approval approval, @Nullable Place place, boolean begun) implements StoredRow {
        /** Checks that nothing is missing. */
        public ApprovalRow {
            Objects.requireNonNull(approval, "approval");
        }
    }

    /** The turn of a ticket has ended: nobody will come to its place again. */
    record ApprovalOverRow(long ticket) implements StoredRow {}

    /**
     * Where in a turn something was asked, which is found again when the turn runs again.
     *
     * @param turn the name of the turn
     * @param what names the attempt, by a hash of all that was shown
     * @param occurrence how often the turn had come to that
     */
    record Place(String turn, String what, int occurrence) {
        /** Checks that nothing is missing. */
        public Place {
            Objects.requireNonNull(turn, "turn");
            Objects.requireNonNull(what, "what");
        }
    }

    /** What even a runtime that keeps everything in memory keeps in a database: it is searched. */
    sealed interface DatabaseRow extends StoredRow {}

    /** No message so far has a higher number than this; replaces the row before. A runtime goes on above it. */
    record MessageIdsRow(long reserved) implements DatabaseRow {}

    /** Where a message is that a store keeps. */
    enum Stage {
        /** In the inbox of a durable agent. */
        PENDING,
        /** Handled, or kept only for the record. */
        DONE,
        /** Given up; there is a dead letter. */
        DEAD
    }

    /**
     * A message. One whose number is there already is left alone: so a message that is delivered twice is kept once, in the
     * stage that it has reached.
     *
     * @param inbox the durable agent that it waits for; null if it is only recorded
     * @param attempts how often its handling has begun
     */
    record MessageRow(Message message, @Nullable AgentId inbox, Stage stage, int attempts) implements DatabaseRow {
        /** Checks that nothing is missing. */
        public MessageRow {
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(stage, "stage");
        }
    }

    /** A message has come to another stage; nothing if its number is not there. */
    record MessageStageRow(long message, Stage stage, int attempts) implements DatabaseRow {
        /** Checks that nothing is missing. */
        public MessageStageRow {
            Objects.requireNonNull(stage, "stage");
        }
    }

    /**
     * A key of a working memory has another value. The batch fails with a
     * {@link dev.agentos.api.error.VersionConflictException} if the key has not the version that is expected. What is
     * committed carries the new version in its place.
     *
     * @param value null: the key has none any more
     * @param version the version that is expected, 0 for none, or {@link #ANY}; once committed, the version that it has
     * @param expires when the value is gone; null for never
     * @param taint where untrusted data came from that the turn which wrote it had seen; empty for most
     */
    record WorkingRow(
            String namespace,
            String session,
            String key,
            @Nullable JsonValue value,
            long version,
            Instant time,
            @Nullable Instant expires,
            Set<String> taint)
            implements DatabaseRow {
        /** Whatever version there is. */
        public static final long ANY = -1;

        /** Checks that nothing is missing. */
        public WorkingRow {
            Objects.requireNonNull(namespace, "namespace");
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(time, "time");
            taint = Set.copyOf(taint);
        }

        /** Makes a row without taint. */
        public WorkingRow(
                String namespace,
                String session,
                String key,
                @Nullable JsonValue value,
                long version,
                Instant time,
                @Nullable Instant expires) {
            this(namespace, session, key, value, version, time, expires, Set.of());
        }
    }

    /**
     * A line is added to a conversation, which gives it its position.
     *
     * @param once if a line of the same conversation has this already, that one is returned and nothing is added: for turns
     *     that run again; null for none
     */
    record LineRow(
            String namespace,
            String session,
            Line line,
            @Nullable String once) implements DatabaseRow {
        /** Checks that nothing is missing. */
        public LineRow {
            Objects.requireNonNull(namespace, "namespace");
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(line, "line");
        }
    }

    /**
     * Something is remembered. One whose id is there already is left alone. The entry that it supersedes ends at the time that
     * this one was remembered, if it holds.
     *
     * @param embedding what the embedder made of the text; null if there is none
     */
    record EntryRow(Entry entry, @Nullable Embedding embedding) implements DatabaseRow {
        /** Checks that nothing is missing. */
        public EntryRow {
            Objects.requireNonNull(entry, "entry");
        }
    }

    /** An entry ends; nothing if it has ended already or is not in this namespace. */
    record EntryEndRow(String namespace, UUID id, Instant time) implements DatabaseRow {}

    /** An entry is deleted with all that was made from it; nothing if it is not in this namespace. */
    record EntryPurgeRow(String namespace, UUID id) implements DatabaseRow {}

    /** No grant so far has a higher number than this; a lower one than is there changes nothing. A runtime goes on above it. */
    record GrantIdsRow(long reserved) implements DatabaseRow {}

    /**
     * A grant that is to outlive its runtime. One whose number is there already is left alone.
     *
     * @param parent the number of the grant that it was derived from; null if that was one of those that {@code by} holds from the
     *     start, which are made anew with each runtime
     * @param by who held that
     */
    record GrantRow(
            long id,
            PrincipalId holder,
            Capability capability,
            @Nullable Long parent,
            GrantOrigin origin,
            Instant created,
            PrincipalId by)
            implements DatabaseRow {
        /** Checks that nothing is missing, and that it is younger than its parent. */
        public GrantRow {
            Objects.requireNonNull(holder, "holder");
            Objects.requireNonNull(capability, "capability");
            Objects.requireNonNull(origin, "origin");
            Objects.requireNonNull(created, "created");
            Objects.requireNonNull(by, "by");
            if (parent != null && parent >= id) {
                throw new IllegalArgumentException("grant " + id + " cannot be derived from " + parent);
            }
        }
    }

    /**
     * A grant has ended, and everything derived from it: those have no such row of their own. The first one stays. It may come before
     * the grant, which then is never a living one.
     *
     * @param by who ended it
     */
    record GrantEndRow(long grant, Instant time, PrincipalId by, String reason) implements DatabaseRow {
        /** Checks that nothing is missing. */
        public GrantEndRow {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * What is counted of a grant, as it is now; replaces what was there, nothing if the grant is not there.
     *
     * @param lastUse null if it was never used
     * @param recent the uses within the window of its rate, oldest first; close ones are one
     * @param spent what was spent of its budget within the period of that, likewise; one of all if it has no period
     */
    record GrantUseRow(
            long grant,
            long uses,
            long denials,
            long bytes,
            @Nullable Instant lastUse,
            List<Spending> recent,
            List<Spending> spent)
            implements DatabaseRow {
        /** Copies the lists. */
        public GrantUseRow {
            recent = List.copyOf(recent);
            spent = List.copyOf(spent);
        }
    }

    /**
     * An amount that counts from a time on until a window of time has passed.
     *
     * @param amount more than 0
     */
    record Spending(Instant time, BigDecimal amount) {
        /** Checks the amount. */
        public Spending {
            Objects.requireNonNull(time, "time");
            if (amount.signum() <= 0) {
                throw new IllegalArgumentException("nothing was spent: " + amount);
            }
        }
    }
}
