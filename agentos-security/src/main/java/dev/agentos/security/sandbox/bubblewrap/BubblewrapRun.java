package dev.agentos.security.sandbox.bubblewrap;

import dev.agentos.api.error.SandboxException;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.spi.SandboxCommand;
import dev.agentos.api.spi.SandboxPlan;
import dev.agentos.api.spi.SandboxResult;
import dev.agentos.api.spi.SandboxResult.Cause;
import dev.agentos.api.spi.SandboxResult.Traffic;
import dev.agentos.api.spi.SandboxResult.Usage;
import dev.agentos.api.spi.SandboxResult.Violation;
import dev.agentos.security.sandbox.Attendant;
import dev.agentos.security.sandbox.linux.KernelParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The shell opens what bubblewrap reads, since the JDK hands on no descriptors, goes into the control group, and becomes
 * bubblewrap. Its script is ours, and what is put into it are names of files that we made.
 *
 * bubblewrap writes an exit code to the status file if the program was started, and none if something before that failed.
 */
/** One process: its files, its group, and what ended it. Used by one thread at a time. */
final class BubblewrapRun implements Attendant {
    private static final String SCRIPT = """
            options=$1 filter=$2 status=$3
            shift 3
            while [ "$1" != -- ]; do
                echo $$ > "$1" || exit 125
                shift
            done
            shift
            exec 7> "$status" 8< "$options" 9< "$filter" || exit 125
            /bin/rm -f -- "$options" "$filter" 7>&- 8<&- 9<&-
            exec "$@"
            """;

    private static final int FAILED = 1;
    private static final int NO_FILES = 125;
    private static final int KILLED = 128 + 9;
    private static final int SIGXCPU = 128 + 24;
    private static final int SIGXFSZ = 128 + 25;
    private static final int LOOK_AT_DISK = 5;
    private static final int MOST_REPORTED = 64;

    private static final Logger log = LoggerFactory.getLogger(BubblewrapRun.class);

    private final SandboxPlan plan;
    private final SandboxCommand command;
    private final Path folder;
    private final Arguments arguments;
    private final Holes holes;
    private final KernelParts.@Nullable Group group;
    private final BooleanSupplier disk;
    private @Nullable Door door;
    private int ticks;

    /** Takes a folder, in which files of its own will be, and a group, which it gives back. */
    BubblewrapRun(SandboxPlan plan, SandboxCommand command, Path folder, KernelParts.@Nullable Group group) {
        this.plan = plan;
        this.command = command;
        this.folder = folder;
        this.group = group;
        this.arguments = new Arguments(plan, command);
        this.holes = Holes.in(arguments.writable());
        this.disk = KernelParts.diskWatch(plan, command.limits().diskBytes());
    }

