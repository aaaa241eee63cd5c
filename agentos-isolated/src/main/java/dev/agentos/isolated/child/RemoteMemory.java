package dev.agentos.isolated.child;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.memory.Conversation;
import dev.agentos.api.memory.LongTermMemory;
import dev.agentos.api.memory.Memory;
import dev.agentos.api.memory.WorkingMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A memory in the host. */
final class RemoteMemory implements Memory {
    private final RemoteContext context;
    /** Empty for the agent's own. */
    private final String name;

    RemoteMemory(RemoteContext context, String name) {
        this.context = context;
        this.name = name;
    }

    RemoteContext context() {
        return context;
    }

    JsonValue ask(JsonObject.Builder question) {
        if (!name.isEmpty()) {
            question.put("namespace", name);
        }
        return context.ask(question);
    }

    @Override
    public String namespace() {
        return ask(Connection.call("memory.namespace")).text();
    }

    @Override
    public Conversation conversation(String session) {
        throw new UnsupportedOperationException("conversations do not cross to an isolated agent yet");
    }

    @Override
    public WorkingMemory working(String session) {
        return new Working(session);
    }

    @Override
    public LongTermMemory longTerm() {
        return new RemoteLongTerm(this);
    }

    /** Values by key. */
    private final class Working implements WorkingMemory {
        private final String session;

        Working(String session) {
            this.session = session;
        }

        private JsonObject.Builder call(String name, String key) {
            return Connection.call(name).put("session", session).put("key", key);
        }

        @Override
        public <T> Optional<T> get(String key, Class<T> type) {
            JsonValue value = ask(call("memory.get", key));
            return value.isNull()
                    ? Optional.empty()
                    : Optional.of(context.host().json().fromJson(value, type));
        }

        @Override
        public long version(String key) {
            return ask(call("memory.version", key)).number().longValueExact();
        }

        @Override
        public long put(String key, Object value) {
            return number(ask(
                    call("memory.put", key).put("value", context.host().json().toJson(value))));
        }

        @Override
        public long put(String key, Object value, Duration timeToLive) {
            return number(ask(call("memory.put", key)
                    .put("timeToLive", timeToLive.toString())
                    .put("value", context.host().json().toJson(value))));
        }

        @Override
        public Optional<Long> putIfVersion(String key, Object value, long version) {
            JsonValue put = ask(call("memory.putIf", key)
                    .put("version", version)
                    .put("value", context.host().json().toJson(value)));
            return put.isNull() ? Optional.empty() : Optional.of(number(put));
        }

        @Override
        public boolean remove(String key) {
            return ask(call("memory.remove", key)).bool();
        }

        @Override
        public List<String> keys() {
            return Texts.of(ask(Connection.call("memory.keys").put("session", session)));
        }

        private static long number(JsonValue value) {
            return value.number().longValueExact();
        }
    }
}
