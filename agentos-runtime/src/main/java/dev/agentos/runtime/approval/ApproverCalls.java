package dev.agentos.runtime.approval;

import dev.agentos.api.error.ApprovalException;
import dev.agentos.api.security.Approval;
import dev.agentos.api.security.Approvals;
import dev.agentos.api.security.Approver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a program's approver, on a virtual thread for each question: a slow one holds up nobody else. Thread-safe. */
public final class ApproverCalls {
    private static final Logger log = LoggerFactory.getLogger(ApproverCalls.class);

    private final Map<Long, Thread> running = new ConcurrentHashMap<>();
    private volatile @Nullable Deciding deciding;
    private volatile boolean closed;

    ApproverCalls() {}

    /**
     * Who decides, and how that counts.
     *
     * @param approver null if there is only the queue
     * @param approvals the queue, in the name of the host
     */
    public record Deciding(@Nullable Approver approver, Approvals approvals) {}

    void decideBy(Deciding host) {
        deciding = host;
    }

    /** Has somebody decide about this version of a ticket; the call about the one before it is interrupted. */
    void ask(Approval approval) {
        Deciding host = deciding;
        Approver approver = host == null ? null : host.approver;
        if (host == null || approver == null || closed) {
            return;
        }
        Thread thread = Thread.ofVirtual()
                .inheritInheritableThreadLocals(false)
                .name("agentos-approver-" + approval.ticket())
                .unstarted(() -> call(approver, host.approvals, approval));
        Thread before = running.put(approval.ticket(), thread);
        if (before != null) {
            before.interrupt();
        }
        thread.start();
        if (closed) {
            thread.interrupt();
        }
    }

    private void call(Approver approver, Approvals approvals, Approval approval) {
        try {
            long ticket = approval.ticket();
            int version = approval.version();
            switch (approver.decide(approval)) {
                case Approver.Answer.Approve() -> approvals.approve(ticket, version);
                case Approver.Answer.Deny(var reason) -> approvals.deny(ticket, version, reason);
                case Approver.Answer.Edit(var arguments) -> approvals.edit(ticket, version, arguments);
                case Approver.Answer.Later() -> {
                    // It stays in the queue.
                }
            }
        } catch (ApprovalException e) {
            log.atDebug()
                    .addKeyValue("ticket", approval.ticket())
                    .setCause(e)
                    .log("an approver's answer came too late");
        } catch (Throwable e) { // the top of its thread
            boolean expected = closed || e instanceof InterruptedException;
            log.atLevel(expected ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                    .addKeyValue("ticket", approval.ticket())
                    .setCause(e)
                    .log("an approver failed; what it was asked stays in the queue");
        } finally {
            running.remove(approval.ticket(), Thread.currentThread());
        }
    }

    /** Nobody has to decide about a ticket any more. */
    void settled(long ticket) {
        Thread thread = running.remove(ticket);
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }

    void close() {
        closed = true;
        running.values().forEach(Thread::interrupt);
    }
}
