package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.security.sandbox.ProcessTree;
import dev.agentos.security.sandbox.bubblewrap.Mounts.Mount;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * They go through a file, not through the command line: that can be read by everybody on the machine, and environments hold
 * secrets. They end with the first mount that does not come about, and nothing has run.
 */
/** Writes the options of one process. Used by one thread. */
final class Arguments {
    private final SandboxPlan plan;
    private final SandboxCommand command;
    private final List<Mount> mounts;
    private final List<String> options = new ArrayList<>();

    Arguments(SandboxPlan plan, SandboxCommand command) {
        this.plan = plan;
        this.command = command;
        this.mounts = Mounts.of(plan);
    }

    /** {@return the folders that may be written to} */
    List<Path> writable() {
        return mounts.stream()
                .filter(mount -> mount.tree() && mount.writable())
                .map(Mount::path)
                .toList();
    }

    /**
     * Returns the options.
     *
     * @param holes what stays read-only
     * @param ours a folder of which no process may see more than its door
     */
    List<String> write(Holes holes, Path ours, @Nullable Door door, String mark) {
        options.addAll(Bubblewrap.NAMESPACES);
        if (plan.network().isNone()) {
            options.add("--unshare-net");
        }
        system();
        mounts.forEach(mount -> bind(mount.path(), mount.writable()));
        options.addAll(holes.options(writable()));
        if (mounts.stream().anyMatch(mount -> ours.startsWith(mount.path()))) {
            add("--tmpfs", ours.toString());
        }
        if (door != null) {
            add("--ro-bind", door.path().toString(), door.path().toString());
        }
        program(Path.of(command.program()));
        command.programFiles().forEach(this::program);
        processes();
        KernelParts.devices().stream()
                .filter(Files::exists)
                .forEach(device -> add("--dev-bind", device.toString(), device.toString()));
        if (!isSeen(command.directory())) {
            add("--dir", command.directory().toString());
        }
        add("--remount-ro", "/");
        add("--chdir", command.directory().toString());
        environment(door == null ? command.environment() : Relay.environment(command.environment()), mark);
        return List.copyOf(options);
    }

    private void add(String... words) {
        options.addAll(List.of(words));
    }

    private void bind(Path path, boolean writable) {
        add(writable ? "--bind" : "--ro-bind", path.toString(), path.toString());
    }

    private void system() {
        for (Path file : KernelParts.systemFiles(!plan.network().isNone())) {
            try {
                boolean link = Files.isSymbolicLink(file);
                if (link && file.getNameCount() == 1) {
                    add("--symlink", Files.readSymbolicLink(file).toString(), file.toString());
                } else if (Files.isReadable(file)) {
                    add("--ro-bind", file.toRealPath().toString(), file.toString());
                }
            } catch (IOException e) {
                // Gone meanwhile: nobody sees it.
            }
        }
    }

    /** Said by code of this JVM, so that its links may be followed; what the system or a mount shows already is left. */
    private void program(Path path) {
        try {
            Path real = path.toRealPath();
            for (Path each : List.of(real, path)) {
                if (!isSeen(each)) {
                    add("--ro-bind", real.toString(), each.toString());
                }
            }
        } catch (IOException e) {
            throw new SandboxException("cannot start " + command.program() + ": there is no " + path, e);
        }
    }

    private boolean isSeen(Path path) {
        return KernelParts.systemFiles(false).stream()
                        .anyMatch(file -> path.startsWith(file) && Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                || mounts.stream().anyMatch(mount -> path.startsWith(mount.path()));
    }

    private void processes() {
        if (Mounts.hasProc(plan)) {
            // Settings of the machine are there, too, and belong to root, who needs no capability to write to them.
            add("--proc", "/proc", "--remount-ro", "/proc");
        } else if (mounts.stream().anyMatch(mount -> Path.of("/proc").startsWith(mount.path()))) {
            add("--tmpfs", "/proc", "--remount-ro", "/proc");
        }
    }

    private void environment(Map<String, String> environment, String mark) {
        add("--clearenv");
        var all = new TreeMap<>(environment);
        all.put(ProcessTree.MARK_VARIABLE, mark);
        all.forEach((name, value) -> add("--setenv", name, value));
    }

    /** {@return the options as they are read, one after the other} */
    static byte[] bytes(List<String> options) {
        var text = new StringBuilder();
        for (String option : options) {
            if (option.indexOf('\0') >= 0) {
                throw new SandboxException("an option with a null character: " + option.replace('\0', '?'), null);
            }
            text.append(option).append('\0');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
