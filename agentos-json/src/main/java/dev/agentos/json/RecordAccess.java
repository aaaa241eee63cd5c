package dev.agentos.json;

import dev.agentos.api.error.JsonException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes records of one class apart and puts them together.
 *
 * @param tagged whether it belongs to a sealed interface, so that a member says which record it is
 * @param names of the components, in order
 * @param accessors {@code (Object) -> Object}, in the same order
 * @param constructor {@code (Object[]) -> Object}, the canonical one
 */
record RecordAccess(
        Class<?> type, boolean tagged, List<String> names, List<MethodHandle> accessors, MethodHandle constructor) {
    private static final MethodType READ = MethodType.methodType(Object.class, Object.class);
    private static final MethodType CREATE = MethodType.methodType(Object.class, Object[].class);

    /**
     * Opens a record class.
     *
     * @throws JsonException with the line that its module needs, if it is closed to us
     */
    static RecordAccess to(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        var lookup = MethodHandles.lookup();
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            open(canonical, type);
            MethodHandle constructor = lookup.unreflectConstructor(canonical)
                    .asFixedArity()
                    .asSpreader(Object[].class, components.length)
                    .asType(CREATE);
            var accessors = new MethodHandle[components.length];
            for (int i = 0; i < components.length; i++) {
                open(components[i].getAccessor(), type);
                accessors[i] = lookup.unreflect(components[i].getAccessor()).asType(READ);
            }
            List<String> names =
                    Arrays.stream(components).map(RecordComponent::getName).toList();
            return new RecordAccess(type, Shapes.isTagged(type), names, List.of(accessors), constructor);
        } catch (ReflectiveOperationException e) {
            throw new JsonException(0, "record " + type.getName() + " cannot be reached", e);
        }
    }

    private static void open(AccessibleObject member, Class<?> type) {
        String line = Openness.missingLine(member, type);
        if (line != null) {
            throw new JsonException(
                    0,
                    "record " + type.getName() + " is closed to the JSON module; add to the module-info of "
                            + type.getModule().getName() + ": " + line,
                    null);
        }
    }

    /** Returns the value of a component; what the accessor throws is a {@link Mismatch}. */
    @Nullable
    Object read(int component, Object from) {
        try {
            return (Object) accessors.get(component).invokeExact(from);
        } catch (Throwable e) {
            throw failed("reading " + type.getName() + "." + names.get(component) + " failed", e);
        }
    }

    /** Returns a record; what the constructor throws is a {@link Mismatch}. */
    Object create(@Nullable Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw failed(type.getSimpleName() + " refuses it", e);
        }
    }

    private static Mismatch failed(String what, Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
        return new Mismatch(cause.getMessage() == null ? what : what + ": " + cause.getMessage(), cause);
    }
}
