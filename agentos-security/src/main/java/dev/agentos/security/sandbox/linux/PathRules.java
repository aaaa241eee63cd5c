package dev.agentos.security.sandbox.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.security.Capability;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxPlan.NotDelegated;
import dev.agentos.api.spi.SandboxPlan.PathRule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * A path that a grant names is opened without following links, the last component included: an agent that may write the
 * folder above could exchange what was granted for a link to anything. What the system and the program consist of is named
 * by the machine and by this JVM, and its links are followed.
 */
/** Turns the paths of plans into descriptors. Used by one thread. */
final class PathRules {
    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 0x20_0000;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int NO_SYMLINKS = 0x04;
    private static final int NO_MAGIC_LINKS = 0x02;
    private static final int HOW_BYTES = 24;
    private static final int ENOTDIR = 20;
    private static final int ELOOP = 40;
    private static final int EACCES = 13;

    private final Native os;
    private final Landlock landlock;

    PathRules(Native os, Landlock landlock) {
        this.os = os;
        this.landlock = landlock;
    }

    /** {@return the plan without the paths that cannot be expressed on this machine now, which it lists} */
    SandboxPlan expressible(SandboxPlan plan) {
        var kept = new ArrayList<PathRule>();
        var left = new ArrayList<>(plan.notDelegatedToChild());
        var grants = new ArrayList<>(plan.grants());
        for (PathRule rule : plan.paths()) {
            long[] opened = open(rule);
            String hindrance = hindrance(rule, opened);
            os.closeDescriptor(opened[0]);
            if (hindrance == null) {
                kept.add(rule);
            } else {
                grants.removeIf(grant ->
                        isFor(grant.capability(), rule) && left.add(new NotDelegated(grant.capability(), hindrance)));
            }
        }
        return new SandboxPlan(kept, plan.network(), left, grants);
    }

    private static boolean isFor(Capability capability, PathRule rule) {
        return capability.type().equals("file")
                && capability.isTree() == rule.tree()
                && capability.base().equals(rule.path().toString());
    }

    /** Adds the rules of a plan to a ruleset; what cannot be opened now is left out, and so is denied. */
    void add(long ruleset, SandboxPlan plan) {
        for (PathRule rule : plan.paths()) {
            long[] opened = open(rule);
            if (hindrance(rule, opened) == null) {
                boolean folder = opened[1] == 1;
                long rights = landlock.rights(rule.access());
                allow(
                        ruleset,
                        opened[0],
                        folder ? rights : rights & Landlock.OF_FILES,
                        rule.path().toString());
            }
            os.closeDescriptor(opened[0]);
        }
    }

    /** Adds what belongs to the system or the program; what has gone meanwhile is left out. */
    void addSystem(long ruleset, List<SystemFiles.Rule> rules) {
        for (SystemFiles.Rule rule : rules) {
            String path = rule.path().toString();
            long fd = os.call(SystemCall.OPENAT, AT_FDCWD, os.text(path), O_PATH | O_CLOEXEC, 0);
            if (fd >= 0) {
                boolean folder = java.nio.file.Files.isDirectory(rule.path());
                allow(ruleset, fd, folder ? rule.rights() : rule.rights() & Landlock.OF_FILES, path);
                os.closeDescriptor(fd);
            }
        }
    }

    private void allow(long ruleset, long fd, long rights, String path) {
        long result = rights == 0 ? 0 : landlock.allowPath(os, ruleset, fd, rights);
        if (result < 0) {
            os.closeDescriptor(fd);
            throw new SandboxException("no rule for " + path + ": errno " + -result, null);
        }
    }

    /** {@return why there can be no rule; null if there can} */
    private @Nullable String hindrance(PathRule rule, long[] opened) {
        return switch ((int) -opened[0]) {
            case ELOOP -> "it is reached through a symbolic link, which a process could be made to follow elsewhere";
            case Native.ENOENT, ENOTDIR -> "it does not exist";
            case EACCES -> "this JVM may not reach it itself";
            default -> {
                if (opened[0] < 0) {
                    yield "it cannot be opened: errno " + -opened[0];
                }
                boolean folder = opened[1] == 1;
                if (folder && !rule.tree()) {
                    yield "the kernel has no rule for a folder without what is in it; end the pattern with /**";
                }
                yield !folder && (landlock.rights(rule.access()) & Landlock.OF_FILES) == 0
                        ? "what removes or lists a file is a right to its folder"
                        : null;
            }
        };
    }

    /** {@return the descriptor or the negated errno, and 1 if it is a folder} */
    private long[] open(PathRule rule) {
        long fd = open(rule, directoryFlag());
        return fd == -ENOTDIR ? new long[] {open(rule, 0), 0} : new long[] {fd, 1};
    }

    private int directoryFlag() {
        return os.architecture() == Architecture.X86_64 ? 0x1_0000 : 0x4000;
    }

    private long open(PathRule rule, int flags) {
        MemorySegment how = os.memory(HOW_BYTES);
        how.set(JAVA_LONG, 0, O_PATH | O_CLOEXEC | flags);
        how.set(JAVA_LONG, 16, NO_SYMLINKS | NO_MAGIC_LINKS);
        return os.call(SystemCall.OPENAT2, AT_FDCWD, os.text(rule.path().toString()), how.address(), HOW_BYTES);
    }
}
