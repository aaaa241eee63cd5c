package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.Providers;
import dev.agentos.api.spi.SigningKeyProvider;
import dev.agentos.api.spi.TokenFormatProvider;
import dev.agentos.api.token.SigningKey;
import dev.agentos.api.token.TokenOptions;
import dev.agentos.api.token.TrustedIssuer;
import dev.agentos.api.token.VerifyingKey;
import dev.agentos.cli.rpc.Codes;
import dev.agentos.cli.rpc.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The key by which a daemon signs tokens: a file of its owner's in the data folder. The name of the daemon as a system
 * comes from that key, so that no two have the same and none changes its own.
 */
final class TokenKey {
    private static final String PROVIDER = "ed25519";
    private static final int NAME_DIGITS = 16;
    private static final int NUMBER_DIGITS = 7;
    private static final int SIXTEEN = 16;

    private TokenKey() {}

    /**
     * Has a runtime exchange tokens, if a format is on the class path.
     *
     * @param trusted issuers as {@code name=key=capability}; the same name and key again means one capability more
     * @throws Failure if the key cannot be had, or an issuer is not understood
     */
    static AgentOS.Builder addTo(AgentOS.Builder builder, Path file, List<String> trusted) {
        if (ServiceLoader.load(TokenFormatProvider.class).findFirst().isEmpty()) {
            return builder;
        }
        Map<String, String> settings = Map.of("file", file.toString());
        VerifyingKey own = publicHalf(settings);
        var options = TokenOptions.builder("agent-os-" + own.hex().substring(0, NAME_DIGITS))
                .key(PROVIDER, settings)
                .keyId(number(own));
        try {
            issuers(trusted).forEach(options::issuer);
            return builder.tokens(options.build());
        } catch (IllegalArgumentException e) {
            throw new Failure(Codes.START_FAILED, "cannot trust: " + e.getMessage());
        }
    }

    private static VerifyingKey publicHalf(Map<String, String> settings) {
        try (SigningKey key =
                Providers.named(SigningKeyProvider.class, PROVIDER).open(settings)) {
            return key.verifyingKey();
        } catch (IllegalStateException e) {
            throw new Failure(Codes.START_FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** What stands in tokens for a key: both sides can tell it from the key itself. */
    static int number(VerifyingKey key) {
        return Math.max(1, Integer.parseInt(key.hex().substring(0, NUMBER_DIGITS), SIXTEEN));
    }

    static List<TrustedIssuer> issuers(List<String> texts) {
        Map<String, List<Capability>> capabilities = new LinkedHashMap<>();
        for (String text : texts) {
            String[] parts = text.split("=", 3);
            if (parts.length != 3) {
                throw new IllegalArgumentException(
                        "an issuer is NAME=KEY=CAPABILITY, as in 'desk=ed25519/3b6a…=file:/data/** read', not '" + text
                                + "'");
            }
            capabilities
                    .computeIfAbsent(parts[0] + "=" + parts[1], _ -> new ArrayList<>())
                    .add(CapabilityMethods.capability(parts[2]));
        }
        return capabilities.entrySet().stream()
                .map(entry -> issuer(entry.getKey().split("=", 2), entry.getValue()))
                .toList();
    }

    private static TrustedIssuer issuer(String[] nameAndKey, List<Capability> capabilities) {
        VerifyingKey key = VerifyingKey.parse(nameAndKey[1]);
        return new TrustedIssuer(nameAndKey[0], number(key), key, capabilities);
    }
}
