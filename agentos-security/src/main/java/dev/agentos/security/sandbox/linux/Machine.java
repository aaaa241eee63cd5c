package dev.agentos.security.sandbox.linux;

import dev.agentos.api.spi.SandboxFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a machine offers to a sandbox.
 *
 * @param landlock its version
 * @param filters whether seccomp filters can ask a listener
 * @param spawns whether the C library closes descriptors and changes the folder when it starts a process
 * @param groups where processes are counted together
 * @param watchdog whether something can clean up after this JVM
 */
record Machine(
        Architecture architecture,
        Landlock landlock,
        boolean filters,
        boolean spawns,
        ControlGroups groups,
        boolean watchdog) {

    private static final int GET_ACTION_AVAILABLE = 2;

    /** Looks at this machine. */
    static Machine probe(Native os, ControlGroups groups, boolean watchdog) {
        var action = os.memory(4);
        action.set(java.lang.foreign.ValueLayout.JAVA_INT, 0, SeccompFilter.NOTIFY);
        boolean filters = os.call(SystemCall.SECCOMP, GET_ACTION_AVAILABLE, 0, action.address()) == 0;
        boolean spawns = List.of(Native.Preparing.values()).stream().allMatch(Native.Preparing::isThere);
        return new Machine(os.architecture(), Landlock.probe(os), filters, spawns, groups, watchdog);
    }

    /** {@return what is looked for, whether it is there, and how to get it} */
    List<SandboxFeature> features() {
        String version = "Landlock ABI " + landlock.version();
        var features = new ArrayList<SandboxFeature>();
        features.add(feature(
                SandboxFeature.FILE_SYSTEM,
                landlock.version() >= Landlock.FOR_FILES,
                version,
                "Linux 6.2 or later with Landlock (lsm=landlock,…), and a container that permits its system calls"));
        features.add(feature(
                SandboxFeature.NETWORK,
                landlock.version() >= Landlock.FOR_PORTS,
                "seccomp, and " + version + " for single ports",
                "Linux 6.7 or later; without it a process has no network, or all of it"));
        features.add(feature(
                SandboxFeature.SYSTEM_CALLS,
                filters && spawns,
                "seccomp with a listener, posix_spawn of glibc 2.34",
                "Linux 5.5 or later with seccomp, and glibc 2.34 or later"));
        features.add(feature(
                SandboxFeature.SIGNALS, landlock.version() >= Landlock.FOR_SIGNALS, version, "Linux 6.12 or later"));
        features.add(feature(
                SandboxFeature.TREE_KILL,
                groups.killsTrees(),
                "control group",
                "a control group that this user may make groups in: systemd-run --user --scope -p Delegate=yes …"));
        features.add(feature(
                SandboxFeature.PIDS,
                groups.has("pids"),
                "control group 'pids'",
                "a delegated control group with the controller pids"));
        features.add(feature(
                SandboxFeature.MEMORY,
                groups.has("memory"),
                "control group 'memory'",
                "a delegated control group with the controller memory"));
        features.add(feature(
                SandboxFeature.HOST_DEATH, watchdog, "a process that waits for the end of this JVM", "/bin/sh"));
        return List.copyOf(features);
    }

    private static SandboxFeature feature(String name, boolean present, String means, String remedy) {
        return new SandboxFeature(name, present, means, present ? "" : remedy);
    }

    /** {@return the names of what is not there, in their order} */
    List<String> missing() {
        return features().stream()
                .filter(feature -> !feature.present())
                .map(SandboxFeature::name)
                .toList();
    }

    /** {@return what is missing and not accepted, with how to get it, for people; empty if nothing is} */
    String refusal(Set<String> accepted) {
        return features().stream()
                .filter(feature -> !feature.present() && !accepted.contains(feature.name()))
                .map(feature -> feature.name() + " (needs " + feature.remedy() + ")")
                .collect(Collectors.joining("; "));
    }
}
