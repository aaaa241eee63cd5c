package dev.agentos.api.error;

import java.util.List;
import java.util.Objects;

/**
 * None or several providers of a name were found.
 *
 * @since 0.1
 */
public final class ProviderSelectionException extends AgentOsException {
    private static final long serialVersionUID = 1L;

    private final String wanted;
    private final transient List<String> found;

    /** Names the kind and name wanted, and lists what was found. */
    public ProviderSelectionException(String kind, String wanted, List<String> found) {
        this(kind, wanted, found, "");
    }

    /**
     * Names the kind and name wanted, lists what was found, and says what to do.
     *
     * @param remedy as the end of a sentence; empty if there is nothing to say
     * @since 0.3
     */
    public ProviderSelectionException(String kind, String wanted, List<String> found, String remedy) {
        super(
                ErrorCode.PROVIDER,
                "wanted one " + kind + " named '" + wanted + "'; found "
                        + (found.isEmpty() ? "none on the class path or module path" : found) + remedy,
                null);
        this.wanted = Objects.requireNonNull(wanted, "wanted");
        this.found = List.copyOf(found);
    }

    /** {@return the name looked for} */
    public String wanted() {
        return wanted;
    }

    /** {@return every provider of that kind that was found, by name and class} */
    public List<String> found() {
        return found;
    }
}
