package dev.agentos.api;

import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Overflow;
import dev.agentos.api.message.Topics;
import dev.agentos.api.security.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is: what runs, under which name, with which rights and bounds. Immutable and shareable; a spec may be
 * spawned any number of times under different names or parents.
 *
 * @since 0.1
 */
public final class AgentSpec {
    /** Messages that a mailbox holds unless the spec says otherwise. */
    public static final int DEFAULT_MAILBOX = 1_024;

    /** How long a sender waits at a full mailbox unless the spec says otherwise. */
    public static final Duration DEFAULT_SEND_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final Builder parts;

    private AgentSpec(String name, Builder parts) {
        var address = Address.of(name);
        if (!address.isAgent() || address.depth() != 1) {
            throw new IllegalArgumentException("the name of an agent is one segment: '" + name + "'");
        }
        this.name = name;
        this.parts = parts;
    }

    /** {@return a builder of a spec} The name is one address segment, unique among living siblings. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** {@return this spec under another name} */
    public AgentSpec named(String other) {
        return new AgentSpec(other, parts);
    }

    /** {@return a builder that starts from this spec} */
    public Builder toBuilder() {
        return new Builder(name, parts);
    }

    /** {@return the name, one address segment} */
    public String name() {
        return name;
    }

    /** {@return whether it outlives the program} */
    public boolean durable() {
        return parts.durable;
    }

    /** {@return the patterns of the topics that it is subscribed to from its start} */
    public List<String> subscriptions() {
        return parts.subscriptions;
    }

    /** {@return how {@code os.template} or {@code os.load} can make this spec again; null if it was made in code} */
    public @Nullable JsonValue origin() {
        return parts.origin;
    }

    /** {@return what runs} */
    public AgentBody body() {
        return Objects.requireNonNull(parts.body);
    }

    /** {@return the parameters, in the order they were given} */
    public Map<String, Object> params() {
        return parts.params;
    }

    /** {@return the labels, for selectors and rules} */
    public Map<String, String> labels() {
        return parts.labels;
    }

    /** {@return the capabilities it is to hold; each has to be within the rights of whoever spawns it} */
    public List<Capability> grants() {
        return parts.grants;
    }

    /** {@return the payload types it takes; empty for all} */
    public List<Class<?>> accepts() {
        return parts.accepts;
    }

    /** {@return the children spawned with it, in this order} */
    public List<AgentSpec> children() {
        return parts.children;
    }

    /** {@return its bounds; null for the runtime's defaults} */
    public @Nullable Limits limits() {
        return parts.limits;
    }

    /** {@return what its failure means} */
    public Restart restart() {
        return parts.restart;
    }

    /** {@return who is hit by the restart of one of its children} */
    public Supervision supervision() {
        return parts.supervision;
    }

    /** {@return how many messages its mailbox holds} */
    public int mailboxCapacity() {
        return parts.mailboxCapacity;
    }

    /** {@return what a full mailbox does} */
    public Overflow overflow() {
        return parts.overflow;
    }

    /** {@return how long a sender waits at a full mailbox} */
    public Duration sendTimeout() {
        return parts.sendTimeout;
    }

    /** {@return where its code runs} */
    public Threading threading() {
        return parts.threading;
    }

    /** {@return how its code is kept apart from this JVM} */
    public Isolation isolation() {
        return parts.isolation;
    }

    /** {@return how much of the machine its process may use, if it has one} */
    public ProcessLimits processLimits() {
        return parts.processLimits;
    }

    @Override
    public String toString() {
        return "AgentSpec[" + name + "]";
    }

    /** Where the code of an agent runs. */
    public enum Threading {
        /** {@code run}: a virtual thread of its own; reactive: a shared worker. */
        DEFAULT,
        /** Reactive: a fresh virtual thread for each activation, so that thread-locals do not leak between agents. */
        OWN_THREAD,
        /** A platform thread of its own, for code that computes for long. */
        CPU_BOUND
    }

