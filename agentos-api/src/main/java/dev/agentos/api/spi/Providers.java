package dev.agentos.api.spi;

import dev.agentos.api.error.ProviderSelectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Finds implementations: exactly one of a name, or an error that lists what was found.
 *
 * @since 0.1
 */
public final class Providers {
    private Providers() {}

    /**
     * Returns the provider of a name.
     *
     * @throws ProviderSelectionException if there is none, or more than one
     */
    public static <P extends NamedProvider> P named(Class<P> kind, String name) {
        var all = all(kind);
        var matching = all.stream().filter(p -> p.name().equals(name)).toList();
        if (matching.size() != 1) {
            throw new ProviderSelectionException(kind.getSimpleName(), name, describe(all));
        }
        return matching.getFirst();
    }

    /**
     * Returns the one provider of a kind.
     *
     * @throws ProviderSelectionException if there is none, or more than one
     */
    public static <P extends NamedProvider> P only(Class<P> kind) {
        var all = all(kind);
        if (all.size() != 1) {
            throw new ProviderSelectionException(kind.getSimpleName(), "(any)", describe(all));
        }
        return all.getFirst();
    }

    /** {@return every provider of a kind, in the order found} */
    public static <P extends NamedProvider> List<P> all(Class<P> kind) {
        Providers.class.getModule().addUses(kind);
        var found = new ArrayList<P>();
        // The context loader sees what an application server or a test runner adds; ours sees what came with us.
        ServiceLoader.load(kind, loader()).forEach(found::add);
        return found;
    }

    private static ClassLoader loader() {
        var context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : Providers.class.getClassLoader();
    }

    private static List<String> describe(List<? extends NamedProvider> providers) {
        return providers.stream()
                .map(p -> p.name() + " (" + p.getClass().getName() + ")")
                .toList();
    }
}
