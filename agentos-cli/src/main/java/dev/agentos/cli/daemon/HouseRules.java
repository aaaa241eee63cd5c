package dev.agentos.cli.daemon;

import dev.agentos.api.AgentOS;
import dev.agentos.api.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What whoever starts a daemon says about all agents.
 *
 * @param policies files with rules above all grants
 * @param secretFolders where secrets come from
 * @param trusted whose tokens are accepted, and for what: {@code name=key=capability}
 */
public record HouseRules(List<Path> policies, List<Path> secretFolders, List<String> trusted) {
    /** Nothing. */
    public static final HouseRules NONE = new HouseRules(List.of(), List.of(), List.of());

    /** Makes the paths absolute, since a daemon may run in another folder. */
    public HouseRules {
        policies = policies.stream().map(HouseRules::absolute).toList();
        secretFolders = secretFolders.stream().map(HouseRules::absolute).toList();
        trusted = List.copyOf(trusted);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    AgentOS.Builder addTo(AgentOS.Builder builder, Path tokenKey) {
        policies.forEach(builder::policy);
        secretFolders.forEach(builder::secretFolder);
        return TokenKey.addTo(builder, tokenKey, trusted);
    }

    /** {@return the same as words of a command line} */
    public List<String> words() {
        var words = new ArrayList<String>();
        policies.forEach(file -> words.addAll(List.of("--policy", file.toString())));
        secretFolders.forEach(folder -> words.addAll(List.of("--secrets", folder.toString())));
        trusted.forEach(issuer -> words.addAll(List.of("--trust", issuer)));
        return words;
    }

    /** Adds what there is to the description of a daemon. */
    public void describe(JsonObject.Builder daemon) {
        if (!policies.isEmpty()) {
            daemon.put("policies", policies.stream().map(Path::toString).toList());
        }
        if (!secretFolders.isEmpty()) {
            daemon.put("secrets", secretFolders.stream().map(Path::toString).toList());
        }
        if (!trusted.isEmpty()) {
            daemon.put("trusted", trusted);
        }
    }
}
