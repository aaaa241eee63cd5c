package dev.agentos.security.key;

import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Opens P-256 keys in hardware, by PKCS#11 and the JDK's own bridge to it. Chosen by the name {@code pkcs11}. The private half never
 * leaves the hardware.
 *
 * <p>Settings: {@code library}, the absolute path of the vendor's library; {@code slot}, the index of the slot in its list, 0 unless
 * said; {@code pinFile}, a file that holds the PIN; {@code label} of the key; {@code create}, {@code true} if the key is made in the
 * hardware where there is none of that label.
 *
 * @since 0.3
 */
public final class Pkcs11KeyProvider implements SigningKeyProvider {
    private static final String LIBRARY = "library";
    private static final String SLOT = "slot";
    private static final String PIN_FILE = "pinFile";
    private static final String LABEL = "label";
    private static final String CREATE = "create";

    /** For ServiceLoader. */
    public Pkcs11KeyProvider() {}

    @Override
    public String name() {
        return "pkcs11";
    }

    @Override
    public SigningKey open(Map<String, String> settings) {
        KeySettings.requireKnown(name(), settings, Set.of(LIBRARY, SLOT, PIN_FILE, LABEL, CREATE));
        String library = plain(LIBRARY, KeySettings.required(name(), settings, LIBRARY));
        String slot = settings.getOrDefault(SLOT, "0");
        if (!slot.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("'" + SLOT + "' is the index of a slot, not '" + slot + "'");
        }
        String create = settings.getOrDefault(CREATE, "false");
        if (!create.equals("true") && !create.equals("false")) {
            throw new IllegalArgumentException("'" + CREATE + "' is true or false, not '" + create + "'");
        }
        String label = KeySettings.required(name(), settings, LABEL);
        char[] pin = pin(Path.of(KeySettings.required(name(), settings, PIN_FILE)));
        return Pkcs11Key.open(new Pkcs11Key.Slot(library, Integer.parseInt(slot)), label, pin, create.equals("true"));
    }

    /** It becomes a line of the bridge's configuration, which must not become two. */
    private static String plain(String name, String value) {
        if (!Path.of(value).isAbsolute() || value.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '$')) {
            throw new IllegalArgumentException(
                    "'" + name + "' is an absolute path without spaces, quotes and dollars, not '" + value + "'");
        }
        return value;
    }

    private static char[] pin(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip().toCharArray();
        } catch (IOException e) {
            throw new IllegalStateException("the PIN cannot be read from " + file, e);
        }
    }
}
