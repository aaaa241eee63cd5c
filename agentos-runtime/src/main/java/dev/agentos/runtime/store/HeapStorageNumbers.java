package dev.agentos.runtime.store;

import dev.agentos.api.event.Event;
import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.spi.StoredRow;

/** Gives numbers to the rows of one batch; they are used only if all of it is written. */
final class HeapStorageNumbers {
    private long action;
    private long event;
    private long letter;

    /** Goes on after the last of each. */
    HeapStorageNumbers(long action, long event, long letter) {
        this.action = action;
        this.event = event;
        this.letter = letter;
    }

    StoredRow number(StoredRow row) {
        return switch (row) {
            case StoredRow.ActionRow(var record) -> new StoredRow.ActionRow(record.numbered(++action));
            case StoredRow.DeadLetterRow(var dead) -> new StoredRow.DeadLetterRow(number(dead));
            case StoredRow.AgentRow _,
                    StoredRow.RedeliveredRow _,
                    StoredRow.ApprovalRow _,
                    StoredRow.ApprovalOverRow _,
                    StoredRow.DatabaseRow _ -> row;
            case StoredRow.EventRow(var fact) -> new StoredRow.EventRow(number(fact));
        };
    }

    private DeadLetter number(DeadLetter dead) {
        return new DeadLetter(++letter, dead.time(), dead.message(), dead.reason(), dead.detail(), dead.redelivered());
    }

    private Event number(Event fact) {
        return new Event(++event, fact.time(), fact.agent(), fact.type(), fact.data(), fact.correlation());
    }
}
