package dev.agentos.isolated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * Read from files of the system: the management beans of the JDK, which know the same, take their module and 30 ms for it.
 */
/** How much memory this JVM may use together with its processes: that of the machine, or what its control group is given of it. */
final class MachineMemory {
    private static final Path ROOT = Path.of("/");
    private static final Pattern TOTAL = Pattern.compile("MemTotal: +([0-9]{1,15}) kB");
    private static final Pattern BYTES = Pattern.compile("[0-9]{1,18}");
    private static final List<String> GROUPS =
            List.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes");

    private MachineMemory() {}

    /** {@return how many processes of a size fit into it, at least one; as many as are given if nobody knows} */
    static int fits(long each, int unknown) {
        return fits(ROOT, each, unknown);
    }

    /** @param root where the files of the system are */
    static int fits(Path root, long each, int unknown) {
        long most = Long.MAX_VALUE;
        for (String line : lines(root.resolve("proc/meminfo"))) {
            Matcher total = TOTAL.matcher(line);
            if (total.matches()) {
                most = Long.parseLong(total.group(1)) << 10;
            }
        }
        for (String file : GROUPS) {
            for (String line : lines(root.resolve(file))) {
                if (BYTES.matcher(line).matches()) { // else it says "max"
                    most = Math.min(most, Long.parseLong(line));
                }
            }
        }
        return most == Long.MAX_VALUE ? unknown : Math.clamp(most / each, 1, Integer.MAX_VALUE);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
