package dev.agentos.json.spec;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentBody;
import dev.agentos.api.ReactiveAgent;
import dev.agentos.json.Openness;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Optional;

/** Loads the classes that an agent file names. What is wrong with one is an {@link IllegalArgumentException}. */
final class SpecClass {
    private SpecClass() {}

    /** Returns the class of a name, by the context class loader; nothing of it runs yet. */
    static Class<?> load(String name) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? SpecClass.class.getClassLoader() : context;
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "there is no class " + name + " on the class path" + hint(name, loader), e);
        } catch (LinkageError e) {
            throw new IllegalArgumentException("class " + name + " cannot be loaded: " + e, e);
        }
    }

    /** Java code writes a dot before the name of a nested class, class loaders a dollar sign. */
    private static String hint(String name, ClassLoader loader) {
        var other = new StringBuilder(name);
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            other.setCharAt(dot, '$');
            try {
                return "; did you mean "
                        + Class.forName(other.toString(), false, loader).getName() + "?";
            } catch (ClassNotFoundException | LinkageError e) {
                // Not that one either.
            }
        }
        return "";
    }

    /** Returns the body whose code is in a class: a new instance per start. */
    static AgentBody body(String name) {
        Class<?> type = load(name);
        boolean whole = Agent.class.isAssignableFrom(type);
        boolean reactive = ReactiveAgent.class.isAssignableFrom(type);
        if (whole == reactive) {
            throw new IllegalArgumentException("expected a class that implements either Agent or ReactiveAgent; " + name
                    + (whole ? " implements both" : " implements neither"));
        }
        Constructor<?> constructor = constructor(type);
        return whole
                ? new AgentBody.Run(ctx -> ((Agent) create(constructor)).run(ctx))
                : new AgentBody.Reactive(() -> (ReactiveAgent) create(constructor));
    }

    private static Constructor<?> constructor(Class<?> type) {
        Constructor<?> constructor;
        try {
            constructor = type.getDeclaredConstructor();
            // An abstract class has constructors too.
            if (Modifier.isAbstract(type.getModifiers())) {
                throw new IllegalArgumentException(type.getName() + " is abstract");
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "expected a class with a constructor without parameters; " + type.getName() + " has none", e);
        }
        Optional.ofNullable(Openness.missingLine(constructor, type)).ifPresent(line -> {
            throw new IllegalArgumentException(
                    type.getName() + " is closed to the JSON module; add to the module-info of "
                            + type.getModule().getName() + ": " + line);
        });
        return constructor;
    }

    /** What the constructor throws is the failure of the agent, as it would be with a supplier. */
    private static Object create(Constructor<?> constructor) {
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(constructor + " failed", e.getCause());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(constructor + " cannot be called", e);
        }
    }
}
