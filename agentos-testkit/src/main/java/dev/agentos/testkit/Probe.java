package dev.agentos.testkit;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentHandle;
import dev.agentos.api.AgentOS;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.security.ActionQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * An agent in the hands of a test: it keeps what it is sent, and does what the test tells it, on its own thread and with
 * its own rights (it may send to every agent, unless it is given others). Thread-safe.
 *
 * @since 0.1
 */
public final class Probe {
    /** How long an expectation waits. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AgentOS os;
    private final BlockingQueue<Message> inbox;
    private final AgentHandle handle;

    private Probe(AgentOS os, AgentHandle handle, BlockingQueue<Message> inbox) {
        this.os = os;
        this.handle = handle;
        this.inbox = inbox;
    }

    /** {@return a new probe of this name} */
    public static Probe in(AgentOS os, String name) {
        return in(os, name, "agent:** send");
    }

    /** {@return a new probe of this name that holds these capabilities only} */
    public static Probe in(AgentOS os, String name, String... capabilities) {
        var inbox = new LinkedBlockingQueue<Message>();
        var spec = AgentSpec.builder(name).reactive(() -> new Body(inbox)).mailbox(65_536, Overflow.FAIL);
        for (String capability : capabilities) {
            spec.grant(capability);
        }
        return new Probe(os, os.spawn(spec.build()), inbox);
    }

    /** {@return where it takes mail} */
    public Address address() {
        return handle.address();
    }

    /** {@return its handle, with the authority of the host} */
    public AgentHandle handle() {
        return handle;
    }

    /** Sends a message from the probe, and returns when it is in the mailbox. */
    public void send(Address to, Object payload) {
        call(ctx -> {
            ctx.send(to, payload);
            return true;
        });
    }

    /** Does something as the probe and returns its result, or throws what it threw. */
    public <T> T call(Function<AgentContext, T> action) {
        var done = new CompletableFuture<T>();
        handle.send(new Order<>(action, done));
        try {
            return done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the probe " + address() + " did not come to it within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Answers a message that it was sent. */
    public void reply(Message request, Object payload) {
        call(ctx -> {
            ctx.reply(request, payload);
            return true;
        });
    }

    /**
     * Returns the next message it was sent, waiting up to {@link #PATIENCE}. Whoever answers a message of {@link #send},
     * which is no ask, needs the right to send to the probe.
     *
     * @throws AssertionError if there is none, with what was refused in this runtime
     */
    public Message expectMessage() {
        try {
            var message = inbox.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (message == null) {
                throw new AssertionError("the probe " + address() + " got no message within " + PATIENCE
                        + "; refused were " + refused());
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Returns the payload of the next message it was sent.
     *
     * @throws AssertionError if there is none, or it is of another type
     */
    public <T> T expect(Class<T> type) {
        var message = expectMessage();
        if (!type.isInstance(message.payload())) {
            throw new AssertionError("expected a " + type.getName() + ", got " + message);
        }
        return type.cast(message.payload());
    }

    /** Checks that every message sent to it so far was taken by the test; mail to a probe is handled in order. */
    public void expectNothing() {
        call(ctx -> true); // whatever was in the mailbox before is in the inbox now
        var message = inbox.peek();
        if (message != null) {
            throw new AssertionError("expected no message, got " + message);
        }
    }

    /** An agent that may not send to the probe is the usual reason for silence. */
    private List<String> refused() {
        return os.actions().find(ActionQuery.all().denied()).stream()
                .map(record -> record.principal() + ": " + record.action())
                .toList();
    }

    private record Order<T>(Function<AgentContext, T> action, CompletableFuture<T> done) {
        void perform(AgentContext ctx) {
            try {
                done.complete(action.apply(ctx));
            } catch (RuntimeException failure) {
                done.completeExceptionally(failure);
            } catch (Error stopped) {
                done.completeExceptionally(stopped);
                throw stopped;
            }
        }
    }

    private record Body(BlockingQueue<Message> inbox) implements ReactiveAgent {
        @Override
        public void onMessage(Message message, AgentContext ctx) {
            if (message.payload() instanceof Order<?> order) {
                order.perform(ctx);
            } else {
                inbox.add(message);
            }
        }
    }
}
