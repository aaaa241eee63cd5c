package dev.agentos.api;

import dev.agentos.api.json.JsonNumber;
import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonString;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.PrincipalId;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes some valid value of a type of the API, with collections that can still be changed. */
final class Samples {
    /** Where a rule ties components together, or a plain word will not do. */
    private static final Map<Class<?>, Object> FIXED = Map.ofEntries(
            Map.entry(String.class, "sample"),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(BigDecimal.class, BigDecimal.ONE),
            Map.entry(UUID.class, new UUID(1, 2)),
            Map.entry(Path.class, Path.of("/tmp")),
            Map.entry(Address.class, Address.of("desk")),
            Map.entry(PrincipalId.class, PrincipalId.HOST),
            Map.entry(Action.class, Action.of("tool:a", "call")),
            Map.entry(Capability.class, Capability.parse("tool:a call")),
            Map.entry(Object.class, "payload"),
            Map.entry(Record.class, new JsonString("data")),
            Map.entry(dev.agentos.api.json.JsonValue.class, JsonNumber.of(1)),
            Map.entry(JsonObject.class, JsonObject.EMPTY),
            Map.entry(Throwable.class, new IllegalStateException("sample")),
            Map.entry(Class.class, String.class),
            Map.entry(Integer.class, 1),
            Map.entry(Limit.class, Limit.TURNS),
            Map.entry(byte[].class, new byte[] {1}));

    /** Components that are digits, by name. */
    private static final Map<String, String> HEX = Map.of(
            "hex",
            "0f".repeat(32),
            "nonce",
            "0f".repeat(16),
            "bodyHash",
            "0f".repeat(32),
            "revocationId",
            "0f".repeat(64));

    private Samples() {}

    /** A value of a type. */
    static Object of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalArgumentException("no sample of " + type);
        }
        Object fixed = FIXED.get(plain);
        if (fixed != null) {
            return fixed;
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        }
        if (plain.isRecord()) {
            return record(plain, arguments(plain));
        }
        if (plain.isSealed()) {
            return of(plain.getPermittedSubclasses()[0]);
        }
        return plain.isPrimitive() ? primitive(plain) : stub(plain);
    }

    private static Object container(Class<?> raw, Type[] arguments) {
        if (raw == List.class) {
            return new ArrayList<>(List.of(of(arguments[0])));
        }
        if (raw == Set.class) {
            return new HashSet<>(Set.of(of(arguments[0])));
        }
        if (raw == Map.class) {
            return new HashMap<>(Map.of(of(arguments[0]), of(arguments[1])));
        }
        return of(raw);
    }

    private static Object primitive(Class<?> type) {
        if (type == boolean.class) {
            return true;
        }
        return type == int.class ? (Object) 1 : type == long.class ? (Object) 1L : (Object) 1.0;
    }

    private static Object stub(Class<?> face) {
        return Proxy.newProxyInstance(
                face.getClassLoader(), new Class<?>[] {face}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> 1;
                    case "toString" -> "a " + face.getSimpleName();
                    default -> method.getReturnType() == Capability.class ? of(Capability.class) : null;
                });
    }

    /** Arguments of the canonical constructor. */
    static @Nullable Object[] arguments(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(component -> isNullable(component) ? null : component(type, component))
                .toArray();
    }

    private static Object component(Class<?> owner, RecordComponent component) {
        if (owner == dev.agentos.api.spi.SandboxCommand.class
                && component.getName().equals("argv")) {
            return new ArrayList<>(List.of("/bin/true"));
        }
        if (owner == ProcessLimits.class && component.getName().equals("heapBytes")) {
            return ProcessLimits.DEFAULT.heapBytes();
        }
        if (owner == PrincipalId.class && component.getName().equals("kind")) {
            return PrincipalId.Kind.USER;
        }
        if (component.getType() == String.class && HEX.containsKey(component.getName())) {
            return HEX.get(component.getName());
        }
        if (owner == dev.agentos.api.token.TokenOptions.class
                && component.getName().equals("keyId")) {
            return 2; // that of a sample issuer is 1
        }
        if (component.getType() == Grant.class) {
            return stub(Grant.class);
        }
        return of(component.getGenericType());
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** Makes a record; what its constructor throws comes as it is. */
    static Object record(Class<?> type, @Nullable Object[] arguments) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type.getName(), e);
        }
    }
}
