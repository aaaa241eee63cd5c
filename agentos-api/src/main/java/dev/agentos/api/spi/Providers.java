package dev.agentos.api.spi;

import dev.agentos.api.error.ProviderSelectionException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.WeakHashMap;

/**
 * Finds implementations: exactly one of a name, or an error that lists what was found.
 *
 * @since 0.1
 */
public final class Providers {
    /** A cache and no state: providers are stateless, and both key and value may be collected. Guarded by itself. */
    private static final Map<ClassLoader, SoftReference<JsonProvider>> JSON = new WeakHashMap<>();

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

    /**
     * Returns the one JSON provider, which is remembered for each class loader: looking it up costs about 90 microseconds,
     * and a provider compiles mappings as it goes.
     *
     * @throws ProviderSelectionException if there is none, or more than one
     */
    public static JsonProvider json() {
        synchronized (JSON) {
            var remembered = JSON.get(loader());
            var provider = remembered == null ? null : remembered.get();
            if (provider == null) {
                provider = only(JsonProvider.class);
                JSON.put(loader(), new SoftReference<>(provider));
            }
            return provider;
        }
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
