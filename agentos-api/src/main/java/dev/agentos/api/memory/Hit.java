package dev.agentos.api.memory;

import java.util.Objects;

/**
 * An entry that was found, and why it stands where it does.
 *
 * @param score what hits are ordered by, descending; comparable within one answer only
 * @since 0.2
 */
public record Hit(Entry entry, double score, Explanation why) {
    /** Checks that nothing is missing. */
    public Hit {
        Objects.requireNonNull(entry, "entry");
        Objects.requireNonNull(why, "why");
    }

    /** {@return the text of the entry} */
    public String text() {
        return entry.text();
    }
}
