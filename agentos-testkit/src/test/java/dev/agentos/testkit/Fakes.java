package dev.agentos.testkit;

import dev.agentos.api.message.Address;
import dev.agentos.api.message.Message;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Map;

/** Objects of the API for tests without a runtime. */
final class Fakes {
    private Fakes() {}

    /** An object whose methods are not to be called. */
    static <T> T unusable(Class<T> type) {
        return answering(type, Map.of());
    }

    /** An object that has these methods only; each gives its arguments to a function. */
    static <T> T answering(Class<T> type, Map<String, Answer> methods) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            var answer = methods.get(method.getName());
            if (answer != null) {
                return answer.to(arguments == null ? new Object[0] : arguments);
            }
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                case "toString" -> "fake " + type.getSimpleName();
                default -> throw new UnsupportedOperationException(method.toString());
            };
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static Message message(Object payload) {
        return new Message(
                1,
                Address.of("sender"),
                Address.of("recipient"),
                payload.getClass().getName(),
                payload,
                1,
                1,
                Instant.EPOCH,
                Map.of());
    }

    /** What a method of a fake does. */
    @FunctionalInterface
    interface Answer {
        Object to(Object[] arguments);
    }
}
