package dev.agentos.api.message;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code R} of the {@code Request<R>} that a class implements; cached with the class, so a request costs no reflection. */
final class ReplyTypes {
    private static final ClassValue<Class<?>> CACHE = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> request) {
            return find(request);
        }
    };

    private ReplyTypes() {}

    static Class<?> of(Class<?> request) {
        return CACHE.get(request);
    }

    private static Class<?> find(Class<?> type) {
        Type reply = find(type, Map.of());
        return reply == null ? Object.class : raw(reply);
    }

    /**
     * Walks up to {@code Request}, and keeps what the type variables on the way stand for: {@code record Last() implements
     * Query<Price>} answers with a price, if {@code interface Query<T> extends Request<T>}.
     */
    private static @Nullable Type find(Class<?> type, Map<TypeVariable<?>, Type> known) {
        for (Type implemented : type.getGenericInterfaces()) {
            Type reply = findIn(implemented, known);
            if (reply != null) {
                return reply;
            }
        }
        Type parent = type.getGenericSuperclass();
        return parent == null ? null : findIn(parent, known);
    }

    private static @Nullable Type findIn(Type supertype, Map<TypeVariable<?>, Type> known) {
        if (supertype instanceof Class<?> plain) {
            return Request.class.isAssignableFrom(plain) && plain != Request.class ? find(plain, Map.of()) : null;
        }
        if (!(supertype instanceof ParameterizedType generic)
                || !(generic.getRawType() instanceof Class<?> base)
                || !Request.class.isAssignableFrom(base)) {
            return null;
        }
        var arguments = new HashMap<TypeVariable<?>, Type>();
        for (int i = 0; i < base.getTypeParameters().length; i++) {
            Type argument = generic.getActualTypeArguments()[i];
            arguments.put(
                    base.getTypeParameters()[i],
                    argument instanceof TypeVariable<?> variable ? known.getOrDefault(variable, variable) : argument);
        }
        return base == Request.class ? arguments.get(base.getTypeParameters()[0]) : find(base, arguments);
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> raw(generic.getRawType());
            default -> Object.class;
        };
    }
}
