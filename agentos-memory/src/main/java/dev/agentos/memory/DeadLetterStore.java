package dev.agentos.memory;

import static dev.agentos.memory.jooq.Tables.DEAD_LETTERS;

import dev.agentos.api.message.DeadLetter;
import dev.agentos.api.spi.Storage;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.impl.DSL;

/**
 * The dead letters in a database.
 *
 * @param last the newest numbers, once everything before is written
 */
record DeadLetterStore(Queries queries, Rows codec, Supplier<Numbers> last) implements Storage.DeadLetterRepository {
    @Override
    public List<DeadLetter> find(long afterSequence, int most) {
        return new History<>(queries, DEAD_LETTERS.SEQUENCE, codec::deadLetter)
                .find(DSL.noCondition(), _ -> true, afterSequence, most);
    }

    @Override
    public long lastSequence() {
        return last.get().letter();
    }
}
