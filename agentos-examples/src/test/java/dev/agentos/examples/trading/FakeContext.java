package dev.agentos.examples.trading;

import dev.agentos.api.AgentContext;
import dev.agentos.api.AgentId;
import dev.agentos.api.error.DeniedException;
import dev.agentos.api.json.JsonNull;
import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Grant;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.Tools;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an agent under test does, without a runtime: each message is in the order that the test chooses. */
final class FakeContext implements InvocationHandler {
    final List<Object> sent = new ArrayList<>();
    final List<Record> emitted = new ArrayList<>();
    final List<Order> attempts = new ArrayList<>();
    final List<Message> unhandled = new ArrayList<>();
    boolean completed;
    boolean revoked;
    Object result;
    private static final long RIGHT = 7;
    private final AgentId id;
    private final Grant right = proxy(Grant.class);
    private final BigDecimal limit;

    private FakeContext(String path, BigDecimal limit) {
        id = new AgentId(Address.of(path), 1);
        this.limit = limit;
    }

    /** An agent whose orders above the limit are denied. */
    static FakeContext of(String path, String limit) {
        return new FakeContext(path, new BigDecimal(limit));
    }

    static Message message(Object payload) {
        return new Message(
                1,
                Address.of("desk/market"),
                Address.of("desk/reader"),
                payload.getClass().getName(),
                payload,
                1,
                1,
                Instant.EPOCH,
                Map.of());
    }

    AgentContext context() {
        return proxy(AgentContext.class);
    }

    <T> List<T> sent(Class<T> type) {
        return sent.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) {
        switch (method.getName()) {
            case "id" -> {
                return method.getDeclaringClass() == Grant.class ? (Object) RIGHT : id;
            }
            case "self" -> {
                return id.address();
            }
            case "tools" -> {
                return proxy(Tools.class);
            }
            case "capabilities" -> {
                return proxy(Capabilities.class);
            }
            case "lent" -> {
                return List.of(right);
            }
            case "with" -> {
                return context();
            }
            case "ask" -> {
                sent.add(args[1]);
                return RIGHT;
            }
            case "revoked" -> {
                return revoked;
            }
            case "call" -> {
                return call((Order) args[1]);
            }
            case "send" -> sent.add(args[1]);
            case "emit" -> emitted.add((Record) args[0]);
            case "unhandled" -> unhandled.add((Message) args[0]);
            case "result" -> result = args[0];
            case "complete" -> completed = true;
            default -> throw new UnsupportedOperationException(method.toString());
        }
        return null;
    }

    private ToolResult.Ok call(Order order) {
        attempts.add(order);
        if (revoked) {
            throw new DeniedException(Action.of("tool:order.place", "call"), "it was revoked", "");
        }
        if (order.notional().compareTo(limit) > 0) {
            throw new DeniedException(Action.of("tool:order.place", "call"), "too much", "grant for " + order.name());
        }
        return ToolResult.Ok.of(JsonNull.NULL);
    }
}
