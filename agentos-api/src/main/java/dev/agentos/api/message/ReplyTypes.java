package dev.agentos.api.message;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

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
        for (Type implemented : type.getGenericInterfaces()) {
            if (implemented instanceof ParameterizedType generic && generic.getRawType() == Request.class) {
                return raw(generic.getActualTypeArguments()[0]);
            }
            if (implemented instanceof Class<?> plain
                    && Request.class.isAssignableFrom(plain)
                    && plain != Request.class) {
                return find(plain);
            }
        }
        var parent = type.getSuperclass();
        return parent != null && Request.class.isAssignableFrom(parent) ? find(parent) : Object.class;
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> raw(generic.getRawType());
            default -> Object.class;
        };
    }
}
