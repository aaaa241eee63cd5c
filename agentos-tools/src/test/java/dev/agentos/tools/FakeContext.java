package dev.agentos.tools;

import dev.agentos.api.Registration;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.GrantOrigin;
import dev.agentos.api.security.GrantUsage;
import dev.agentos.api.security.PrincipalId;
import dev.agentos.api.spi.Sandbox;
import dev.agentos.api.spi.SandboxPolicy;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolCall;
import dev.agentos.api.tool.ToolContext;
import dev.agentos.api.tool.ToolResult;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gate of a test: decides by the capabilities it was made with, and remembers what it was asked. */
public final class FakeContext implements ToolContext {
    private final List<Capability> capabilities;
    private final Sandbox sandbox;
    private final List<Action> required = new CopyOnWriteArrayList<>();
    private final List<Runnable> cancels = new CopyOnWriteArrayList<>();

    private FakeContext(Sandbox sandbox, List<Capability> capabilities) {
        this.sandbox = sandbox;
        this.capabilities = capabilities;
    }

    public static FakeContext granting(String... capabilities) {
        return granting(null, capabilities);
    }

    public static FakeContext granting(Sandbox sandbox, String... capabilities) {
        return new FakeContext(
                sandbox, Arrays.stream(capabilities).map(Capability::parse).toList());
    }

    /** Passes a call through the gate: describe, authorise all, invoke. */
    public ToolResult call(Tool tool, Map<String, ?> arguments) throws Exception {
        var call = call(tool.spec().name(), arguments);
        for (Action action : tool.describe(call)) {
            find(action).orElseThrow(() -> denied(action));
        }
        return tool.invoke(call, this);
    }

    public static ToolCall call(String tool, Map<String, ?> arguments) {
        return new ToolCall(tool, (JsonObject) JsonValue.of(arguments));
    }

    public List<Action> required() {
        return required;
    }

    public List<Runnable> cancels() {
        return cancels;
    }

    private Optional<Capability> find(Action action) {
        return capabilities.stream().filter(c -> c.covers(action)).findFirst();
    }

    private static DeniedException denied(Action action) {
        return new DeniedException(
                action, "no grant", Capability.covering(action).toString());
    }

    @Override
    public Capability allowedBy(Action action) {
        return find(action).orElseThrow(() -> new IllegalArgumentException("not described: " + action));
    }

    @Override
    public Capability require(Action action) {
        required.add(action);
        return find(action).orElseThrow(() -> denied(action));
    }

    @Override
    public Registration onCancel(Runnable cancel) {
        cancels.add(cancel);
        return () -> cancels.remove(cancel);
    }

    @Override
    public SandboxPolicy sandboxPolicy() {
        var grants = new ArrayList<Grant>();
        capabilities.forEach(capability -> grants.add(new HeldGrant(capability)));
        return new SandboxPolicy(principal(), grants);
    }

    @Override
    public Sandbox sandbox() {
        return sandbox;
    }

    @Override
    public PrincipalId principal() {
        return PrincipalId.user("tester");
    }

    @Override
    public String idempotencyKey() {
        return "key";
    }

    @Override
    public Instant deadline() {
        return Instant.MAX;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    private record HeldGrant(Capability capability) implements Grant {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public PrincipalId holder() {
            return PrincipalId.user("tester");
        }

        @Override
        public Optional<Grant> parent() {
            return Optional.empty();
        }

        @Override
        public boolean revoked() {
            return false;
        }

        @Override
        public long used() {
            return 0;
        }

        @Override
        public GrantOrigin origin() {
            return GrantOrigin.GRANTED;
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public Instant created() {
            return Instant.EPOCH;
        }

        @Override
        public GrantUsage usage() {
            return GrantUsage.NONE;
        }
    }
}
