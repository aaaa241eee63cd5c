package dev.agentos.isolated.child;

import dev.agentos.api.error.AgentStopped;
import dev.agentos.api.json.JsonArray;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Grant;
import dev.agentos.api.spi.JsonProvider;
import dev.agentos.isolated.wire.Failures;
import dev.agentos.isolated.wire.Frames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/** The way to the host: asks one thing at a time, whichever thread asks, and waits for the answer. */
final class Connection {
    /** As many as the host keeps. */
    private static final int MOST_FAILURES = 16;

    private final JsonProvider json;
    private final InputStream in;
    private final OutputStream out;
    private final ReentrantLock speaking = new ReentrantLock();
    /** The failures of calls, the oldest first, and how many there were: the host counts them too. Guarded by itself. */
    private final ArrayDeque<RuntimeException> failures = new ArrayDeque<>();

    private long failed;

    Connection(JsonProvider json, InputStream in, OutputStream out) {
        this.json = json;
        this.in = in;
        this.out = out;
    }

    JsonProvider json() {
        return json;
    }

    /** Reads what the host says first. */
    JsonObject hello() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the beginning of a question} */
    static JsonObject.Builder call(String name) {
        return JsonObject.builder().put("call", name);
    }

    /** {@return the numbers of grants} */
    static JsonArray numbers(Collection<? extends Grant> grants) {
        return new JsonArray(grants.stream()
                .map(grant -> JsonValue.of(RemoteGrant.of(grant).number()))
                .toList());
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws AgentStopped if the agent is to end
     * @throws RuntimeException what the call threw there
     */
    JsonValue ask(JsonObject.Builder question) {
        JsonObject answer;
        RuntimeException failure = null;
        speaking.lock();
        try {
            Frames.write(out, question.build());
            answer = read();
            if (answer.has("error")) {
                failure = counted(Failures.in(answer.at("error").asObject()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the host is gone", e);
        } finally {
            speaking.unlock();
        }
        if (failure != null) {
            throw failure;
        }
        if (answer.has("stopped")) {
            throw new AgentStopped(answer.at("stopped").text());
        }
        return answer.at("ok");
    }

    private RuntimeException counted(RuntimeException failure) {
        synchronized (failures) {
            failed++;
            failures.addLast(failure);
            if (failures.size() > MOST_FAILURES) {
                failures.removeFirst();
            }
        }
        return failure;
    }

    /** {@return by which number the host knows what a call threw; 0 if it knows nothing of it} */
    long number(Throwable thrown) {
        synchronized (failures) {
            long number = failed - failures.size();
            for (RuntimeException each : failures) {
                number++;
                if (each.equals(thrown)) { // an exception equals itself alone
                    return number;
                }
            }
            return 0;
        }
    }

    /**
     * Says how the life ended, and waits for the host to end the process, or to be gone: who exits at once may be seen to have
     * ended before the last word is heard.
     */
    void say(JsonObject.Builder last) {
        speaking.lock();
        try {
            Frames.write(out, last.build());
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("the host is gone", e);
        } finally {
            speaking.unlock();
        }
    }

    private JsonObject read() throws IOException {
        JsonObject frame = Frames.read(in, Frames.MOST_FROM_HOST, json);
        if (frame == null) {
            throw new EOFException("the host has closed the connection");
        }
        return frame;
    }
}
