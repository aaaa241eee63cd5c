package dev.agentos.isolated;

import dev.agentos.api.AgentContext;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.IsolatedAgentException;
import dev.agentos.api.error.IsolatedAgentException.Reason;
import dev.agentos.api.error.SandboxException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.spi.IsolatedLife;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxLevel;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.isolated.Pump.Heard;
import dev.agentos.isolated.wire.Failures;
import dev.agentos.isolated.wire.Frames;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/*
 * The agent's thread: starts the process, does what it asks for, one thing after the other, and leaves nothing of it behind.
 *
 * What a call throws here is what the agent fails with if its code does not catch it: so limits and denials are told from other failures
 * by whoever supervises it, as they are of every agent. The process says which of those that it was told it was; we have kept them.
 *
 * While the process computes, this thread waits for its next frame, and the agent runs, as far as anybody can tell: a pause is
 * requested and takes effect when the frame comes and its call crosses the gate. A termination does not wait for that: it kills the
 * process from whichever thread it comes.
 */
/** One life of an isolated agent. */
final class IsolatedRun {
    /** How long a process may go on that has closed its output: its end may be seen a little later. */
    private static final Duration AFTER_LAST_WORD = Duration.ofSeconds(2);

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_PRINTED = 3_900;

    private final IsolatedLife life;
    private final Requests requests;
    /** Why the agent is to end in order, as it was told; null if it was not. */
    private @Nullable AgentStopped stopped;

    private final Thrown failures = new Thrown();

    /** How the conversation ended. */
    private enum Said {
        DONE,
        STOPPED
    }

    IsolatedRun(IsolatedLife life) {
        this.life = life;
        this.requests = new Requests(life);
    }

    void run() {
        Sandbox sandbox = life.sandbox();
        requireConfined(sandbox);
        Sandbox.Running process =
                sandbox.start(life.policy(), ProcessCommand.of(life.code(), life.limits(), life.json()));
        CompletableFuture<SandboxResult> end = process.onEnd().toCompletableFuture();
        try (var pump = new Pump(
                        process, life.json(), "agentos-frames-" + life.context().id());
                var _ = life.onTerminate(() -> process.kill(SandboxResult.Cause.CANCELLED))) {
            pump.start();
            pump.send(Frames.bytes(hello()));
            converse(pump, new ProcessEnd(process.onEnd(), life::processEnded));
        } finally {
            process.kill(SandboxResult.Cause.CANCELLED);
            awaitEnd(end);
        }
    }

    private static void requireConfined(Sandbox sandbox) {
        SandboxLevel level = sandbox.probe().level();
        if (level == SandboxLevel.NONE) {
            throw new SandboxException(
                    "an isolated agent needs a sandbox that confines processes; the one of this runtime does not:"
                            + " choose another one by sandbox(…)",
                    null);
        }
    }

    private JsonObject hello() {
        AgentContext context = life.context();
        JsonObject.Builder params = JsonObject.builder();
        life.params().forEach((name, value) -> params.put(name, life.json().toJson(value)));
        return JsonObject.builder()
                .put("agent", context.id().toString())
                .put("class", life.code().className())
                .put("start", context.start())
                .put("params", params.build())
                .build();
    }

    // ---- the conversation

    private void converse(Pump pump, ProcessEnd end) {
        while (true) {
            Said said = switch (next(pump)) {
                case Heard.Frame(var frame) -> answer(pump, frame, end);
                case Heard.Garbage(var problem) -> throw violation(problem);
                case Heard.Closed() -> throw closed(pump);
                case Heard.Ended(var result) -> throw ended(result);
            };
            if (said == Said.DONE) {
                return;
            }
            if (said == Said.STOPPED) {
                if (stopped != null) {
                    throw stopped;
                }
                throw violation("it says that it was stopped, and was not");
            }
        }
    }

    /** Waits for what comes; an interrupt means that the agent is to end, or nothing. */
    private Heard next(Pump pump) {
        while (true) {
            try {
                return pump.next();
            } catch (InterruptedException e) {
                life.obey();
            }
        }
    }