    /** Collects the parts of a spec. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable AgentBody body;
        private Map<String, Object> params = new LinkedHashMap<>();
        private Map<String, String> labels = new LinkedHashMap<>();
        private List<Capability> grants = new ArrayList<>();
        private List<Class<?>> accepts = new ArrayList<>();
        private List<AgentSpec> children = new ArrayList<>();
        private @Nullable Limits limits;
        private Restart restart = Restart.never();
        private Supervision supervision = Supervision.ONE_FOR_ONE;
        private int mailboxCapacity = DEFAULT_MAILBOX;
        private Overflow overflow = Overflow.BLOCK;
        private Duration sendTimeout = DEFAULT_SEND_TIMEOUT;
        private Threading threading = Threading.DEFAULT;
        private Isolation isolation = Isolation.NONE;
        private ProcessLimits processLimits = ProcessLimits.DEFAULT;
        private boolean durable;
        private List<String> subscriptions = new ArrayList<>();
        private @Nullable JsonValue origin;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        private Builder(String name, Builder from) {
            this.name = name;
            body = from.body;
            params.putAll(from.params);
            labels.putAll(from.labels);
            grants.addAll(from.grants);
            accepts.addAll(from.accepts);
            children.addAll(from.children);
            limits = from.limits;
            restart = from.restart;
            supervision = from.supervision;
            mailboxCapacity = from.mailboxCapacity;
            overflow = from.overflow;
            sendTimeout = from.sendTimeout;
            threading = from.threading;
            isolation = from.isolation;
            processLimits = from.processLimits;
            durable = from.durable;
            subscriptions.addAll(from.subscriptions);
            origin = from.origin;
        }

        /** A whole life on one thread of its own. The lambda is shared by all runs: keep state in its locals. */
        public Builder run(Agent agent) {
            return body(new AgentBody.Run(agent));
        }

        /** A message handler without state. */
        public Builder onMessage(ReactiveAgent handler) {
            return body(new AgentBody.OnMessage(handler));
        }

        /** A new instance per start, restart and activation: {@code Trader::new}. */
        public Builder reactive(Supplier<? extends ReactiveAgent> perStart) {
            return body(new AgentBody.Reactive(perStart));
        }

        /**
         * A class in a jar: an {@link Agent} or a {@link ReactiveAgent} with a public constructor without parameters, which runs in
         * a process of its own. Say {@code isolation(Isolation.PROCESS)} with it.
         *
         * @param jar with the class and everything it needs beyond the JDK and the API
         */
        public Builder code(Path jar, String className) {
            return body(new AgentBody.Code(jar, className));
        }

        /** How its code is kept apart from this JVM; {@link Isolation#NONE} unless said. */
        public Builder isolation(Isolation how) {
            origin = null;
            isolation = Objects.requireNonNull(how, "how");
            return this;
        }

        /** How much of the machine its process may use; {@link ProcessLimits#DEFAULT} unless said. */
        public Builder processLimits(ProcessLimits bounds) {
            origin = null;
            processLimits = Objects.requireNonNull(bounds, "bounds");
            return this;
        }

        /** What runs; a second one replaces the first. */
        public Builder body(AgentBody what) {
            origin = null;
            body = Objects.requireNonNull(what, "what");
            return this;
        }

