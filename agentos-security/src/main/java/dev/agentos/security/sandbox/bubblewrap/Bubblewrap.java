package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.spi.SandboxFeature;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program, and whether it works on this machine.
 *
 * @param program where it is
 * @param version as it says; empty if it is not there
 * @param obstacle why it does not work; empty if it does
 */
record Bubblewrap(Path program, String version, String obstacle) {
    /** What else is needed: the shell opens files for it, the other one sets limits. */
    static final Path SHELL = Path.of("/bin/sh");

    static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/bwrap"), Path.of("/usr/local/bin/bwrap"), Path.of("/bin/bwrap"));
    private static final Pattern VERSION = Pattern.compile("bubblewrap (\\d+)\\.(\\d+)\\S*");
    private static final int FIRST_MINOR = 8;
    private static final int PATIENCE = 20; // seconds

    /** What every process is put into. */
    static final List<String> NAMESPACES = List.of(
            "--unshare-user",
            "--disable-userns",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--cap-drop",
            "ALL",
            "--new-session",
            "--die-with-parent");

    /** Looks at this machine, and tries it out. */
    static Bubblewrap probe() {
        return probe(PLACES);
    }

    static Bubblewrap probe(List<Path> places) {
        Path found = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (found == null) {
            return new Bubblewrap(places.getFirst(), "", "bubblewrap is not installed: apt install bubblewrap");
        }
        Matcher version = VERSION.matcher(run(List.of(found.toString(), "--version")));
        if (!version.find()) {
            return new Bubblewrap(found, "", found + " does not say its version");
        }
        String name = version.group();
        boolean old = version.group(1).equals("0") && Integer.parseInt(version.group(2)) < FIRST_MINOR;
        if (old) {
            return new Bubblewrap(found, name, "bubblewrap 0.8.0 or later");
        }
        if (!Files.isExecutable(SHELL) || !Files.isExecutable(PRLIMIT)) {
            return new Bubblewrap(found, name, SHELL + " and " + PRLIMIT + " (util-linux)");
        }
        if (!KernelParts.canFilter()) {
            return new Bubblewrap(found, name, "x86-64 or aarch64");
        }
        String said = new Bubblewrap(found, name, "")
                .attempt(List.of("--unshare-net", "--ro-bind", "/", "/", "--", SHELL.toString(), "-c", "echo works"));
        String obstacle = said.equals("works")
                ? ""
                : "user namespaces for this user (kernel.unprivileged_userns_clone, AppArmor, the container): "
                        + said.lines().findFirst().orElse("it says nothing");
        return new Bubblewrap(found, name, obstacle);
    }

    /** {@return what a process says in the usual namespaces and with these options, or why there is none} */
    String attempt(List<String> options) {
        var line = new ArrayList<String>();
        line.add(program.toString());
        line.addAll(NAMESPACES);
        line.addAll(options);
        return run(line).strip();
    }

    private static String run(List<String> argv) {
        try {
            var builder = new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .directory(Path.of("/").toFile());
            builder.environment().clear();
            Process process = builder.start();
            process.getOutputStream().close();
            try {
                boolean ended = process.waitFor(PATIENCE, TimeUnit.SECONDS);
                return ended ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8) : "it hangs";
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    boolean works() {
        return obstacle.isEmpty();
    }

    /** {@return what is looked for, whether it is there, and how to get it} */
    List<SandboxFeature> features(KernelParts parts) {
        String name = version.isEmpty() ? "bubblewrap" : version;
        var features = new ArrayList<SandboxFeature>();
        add(features, SandboxFeature.FILE_SYSTEM, name + ", mount namespace");
        add(features, SandboxFeature.NETWORK, name + ", network namespace: all of the network or none");
        add(features, SandboxFeature.SYSTEM_CALLS, name + ", seccomp without reports");
        add(features, SandboxFeature.SIGNALS, name + ", process namespace");
        add(features, SandboxFeature.TREE_KILL, name + ", process namespace");
        addGroup(features, SandboxFeature.PIDS, "pids", parts);
        addGroup(features, SandboxFeature.MEMORY, "memory", parts);
        add(features, SandboxFeature.HOST_DEATH, name + " --die-with-parent");
        add(features, SandboxFeature.SESSION, name + " --new-session");
        return List.copyOf(features);
    }

    private void add(List<SandboxFeature> features, String feature, String means) {
        features.add(new SandboxFeature(feature, works(), means, obstacle));
    }

    private static void addGroup(List<SandboxFeature> features, String feature, String controller, KernelParts parts) {
        boolean there = parts.counts(controller);
        features.add(new SandboxFeature(
                feature,
                there,
                "control group '" + controller + "'",
                there ? "" : "a delegated control group with the controller " + controller));
    }
}
