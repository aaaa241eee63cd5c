package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.ShutdownReport;
import dev.agentos.api.error.AgentOsException;
import dev.agentos.api.error.InvalidSpecException;
import dev.agentos.api.error.StorageException;
import dev.agentos.cli.rpc.Bounds;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import dev.agentos.cli.rpc.Methods;
import dev.agentos.cli.rpc.RpcServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A runtime behind a socket. Thread-safe; whoever started it closes it. */
public final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    private final DataFolder data;
    private final ListeningSocket socket;
    private final AgentOS os;
    private final RpcServer server;
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** Guarded by this. */
    private boolean closed;

    private Daemon(DataFolder data, ListeningSocket socket, AgentOS os, Bounds bounds) {
        this.data = data;
        this.socket = socket;
        this.os = os;
        this.server =
                RpcServer.start(socket.channel(), new OwnerOnly(data.owner(), data.uid(), this::methodsOf), bounds);
    }

    /**
     * Starts a runtime and listens. When this returns, clients can connect.
     *
     * @throws Failure if a daemon has the folder or the socket, or either cannot be used
     */
    public static Daemon start(Path data, Path socket) {
        return start(data, socket, HouseRules.NONE);
    }

    /**
     * Like {@link #start(Path, Path)}, under rules of the house.
     *
     * @throws Failure also if a policy is not understood
     */
    public static Daemon start(Path data, Path socket, HouseRules rules) {
        return start(data, socket, rules, Bounds.DEFAULT);
    }

    static Daemon start(Path data, Path socket, HouseRules rules, Bounds bounds) {
        try {
            DataFolder folder = DataFolder.open(data);
            try {
                return start(folder, ListeningSocket.bind(socket), rules, bounds);
            } catch (IOException | RuntimeException | Error e) {
                folder.close();
                throw e;
            }
        } catch (IOException e) {
            throw new Failure(Codes.START_FAILED, "cannot use the data folder " + data + ": " + FileProblem.of(e));
        }
    }

    private static Daemon start(DataFolder folder, ListeningSocket socket, HouseRules rules, Bounds bounds)
            throws IOException {
        try {
            AgentOS os = Templates.addTo(rules.addTo(AgentOS.builder(), folder.tokenKey())
                            .storage(folder.store())
                            .recordMessages()
                            .closeTimeout(SHUTDOWN))
                    .build();
            return new Daemon(folder, socket, os, bounds);
        } catch (StorageException | InvalidSpecException e) {
            socket.channel().close();
            socket.remove();
            throw Problems.of(e);
        } catch (RuntimeException | Error e) {
            socket.channel().close();
            socket.remove();
            throw e;
        }
    }

    private Methods methodsOf(long uid) {
        AgentOS operator = os.asOperator(uid);
        var methods = new HashMap<String, Handler>();
        methods.put("agent.spawn", new SpawnMethod(operator));
        new AgentMethods(operator).addTo(methods);
        new MailMethods(operator).addTo(methods);
        new LogMethods(operator).addTo(methods);
        new EventMethods(operator).addTo(methods);
        new MemoryMethods(operator).addTo(methods);
        var capabilities = new CapabilityMethods(operator);
        capabilities.addTo(methods);
        new TokenMethods(operator, capabilities).addTo(methods);
        new ApprovalMethods(operator).addTo(methods);
        new StoreMethods(operator, data).addTo(methods);
        new SystemMethods(operator, this).addTo(methods);
        return call -> {
            Handler handler = methods.get(call.method());
            if (handler == null) {
                throw new Failure(Codes.METHOD_UNKNOWN, "no method '" + call.method() + "'");
            }
            try {
                return handler.handle(call);
            } catch (AgentOsException e) {
                throw Problems.of(e);
            }
        };
    }

    /** {@return the file in which it keeps everything} */
    public Path store() {
        return data.store();
    }

    /** Waits until somebody asks the daemon to stop. */
    public void awaitStopping() throws InterruptedException {
        stopping.await();
    }

    /** Ends all agents and makes {@link #awaitStopping()} return. Again: the same report. */
    ShutdownReport shutDown() {
        ShutdownReport report = os.shutdown(SHUTDOWN);
        stopping.countDown();
        return report;
    }

    /** Ends all agents, answers what can be answered, removes the socket and releases the data folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ShutdownReport report = shutDown();
        log.atInfo()
                .addKeyValue("agents", report.stopped())
                .addKeyValue("abandoned", report.abandoned())
                .log("daemon stopped");
        try {
            server.close();
            socket.remove();
            data.close();
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e).log("daemon left something behind");
        }
    }
}
