package dev.agentos.security.sandbox.linux;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * To start a thread takes its starter some 100 to 150 microseconds, in which it waits for the new one. A process needs two:
 * one that supervises it, which may be used again, and one that restricts itself and is thrown away, which may be started
 * before it is known what for. So supervisors stay for a while, and the next spare thread is started when a process has
 * ended, by its supervisor, when nobody waits for that.
 *
 * A spare thread is like any other until it is given its work. It is never given a second.
 */
/** The threads of one sandbox. Thread-safe. */
final class Spawners implements AutoCloseable {
    private static final long SPAWN_STACK = 256 * 1024;
    private static final long PATIENCE_SECONDS = 10;
    private static final int SPARE = 2;

    private final ThreadFactory supervisorThreads = Thread.ofPlatform()
            .name("agentos-process-supervisor")
            .daemon()
            .inheritInheritableThreadLocals(false)
            .factory();
    private final ThreadPoolExecutor supervisors = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, PATIENCE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), supervisorThreads);
    private final Object lock = new Object();
    private final Deque<Spawner> spare = new ArrayDeque<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /** Has a supervisor do this; one of its own, however many there are. */
    void supervise(Runnable work) {
        supervisors.execute(work);
    }

    /** {@return a thread that runs this once, and ends} */
    Thread spawn(Runnable restricted) {
        while (true) {
            Spawner ready;
            synchronized (lock) {
                ready = spare.pollLast();
            }
            if (ready == null) {
                ready = new Spawner();
                ready.start();
            }
            if (ready.give(restricted)) {
                return ready.thread;
            }
        }
    }

    /** Starts a thread for the next process, if there are not enough. */
    void prepare() {
        synchronized (lock) {
            spare.removeIf(Spawner::hasLeft);
            if (closed || spare.size() >= SPARE) {
                return;
            }
        }
        var next = new Spawner();
        next.start();
        synchronized (lock) {
            if (!closed) {
                spare.addLast(next);
                return;
            }
        }
        next.give(Spawner::nothing);
    }

    /** Lets the threads end that nobody needs; those of running processes end with them. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            spare.forEach(each -> each.give(Spawner::nothing));
            spare.clear();
        }
        supervisors.shutdown();
    }

    /** A thread that waits for its only work, and leaves if none comes. */
    private static final class Spawner implements Runnable {
        private final AtomicReference<@Nullable Runnable> work = new AtomicReference<>();
        // Nothing of its starter's may be left on it.
        private final Thread thread = Thread.ofPlatform()
                .name("agentos-spawn")
                .daemon()
                .stackSize(SPAWN_STACK)
                .inheritInheritableThreadLocals(false)
                .unstarted(this);

        void start() {
            thread.start();
        }

        /** {@return whether it does that; not if it has left} */
        boolean give(Runnable restricted) {
            boolean taken = work.compareAndSet(null, restricted);
            LockSupport.unpark(thread);
            return taken;
        }

        private static void nothing() {}

        boolean hasLeft() {
            return work.get() != null;
        }

        @Override
        public void run() {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            Runnable given = work.get();
            while (given == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    work.compareAndSet(null, Spawner::nothing);
                } else {
                    LockSupport.parkNanos(this, left);
                }
                given = work.get();
            }
            given.run();
        }
    }
}