    /** {@return the command line of it all} */
    List<String> launch(Path program, KernelParts parts, EgressMeans egress, String mark) {
        Path ours = Objects.requireNonNull(folder.getParent());
        Door way = null;
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!plan.hosts().isEmpty()) {
                way = Door.open(ours, mark, egress.provider(), plan.hosts());
                door = way;
            }
            List<String> options = new ArrayList<>(List.of("--add-seccomp-fd", "9", "--json-status-fd", "7"));
            options.addAll(arguments.write(holes, ours, way, mark));
            Files.write(folder.resolve("options"), Arguments.bytes(options));
            byte[] filter = way == null ? KernelParts.filter(plan.network()) : KernelParts.relayFilter();
            Files.write(folder.resolve("filter"), filter);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
        var line = new ArrayList<>(List.of(Bubblewrap.SHELL.toString(), "-c", SCRIPT, "agentos-bubblewrap"));
        for (String file : List.of("options", "filter", "status")) {
            line.add(folder.resolve(file).toString());
        }
        KernelParts.Group joined = group;
        if (joined != null) {
            joined.doors().forEach(door -> line.add(door.toString()));
        }
        line.addAll(List.of("--", program.toString(), "--args", "8", "--"));
        if (way != null) {
            line.addAll(Relay.command(way.path()));
        }
        line.addAll(Limits.wrapper(command.limits(), parts.counts("pids"), parts.counts("memory")));
        line.addAll(command.argv());
        return List.copyOf(line);
    }

    @Override
    public SandboxPlan plan() {
        return plan;
    }

    @Override
    public @Nullable Cause limit() {
        if (plan.isRevoked()) {
            return Cause.REVOKED;
        }
        KernelParts.Group counted = group;
        if (counted != null && counted.ranOutOfMemory()) {
            return Cause.MEMORY;
        }
        if (counted != null && isOutOfCpu(counted.usage())) {
            return Cause.CPU_TIME;
        }
        return ++ticks % LOOK_AT_DISK == 0 && disk.getAsBoolean() ? Cause.DISK : null;
    }

    private boolean isOutOfCpu(Usage usage) {
        return usage.cpuTime().compareTo(command.limits().cpuTime()) >= 0;
    }

    @Override
    public SandboxResult ended(SandboxResult result) {
        boolean byItself = result.cause() == Cause.EXIT || result.cause() == Cause.SIGNAL;
        boolean failed = result.exitCode() == FAILED || result.exitCode() == NO_FILES;
        if (byItself && failed && !status().contains("\"exit-code\"")) {
            throw new SandboxException(
                    "cannot start " + command.program() + ": "
                            + result.stderr().text().strip(),
                    null);
        }
        KernelParts.Group counted = group;
        Usage usage = counted == null ? Usage.UNKNOWN : counted.usage();
        Traffic traffic = traffic();
        List<String> degraded = new ArrayList<>(result.confinement().degraded());
        Holes now = Holes.in(arguments.writable());
        if (!holes.complete() || !now.complete()) {
            degraded.add("PERSISTENCE");
        }
        return new SandboxResult(
                byItself ? ownEnd(result, usage) : result.cause(),
                result.exitCode(),
                result.stdout(),
                result.stderr(),
                result.wallTime(),
                usage,
                Stream.concat(refused(), appeared(now)).limit(MOST_REPORTED).toList(),
                new Confinement(result.confinement().level(), degraded),
                traffic);
    }

    /** {@return what went through the door, which is closed first: then it is all} */
    private Traffic traffic() {
        Door way = door;
        if (way == null) {
            return Traffic.NONE;
        }
        way.close();
        return way.egress().traffic();
    }

    private Stream<Violation> refused() {
        Door way = door;
        return way == null
                ? Stream.empty()
                : way.egress().refusals().stream().map(what -> new Violation("connect", what, 0, command.program()));
    }

    private Cause ownEnd(SandboxResult result, Usage usage) {
        KernelParts.Group counted = group;
        if (counted != null && counted.ranOutOfMemory()) {
            return Cause.MEMORY;
        }
        return switch (result.exitCode()) {
            case SIGXCPU -> Cause.CPU_TIME;
            case SIGXFSZ -> Cause.FILE_SIZE;
            case KILLED -> isOutOfCpu(usage) ? Cause.CPU_TIME : result.cause();
            default -> result.cause();
        };
    }

    /** {@return what should have been read-only and was not there to be so} */
    private Stream<Violation> appeared(Holes now) {
        return now.paths().stream()
                .filter(path -> !holes.paths().contains(path))
                .sorted()
                .map(path -> new Violation("persist", path.toString(), 0, command.program()));
    }

    private String status() {
        try {
            return new String(Files.readAllBytes(folder.resolve("status")), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void release() {
        KernelParts.Group joined = group;
        if (joined != null) {
            joined.remove();
        }
        Door way = door;
        if (way != null) {
            way.close();
        }
        try {
            for (String file : List.of("options", "filter", "status")) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.atWarn().addKeyValue("folder", folder).setCause(e).log("files of a process are left");
        }
    }
}
