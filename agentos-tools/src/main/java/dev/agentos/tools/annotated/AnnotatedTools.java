package dev.agentos.tools.annotated;

import dev.agentos.api.spi.JsonProvider;
import dev.agentos.api.tool.Tool;
import dev.agentos.api.tool.ToolMethod;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Makes tools of the methods of an object that are annotated with {@link ToolMethod}. */
public final class AnnotatedTools {
    private AnnotatedTools() {}

    /**
     * Returns one tool for each annotated method, inherited ones included, sorted by name.
     *
     * @throws IllegalArgumentException if there is none, two share a name, or one cannot be made a tool
     */
    public static List<Tool> of(String prefix, Object annotated, JsonProvider json) {
        var tools = new TreeMap<String, Tool>();
        for (Method method : annotatedMethods(annotated.getClass())) {
            String name = prefix.isEmpty() ? method.getName() : prefix + "." + method.getName();
            if (tools.put(name, MethodTool.of(name, annotated, method, json)) != null) {
                throw new IllegalArgumentException(
                        "two methods of " + annotated.getClass().getName() + " would be the tool '" + name
                                + "'; rename one, tools are not overloaded");
            }
        }
        if (tools.isEmpty()) {
            throw new IllegalArgumentException(
                    annotated.getClass().getName() + " has no method annotated with @ToolMethod");
        }
        return List.copyOf(tools.values());
    }

    private static List<Method> annotatedMethods(Class<?> type) {
        var found = new ArrayList<Method>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            Arrays.stream(at.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(ToolMethod.class) && !method.isBridge())
                    .filter(method -> found.stream().noneMatch(known -> overrides(known, method)))
                    .forEach(found::add);
        }
        found.sort(Comparator.comparing(Method::getName));
        return found;
    }

    /** An overriding method hides the one above it, whichever of them is annotated. */
    private static boolean overrides(Method lower, Method upper) {
        return !Modifier.isPrivate(upper.getModifiers())
                && lower.getName().equals(upper.getName())
                && Arrays.equals(lower.getParameterTypes(), upper.getParameterTypes());
    }
}
