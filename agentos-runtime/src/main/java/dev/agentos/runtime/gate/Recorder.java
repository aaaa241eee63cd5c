package dev.agentos.runtime.gate;

import dev.agentos.api.error.StorageException;
import dev.agentos.api.event.SystemEvent;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.ActionRecord;
import dev.agentos.api.security.Decision;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Outcome;
import dev.agentos.api.spi.Authority;
import dev.agentos.api.spi.Durability;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.Storage;
import dev.agentos.api.spi.StoredRow;
import dev.agentos.api.spi.TimeSource;
import dev.agentos.runtime.event.EventBus;
import dev.agentos.runtime.schedule.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stage that keeps what was attempted, decided and done. Thread-safe. */
final class Recorder {
    private static final Logger log = LoggerFactory.getLogger(Recorder.class);

    private final Storage storage;
    private final TimeSource time;
    private final EventBus events;
    private final KeptUses uses;

    Recorder(Authority authority, Storage storage, EventBus events) {
        this.uses = new KeptUses(authority, storage);
        this.storage = storage;
        this.time = events.time();
        this.events = events;
    }

    Passage begin() {
        return new Passage(time.now(), time.nanoTime());
    }

    /**
     * Keeps a refusal and tells of it, in one step.
     *
     * @param kept the action as it is recorded, which may say more than others are told
     */
    void denied(Actor actor, Action kept, Action told, String why) {
        String reason = Shortening.of(why);
        commit(List.of(
                row(actor, kept, Decision.deny(reason)),
                events.row(
                        actor.agent(), new SystemEvent.Denied(actor.principal(), told, reason), actor.correlation())));
    }

    /** Keeps that a person is asked. */
    void asked(Actor actor, Action action, Asking.Question question) {
        String reason = Shortening.of(String.join("; ", question.reasons()));
        commit(List.of(row(actor, action, new Decision.NeedsApproval(reason, question.expiry()))));
    }

    /** Keeps that a limit refused it; the event of the limit has told of it. */
    void limited(Actor actor, Action action, String reason) {
        commit(List.of(row(actor, action, Decision.deny(reason))));
    }

    void replaced(Actor actor, Action action, Decision.Replace by) {
        commit(List.of(row(actor, action, by)));
    }

    /** Keeps how an attempt ended, one record for each of its actions. */
    void ended(Crossing<?> crossing, Passage passage, Crossing.Ended how) {
        var took = Duration.ofNanos(Math.max(0, time.nanoTime() - passage.nanos()));
        List<Action> actions = passage.actions();
        Grant gone = passage.revoked();
        String detail = gone == null ? how.detail() : noting(how.detail(), gone + " was revoked meanwhile");
        var rows = new ArrayList<StoredRow>(2 * actions.size());
        for (Action action : actions) {
            rows.add(new StoredRow.ActionRow(new ActionRecord(
                    0,
                    passage.began(),
                    crossing.actor().principal(),
                    rows.isEmpty() ? crossing.recorded(action) : Shortening.of(action),
                    Decision.allow(),
                    how.outcome(),
                    Shortening.of(detail),
                    took)));
            if (action.type().equals("tool")) {
                var called = new SystemEvent.ToolCalled(action.resource(), how.outcome(), took);
                rows.add(events.row(
                        crossing.actor().agent(), called, crossing.actor().correlation()));
            }
        }
        kept(uses.commit(rows), rows.size());
    }

    /** Tells of what processes of an actor were denied. */
    void violated(Actor actor, List<SandboxResult.Violation> denied) {
        commit(denied.stream()
                .<StoredRow>map(each -> events.row(
                        actor.agent(),
                        new SystemEvent.SandboxViolation(each.call(), each.detail(), each.process(), each.program()),
                        actor.correlation()))
                .toList());
    }

    private static String noting(String detail, String note) {
        return detail.isEmpty() ? note : detail + " (" + note + ")";
    }

    private StoredRow row(Actor actor, Action action, Decision decision) {
        Instant now = time.now();
        return new StoredRow.ActionRow(
                new ActionRecord(0, now, actor.principal(), action, decision, Outcome.NOT_STARTED, "", Duration.ZERO));
    }

    /**
     * Has the use of a grant that an attempt begins with on disk before the attempt is performed, if it uses the grant up and that outlives
     * the program: a crash must not give a use back.
     *
     * @throws StorageException if it cannot be
     */
    void used(Actor actor, Passage passage) {
        CompletionStage<?> stored = passage.usesUp() ? uses.commit() : null;
        if (stored == null) {
            return;
        }
        CompletableFuture<?> written = stored.toCompletableFuture();
        try {
            actor.await(Wait.ACTIVE, written::join);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a use of a grant was stored", e);
        } catch (CompletionException e) {
            throw new StorageException("the use of a grant was not stored: " + e.getCause(), e.getCause());
        }
    }

    private void commit(List<StoredRow> rows) {
        kept(storage.commit(rows, Durability.BUFFERED), rows.size());
    }

    private static void kept(CompletionStage<List<StoredRow>> committed, int rows) {
        committed.exceptionally(failure -> {
            log.atError().addKeyValue("rows", rows).setCause(failure).log("records of actions were lost");
            return List.of();
        });
    }
}
