package dev.agentos.api.message;

import java.util.Objects;
import java.util.Optional;

/**
 * Logical name of an agent, resolved late: {@code desk/broker} is the child {@code broker} of {@code desk}. Mail that no
 * agent sent has an address that starts with {@code @}: {@code @host}, {@code @user:alice}, {@code @operator:1000}.
 *
 * @param path names joined by {@code /}; each of 1 to 128 ASCII letters, digits and {@code . _ - + = @ :}, starting with
 *     a letter or digit; at most 1,024 characters in all
 * @since 0.1
 */
public record Address(String path) implements Comparable<Address> {
    /** The embedding program. */
    public static final Address HOST = new Address("@host");

    private static final int MAX_PATH = 1_024;
    private static final int MAX_NAME = 128;

    /** Checks the path. */
    public Address {
        Objects.requireNonNull(path, "path");
        if (path.isEmpty() || path.length() > MAX_PATH) {
            throw new IllegalArgumentException("an address has 1 to " + MAX_PATH + " characters: '" + path + "'");
        }
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                checkName(path, start, i);
                start = i + 1;
            }
        }
    }

    /** {@return the address of this path} */
    public static Address of(String path) {
        return new Address(path);
    }

    /** {@return the address of a child of this agent} */
    public Address child(String name) {
        if (name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a name has no '/': '" + name + "'");
        }
        return new Address(path + "/" + name);
    }

    /** {@return the address one level up; empty for an agent without parent} */
    public Optional<Address> parent() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(new Address(path.substring(0, slash)));
    }

    /** {@return the last name of the path} */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** {@return how many names the path has} */
    public int depth() {
        int names = 1;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            names++;
        }
        return names;
    }

    /** {@return whether this names an agent, rather than the host or a person} */
    public boolean isAgent() {
        return path.charAt(0) != '@';
    }

    /** {@return whether the other address is this one or lies below it} */
    public boolean contains(Address other) {
        return other.path.startsWith(path)
                && (other.path.length() == path.length() || other.path.charAt(path.length()) == '/');
    }

    @Override
    public int compareTo(Address other) {
        return path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return path;
    }

    private static void checkName(String path, int start, int end) {
        int first = start == 0 && path.charAt(0) == '@' && path.indexOf('/') < 0 ? 1 : start;
        if (end <= first || end - first > MAX_NAME) {
            throw new IllegalArgumentException(
                    "each name of an address has 1 to " + MAX_NAME + " characters: '" + path + "'");
        }
        if (!isAlphanumeric(path.charAt(first))) {
            throw new IllegalArgumentException("a name starts with a letter or digit: '" + path + "'");
        }
        for (int i = first; i < end; i++) {
            char c = path.charAt(i);
            if (!isAlphanumeric(c) && "._-+=@:".indexOf(c) < 0) {
                throw new IllegalArgumentException(
                        "a name has letters, digits and . _ - + = @ : only, not '" + c + "': '" + path + "'");
            }
        }
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