        /** A value that the agent reads with {@link AgentContext#param}. */
        public Builder param(String key, Object value) {
            origin = null;
            params.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** A label, for selectors and rules. */
        public Builder label(String key, String value) {
            labels.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** A capability that the agent is to hold. */
        public Builder grant(Capability capability) {
            grants.add(Objects.requireNonNull(capability, "capability"));
            return this;
        }

        /**
         * A capability in text form, read at once.
         *
         * @throws dev.agentos.api.error.InvalidCapabilityException if it cannot be understood
         */
        public Builder grant(String capability) {
            return grant(Capability.parse(capability));
        }

        /** Payload types that it takes, sealed interfaces included; other mail is refused at the sender. */
        public Builder accepts(Class<?>... payloads) {
            origin = null;
            accepts.addAll(List.of(payloads));
            return this;
        }

        /** A child spawned after its parent, in the order given. */
        public Builder child(AgentSpec child) {
            origin = null;
            children.add(Objects.requireNonNull(child, "child"));
            return this;
        }

        /** Its bounds. */
        public Builder limits(Limits bounds) {
            origin = null;
            limits = Objects.requireNonNull(bounds, "bounds");
            return this;
        }

        /** What its failure means; {@link Restart#never()} unless said. */
        public Builder restart(Restart policy) {
            origin = null;
            restart = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /** Who is hit by the restart of one of its children. */
        public Builder supervision(Supervision ofChildren) {
            origin = null;
            supervision = Objects.requireNonNull(ofChildren, "ofChildren");
            return this;
        }

        /** How many messages may be pending, and what happens to one more. */
        public Builder mailbox(int capacity, Overflow whenFull) {
            origin = null;
            if (capacity < 1) {
                throw new IllegalArgumentException("a mailbox holds at least one message: " + capacity);
            }
            mailboxCapacity = capacity;
            overflow = Objects.requireNonNull(whenFull, "whenFull");
            return this;
        }

        /** How long a sender waits at the full mailbox. */
        public Builder sendTimeout(Duration most) {
            origin = null;
            if (!most.isPositive()) {
                throw new IllegalArgumentException("the send timeout must be positive: " + most);
            }
            sendTimeout = most;
            return this;
        }

        /** Where its code runs; {@link Threading#DEFAULT} unless said. */
        public Builder threading(Threading where) {
            origin = null;
            threading = Objects.requireNonNull(where, "where");
            return this;
        }

        /** A fresh virtual thread for each activation. */
        public Builder ownThread() {
            origin = null;
            threading = Threading.OWN_THREAD;
            return this;
        }

        /** A platform thread of its own, for code that computes for long. */
        public Builder cpuBound() {
            origin = null;
            threading = Threading.CPU_BOUND;
            return this;
        }

        /**
         * Has the store keep it: its inbox, its working memory and what it sends, together after each turn. If the program
         * ends, it lives on when the runtime is built again over the same store: by itself if it came from a template or a file,
         * else when somebody spawns a durable spec of its address. An interrupted turn runs again from its start, so what
         * it did to the world it may do twice. Nothing survives the program where the runtime keeps everything in memory.
         *
         * <p>A turn is the handling of one message, {@code onStart}, or {@code onStop}. To a {@code run} agent it is what lies
         * between {@code receive} and the next {@code receive} or {@code checkpoint}; what it does while it handles no message
         * takes effect at once. What a turn sends, publishes and replies leaves when it is committed; an {@code ask} is
         * performed at once, before what was sent earlier in the turn. A turn that throws leaves nothing; its message comes
         * again, at most three times, if the {@link Restart} says {@code RESTART}. It may hold what was on its way to it beyond
         * its mailbox's capacity. It takes records, enums, JSON, texts, numbers and times.
         *
         * <p>It ends for good when it is stopped, terminated, completes or fails. When the runtime closes it only sleeps: what
         * is sent to its address meanwhile is in its inbox when it comes back, in order. Who asked is gone by then: such a
         * request is handled as plain mail. Timers do not survive the program: set them in {@code onStart}.
         */
        public Builder durable() {
            durable = true;
            return this;
        }

        /**
         * Subscribes it to topics of a pattern from its start. Needs {@code topic:<pattern> subscribe} among its grants.
         *
         * @throws IllegalArgumentException if it is no pattern of {@link Topics}
         */
        public Builder subscribe(String topicPattern) {
            subscriptions.add(Topics.pattern(topicPattern));
            return this;
        }

        /**
         * How it can be made again; set by the runtime for templates and files. The name, labels, grants, subscriptions and that
         * it is durable may be changed afterwards; any other change makes this a spec that was made in code, without origin.
         */
        public Builder origin(JsonValue source) {
            origin = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Returns the spec; may be called again.
         *
         * @throws IllegalArgumentException if nothing runs, the name is not one segment, two children share a name, or what runs
         *     and its isolation do not go together
         */
        public AgentSpec build() {
            if (body == null) {
                throw new IllegalArgumentException(
                        "agent '" + name + "': say what runs: run, onMessage, reactive or code");
            }
            checkIsolation(body);
            if (children.stream().map(AgentSpec::name).distinct().count() != children.size()) {
                throw new IllegalArgumentException("agent '" + name + "': two children share a name: " + children);
            }
            var parts = new Builder(name, this);
            parts.params = Collections.unmodifiableMap(parts.params);
            parts.labels = Collections.unmodifiableMap(parts.labels);
            parts.grants = List.copyOf(grants);
            parts.accepts = List.copyOf(accepts);
            parts.subscriptions = List.copyOf(subscriptions);
            parts.children = List.copyOf(children);
            return new AgentSpec(name, parts);
        }

        private void checkIsolation(AgentBody what) {
            boolean code = what instanceof AgentBody.Code;
            if (code && isolation != Isolation.PROCESS) {
                throw new IllegalArgumentException("agent '" + name
                        + "': code from a jar runs in a process of its own: isolation(Isolation.PROCESS)");
            }
            if (!code && isolation == Isolation.PROCESS) {
                throw new IllegalArgumentException("agent '" + name
                        + "': a lambda, an object or a supplier lives in this JVM and cannot be isolated from it: put its class"
                        + " into a jar and say code(jar, className)");
            }
        }
    }
}
