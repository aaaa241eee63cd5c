package dev.agentos.runtime.gate;

import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capability;
import java.util.Map;

/** What a capability permits, as one action: of a tree, {@code /data/**} itself, which rules that forbid or ask take for all of it. */
final class Scopes {
    private static final String NET = "net";
    private static final String ANY_HOST = "https://any.invalid/";

    private Scopes() {}

    static Action of(Capability scope, String verb) {
        String base = scope.base();
        if (scope.type().equals(NET)) {
            return net(base, verb);
        }
        if (!scope.isTree()) {
            return new Action(scope.type(), base, verb, Map.of());
        }
        String folder = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return new Action(scope.type(), folder + "/**", verb, Map.of());
    }

    private static Action net(String base, String verb) {
        try {
            return new Action(NET, base, verb, Map.of());
        } catch (IllegalArgumentException pattern) {
            return new Action(NET, ANY_HOST, verb, Map.of());
        }
    }
}
