package dev.agentos.memory;

import dev.agentos.api.event.Event;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.spi.StoredRow;

/**
 * The numbers of the newest rows.
 *
 * @param action 0 if there is none, like the others
 */
record Numbers(long action, long event, long letter) {

    /** Gives out numbers after some; used up only if what has them is written. On the writer only. */
    static final class Counter {
        private long action;
        private long event;
        private long letter;

        Counter(Numbers last) {
            reset(last);
        }

        /** Takes back what was given out since. */
        void reset(Numbers last) {
            action = last.action;
            event = last.event;
            letter = last.letter;
        }

        Numbers last() {
            return new Numbers(action, event, letter);
        }

        StoredRow number(StoredRow row) {
            return switch (row) {
                case StoredRow.AgentRow _,
                        StoredRow.RedeliveredRow _,
                        StoredRow.ApprovalRow _,
                        StoredRow.ApprovalOverRow _,
                        StoredRow.DatabaseRow _ -> row;
                case StoredRow.ActionRow(var record) -> new StoredRow.ActionRow(record.numbered(++action));
                case StoredRow.EventRow(var fact) -> new StoredRow.EventRow(number(fact));
                case StoredRow.DeadLetterRow(var dead) -> new StoredRow.DeadLetterRow(number(dead));
            };
        }

        private Event number(Event fact) {
            return new Event(++event, fact.time(), fact.agent(), fact.type(), fact.data(), fact.correlation());
        }

        private DeadLetter number(DeadLetter dead) {
            return new DeadLetter(
                    ++letter, dead.time(), dead.message(), dead.reason(), dead.detail(), dead.redelivered());
        }
    }

    /** The number of a row; 0 for one that has none. */
    static long of(StoredRow row) {
        return switch (row) {
            case StoredRow.AgentRow _,
                    StoredRow.RedeliveredRow _,
                    StoredRow.ApprovalRow _,
                    StoredRow.ApprovalOverRow _,
                    StoredRow.DatabaseRow _ -> 0;
            case StoredRow.ActionRow(var record) -> record.sequence();
            case StoredRow.EventRow(var fact) -> fact.sequence();
            case StoredRow.DeadLetterRow(var dead) -> dead.sequence();
        };
    }
}
