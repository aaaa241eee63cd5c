package dev.agentos.security.sandbox.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * Version 2 has one hierarchy, version 1 one for each controller; a machine may have both. In each, a folder of ours is
 * made below the group of this JVM, and a group for each process below that. What may be written to there is what the
 * machine delegates: often nothing, often a group without controllers, which is enough to find and kill everybody.
 *
 * In version 2 a group that has processes hands no controllers down, and this JVM is a process of its group. So the group
 * above is tried, too, if it lets us.
 */
/** The control groups of one sandbox. Thread-safe. */
final class ControlGroups implements AutoCloseable {
    private static final Set<String> WANTED = Set.of("pids", "memory", "cpuacct");

    private final List<Hierarchy> hierarchies;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * A place for groups.
     *
     * @param base made by us; the groups of the processes are below it
     * @param unified whether it is of version 2
     * @param controllers what can be limited or counted there
     */
    record Hierarchy(Path base, boolean unified, Set<String> controllers) {}

    private ControlGroups(List<Hierarchy> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
    }

    /** {@return none: what a machine has that delegates nothing} */
    static ControlGroups none() {
        return new ControlGroups(List.of());
    }

    /** Looks for places, and makes a folder in each of them that helps. */
    static ControlGroups open(String name) {
        try {
            return open(
                    name,
                    KernelFiles.read(Path.of("/proc/self/mountinfo")),
                    KernelFiles.read(Path.of("/proc/self/cgroup")));
        } catch (IOException e) {
            return none();
        }
    }

    /**
     * Looks for places.
     *
     * @param mounts as in {@code /proc/self/mountinfo}
     * @param own as in {@code /proc/self/cgroup}
     */
    static ControlGroups open(String name, String mounts, String own) {
        var found = new ArrayList<Hierarchy>();
        Hierarchy unified = null;
        for (String line : own.lines().toList()) {
            String[] fields = line.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            if (fields[1].isEmpty()) {
                unified = openUnified(name, folder(mounts, "cgroup2", "", fields[2]));
            } else {
                var controllers = Arrays.stream(fields[1].split(","))
                        .filter(WANTED::contains)
                        .collect(Collectors.toSet());
                Path folder = controllers.isEmpty() ? null : folder(mounts, "cgroup", fields[1], fields[2]);
                if (folder != null && make(folder.resolve(name))) {
                    found.add(new Hierarchy(folder.resolve(name), false, controllers));
                }
            }
        }
        if (unified != null) {
            boolean enough = unified.controllers.containsAll(Set.of("pids", "memory"));
            boolean killsAlready = found.stream().anyMatch(each -> each.controllers.contains("pids"));
            if (enough) {
                found.forEach(each -> remove(each.base));
                found.clear();
            }
            if (enough || !killsAlready) {
                found.add(unified);
            } else {
                remove(unified.base);
            }
        }
        return new ControlGroups(found);
    }

    private static @Nullable Hierarchy openUnified(String name, @Nullable Path own) {
        Hierarchy best = null;
        for (Path parent : own == null ? List.<Path>of() : Arrays.asList(own, own.getParent())) {
            if (parent == null || !Files.exists(parent.resolve("cgroup.procs")) || !make(parent.resolve(name))) {
                continue;
            }
            var hierarchy = new Hierarchy(parent.resolve(name), true, enable(parent, parent.resolve(name)));
            if (best == null || hierarchy.controllers.size() > best.controllers.size()) {
                if (best != null) {
                    remove(best.base);
                }
                best = hierarchy;
            } else {
                remove(hierarchy.base);
            }
            if (best.controllers.containsAll(Set.of("pids", "memory"))) {
                break;
            }
        }
        return best;
    }

    /** {@return the controllers that groups below the base have} */
    private static Set<String> enable(Path parent, Path base) {
        for (String controller : List.of("pids", "memory")) {
            // The first works where the parent has no processes, the second where it hands the controller down.
            write(parent.resolve("cgroup.subtree_control"), "+" + controller);
            write(base.resolve("cgroup.subtree_control"), "+" + controller);
        }
        var enabled = Arrays.stream(read(base.resolve("cgroup.subtree_control")).split("\\s+"))
                .filter(WANTED::contains)
                .collect(Collectors.toSet());
        enabled.add("cpuacct"); // cpu.stat is in every group
        return enabled;
    }

    /** {@return where the group of this JVM is in the file system; null if it is not mounted} */
    private static @Nullable Path folder(String mounts, String type, String controllers, String group) {
        for (String line : mounts.lines().toList()) {
            int dash = line.indexOf(" - ");
            String[] fields = line.substring(0, Math.max(0, dash)).split(" ", -1);
            String[] behind =
                    dash < 0 ? new String[0] : line.substring(dash + 3).split(" ", -1);
            boolean right = fields.length > 4 && behind.length > 2 && behind[0].equals(type);
            if (right && (controllers.isEmpty() || hasAll(behind[2], controllers))) {
                String root = fields[3].equals("/") ? "" : fields[3];
                boolean visible = group.startsWith(root) && !group.contains("..");
                return Path.of(fields[4])
                        .resolve(visible ? "." + group.substring(root.length()) : ".")
                        .normalize();
            }
        }
        return null;
    }

    private static boolean hasAll(String options, String controllers) {
        return List.of(options.split(",")).containsAll(List.of(controllers.split(",")));
    }

    /** {@return whether something can be limited or counted for all processes together} */
    boolean has(String controller) {
        return hierarchies.stream().anyMatch(each -> each.controllers.contains(controller));
    }

    /** {@return whether everybody of a process can be found and killed} */
    boolean killsTrees() {
        return hierarchies.stream().anyMatch(each -> each.unified || each.controllers.contains("pids"));
    }

    /** {@return the folders under which everybody is, for who cleans up after this JVM} */
    List<Path> bases() {
        return hierarchies.stream().map(Hierarchy::base).toList();
    }

    /** {@return a group for one process; null if there is no place for groups} */
    @Nullable
    ControlGroup newGroup() {
        if (hierarchies.isEmpty()) {
            return null;
        }
        String name = "run-" + numbers.incrementAndGet();
        var folders = new ArrayList<Hierarchy>();
        for (Hierarchy each : hierarchies) {
            if (!make(each.base.resolve(name))) {
                folders.forEach(made -> remove(made.base));
                return null;
            }
            folders.add(new Hierarchy(each.base.resolve(name), each.unified, each.controllers));
        }
        return new ControlGroup(folders);
    }

    @Override
    public void close() {
        hierarchies.forEach(each -> {
            String[] left = each.base.toFile().list((folder, name) -> name.startsWith("run-"));
            for (String name : left == null ? new String[0] : left) {
                remove(each.base.resolve(name));
            }
            remove(each.base);
        });
    }

    // ---- files

    private static boolean make(Path folder) {
        return folder.toFile().mkdir();
    }

    static boolean remove(Path folder) {
        return folder.toFile().delete();
    }

    /** {@return whether it was taken} */
    static boolean write(Path file, String text) {
        try {
            KernelFiles.write(file, text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return what is in it; empty if it cannot be read} */
    static String read(Path file) {
        try {
            return KernelFiles.read(file);
        } catch (IOException e) {
            return "";
        }
    }
}