    /** {@return null if it goes on} */
    private @Nullable Said answer(Pump pump, JsonObject frame, ProcessEnd end) {
        try {
            var asked = Asked.of(frame);
            switch (asked.call()) {
                case "done" -> {
                    return Said.DONE;
                }
                case "stopped" -> {
                    return Said.STOPPED;
                }
                case "failed" -> throw threw(asked);
                default -> pump.send(answer(asked, end));
            }
            return null;
        } catch (Violation e) {
            throw violation(String.valueOf(e.getMessage()));
        }
    }

    private byte[] answer(Asked asked, ProcessEnd end) {
        if (!end.begin()) {
            throw ended(end.result());
        }
        byte[] answer;
        boolean there;
        try {
            answer = answer(asked);
        } finally {
            there = end.finish();
        }
        if (!there) {
            throw ended(end.result());
        }
        return answer;
    }

    private byte[] answer(Asked asked) {
        try {
            byte[] answer = Frames.bytes(
                    JsonObject.builder().put("ok", requests.perform(asked)).build());
            if (answer.length > Frames.MOST_FROM_HOST) {
                throw new IllegalStateException("what came of '" + asked.call() + "' is too large to cross: at most "
                        + Frames.MOST_FROM_HOST + " bytes");
            }
            return answer;
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            failures.add(e);
            return Frames.bytes(
                    JsonObject.builder().put("error", Failures.out(e)).build());
        } catch (AgentStopped e) {
            life.obey(); // throws unless it is to end in order, which its code is told
            stopped = e;
            requests.stopped();
            return Frames.bytes(JsonObject.builder()
                    .put("stopped", String.valueOf(e.getMessage()))
                    .build());
        }
    }

    // ---- how it ends

    private static IsolatedAgentException violation(String problem) {
        return new IsolatedAgentException(
                Reason.PROTOCOL, "the process of the agent was ended for what it said: " + problem);
    }

    private RuntimeException threw(Asked asked) {
        String trace = asked.text("trace");
        var threw = new IsolatedAgentException(
                Reason.THREW,
                "the agent threw " + asked.text("type") + ": " + asked.text("message")
                        + (trace.isEmpty() ? "" : "\n" + trace));
        RuntimeException ours = asked.has("thrown") ? failures.get(asked.number("thrown")) : null;
        if (ours == null) {
            return threw;
        }
        ours.addSuppressed(threw); // where it came from, there
        return ours;
    }

    /** Its end comes a little later than its last word; if it does not come, it is made to. */
    private RuntimeException closed(Pump pump) {
        if (within(AFTER_LAST_WORD, pump) instanceof Heard.Ended(var result)) {
            return ended(result);
        }
        pump.kill();
        if (within(KILL_PATIENCE, pump) instanceof Heard.Ended(var result)
                && result != null
                && result.cause() != SandboxResult.Cause.CANCELLED) {
            return ended(result); // it was about to end by itself
        }
        return violation("it has closed its connection, and goes on");
    }

    private @Nullable Heard within(Duration patience, Pump pump) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return pump.next(Math.max(1, deadline - System.nanoTime()));
            } catch (InterruptedException e) {
                life.obey();
            }
        }
    }

    private RuntimeException ended(@Nullable SandboxResult result) {
        // It may have ended because the agent is to end: then nobody looks at what is thrown.
        return result == null
                ? new IsolatedAgentException(Reason.EXITED, "the sandbox has lost the process of the agent")
                : Ending.of(result, life.limits());
    }

    /** Waits until nothing of the process is left, whatever happens, and keeps what it printed. */
    private void awaitEnd(CompletableFuture<SandboxResult> end) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + KILL_PATIENCE.toNanos();
        while (true) {
            try {
                SandboxResult result = end.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                String text = result.stderr().text();
                if (!text.isBlank()) {
                    life.printed(shortened(text.strip()));
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | TimeoutException e) {
                life.printed("(nobody knows: the sandbox has lost the process: " + JsonValue.of(e.toString()) + ")");
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The beginning and the end: where it went wrong, and how it ended. */
    static String shortened(String text) {
        return text.length() <= 2 * MOST_PRINTED
                ? text
                : text.substring(0, MOST_PRINTED) + "\n[… " + (text.length() - 2 * MOST_PRINTED)
                        + " characters left out …]\n" + text.substring(text.length() - MOST_PRINTED);
    }
}
