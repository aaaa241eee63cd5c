package dev.agentos.tools.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Performs requests: vets, connects, follows redirects one checked hop at a time. Thread-safe.
 *
 * <p>An exchange runs on a virtual thread of its own while the caller waits with a limit, because no socket timeout
 * bounds a peer that sends one byte a second: what bounds it is closing the socket from outside.
 */
final class HttpFetcher {
    static final int MAX_HOPS = 10;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final AddressVetter vetter;
    private final TlsSocketStrategy tls;

    HttpFetcher(HostResolver resolver, TlsSocketStrategy tls) {
        this.vetter = new AddressVetter(new PatientResolver(resolver));
        this.tls = tls;
    }

    /** Authorises one hop, the first one included. */
    @FunctionalInterface
    interface HopCheck {
        /** Returns what the right behind the hop names; throws if there is no right. */
        NonPublicGrant check(HttpRequest hop);
    }

    /** What a fetch may take: decoded bytes of the answer, and time for all hops together. */
    record Budget(int maxBytes, Duration time) {}

    /**
     * Returns the answer to a request.
     *
     * @throws HttpRefusedException if it is refused or fails; also what {@code check} throws
     */
    HttpAnswer fetch(HttpRequest request, HopCheck check, Budget budget) {
        var walk = new Walk(check, budget);
        var task = new FutureTask<>(() -> walk.run(request));
        Thread.ofVirtual().name("http-request").start(task);
        try {
            return task.get(budget.time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpRefusedException(HttpProblem.TIMEOUT, "no complete answer within " + budget.time, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpRefusedException(HttpProblem.CANCELLED, "the request was cancelled", e);
        } catch (ExecutionException e) {
            throw unwrap(e.getCause());
        } finally {
            walk.cancel();
            task.cancel(true);
        }
    }

    static RuntimeException unwrap(@Nullable Throwable cause) {
        return switch (cause) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new HttpRefusedException(HttpProblem.CONNECTION, "the request failed", cause);
        };
    }

    /** The hops of one fetch. */
    private final class Walk {
        private final HopCheck check;
        private final Budget budget;
        private final List<String> addresses = new ArrayList<>();
        private final AtomicReference<@Nullable HttpConnection> current = new AtomicReference<>();
        private volatile boolean cancelled;

        Walk(HopCheck check, Budget budget) {
            this.check = check;
            this.budget = budget;
        }

        HttpAnswer run(HttpRequest first) {
            HttpRequest request = first;
            for (int hop = 0; hop <= MAX_HOPS; hop++) {
                HttpConnection.Reply reply = perform(request);
                String location = reply.location();
                if (location == null || !REDIRECTS.contains(reply.status())) {
                    return new HttpAnswer(reply.status(), request.url(), reply.headers(), reply.body(), addresses);
                }
                request = request.redirected(reply.status(), location);
            }
            throw new HttpRefusedException(HttpProblem.TOO_MANY_HOPS, "more than " + MAX_HOPS + " redirects");
        }

        private HttpConnection.Reply perform(HttpRequest request) {
            NonPublicGrant grant = check.check(request);
            List<InetAddress> vetted = vetter.vet(request.url(), grant);
            vetted.forEach(address -> addresses.add(address.getHostAddress()));
            try (var connection = new HttpConnection(vetted, tls, Timeout.of(budget.time))) {
                current.set(connection);
                if (cancelled) {
                    throw new CancellationException("the request was cancelled");
                }
                return connection.exchange(request, budget.maxBytes);
            } catch (SocketTimeoutException e) {
                throw new HttpRefusedException(HttpProblem.TIMEOUT, "no complete answer within " + budget.time, e);
            } catch (IOException e) {
                // The library's text may name the address; ours names what the caller knows.
                throw new HttpRefusedException(
                        HttpProblem.CONNECTION,
                        request.url().origin() + ": connection failed: "
                                + e.getClass().getSimpleName(),
                        e);
            }
        }

        /** Sets the flag before it looks: whoever opens a connection afterwards sees the flag. */
        void cancel() {
            cancelled = true;
            HttpConnection connection = current.get();
            if (connection != null) {
                connection.close();
            }
        }
    }
}
