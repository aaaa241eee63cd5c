package dev.agentos.runtime;

import dev.agentos.api.Limit;
import dev.agentos.api.message.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** How a {@code run} agent takes its mail. */
final class Receiving {
    private Receiving() {}

    /**
     * Waits for the next message.
     *
     * @param limit null for none
     */
    static Optional<Message> next(AgentCell cell, @Nullable Duration limit) {
        cell.crossing();
        if (!cell.isRun() || !cell.inTurn()) {
            throw new IllegalStateException(
                    "agent " + cell.id + " cannot receive here: only a 'run' agent can, and no part of it");
        }
        Durable durable = cell.durable;
        if (durable != null) {
            cell.kernel.commits.endAndWait(cell, durable);
        }
        cell.takeInHand(null);
        Object mail = limit == null ? await(cell, null) : awaitWithin(cell, limit);
        if (mail == null) {
            return Optional.empty();
        }
        cell.takeInHand(mail);
        if (durable != null) {
            durable.begin(mail);
        }
        cell.account().newTurn();
        cell.kernel.gate.use(cell, Limit.TURNS, 1);
        return Optional.of(Objects.requireNonNull(Post.message(mail)));
    }

    private static @Nullable Object awaitWithin(AgentCell cell, Duration limit) {
        var late = new AtomicBoolean();
        AgentTimer timer = AgentTimer.after(cell, Times.length(limit), () -> {
            late.set(true);
            cell.look();
        });
        try {
            return await(cell, late);
        } finally {
            timer.cancel();
        }
    }

    private static @Nullable Object await(AgentCell cell, @Nullable AtomicBoolean late) {
        for (; ; ) {
            cell.obey(true);
            if (cell.durable != null && cell.durable.hasAgain()) {
                return cell.durable.takeAgain();
            }
            Object mail = cell.pollMail();
            Object opened = mail == null ? null : Post.opened(mail);
            if (opened != null || late != null && late.get()) {
                return opened;
            }
            if (mail == null) {
                cell.parkForMail();
            }
        }
    }
}
