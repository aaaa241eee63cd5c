package dev.agentos.security.key;

import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.token.SigningKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Opens Ed25519 keys of the JDK. Chosen by the name {@code ed25519}.
 *
 * <p>Without settings the key is a new one in memory. With {@code file} it is the one in that file, which is made, readable by its
 * owner alone, if it does not exist. It holds two blocks of PEM, {@code PRIVATE KEY} (PKCS#8) and {@code PUBLIC KEY}, as
 * {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey -pubout} write them.
 *
 * @since 0.3
 */
public final class Ed25519KeyProvider implements SigningKeyProvider {
    private static final String FILE = "file";

    /** For ServiceLoader. */
    public Ed25519KeyProvider() {}

    @Override
    public String name() {
        return "ed25519";
    }

    @Override
    public SigningKey open(Map<String, String> settings) {
        KeySettings.requireKnown(name(), settings, Set.of(FILE));
        String file = settings.get(FILE);
        return file == null ? Ed25519Key.generate() : KeyFile.openOrCreate(Path.of(file));
    }
}
