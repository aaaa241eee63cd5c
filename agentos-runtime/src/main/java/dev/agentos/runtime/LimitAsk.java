package dev.agentos.runtime;

import dev.agentos.api.Limit;
import dev.agentos.runtime.approval.LimitTicket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a paused agent asks for, and the answer. Thread-safe. */
final class LimitAsk {
    final Limit limit;

    /** Null until it is put before people, and if it cannot be. */
    volatile @Nullable LimitTicket ticket;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile @Nullable Answer answer;

    LimitAsk(Limit limit) {
        this.limit = limit;
    }

    /**
     * The answer.
     *
     * @param granted whether there is as much again
     * @param why it is not so, as the end of a sentence
     */
    record Answer(boolean granted, String why) {
        static final Answer YES = new Answer(true, "");
    }

    /** {@return whether nobody else gives the answer} */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** What was granted has to be there before. */
    void answer(Answer given) {
        answer = given;
    }

    @Nullable
    Answer answer() {
        return answer;
    }

    /** Whether it is about time, which no action asks for. */
    boolean isOfTime() {
        return limit == Limit.WALL_TIME || limit == Limit.TURN_TIME;
    }
}
