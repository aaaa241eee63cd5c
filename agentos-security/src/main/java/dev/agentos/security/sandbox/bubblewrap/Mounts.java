package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPlan.Access;
import dev.agentos.api.spi.SandboxPlan.Network;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPlan.PathRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A path that a grant names has to be real, without links. A rule below a folder that may be written to makes no mount: the
 * process has it already, and could exchange it for a link before the next process is started.
 */
/** What of a plan can be said with mounts. Stateless. */
final class Mounts {
    private static final Path PROC = Path.of("/proc");
    private static final Set<Access> READING = Set.of(Access.READ, Access.LIST);
    private static final Set<Access> CHANGING = Set.of(Access.WRITE, Access.DELETE);

    private Mounts() {}

    /** A path that is to be seen. */
    record Mount(Path path, boolean tree, boolean writable) {}

    /** {@return the plan without what mounts cannot say, which it lists} */
    static SandboxPlan expressible(SandboxPlan plan) {
        var left = new ArrayList<>(plan.notDelegatedToChild());
        var grants = new ArrayList<>(plan.grants());
        var kept = new ArrayList<PathRule>();
        merged(plan.paths()).forEach(rule -> {
            String hindrance = hindrance(rule);
            Set<Access> sayable = hindrance == null ? sayable(rule) : Set.of();
            if (!sayable.isEmpty()) {
                kept.add(new PathRule(rule.path(), rule.tree(), sayable));
            }
            if (!sayable.equals(rule.access())) {
                String reason = hindrance == null ? "a mount gives " + sayable + " of " + rule.access() : hindrance;
                for (var grant : List.copyOf(grants)) {
                    if (isFor(grant.capability(), rule)) {
                        left.add(new NotDelegated(grant.capability(), reason));
                        if (sayable.isEmpty()) {
                            grants.remove(grant);
                        }
                    }
                }
            }
        });
        for (var grant : List.copyOf(grants)) {
            Capability capability = grant.capability();
            boolean throughEgress = plan.hosts().contains(grant);
            if (capability.type().equals("net") && !capability.resource().equals("net:**") && !throughEgress) {
                left.add(new NotDelegated(
                        capability,
                        "a network namespace has no ports to wait at; net:** connect has all to connect to"));
                grants.remove(grant);
            }
        }
        Network network = plan.network().everywhere() ? new Network(true, Set.of(), Set.of()) : Network.NONE;
        return new SandboxPlan(kept, network, left, grants, plan.hosts());
    }

    private static List<PathRule> merged(List<PathRule> rules) {
        Map<String, PathRule> merged = new LinkedHashMap<>();
        for (PathRule rule : rules) {
            merged.merge(rule.path() + (rule.tree() ? "/**" : ""), rule, (one, other) -> {
                var access = EnumSet.noneOf(Access.class);
                access.addAll(one.access());
                access.addAll(other.access());
                return new PathRule(one.path(), one.tree(), access);
            });
        }
        return List.copyOf(merged.values());
    }

    private static boolean isFor(Capability capability, PathRule rule) {
        return capability.type().equals("file")
                && capability.isTree() == rule.tree()
                && capability.base().equals(rule.path().toString());
    }

    /** {@return why there can be no mount; null if there can} */
    private static @Nullable String hindrance(PathRule rule) {
        Path path = rule.path();
        if (path.startsWith(PROC)) {
            return path.equals(PROC) && rule.tree() && rule.access().containsAll(READING)
                    ? null
                    : "a process has a /proc of its own, or none; it can be read and listed as a whole";
        }
        try {
            if (!path.toRealPath().equals(path)) {
                return "it is reached through a symbolic link, which a process could be made to follow elsewhere";
            }
        } catch (IOException e) {
            return "it does not exist, or this JVM may not reach it itself";
        }
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (!folder && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return "it is neither a file nor a folder";
        }
        if (folder != rule.tree()) {
            return folder ? "a folder is mounted with what is in it; end the pattern with /**" : "it is no folder";
        }
        boolean reads = rule.access().containsAll(folder ? READING : Set.of(Access.READ));
        return reads ? null : "what is mounted can be read" + (folder ? " and listed" : "");
    }

    private static Set<Access> sayable(PathRule rule) {
        Set<Access> needed = rule.tree() ? CHANGING : Set.of(Access.WRITE);
        var sayable = EnumSet.copyOf(rule.access());
        if (rule.path().startsWith(PROC) || !rule.access().containsAll(needed)) {
            sayable.removeAll(CHANGING);
        }
        if (!rule.tree()) {
            sayable.removeAll(Set.of(Access.LIST, Access.DELETE));
        }
        return sayable;
    }

    /** {@return the mounts of an expressible plan, outer ones first} */
    static List<Mount> of(SandboxPlan plan) {
        var mounts = new ArrayList<Mount>();
        plan.paths().stream()
                .filter(rule -> !rule.path().startsWith(PROC))
                .map(rule -> new Mount(rule.path(), rule.tree(), rule.access().contains(Access.WRITE)))
                .sorted(Comparator.comparingInt(mount -> mount.path().getNameCount()))
                .filter(mount -> mounts.stream()
                        .noneMatch(outer -> outer.tree && outer.writable && mount.path.startsWith(outer.path)))
                .forEach(mounts::add);
        return List.copyOf(mounts);
    }

    /** {@return whether the plan has a {@code /proc}} */
    static boolean hasProc(SandboxPlan plan) {
        return plan.paths().stream().anyMatch(rule -> rule.path().equals(PROC));
    }
}
