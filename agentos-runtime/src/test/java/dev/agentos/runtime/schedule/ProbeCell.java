package dev.agentos.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A cell whose turns a test writes as lambdas. */
final class ProbeCell extends Cell {
    /** What a turn does. */
    @FunctionalInterface
    interface Turn {
        void run(Object message, ProbeCell self, Worker worker) throws Exception;
    }

    private final Turn onMessage;
    private final Turn onSystem;
    private final ThreadKind kind;
    /** Messages taken back, in order. */
    final ConcurrentLinkedQueue<Object> undelivered = new ConcurrentLinkedQueue<>();
    /** System messages taken back, in order. */
    final ConcurrentLinkedQueue<Object> undeliveredSystem = new ConcurrentLinkedQueue<>();

    ProbeCell(Scheduler scheduler, MailboxPolicy policy, Turn onMessage, Turn onSystem, ThreadKind kind) {
        super(scheduler, policy);
        this.onMessage = onMessage;
        this.onSystem = onSystem;
        this.kind = kind;
    }

    static ProbeCell of(Scheduler scheduler, Turn onMessage) {
        return of(scheduler, MailboxPolicy.DEFAULT, onMessage);
    }

    static ProbeCell of(Scheduler scheduler, MailboxPolicy policy, Turn onMessage) {
        return new ProbeCell(scheduler, policy, onMessage, ProbeCell::hold, ThreadKind.SHARED);
    }

    static ProbeCell of(Scheduler scheduler, ThreadKind kind, Turn onMessage) {
        return new ProbeCell(scheduler, MailboxPolicy.DEFAULT, onMessage, ProbeCell::hold, kind);
    }

    /** The system messages of most tests: a Runnable, "hold", and "resume". */
    static void hold(Object message, ProbeCell self, Worker worker) {
        if (message instanceof Runnable task) {
            task.run();
        } else if (message.equals("hold")) {
            self.hold();
        } else {
            self.unhold();
        }
    }

    List<Object> takenBack() {
        return new ArrayList<>(undelivered);
    }

    Object takeNext(Worker worker) {
        return poll(worker);
    }

    Object takeNextSystem(Worker worker) {
        return pollSystem(worker);
    }

    void waitForMail(Worker worker) throws InterruptedException {
        awaitMail(worker);
    }

    void waitForSystem(Worker worker) throws InterruptedException {
        awaitSystem(worker);
    }

    @Override
    protected void onMessage(Object message, Worker worker) {
        run(onMessage, message, worker);
    }

    @Override
    protected void onSystem(Object message, Worker worker) {
        run(onSystem, message, worker);
    }

    private void run(Turn turn, Object message, Worker worker) {
        try {
            turn.run(message, this, worker);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void onUndelivered(Object message, boolean ofSystem) {
        (ofSystem ? undeliveredSystem : undelivered).add(message);
    }

    @Override
    protected ThreadKind threadKind() {
        return kind;
    }

    @Override
    protected String label() {
        return "probe";
    }
}
