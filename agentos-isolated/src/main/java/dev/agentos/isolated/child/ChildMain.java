package dev.agentos.isolated.child;

import dev.agentos.api.Agent;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.error.UnhandledMessageException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.message.Message;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.spi.Providers;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program in the process of an agent: makes the agent, runs its life, and says how that ended. The host then ends the process. */
public final class ChildMain {
    private static final int MOST_TRACE = 8_000;

    private final Connection host;
    private final JsonObject hello;
    private final RemoteContext context;

    private ChildMain(Connection host) {
        this.host = host;
        this.hello = host.hello();
        ClassLoader agent = ChildMain.class.getClassLoader();
        this.context = new RemoteContext(host, new Mail(host.json(), agent), hello, List.of());
    }

    /** Talks with the host over descriptors 0 and 1; what the agent prints goes to 2. */
    public static void main(String[] none) {
        InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setIn(InputStream.nullInputStream());
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        JsonProvider json = Providers.json();
        new ChildMain(new Connection(json, in, out)).run();
    }

    private void run() {
        JsonObject.Builder last;
        try {
            live(instance());
            last = Connection.call("done");
        } catch (AgentStopped e) {
            last = Connection.call("stopped");
        } catch (Throwable e) { // the top of the agent's code
            last = Connection.call("failed")
                    .put("type", e.getClass().getName())
                    .put("message", String.valueOf(e.getMessage()))
                    .put("trace", trace(e));
            long thrown = host.number(e);
            if (thrown > 0) {
                last.put("thrown", thrown);
            }
        }
        host.say(last);
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        String all = text.toString();
        return all.length() <= MOST_TRACE ? all : all.substring(0, MOST_TRACE) + "…";
    }

    private Object instance() throws Throwable {
        Class<?> type = Class.forName(hello.at("class").text());
        boolean whole = Agent.class.isAssignableFrom(type);
        if (whole == ReactiveAgent.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException("expected a class that implements either Agent or ReactiveAgent; "
                    + type.getName() + (whole ? " implements both" : " implements neither"));
        }
        try {
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "expected a public constructor without parameters in " + type.getName(), e);
        }
    }

    private void live(Object instance) throws Exception {
        switch (instance) {
            case Agent agent -> agent.run(context);
            case ReactiveAgent reactive -> react(reactive);
            default -> throw new IllegalStateException("no agent: " + instance);
        }
    }

    /** Handles one message after the other until the agent completes, or is stopped in order, which ends the wait. */
    private void react(ReactiveAgent agent) throws Exception {
        context.beginTurns();
        boolean finished = true;
        try {
            agent.onStart(context);
        } catch (AgentStopped stopped) {
            finished = false;
        }
        while (true) {
            Message message;
            try {
                message = context.nextTurn(finished);
            } catch (AgentStopped stopped) {
                agent.onStop(context);
                return;
            }
            finished = handles(agent, message);
        }
    }

    /** {@return whether it came to its end; it did not if it was stopped while it waited} */
    private boolean handles(ReactiveAgent agent, Message message) throws Exception {
        try {
            agent.onMessage(message, context);
        } catch (AgentStopped stopped) {
            return false;
        } catch (UnhandledMessageException e) {
            if (e.unhandled().id() != message.id()) {
                throw e;
            }
            context.unhandled(message);
        }
        return true;
    }
}
