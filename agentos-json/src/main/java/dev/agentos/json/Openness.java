package dev.agentos.json;

import java.lang.reflect.AccessibleObject;
import org.jspecify.annotations.Nullable;

/** Reaches into classes of other modules, and says what is missing where that is not allowed. */
public final class Openness {
    private Openness() {}

    /** Makes a member accessible; returns null, or the line that the module of the class has to have. */
    public static @Nullable String missingLine(AccessibleObject member, Class<?> type) {
        if (member.trySetAccessible()) {
            return null;
        }
        Module ours = Openness.class.getModule();
        return "opens " + type.getPackageName() + (ours.isNamed() ? " to " + ours.getName() : "") + ";";
    }
}
