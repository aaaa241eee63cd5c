package dev.agentos.json.spec;

import dev.agentos.api.security.AccessPolicy;
import dev.agentos.api.spi.PolicyFileProvider;
import dev.agentos.json.JacksonJsonProvider;
import java.nio.file.Path;

/**
 * Policies in YAML or JSON; {@code .json} is read as JSON, everything else as YAML. At most 1 MiB, in UTF-8.
 *
 * {@snippet lang = yaml :
 * default: allow                        # what no rule matches is left to the grants; or: deny, ask
 * rules:
 *   - deny: [tool:shell.execute call, "net:** get"]
 *     agents: [research/**]             # agents by path; or: principals
 *     because: research reads, it does not act
 *   - ask: tool:order.place call; notional>=10000
 *     labels: {desk: equities}
 *     expires: 10m                      # how long a person has to answer; 15m unless said
 *   - deny: any                         # every action
 *     when: tainted                     # in turns that have seen untrusted data
 *     principals: ["agent:**", "user:*"]
 * }
 *
 * <p>A rule says {@code allow}, {@code ask} or {@code deny}, and of what: one capability, a list of them, or {@code any}.
 * Capabilities are written as in grants, without the system's constraints. The strictest rule that matches counts,
 * wherever it stands. Nothing in a policy grants anything.
 *
 * @since 0.3
 */
public final class YamlPolicyFileProvider implements PolicyFileProvider {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    /** For ServiceLoader. */
    public YamlPolicyFileProvider() {}

    @Override
    public String name() {
        return "yaml";
    }

    @Override
    public AccessPolicy read(Path file) {
        var source = new SpecSource(json, file.toString(), SpecSource.textOf(file));
        return PolicyReader.read(new SpecField(source, "", "", source.parse()));
    }
}
