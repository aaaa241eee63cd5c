package dev.agentos.tools.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/**
 * Asks the name service on a platform thread. The look-up is a native call that holds its carrier and heeds no interrupt; on
 * a machine with two carriers, two slow names would stop every virtual thread. Look-ups that nobody waits for any more go on
 * until the name service gives up, so their number is bounded. Thread-safe.
 */
public final class PatientResolver implements HostResolver {
    private static final int MAX_LOOK_UPS = 32;

    private final HostResolver resolver;
    private final Semaphore lookUps = new Semaphore(MAX_LOOK_UPS);

    public PatientResolver(HostResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (!lookUps.tryAcquire()) {
            throw new HttpRefusedException(HttpProblem.TIMEOUT, "too many names are being looked up");
        }
        var task = new FutureTask<>(() -> lookUp(name));
        Thread.ofPlatform().daemon().name("dns-lookup").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpRefusedException(HttpProblem.CANCELLED, "the request was cancelled", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw HttpFetcher.unwrap(e.getCause());
        }
    }

    private List<InetAddress> lookUp(String name) throws UnknownHostException {
        try {
            return resolver.resolve(name);
        } finally {
            lookUps.release();
        }
    }
}
