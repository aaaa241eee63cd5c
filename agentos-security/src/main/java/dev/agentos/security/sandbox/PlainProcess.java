package dev.agentos.security.sandbox;

import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxLimits;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A supervisor thread waits for the process, enforces its limits, kills the tree at the end and completes the result.
 * A reader thread empties both outputs. A third one feeds the input, if there is any. They are platform threads: they
 * have to work while every carrier of virtual threads is in an endless loop, which is when a process is to be killed.
 *
 * The supervisor never waits for the process to close its outputs. A daemon that the process leaves behind holds them
 * open, and a reader that blocks on them would be lost with it.
 */
/** A process that the JDK has started, whoever confines it. Thread-safe. */
public final class PlainProcess implements Sandbox.Running {
    /** Limits and revocations are looked at so often. */
    private static final Duration TICK = Duration.ofMillis(20);

    /** How far beyond what is kept an output may go. */
    private static final long FLOOD_FACTOR = 64;

    /** What nanoseconds can hold. */
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private static final Duration KILL_BOUND = Duration.ofSeconds(3);
    private static final int SIGNAL_BASE = 128;
    private static final int MAX_SIGNAL = 64;
    private static final int KILLED = SIGNAL_BASE + 9;
    private static final Logger log = LoggerFactory.getLogger(PlainProcess.class);

    private final Attendant attendant;
    private final SandboxCommand command;
    private final Confinement confinement;
    private final Process process;
    private final long startedAt = System.nanoTime();
    private final long wallLimit; // nanoseconds
    private final OutputReader reader;
    private final AtomicReference<@Nullable Cause> killedFor = new AtomicReference<>();
    private final CompletableFuture<SandboxResult> ended = new CompletableFuture<>();

    public PlainProcess(Attendant attendant, SandboxCommand command, Confinement confinement, Process process) {
        this.attendant = attendant;
        this.command = command;
        this.confinement = confinement;
        this.process = process;
        SandboxLimits limits = command.limits();
        this.wallLimit =
                limits.wallTime().compareTo(FOR_EVER) < 0 ? limits.wallTime().toNanos() : FOR_EVER.toNanos();
        // An output that the caller reads is none of ours.
        InputStream out = isOpen() ? InputStream.nullInputStream() : process.getInputStream();
        this.reader = new OutputReader(out, process.getErrorStream(), limits.maxOutput());
    }

    /** Starts the threads. Without them it is not left running. */
    public void supervise(boolean ownSession, String mark) {
        var tree = ProcessTree.of(process.toHandle(), ownSession, mark);
        boolean supervised = false;
        try {
            Thread reading = thread("output", reader);
            byte[] stdin = command.stdin();
            if (stdin.length > 0) {
                thread("input", () -> feed(stdin));
            }
            thread("supervisor", () -> run(tree, reading));
            supervised = true;
        } finally {
            if (!supervised) {
                tree.kill(KILL_BOUND);
                reader.finish();
                attendant.release();
            }
        }
    }

    private Thread thread(String role, Runnable body) {
        return Thread.ofPlatform()
                .name("agentos-process-" + process.pid() + "-" + role)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(body);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public SandboxPlan plan() {
        return attendant.plan();
    }

    private boolean isOpen() {
        return command.streams() instanceof SandboxCommand.Streams.Open;
    }

    @Override
    public OutputStream stdin() {
        return isOpen() ? process.getOutputStream() : Sandbox.Running.super.stdin();
    }

    @Override
    public InputStream stdout() {
        return isOpen() ? process.getInputStream() : Sandbox.Running.super.stdout();
    }

    @Override
    public void kill(Cause cause) {
        // The supervisor does it at its next tick: killing the process here would orphan children before they are seen.
        killedFor.compareAndSet(null, Objects.requireNonNull(cause, "cause"));
    }

    @Override
    public CompletionStage<SandboxResult> onEnd() {
        return ended.minimalCompletionStage();
    }

    /** {@return whether it ended within this time} */
    public boolean awaitEnd(long timeout, TimeUnit unit) {
        try {
            ended.get(timeout, unit);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run(ProcessTree tree, Thread reading) {
        try {
            awaitExitOrLimit();
            Duration wallTime = Duration.ofNanos(System.nanoTime() - startedAt);
            List<Long> survivors = tree.kill(KILL_BOUND);
            int exitCode = exitCode();
            reader.finish();
            join(reading);
            SandboxResult result = attendant.ended(result(exitCode, wallTime, survivors));
            attendant.release();
            ended.complete(result);
        } catch (RuntimeException e) {
            tree.kill(KILL_BOUND);
            reader.finish();
            attendant.release();
            ended.completeExceptionally(e);
        }
    }

    private void awaitExitOrLimit() {
        try {
            while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                Cause limit = limit();
                if (limit != null) {
                    killedFor.compareAndSet(null, limit);
                }
                if (killedFor.get() != null) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Nobody else knows this thread; whoever found it wants an end.
            killedFor.compareAndSet(null, Cause.CANCELLED);
        }
    }

    private @Nullable Cause limit() {
        if (System.nanoTime() - startedAt - wallLimit >= 0) {
            return Cause.WALL_TIME;
        }
        if (reader.longest() > FLOOD_FACTOR * command.limits().maxOutput()) {
            return Cause.OUTPUT;
        }
        return attendant.limit();
    }

    private int exitCode() {
        try {
            if (process.waitFor(KILL_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return KILLED;
    }

    private static void join(Thread reading) {
        try {
            reading.join(KILL_BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SandboxResult result(int exitCode, Duration wallTime, List<Long> survivors) {
        var degraded = new ArrayList<>(confinement.degraded());
        if (!survivors.isEmpty()) {
            degraded.add("SURVIVORS");
            log.atWarn()
                    .addKeyValue("program", command.argv().getFirst())
                    .addKeyValue("survivors", survivors)
                    .log("processes would not die");
        }
        return new SandboxResult(
                cause(exitCode),
                exitCode,
                reader.stdout(),
                reader.stderr(),
                wallTime,
                new Confinement(confinement.level(), degraded));
    }

    /** If it was not our signal that ended it, it had ended by itself before that came. */
    private Cause cause(int exitCode) {
        Cause ours = killedFor.get();
        if (ours != null && exitCode == KILLED) {
            return ours;
        }
        return exitCode > SIGNAL_BASE && exitCode <= SIGNAL_BASE + MAX_SIGNAL ? Cause.SIGNAL : Cause.EXIT;
    }

    /** Waits, if need be, until whoever has the other end is dead: of a daemon that cannot be found, longer than the run. */
    private void feed(byte[] stdin) {
        try (var pipe = process.getOutputStream()) {
            pipe.write(stdin);
        } catch (IOException e) {
            log.atTrace().addKeyValue("pid", pid()).setCause(e).log("process did not read all of its input");
        }
    }
}
