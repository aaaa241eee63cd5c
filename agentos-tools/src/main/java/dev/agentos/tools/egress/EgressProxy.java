package dev.agentos.tools.egress;

import dev.agentos.api.spi.Egress;
import dev.agentos.api.spi.SandboxResult.Traffic;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Each connection has a virtual thread, which a timer ends by closing its channel if it takes too long to say what it wants.
 * Whoever closes the proxy closes all channels, interrupts all threads and waits for them, so that what was counted is all.
 */
/** The proxy of one process. Thread-safe. */
final class EgressProxy implements Egress {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);
    /** When the system has no more descriptors: they come back when connections end. */
    private static final Duration AFTER_FAILURE = Duration.ofMillis(10);

    private static final Logger log = LoggerFactory.getLogger(EgressProxy.class);

    private final ServerSocketChannel door;
    private final EgressRights rights;
    private final WayOut wayOut;
    private final Bounds bounds;
    private final Ledger ledger = new Ledger();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofVirtual().name("agentos-egress-timer").factory());
    private final Thread porter;
    private final Object lock = new Object();
    private final Set<EgressConnection> open = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock

    EgressProxy(ServerSocketChannel door, EgressRights rights, WayOut wayOut, Bounds bounds) {
        this.door = door;
        this.rights = rights;
        this.wayOut = wayOut;
        this.bounds = bounds;
        this.porter = Thread.ofVirtual().name("agentos-egress").unstarted(this::letIn);
        timer.setRemoveOnCancelPolicy(true);
    }

    void start() {
        porter.start();
    }

    Bounds bounds() {
        return bounds;
    }

    EgressRights rights() {
        return rights;
    }

    WayOut wayOut() {
        return wayOut;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Closes a connection that has not come so far within some time; what is returned calls that off. */
    Runnable hurry(EgressConnection connection, Duration within) throws ClosedChannelException {
        try {
            var ending = timer.schedule(() -> connection.tooSlow(within), within.toNanos(), TimeUnit.NANOSECONDS);
            return () -> ending.cancel(false);
        } catch (RejectedExecutionException e) {
            throw new ClosedChannelException(); // so is all of it
        }
    }

    private void letIn() {
        while (door.isOpen()) {
            try {
                SocketChannel client = door.accept();
                serve(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.atDebug().setCause(e).log("a connection of a process was not accepted");
                if (!rest()) {
                    return;
                }
            }
        }
    }

    private static boolean rest() {
        try {
            Thread.sleep(AFTER_FAILURE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(SocketChannel client) throws IOException {
        var connection = new EgressConnection(this, client);
        synchronized (lock) {
            if (closed) {
                client.close();
                return;
            }
            if (open.size() < bounds.connections()) {
                open.add(connection);
                connection.start();
                return;
            }
        }
        connection.turnAway();
    }

    void ended(EgressConnection connection) {
        synchronized (lock) {
            open.remove(connection);
        }
    }

    @Override
    public Traffic traffic() {
        return ledger.traffic();
    }

    @Override
    public List<String> refusals() {
        return ledger.refusals();
    }

    @Override
    public void close() {
        List<EgressConnection> left;
        synchronized (lock) {
            closed = true;
            left = new ArrayList<>(open);
        }
        try {
            door.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("the door of a proxy did not close");
        }
        timer.shutdownNow();
        left.forEach(EgressConnection::end);
        long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
        boolean all = join(porter, deadline);
        for (EgressConnection connection : left) {
            all &= join(connection.thread(), deadline);
        }
        if (!all) {
            log.atWarn().addKeyValue("connections", left.size()).log("connections of a process have not ended in time");
        }
    }

    private static boolean join(Thread thread, long deadline) {
        try {
            return thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
