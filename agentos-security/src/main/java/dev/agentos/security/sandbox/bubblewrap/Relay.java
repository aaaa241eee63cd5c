package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.SandboxPlan.Network;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands between bubblewrap and the program of a process that may reach single hosts; see {@code relay.pl}. Perl, since
 * it can lay a filter of system calls over what it becomes, which no other program can that is on every machine. Stateless.
 */
final class Relay {
    static final Path PERL = Path.of("/usr/bin/perl");

    /** What it adds to the processes: itself, and for a moment the one that splits it off. */
    static final int PROCESSES = 2;

    private static final int PORT = 3128;
    private static final String PROXY = "http://127.0.0.1:" + PORT;
    private static final String FILTER = "AGENTOS_FILTER";
    private static final String PREFIX = "AGENTOS_ENV_";
    private static final Set<String> PROXIES =
            Set.of("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY");
    private static final Set<String> NO_PROXY = Set.of("no_proxy", "NO_PROXY");

    private Relay() {}

    /** {@return the command in front of the program, which it becomes} */
    static List<String> command(Path door) {
        return List.of(
                PERL.toString(),
                "-f", // no code of the machine's owner either
                "-e",
                script(),
                "--",
                Integer.toString(PORT),
                door.toString(),
                Integer.toString(KernelParts.seccompCall()),
                Integer.toString(KernelParts.prctlCall()));
    }

    private static String script() {
        try (InputStream in = Relay.class.getResourceAsStream("relay.pl")) {
            if (in == null) {
                throw new SandboxException("relay.pl is not where its class is", null);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SandboxException("relay.pl cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@return the environment of the relay, from which it makes that of the program} */
    static Map<String, String> environment(Map<String, String> ofProgram) {
        var all = new TreeMap<String, String>();
        ofProgram.forEach((name, value) -> all.put(PREFIX + name, value));
        NO_PROXY.forEach(name -> all.remove(PREFIX + name));
        PROXIES.forEach(name -> all.put(PREFIX + name, PROXY));
        byte[] filter = KernelParts.filter(new Network(false, Set.of(PORT), Set.of()));
        all.put(FILTER, HexFormat.of().formatHex(filter));
        return all;
    }
}
